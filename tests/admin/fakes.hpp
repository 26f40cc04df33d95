#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "admin/daemon.hpp"
#include "policy/calendar.hpp"
#include "tests/policy/fake_lock_book.hpp"
#include "tests/policy/site.hpp"

/// Real behaviour in memory for the ports behind the admin sockets.
namespace gatepost::test {

/// 2026-11-22 06:05:10 UTC
Time test_now();

/// Counters that are set by the test; nothing ever expires.
class FakeLedger final : public Ledger {
public:
  std::map<std::pair<std::string, Counter>, std::int64_t> used;
  std::optional<std::string> away;
  Source source = Source::store;
  int settled = 0;

  Answer<Settlement> look(const LedgerRequest& request) override;
  Answer<Settlement> settle(const LedgerRequest& request, Token token) override;
};

class FakeFreezes final : public FreezeBook {
public:
  std::map<std::string, FrozenAccount, std::less<>> entries;
  std::optional<std::string> away;

  std::optional<FrozenAccount> frozen(std::string_view account) const override;
  std::vector<FrozenAccount> all_frozen() const override;
  Answer<bool> freeze(const FrozenAccount& entry) override;
  Answer<bool> unfreeze(std::string_view account) override;
};

class FakeCases final : public CaseBook {
public:
  std::vector<Case> records;
  std::vector<WouldRefuse> tallies;
  std::optional<Time> asked_since;
  std::optional<std::string> away;

  Answer<bool> record(const Case& record) override;
  Answer<bool> tally(RuleId rule, const Subject& subject, std::int64_t count, Time when) override;
  Answer<std::optional<Case>> find(const Reference& reference) override;
  Answer<std::vector<Case>> recent(const Subject& subject, std::size_t most) override;
  Answer<std::vector<WouldRefuse>> would_refuse(Time since) override;
};

class FakeAudit final : public AuditLog {
public:
  std::vector<AuditRecord> records;
  std::optional<std::string> away;

  Answer<bool> append(const AuditRecord& record) override;
  Answer<std::vector<AuditRecord>> newest(std::size_t most) override;
};

class FakeStores final : public store::Stores {
public:
  FakeLedger counters;
  FakeFreezes freeze_book;
  FakeLockBook lock_book;
  FakeCases case_book;
  FakeAudit audit_log;

  Ledger& ledger() override { return counters; }

  FreezeBook& freezes() override { return freeze_book; }

  LockBook& locks() override { return lock_book; }

  CaseBook& cases() override { return case_book; }

  AuditLog& audit() override { return audit_log; }

  StoreStatus status() const override { return {}; }
};

/// A daemon of the site example.com, without any traffic. The test sets it up before the server
/// starts and looks at it between requests.
class FakeDaemon final : public admin::Daemon {
public:
  FakeDaemon();

  FakeStores fake_stores;
  std::shared_ptr<Settings> edited;  ///< what settings() gives
  admin::Status current;
  admin::ReloadOutcome outcome{true, {}};
  std::vector<bool> reloads;  ///< `yes` of each

  std::shared_ptr<const Settings> settings() const override { return edited; }

  store::Stores& stores() override { return fake_stores; }

  admin::Status status() const override { return current; }

  admin::ReloadOutcome reload(bool yes) override;
};

/// Settings of the site example.com with the documented defaults and UTC.
Settings example_settings();

/// A refusal of alice's message by the message rate, as the session would record it.
Case example_case();

/// The counter of R1's and R3's defaults.
Counter message_counter();
Counter recipient_counter();

/// A folder of its own, removed with everything in it.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  TemporaryFolder(TemporaryFolder&&) = delete;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;

  const std::filesystem::path& path() const { return path_; }

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  /// Writes a file there and gives its path.
  std::filesystem::path write(const std::string& name, const std::string& text) const;

private:
  std::filesystem::path path_;
};

}  // namespace gatepost::test
