#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "policy/lock_book.hpp"

namespace gatepost::store {

/// Where logins of one name failed, as a plain value. Times are counted since a network's first
/// failure after a pause of `span`, the source that tells the most for all. Not thread-safe.
class AccountRecord {
public:
  static constexpr std::size_t kMostNetworks = 64;  ///< the oldest go first

  void fail(const Network& network, const LoginAttempt& attempt, std::chrono::seconds span,
            Time now);
  /// False: there was nothing of this network.
  bool forget(const Network& network);

  /// Newest first.
  std::vector<LoginFailures> failures(std::chrono::seconds span, Time now) const;

  bool empty() const { return networks_.empty(); }

  /// From when on it holds nothing of the span that fail() was told last.
  Time forget_at() const;

  /// Empty for an empty record.
  std::string encode() const;
  /// An empty record where the bytes are damaged, or of a version that is not known.
  static AccountRecord decode(std::string_view bytes);

  friend bool operator==(const AccountRecord&, const AccountRecord&) = default;

private:
  static constexpr std::size_t kSources = 4;

  struct Entry {
    Network network;
    std::array<std::int64_t, kSources> told{};  // by source
    Time last;
    std::string protocol;

    friend bool operator==(const Entry&, const Entry&) = default;
  };

  std::vector<Entry> networks_;  // newest last
  std::chrono::seconds span_{0};
};

}  // namespace gatepost::store
