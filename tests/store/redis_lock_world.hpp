#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "store/fallback_lock_book.hpp"
#include "tests/store/redis_world.hpp"

/// What the tests of locks in Redis share.
namespace gatepost::test {

inline Network net(const std::string& text) {
  return Network::parse(text).value();
}

inline LockoutTerms lock_terms(const std::string& network, std::int64_t failures = 10) {
  return {.network = net(network), .failures = failures, .growth = {}, .shared = {}, .office = {}};
}

/// An attempt of its own from the network's first address.
inline LoginAttempt failed_login(const std::string& network, std::uint64_t token,
                                 const std::string& login = "ann@example.com") {
  LoginAttempt out{.client = net(network).address(),
                   .login = {},
                   .protocol = "smtp",
                   .guess = {},
                   .token = Token{token}};
  out.login.text = login;
  return out;
}

inline Time real_now() {
  return store::system_clock()();
}

inline ClientLock hand_lock(const std::string& network, Time since,
                            std::chrono::seconds length = std::chrono::hours(1)) {
  return {.network = net(network),
          .reference = Reference::from_bits(7),
          .since = since,
          .until = since + length,
          .actor = "root",
          .reason = "ticket 4711",
          .failures = 0,
          .within = {},
          .logins = {},
          .offence = 1};
}

inline bool is_locked(const LockBook& book, const std::string& network) {
  return book.lock_of(net(network).address(), real_now()).has_value();
}

/// One daemon's locks over a Redis, as the daemon opens them.
struct LockDaemon {
  explicit LockDaemon(const RedisAddress& address,
                      std::chrono::milliseconds deadline = kPatientDeadline,
                      WhenDown when_down = WhenDown::local)
      : connected(address, deadline),
        book(connected.connection, when_down, store::system_clock(), connected.lines.log()) {}

  /// Gives the answer of the last.
  FailureOutcome fail(const std::string& network, int times, std::uint64_t first_token,
                      const LockoutTerms& terms) {
    FailureOutcome out;
    for (int i = 0; i < times; ++i) {
      const auto answer =
          book.fail(failed_login(network, first_token + static_cast<std::uint64_t>(i)), terms,
                    Reference::from_bits(first_token + static_cast<std::uint64_t>(i)));
      if (const auto* value = value_of(answer)) {
        out = *value;
      } else {
        ADD_FAILURE() << std::get<Unavailable>(answer).why;
      }
    }
    return out;
  }

  FailureOutcome fail(const std::string& network, int times, std::uint64_t first_token) {
    return fail(network, times, first_token, lock_terms(network));
  }

  std::int64_t counted(const std::string& network) {
    const auto answer = book.standing(net(network), lock_terms(network));
    return std::get<NetworkStanding>(answer).counted;
  }

  bool carried() {
    return eventually([&] { return !connected.connection.away() && book.counts().waiting == 0; });
  }

  bool sees_it_away() {
    return eventually([&] { return connected.connection.away().has_value(); });
  }

  Connected connected;
  store::FallbackLockBook book;
};

}  // namespace gatepost::test
