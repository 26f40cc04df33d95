#include <map>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "store/failure_record.hpp"
#include "tests/store/hand_clock.hpp"
#include "tests/store/lock_attempts.hpp"

namespace gatepost::test {
namespace {

/// The rules over a list of all events that were ever told, by counting it anew each time.
class NaiveModel {
public:
  explicit NaiveModel(const LockoutTerms& terms) : terms_(terms) {}

  void fail(const LoginAttempt& tried, Time now) {
    if (now < until_) return;
    if (!tokens_.insert(tried.token.bits).second) return;
    events_.push_back({tried, now});
    if (count(now) < *terms_.failures) return;
    until_ = now + terms_.lock;
    ++locks_;
    events_.clear();
  }

  void succeed(const LoginName& login) {
    std::erase_if(events_, [&](const Event& each) { return each.tried.login == login; });
  }

  void unlock(Time now) {
    events_.clear();
    until_ = now;
  }

  bool is_locked(Time now) const { return now < until_; }

  int locks() const { return locks_; }

  std::int64_t count(Time now) const {
    const bool distinct = terms_.count == CountedFailures::distinct_passwords;
    std::set<std::pair<LoginName, std::string>> guesses;
    std::set<std::pair<LoginName, LoginService>> by_policy;
    std::map<std::pair<LoginName, LoginService>, std::map<LoginSource, std::int64_t>> told;
    for (const Event& each : events_) {
      if (each.when <= now - terms_.within) continue;
      const LoginAttempt& tried = each.tried;
      const std::pair key(tried.login, tried.service);
      const bool again =
          distinct && !tried.guess.empty() && !guesses.emplace(tried.login, tried.guess).second;
      told[key][tried.source] += again ? 0 : 1;
      if (tried.source == LoginSource::auth_policy) by_policy.insert(key);
    }
    std::map<LoginService, std::int64_t> named;
    std::map<LoginService, std::int64_t> in_login_log;
    std::set<LoginService> policy_tells;
    for (const auto& [key, sources] : told) {
      std::int64_t most = 0;
      std::int64_t by_login_log = 0;
      for (const auto& [source, times] : sources) {
        if (source == LoginSource::login_log) in_login_log[key.second] += times;
        const bool knows =
            !distinct || !by_policy.contains(key) || source == LoginSource::auth_policy;
        if (!knows) continue;
        if (source == LoginSource::login_log) {
          by_login_log = times;  // it may be others': only where nobody else tells
        } else {
          most = std::max(most, times);
        }
      }
      named[key.second] += most > 0 ? most : by_login_log;
      if (by_policy.contains(key)) policy_tells.insert(key.second);
    }
    std::int64_t sum = 0;
    for (const auto& [service, times] : named) {
      const bool is_all = distinct && policy_tells.contains(service);
      sum += is_all ? times : std::max(times, in_login_log[service]);
    }
    return sum;
  }

private:
  struct Event {
    LoginAttempt tried;
    Time when;
  };

  LockoutTerms terms_;
  std::vector<Event> events_;
  std::set<std::uint64_t> tokens_;
  Time until_{};
  int locks_ = 0;
};

void compare(std::uint64_t seed, CountedFailures count, int& locks) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  LockoutTerms terms = lock_terms();
  terms.count = count;
  terms.shared.users = 0;
  NaiveModel naive(terms);
  std::string stored;
  Time now = kTestStart;
  std::uint64_t token = 0;
  for (int step = 0; step < 400; ++step) {
    now += std::chrono::milliseconds(below(4) == 0 ? below(600'000) : below(5'000));
    auto record = store::FailureRecord::decode(stored);
    const auto source = static_cast<LoginSource>(below(4));
    LoginAttempt tried = attempt("user" + std::to_string(below(3)), "", source);
    tried.service = static_cast<LoginService>(below(2));
    if (source == LoginSource::auth_policy && below(4) != 0) {
      tried.guess = std::to_string(below(6));
    }
    tried.token = Token{below(8) == 0 && token > 0 ? token : ++token};
    const auto kind = below(40);
    if (kind == 0) {
      record.unlock(now);
      naive.unlock(now);
    } else if (kind < 3) {
      record.succeed(tried, terms, now);
      naive.succeed(tried.login);
    } else {
      record.fail(tried, terms, kLockReference, now);
      naive.fail(tried, now);
    }
    ASSERT_EQ(record.lock_at(now).has_value(), naive.is_locked(now)) << seed << " step " << step;
    ASSERT_EQ(record.standing(terms, now).counted, naive.count(now)) << seed << " step " << step;
    stored = record.encode();
    ASSERT_EQ(store::FailureRecord::decode(stored), record);
  }
  locks += naive.locks();
}

TEST(FailureRecordProperty, AgreesWithAModelThatKeepsEveryEvent) {
  for (const auto count : {CountedFailures::failures, CountedFailures::distinct_passwords}) {
    int locks = 0;
    for (std::uint64_t seed = 1; seed <= 100 && !testing::Test::HasFatalFailure(); ++seed)
      compare(seed, count, locks);
    EXPECT_GT(locks, 100) << "the sequences hardly lock anybody: they show nothing";
  }
}

}  // namespace
}  // namespace gatepost::test
