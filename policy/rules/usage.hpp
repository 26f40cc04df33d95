#pragma once

#include <initializer_list>

#include "policy/facts.hpp"
#include "policy/finding.hpp"
#include "policy/ledger.hpp"

namespace gatepost {

/// How far the SMTP dialogue has come when the rules are asked.
enum class Stage : std::uint8_t {
  hello,  ///< the client has greeted; there is no message yet
  mail,
  recipient,
  content,  ///< the whole message is there; nothing is charged yet
  end,      ///< the charge was asked for
};

/// The stages at which a rule has something to say: its kStages.
class Stages {
public:
  constexpr Stages(std::initializer_list<Stage> stages) {
    for (const Stage stage : stages)
      bits_ |= bit(stage);
  }

  constexpr bool has(Stage stage) const { return (bits_ & bit(stage)) != 0; }

private:
  static constexpr unsigned bit(Stage stage) { return 1U << static_cast<unsigned>(stage); }

  unsigned bits_ = 0;
};

/// What a rule wants counted: `counter` may hold `limit`, this message adds `amount`.
struct Need {
  Counter counter;
  std::int64_t amount = 0;
  std::optional<std::int64_t> limit;
};

/// The ledger's last answer for this message, looked up by counter. Refers to the request and the
/// answer; both must outlive it.
class Usage {
public:
  Usage() = default;

  Usage(const LedgerRequest& request, const Answer<Settlement>& answer)
      : request_(&request), answer_(&answer) {}

  /// Null where the counter was not asked about, or the store could not be asked.
  const Reading* reading(const Counter& counter) const;
  /// Null where the store answered or was not asked.
  const Unavailable* unavailable() const;
  /// Null where the store was not asked, or could not be.
  const Settlement* settlement() const;

private:
  const LedgerRequest* request_ = nullptr;
  const Answer<Settlement>* answer_ = nullptr;
};

/// The charge channels: only people and application servers have limits of their own (POLICIES).
inline bool is_counted(Channel channel) {
  return channel == Channel::submission || channel == Channel::server;
}

}  // namespace gatepost
