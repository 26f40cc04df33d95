#include "store/failure_record.hpp"
#include "store/lock_codec.hpp"
#include "store/packed.hpp"

namespace gatepost::store {
namespace {

constexpr std::uint64_t kVersion = 1;

void put_times(PackedWriter& out, const std::vector<Time>& times) {
  out.put(std::uint64_t{times.size()});
  Time base{};
  for (const Time each : times) {
    out.put_signed((each - base).count());
    base = each;
  }
}

std::vector<Time> read_times(PackedReader& in) {
  std::vector<Time> times;
  const std::size_t count = in.count();
  Time base{};
  while (times.size() < count && in.is_good()) {
    base += std::chrono::milliseconds(in.signed_number());
    times.push_back(base);
  }
  return times;
}

}  // namespace

std::string FailureRecord::encode() const {
  if (empty()) return {};
  PackedWriter out;
  out.put(kVersion);
  out.put(std::uint64_t{entries_.size()});
  for (const Entry& entry : entries_) {
    put(out, entry.login);
    out.put(static_cast<std::uint64_t>(entry.service));
    out.put(static_cast<std::uint64_t>(entry.source));
    out.put(std::string_view(entry.protocol));
    out.put(entry.guess);
    put_times(out, entry.times);
    out.put(std::uint64_t{entry.spent});
    out.put_signed(entry.repeats);
    out.put(entry.first);
  }
  out.put(std::uint64_t{good_.size()});
  for (const GoodLogin& each : good_) {
    put(out, each.login);
    out.put(each.last);
  }
  out.put(std::string_view(lock_ ? store::encode(*lock_) : std::string()));
  out.put_signed(offences_);
  for (const auto* when : {&last_until_, &settled_, &unlocked_, &last_failure_})
    out.put(*when, Time{});
  out.put(std::uint64_t{tokens_.size()});
  for (const std::uint64_t token : tokens_)
    out.put(token);
  out.put_signed(spans_.within.count());
  out.put_signed(spans_.shared.count());
  out.put_signed(spans_.remembered.count());
  out.put(static_cast<std::uint64_t>(spans_.count));
  return std::move(out).take();
}

FailureRecord FailureRecord::decode(std::string_view bytes) {
  PackedReader in(bytes);
  if (in.number() != kVersion) return {};
  FailureRecord record;
  for (std::size_t left = in.count(); left > 0 && in.is_good(); --left) {
    Entry entry;
    entry.login = read_login(in);
    entry.service = in.one_of(LoginService::mailbox);
    entry.source = in.one_of(LoginSource::login_log);
    entry.protocol = in.text();
    entry.guess = in.number();
    entry.times = read_times(in);
    entry.spent = static_cast<std::size_t>(in.number());
    entry.repeats = in.signed_number();
    entry.first = in.time();
    if (entry.times.empty() || entry.spent > entry.times.size() || entry.repeats < 0) in.fail();
    record.entries_.push_back(std::move(entry));
  }
  for (std::size_t left = in.count(); left > 0 && in.is_good(); --left) {
    LoginName login = read_login(in);
    record.good_.push_back({std::move(login), in.time()});
  }
  if (const std::string lock = in.text(); !lock.empty()) {
    record.lock_ = decode_lock(lock);
    if (!record.lock_) in.fail();
  }
  record.offences_ = in.signed_number();
  for (auto* when :
       {&record.last_until_, &record.settled_, &record.unlocked_, &record.last_failure_}) {
    *when = in.optional_time(Time{});
  }
  for (std::size_t left = in.count(); left > 0 && in.is_good(); --left)
    record.tokens_.push_back(in.number());
  record.spans_.within = std::chrono::seconds(in.signed_number());
  record.spans_.shared = std::chrono::seconds(in.signed_number());
  record.spans_.remembered = std::chrono::seconds(in.signed_number());
  record.spans_.count = in.one_of(CountedFailures::distinct_passwords);
  return in.is_done() ? record : FailureRecord();
}

}  // namespace gatepost::store
