#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "policy/case_book.hpp"
#include "policy/freeze_book.hpp"
#include "policy/ledger.hpp"

namespace gatepost::test {

/// Counters that never expire, with the ledger's own rules for charging; `down` makes it silent.
class FakeLedger : public Ledger {
public:
  Answer<Settlement> look(const LedgerRequest& request) override {
    ++looks;
    if (down) return Unavailable{"down"};
    return read(request);
  }

  Answer<Settlement> settle(const LedgerRequest& request, Token token) override {
    ++settles;
    if (down) return Unavailable{"down"};
    tokens.push_back(token.bits);
    Settlement out = read(request);
    if (out.refused) return out;
    for (const Charge& charge : request.charges)
      used[key(request, charge)] += charge.amount;
    return out;
  }

  std::int64_t total(const std::string& subject, Unit unit) const {
    const auto found = used.find(subject + '/' + std::to_string(static_cast<int>(unit)));
    return found == used.end() ? 0 : found->second;
  }

  bool down = false;
  int looks = 0;
  int settles = 0;
  std::vector<std::uint64_t> tokens;
  std::map<std::string, std::int64_t> used;

private:
  static std::string key(const LedgerRequest& request, const Charge& charge) {
    return request.subject.text() + '/' + std::to_string(static_cast<int>(charge.counter.unit));
  }

  Settlement read(const LedgerRequest& request) {
    Settlement out{.now = request.days.starts[1],
                   .refused = false,
                   .repeated = false,
                   .source = Source::store,
                   .readings = {}};
    for (const Charge& charge : request.charges) {
      Reading reading;
      reading.used = used[key(request, charge)];
      reading.over = charge.limit && reading.used + charge.amount > *charge.limit;
      out.refused = out.refused || (reading.over && charge.enforced);
      out.readings.push_back(reading);
    }
    return out;
  }
};

class FakeFreezeBook : public FreezeBook {
public:
  std::optional<FrozenAccount> frozen(std::string_view account) const override {
    const auto found = entries.find(std::string(account));
    if (found == entries.end()) return {};
    return found->second;
  }

  std::vector<FrozenAccount> all_frozen() const override {
    std::vector<FrozenAccount> out;
    for (const auto& [account, entry] : entries)
      out.push_back(entry);
    return out;
  }

  Answer<bool> freeze(const FrozenAccount& entry) override {
    return entries.insert_or_assign(entry.account, entry).second;
  }

  Answer<bool> unfreeze(std::string_view account) override {
    return entries.erase(std::string(account)) == 1;
  }

  std::map<std::string, FrozenAccount> entries;
};

/// Keeps everything; thread-safe, because the desk writes from its own thread.
class FakeCaseBook : public CaseBook {
public:
  Answer<bool> record(const Case& record) override {
    const std::lock_guard lock(mutex_);
    ++writes_;
    if (down_) return Unavailable{"down"};
    cases_.insert_or_assign(record.reference, record);
    return true;
  }

  Answer<bool> tally(RuleId rule, const Subject& subject, std::int64_t count, Time) override {
    const std::lock_guard lock(mutex_);
    tallies_[{rule, subject.text()}] += count;
    return true;
  }

  Answer<std::optional<Case>> find(const Reference& reference) override {
    const std::lock_guard lock(mutex_);
    const auto found = cases_.find(reference);
    if (found == cases_.end()) return std::optional<Case>{};
    return std::optional<Case>(found->second);
  }

  Answer<std::vector<Case>> recent(const Subject& subject, std::size_t most) override {
    const std::lock_guard lock(mutex_);
    std::vector<Case> out;
    for (const auto& [reference, record] : cases_) {
      if (record.subject == subject && out.size() < most) out.push_back(record);
    }
    return out;
  }

  Answer<std::vector<WouldRefuse>> would_refuse(Time) override {
    const std::lock_guard lock(mutex_);
    std::vector<WouldRefuse> out;
    for (const auto& [key, count] : tallies_)
      out.push_back({key.first, key.second, count});
    return out;
  }

  void set_down(bool down) {
    const std::lock_guard lock(mutex_);
    down_ = down;
  }

  std::size_t writes() const {
    const std::lock_guard lock(mutex_);
    return writes_;
  }

private:
  mutable std::mutex mutex_;
  bool down_ = false;
  std::size_t writes_ = 0;
  std::map<Reference, Case> cases_;
  std::map<std::pair<RuleId, std::string>, std::int64_t> tallies_;
};

}  // namespace gatepost::test
