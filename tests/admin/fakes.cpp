#include "fakes.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "policy/effective_limits.hpp"

namespace gatepost::test {

using std::chrono::hours;
using std::chrono::minutes;

Time test_now() {
  return Time(std::chrono::seconds(1795327510));
}

Answer<Settlement> FakeLedger::look(const LedgerRequest& request) {
  if (away) return Unavailable{*away};
  Settlement out{
      .now = test_now(), .refused = false, .repeated = false, .source = source, .readings = {}};
  for (const Charge& charge : request.charges) {
    Reading reading;
    const auto found = used.find({request.subject.text(), charge.counter});
    if (found != used.end()) reading.used = found->second;
    if (reading.used > 0) reading.resets_at = test_now() + minutes(15);
    reading.over = charge.limit && reading.used + charge.amount > *charge.limit;
    if (reading.over) reading.clears_at = test_now() + minutes(5);
    out.refused = out.refused || (reading.over && charge.enforced);
    out.readings.push_back(reading);
  }
  return out;
}

Answer<Settlement> FakeLedger::settle(const LedgerRequest& request, Token /*token*/) {
  ++settled;
  return look(request);
}

std::optional<FrozenAccount> FakeFreezes::frozen(std::string_view account) const {
  const auto found = entries.find(account);
  if (found == entries.end()) return {};
  return found->second;
}

std::vector<FrozenAccount> FakeFreezes::all_frozen() const {
  std::vector<FrozenAccount> out;
  for (const auto& [account, entry] : entries)
    out.push_back(entry);
  return out;
}

Answer<bool> FakeFreezes::freeze(const FrozenAccount& entry) {
  if (away) return Unavailable{*away};
  return entries.insert_or_assign(entry.account, entry).second;
}

Answer<bool> FakeFreezes::unfreeze(std::string_view account) {
  if (away) return Unavailable{*away};
  return entries.erase(std::string(account)) > 0;
}

Answer<bool> FakeCases::record(const Case& record) {
  if (away) return Unavailable{*away};
  records.push_back(record);
  return true;
}

Answer<bool> FakeCases::tally(RuleId rule, const Subject& subject, std::int64_t count,
                              Time /*when*/) {
  tallies.push_back({rule, subject.text(), count});
  return true;
}

Answer<std::optional<Case>> FakeCases::find(const Reference& reference) {
  if (away) return Unavailable{*away};
  for (const Case& record : records) {
    if (record.reference == reference) return std::optional<Case>(record);
  }
  return std::optional<Case>();
}

Answer<std::vector<Case>> FakeCases::recent(const Subject& subject, std::size_t most) {
  if (away) return Unavailable{*away};
  std::vector<Case> out;
  for (const Case& record : records) {
    if (record.subject == subject && out.size() < most) out.push_back(record);
  }
  return out;
}

Answer<std::vector<WouldRefuse>> FakeCases::would_refuse(Time since) {
  if (away) return Unavailable{*away};
  asked_since = since;
  return tallies;
}

Answer<bool> FakeAudit::append(const AuditRecord& record) {
  if (away) return Unavailable{*away};
  records.push_back(record);
  return true;
}

Answer<std::vector<AuditRecord>> FakeAudit::newest(std::size_t most) {
  if (away) return Unavailable{*away};
  std::vector<AuditRecord> out(records.rbegin(), records.rend());
  if (out.size() > most) out.resize(most);
  return out;
}

FakeDaemon::FakeDaemon() : edited(std::make_shared<Settings>(example_settings())) {
  current.version = "0.1.0";
  current.started = test_now() - hours(3);
  current.now = test_now();
  current.listen = "inet:8899@127.0.0.1";
  current.config.gatepost_file = "/etc/gatepost/gatepost.yaml";
  current.config.loaded_at = test_now() - hours(3);
  current.config.mode = "enforce";
  current.store.kind = "memory";
  current.store.where = "/var/lib/gatepost";
}

admin::ReloadOutcome FakeDaemon::reload(bool yes) {
  reloads.push_back(yes);
  return outcome;
}

Settings example_settings() {
  Settings settings;
  settings.site.domains = {*Domain::parse("example.com")};
  settings.site.logins.bare_domain = Domain::parse("example.com");
  settings.site.calendar = std::make_shared<UtcCalendar>();
  settings.site.time_zone = "UTC";
  settings.counters = configured_counters(settings);
  return settings;
}

Case example_case() {
  const Finding finding{.rule = RuleId::message_rate,
                        .outcome = Outcome::hit,
                        .reason = Reason::too_many_messages,
                        .figures = {.used = 50,
                                    .amount = 1,
                                    .limit = Limit{50, {minutes(15)}},
                                    .origin = Origin{},
                                    .clears_at = test_now() + minutes(5),
                                    .local = false},
                        .about = {},
                        .detail = {}};
  return {.reference = *Reference::parse("7K3F-9QXM"),
          .subject = Subject::from_text("u:alice@example.com"),
          .channel = Channel::submission,
          .first = test_now() - minutes(2),
          .last = test_now() - minutes(1),
          .count = 3,
          .verdict = "defer",
          .reply = "450 4.7.1 Sending limit reached [ref 7K3F-9QXM]",
          .client = "192.0.2.7",
          .client_name = "pc7.example.com",
          .daemon_name = "ORIGINATING",
          .login = "alice@example.com",
          .server = {},
          .sender = "alice@example.com",
          .recipient = {},
          .queue_id = {},
          .host = "mx.example.com",
          .decisive = finding,
          .trace = {finding}};
}

Counter message_counter() {
  return {Unit::messages, {minutes(15)}};
}

Counter recipient_counter() {
  return {Unit::recipients, Window::calendar_day()};
}

TemporaryFolder::TemporaryFolder() {
  std::string name = std::filesystem::temp_directory_path() / "gatepost-test-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryFolder::write(const std::string& name,
                                             const std::string& text) const {
  std::ofstream(path_ / name) << text;
  return path_ / name;
}

}  // namespace gatepost::test
