#include "daemon/process.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "admin/server.hpp"
#include "daemon/admin_port.hpp"
#include "daemon/configuration.hpp"
#include "daemon/decision_line.hpp"
#include "daemon/listener.hpp"
#include "daemon/log.hpp"
#include "daemon/login_desk.hpp"
#include "daemon/signals.hpp"
#include "daemon/traffic.hpp"
#include "daemon/version.hpp"
#include "daemon/watcher.hpp"
#include "mailauth/shared_resolver.hpp"
#include "mailauth/unbound_resolver.hpp"
#include "mailauth/verification.hpp"
#include "milter/front.hpp"
#include "milter/worker_call.hpp"
#include "session/session.hpp"
#include "store/stores.hpp"

namespace gatepost::daemon {
namespace {

// Longest time that a drain waits for open messages; the unit's TimeoutStopSec is above it.
constexpr std::chrono::seconds kDrainTime{60};

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

// Each session of the MTA is a descriptor: take as many as the system lets us.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

admin::ServerSettings admin_settings(const config::DaemonSettings& settings) {
  admin::ServerSettings out;
  out.admin_socket = settings.admin.path;
  out.support_socket = settings.support.path;
  if (settings.metrics) {
    out.metrics = admin::MetricsAddress{settings.metrics->host, settings.metrics->port};
  }
  return out;
}

// Everything between start and stop, in the order in which it must be built and taken down.
class Process {
public:
  explicit Process(const std::filesystem::path& file);

  int serve();

private:
  session::Services services();
  logins::GuardServices guard_services();
  void watch_daily_files();
  void reload();
  void drain();

  Signals signals_;  // first: every thread after it inherits the mask
  std::function<Time()> clock_ = store::system_clock();
  Configuration configuration_;
  Log log_;
  Listener listener_;
  std::string listen_;
  std::unique_ptr<store::Stores> stores_;
  Traffic traffic_;
  session::Tally tally_;
  session::ListenerWatch watch_;
  session::CaseDesk cases_;
  mailauth::UnboundResolver dns_;
  mailauth::SharedResolver resolver_;
  mailauth::WaitingRoom waiting_room_;
  session::Services services_;
  LoginDesk logins_;
  AdminPort port_;
  admin::Server admin_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
};

Process::Process(const std::filesystem::path& file)
    : configuration_(file, clock_),
      log_(configuration_.daemon().log),
      listener_(Listener::open(configuration_.daemon().listen)),
      listen_(listener_.text()),
      stores_(store::open_stores(
          configuration_.daemon().store, configuration_.daemon().state_dir, clock_,
          [this](const std::string& line) { log_.say(Level::warning, "store", line); })),
      watch_([this](const std::string& warning) { log_.say(Level::warning, "listener", warning); }),
      cases_(stores_->cases(), session::system_random()),
      dns_(configuration_.daemon().dns),
      resolver_(dns_, [] { return std::chrono::steady_clock::now(); }),
      waiting_room_(mailauth::WaitingRoom::kSeats, milter::WorkerCall(listener_.fd())),
      services_(services()),
      logins_(configuration_.daemon().logins, configuration_.daemon().state_dir, guard_services(),
              log_),
      port_({configuration_, *stores_, traffic_, cases_, tally_, watch_, resolver_, waiting_room_,
             logins_, listen_, clock_(), clock_}),
      admin_(admin_settings(configuration_.daemon()), port_,
             [this](const std::string& line) { log_.say(Level::info, "admin", line); }) {
  configuration_.log_to(log_);
}

session::Services Process::services() {
  return {.settings = [this] { return configuration_.settings(); },
          .ledger = stores_->ledger(),
          .freezes = stores_->freezes(),
          .locks = stores_->locks(),
          .cases = cases_,
          .tally = tally_,
          .watch = watch_,
          .clock = clock_,
          .random = session::system_random(),
          .draining = [this] { return traffic_.draining(); },
          .log =
              [this](const session::DecisionRecord& record) {
                log_.write(Level::info, decision_fields(record));
              },
          .messages_open = [this](int change) { traffic_.message(change); },
          .host = host_name(),
          .resolver = &resolver_,
          .waiting_room = &waiting_room_};
}

logins::GuardServices Process::guard_services() {
  return {.settings = [this] { return configuration_.settings(); },
          .locks = stores_->locks(),
          .clock = clock_,
          .random = session::system_random(),
          .file_case = [this](Case record) { cases_.file(std::move(record)); },
          .note = {},
          .host = host_name()};
}

int Process::serve() {
  signals_.start([this] { reload(); }, [this] { drain(); });
  watch_daily_files();
  log_.write(Level::info, {{"event", "start"},
                           {"version", kVersion},
                           {"listen", listen_},
                           {"config", configuration_.state().gatepost_file},
                           {"mode", configuration_.state().mode},
                           {"store", stores_->status().kind}});
  sd_notify(0, "READY=1");
  const milter::Front front{
      .services = services_,
      .sessions_open = [this](int change) { traffic_.session(change); },
      .log_bug = [this](const std::string& what) { log_.say(Level::error, "bug", what); }};
  const bool served = milter::run(listener_.release(), front);
  sd_notify(0, "STOPPING=1");
  log_.write(Level::info, {{"event", "stop"}});
  if (!served) log_.say(Level::error, "milter", "libmilter could not serve " + listen_);
  return served ? 0 : 1;
}

void Process::watch_daily_files() {
  for (const auto& file : configuration_.daily_files()) {
    watchers_.push_back(
        std::make_unique<Watcher>(file, [this] { configuration_.reload_daily_files(); }));
  }
}

void Process::reload() {
  configuration_.reload(false);
}

void Process::drain() {
  if (traffic_.draining()) return;
  traffic_.drain();
  log_.say(Level::info, "drain", "new messages are put off, open ones may finish");
  sd_notify(0, "STOPPING=1");
  if (!traffic_.wait_until_idle(kDrainTime)) {
    log_.say(Level::warning, "drain", "messages were still open after a minute");
  }
  milter::stop();
}

}  // namespace

int run(const std::filesystem::path& file) {
  raise_descriptor_limit();
  Process process(file);
  return process.serve();
}

}  // namespace gatepost::daemon
