#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "policy/ledger.hpp"
#include "tests/store/hand_clock.hpp"

/// What the tests of every ledger are made of. A ledger's own test file describes a world:
///
///     struct EmbeddedWorld {
///       gatepost::Ledger& ledger();              // over clock(), empty at first
///       gatepost::test::HandClock& clock();      // stands at kTestStart
///     };
///
/// It is made anew for each test.
namespace gatepost::test {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr Window kQuarter{minutes(15)};
inline constexpr Counter kMessages{Unit::messages, kQuarter};
inline constexpr Counter kDaily{Unit::recipients, Window::calendar_day()};

inline Subject user(const std::string& name) {
  return Subject::from_text("u:" + name);
}

/// A charge with named parts, for tables.
inline Charge charge(Counter counter, std::int64_t amount, std::optional<std::int64_t> limit,
                     bool enforced = true) {
  return {counter, amount, limit, enforced};
}

template <typename World>
class LedgerContract : public testing::Test {
protected:
  Time now() { return world_.clock().now(); }

  void move(milliseconds by) { world_.clock().move(by); }

  LedgerRequest request(const std::string& name, std::vector<Charge> charges) {
    return {user(name), std::move(charges), days_at(now())};
  }

  Settlement look(const LedgerRequest& asked) { return known(world_.ledger().look(asked)); }

  Settlement settle(const LedgerRequest& asked) { return settle(asked, Token{++last_token_}); }

  Settlement settle(const LedgerRequest& asked, Token token) {
    return known(world_.ledger().settle(asked, token));
  }

  Settlement settle(const std::string& name, std::vector<Charge> charges) {
    return settle(request(name, std::move(charges)));
  }

  /// What the counter holds now.
  std::int64_t used(const std::string& name, Counter counter) {
    return used(name, counter, days_at(now()));
  }

  std::int64_t used(const std::string& name, Counter counter, const Days& days) {
    const auto seen = look({user(name), {charge(counter, 0, {})}, days});
    return seen.readings.empty() ? -1 : seen.readings[0].used;
  }

  /// How many of `tries` messages pass, one after the other.
  int passed(const std::string& name, int tries, std::int64_t limit) {
    int count = 0;
    for (int i = 0; i < tries; ++i) {
      if (!settle(name, {charge(kMessages, 1, limit)}).refused) ++count;
    }
    return count;
  }

  World world_;
  std::uint64_t last_token_ = 0;

private:
  static Settlement known(const Answer<Settlement>& answer) {
    if (const auto* value = value_of(answer)) return *value;
    ADD_FAILURE() << "unavailable: " << std::get<Unavailable>(answer).why;
    return {
        .now = {}, .refused = false, .repeated = false, .source = Source::store, .readings = {}};
  }
};

TYPED_TEST_SUITE_P(LedgerContract);

}  // namespace gatepost::test
