#include "mailauth/unbound_resolver.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unbound.h>
#include <unistd.h>

#include "mailauth/dns_rdata.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Questions that libunbound works on, with those whose deadline has passed.
constexpr std::size_t kMostInWork = 2'000;

// RFC 1035 2.3.4: octets of a name on the wire, and of a label.
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestLabel = 63;

constexpr int kClassIn = 1;
constexpr int kNameError = 3;

// Where packages of the root's keys put them.
constexpr std::array kTrustAnchors{"/usr/share/dns/root.key", "/var/lib/unbound/root.key"};

// Options of libunbound, each with the reason where it is not the name.
constexpr std::array<std::pair<const char*, const char*>, 15> kOptions{{
    {"do-not-query-localhost:", "no"},  // a resolver on this machine is the usual one
    {"use-syslog:", "no"},
    {"edns-buffer-size:", "1232"},  // no fragments (RFC 9715 3)
    {"outgoing-range:", "512"},     // the library's 16 would let few silent domains stop all
    {"outgoing-num-tcp:", "20"},
    {"msg-cache-size:", "4m"},  // small: SharedResolver stands before it
    {"rrset-cache-size:", "4m"},
    {"cache-max-ttl:", "3600"},
    {"cache-max-negative-ttl:", "60"},
    {"prefetch:", "no"},
    {"unblock-lan-zones:", "yes"},  // reverse names of private networks: as others, asked
    {"insecure-lan-zones:", "yes"},
    {"infra-host-ttl:", "1"},  // with more, a silent name server is not asked for long after
    {"infra-keep-probing:", "yes"},
    // A name server that hands on no signatures proves nothing and is believed all the same; where
    // it does, a wrong one fails.
    {"harden-dnssec-stripped:", "no"},
}};

// What libunbound would answer by itself, though the name servers know better.
constexpr std::array kForeignZones{
    "test.", "127.in-addr.arpa.",
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa."};

struct DeleteContext {
  void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};

using Context = std::unique_ptr<ub_ctx, DeleteContext>;

struct FreeResult {
  void operator()(ub_result* result) const { ub_resolve_free(result); }
};

using Result = std::unique_ptr<ub_result, FreeResult>;

void require(int error, const std::string& what) {
  if (error != 0) {
    throw std::runtime_error(fmt::format("libunbound: {}: {}", what, ub_strerror(error)));
  }
}

void set_servers(ub_ctx* context, const std::vector<NameServer>& servers) {
  for (const NameServer& server : servers) {
    const std::string text = fmt::format("{}@{}", server.address.text(), server.port);
    require(ub_ctx_set_fwd(context, text.c_str()), "dns.servers: " + text);
  }
  if (!servers.empty()) return;
  const int error = ub_ctx_resolvconf(context, nullptr);
  // Without that file the name server is this machine: resolv.conf(5).
  if (error == UB_READFILE) {
    require(ub_ctx_set_fwd(context, "127.0.0.1"), "127.0.0.1");
  } else {
    require(error, "/etc/resolv.conf");
  }
}

Context open_context(const DnsSettings& settings, const std::filesystem::path& trust_anchor) {
  Context context(ub_ctx_create());
  if (!context) throw std::runtime_error("libunbound does not start: too little memory");
  ub_ctx* raw = context.get();
  require(ub_ctx_debugout(raw, nullptr), "log");
  for (const auto& [option, value] : kOptions)
    require(ub_ctx_set_option(raw, option, value), option);
  set_servers(raw, settings.servers);
  if (!trust_anchor.empty()) {
    require(ub_ctx_add_ta_file(raw, trust_anchor.c_str()), trust_anchor.string());
  }
  require(ub_ctx_async(raw, 1), "threads");
  // Last, since the options are final then.
  for (const char* zone : kForeignZones)
    require(ub_ctx_zone_remove(raw, zone), "settings " + trust_anchor.string());
  return context;
}

int number_of(DnsType type) {
  switch (type) {
    case DnsType::a: return 1;
    case DnsType::ptr: return 12;
    case DnsType::mx: return 15;
    case DnsType::txt: return 16;
    case DnsType::aaaa: return 28;
  }
  return 0;
}

// The name as libunbound reads it, every unusual octet as \DDD (RFC 1035 5.1); nothing where no
// name can be so.
std::optional<std::string> presentation(std::string_view name) {
  if (name.empty() || name.size() + 2 > kLongestName) return {};
  std::string out;
  std::size_t label = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return {};
      label = 0;
      out += c;
      continue;
    }
    if (++label > kLongestLabel) return {};
    if (ascii::is_alnum(c) || c == '-' || c == '_') {
      out += c;
    } else {
      out += fmt::format("\\{:03}", static_cast<unsigned char>(c));
    }
  }
  if (label == 0) return {};
  return out + '.';
}

std::string rcode_text(int rcode) {
  switch (rcode) {
    case 1: return "the name server did not understand the question (FORMERR)";
    case 2: return "the name server failed (SERVFAIL)";
    case 4: return "the name server cannot do that (NOTIMP)";
    case 5: return "the name server refused to answer (REFUSED)";
    default: return fmt::format("the name server failed (rcode {})", rcode);
  }
}

std::vector<std::string_view> rdata_of(const ub_result& result) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; result.data != nullptr && result.data[i] != nullptr; ++i)
    out.emplace_back(result.data[i], static_cast<std::size_t>(result.len[i]));
  return out;
}

SharedAnswer answer_of(DnsType type, int error, const ub_result* result) {
  if (error != 0) return failed_answer(fmt::format("libunbound: {}", ub_strerror(error)));
  if (result == nullptr) return failed_answer("libunbound gave no answer");
  if (result->bogus != 0) return failed_answer("the answer fails DNSSEC");
  DnsAnswer out;
  if (result->nxdomain != 0 || result->rcode == kNameError) {
    out.status = DnsStatus::no_name;
  } else if (result->rcode != 0) {
    return failed_answer(rcode_text(result->rcode));
  } else if (result->havedata != 0) {
    out = read_records(type, rdata_of(*result));
  } else {
    out.status = DnsStatus::no_data;
  }
  out.secure = result->secure != 0;
  out.time_to_live = std::chrono::seconds(result->ttl < 0 ? 0 : result->ttl);
  return std::make_shared<const DnsAnswer>(std::move(out));
}

std::filesystem::path installed_trust_anchor() {
  for (const char* path : kTrustAnchors) {
    if (access(path, R_OK) == 0) return path;
  }
  return {};
}

// Wakes the thread that polls.
class WakeUp {
public:
  WakeUp() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }

  ~WakeUp() { close(descriptor_); }

  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  int descriptor() const { return descriptor_; }

  void signal() const { eventfd_write(descriptor_, 1); }

  void clear() const {
    eventfd_t ignored = 0;
    eventfd_read(descriptor_, &ignored);
  }

private:
  int descriptor_;
};

}  // namespace

// libunbound's own thread does the work; the engine's hands out answers and watches deadlines.
// libunbound is never told to forget a question: it works on, so that its cache has the late answer
// for who asks next. What it works on is bounded.
class UnboundResolver::Engine {
public:
  Engine(const DnsSettings& settings, const std::filesystem::path& trust_anchor)
      : timeout_(settings.timeout),
        context_(open_context(settings, trust_anchor)),
        thread_([this] { run(); }) {}

  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() = default;

  // Once, before it goes: fails what is under way, and all that is asked from then on.
  void stop();

  SharedAnswer ask(const DnsQuestion& question, Done done);

private:
  struct InWork {
    Engine& engine;
    DnsQuestion question;
    Done done;  // empty: it has been answered, its deadline passed
    steady_clock::time_point deadline;
    std::list<InWork>::iterator self;
  };

  using List = std::list<InWork>;

  static void arrived(void* in_work, int error, ub_result* result);
  void run();
  int time_to_first_deadline();
  void fail_late();

  const milliseconds timeout_;
  const WakeUp wake_;
  std::mutex mutex_;
  List waiting_;  // by deadline
  List late_;     // answered with a failure; libunbound still works on them
  bool stopping_ = false;
  Context context_;
  std::thread thread_;
};

SharedAnswer UnboundResolver::Engine::ask(const DnsQuestion& question, Done done) {
  const auto text = presentation(question.name);
  if (!text) {
    DnsAnswer none;
    none.status = DnsStatus::no_name;
    return std::make_shared<const DnsAnswer>(std::move(none));
  }
  const std::lock_guard lock(mutex_);
  if (stopping_) return failed_answer("the resolver stops");
  if (waiting_.size() + late_.size() >= kMostInWork) {
    return failed_answer("too many questions are under way");
  }
  waiting_.push_back({*this, question, std::move(done), steady_clock::now() + timeout_, {}});
  const auto self = std::prev(waiting_.end());
  self->self = self;
  // libunbound calls back from the engine's thread alone, which waits for the lock.
  const int error = ub_resolve_async(context_.get(), text->c_str(), number_of(question.type),
                                     kClassIn, &*self, arrived, nullptr);
  if (error != 0) {
    waiting_.erase(self);
    return failed_answer(fmt::format("libunbound: {}", ub_strerror(error)));
  }
  if (waiting_.size() == 1) wake_.signal();
  return nullptr;
}

void UnboundResolver::Engine::arrived(void* in_work, int error, ub_result* result) {
  const Result owned(result);
  const auto self = static_cast<InWork*>(in_work)->self;
  Engine& engine = self->engine;
  List done;
  {
    const std::lock_guard lock(engine.mutex_);
    done.splice(done.end(), self->done ? engine.waiting_ : engine.late_, self);
  }
  if (self->done) self->done(self->question, answer_of(self->question.type, error, result));
}

void UnboundResolver::Engine::run() {
  std::array<pollfd, 2> watched{
      {{ub_fd(context_.get()), POLLIN, 0}, {wake_.descriptor(), POLLIN, 0}}};
  for (;;) {
    poll(watched.data(), watched.size(), time_to_first_deadline());
    wake_.clear();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    ub_process(context_.get());
    fail_late();
  }
}

// In ms, rounded up; -1: none is under way.
int UnboundResolver::Engine::time_to_first_deadline() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return -1;
  const auto left = waiting_.front().deadline - steady_clock::now();
  if (left <= steady_clock::duration::zero()) return 0;
  return static_cast<int>(std::chrono::ceil<milliseconds>(left).count());
}

void UnboundResolver::Engine::fail_late() {
  std::vector<std::pair<DnsQuestion, Done>> failed;
  {
    const std::lock_guard lock(mutex_);
    const auto now = steady_clock::now();
    while (!waiting_.empty() && waiting_.front().deadline <= now) {
      InWork& first = waiting_.front();
      failed.emplace_back(first.question, std::exchange(first.done, nullptr));
      late_.splice(late_.end(), waiting_, waiting_.begin());
    }
  }
  if (failed.empty()) return;
  const auto answer = failed_answer(
      fmt::format("no answer within {:g} s", static_cast<double>(timeout_.count()) / 1000));
  for (const auto& [question, done] : failed)
    done(question, answer);
}

void UnboundResolver::Engine::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.signal();
  thread_.join();
  // Nobody else touches the lists any more.
  const auto answer = failed_answer("the resolver stops");
  for (const InWork& each : waiting_)
    each.done(each.question, answer);
}

UnboundResolver::UnboundResolver(const DnsSettings& settings)
    : UnboundResolver(settings, installed_trust_anchor()) {}

UnboundResolver::UnboundResolver(const DnsSettings& settings,
                                 const std::filesystem::path& trust_anchor)
    : engine_(std::make_unique<Engine>(settings, trust_anchor)) {}

UnboundResolver::~UnboundResolver() {
  engine_->stop();
}

SharedAnswer UnboundResolver::ask(const DnsQuestion& question, Done done) {
  return engine_->ask(question, std::move(done));
}

}  // namespace gatepost::mailauth
