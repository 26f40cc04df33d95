#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/limit.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// The rules, by the names that configuration, logs and metrics use.
enum class RuleId : std::uint8_t {
  frozen_accounts,
  message_size,
  message_rate,
  recipients_per_message,
  recipients_per_day,
};

/// `message_rate`
std::string_view name(RuleId rule);
std::optional<RuleId> rule_from_name(std::string_view name);

enum class Outcome : std::uint8_t {
  pass,
  hit,
  unknown,  ///< could not be asked
};

/// What a rule saw. Each has a sentence in every language (catalogue.hpp).
enum class Reason : std::uint8_t {
  does_not_apply,  ///< the rule has nothing to say on this channel or stage
  no_limit,        ///< counted, but unlimited
  within_limit,
  too_many_messages,
  too_many_recipients,  ///< in one message
  too_many_recipients_today,
  too_large,
  size_not_declared,
  not_frozen,
  sender_frozen,
  recipient_frozen,
  store_away,
};

/// `too_many_messages`: the stable code in logs, JSON and stored cases.
std::string_view name(Reason reason);
std::optional<Reason> reason_from_name(std::string_view name);

/// The numbers behind a finding. What a rule has no number for stays empty.
struct Figures {
  std::optional<std::int64_t> used;    ///< before this message
  std::optional<std::int64_t> amount;  ///< what this message adds
  std::optional<Limit> limit;
  std::optional<Origin> origin;   ///< where the limit comes from
  std::optional<Time> clears_at;  ///< when it would pass
  bool local = false;             ///< counted by this daemon alone: the store was away

  friend bool operator==(const Figures&, const Figures&) = default;
};

/// One rule's statement about one stage of a message: facts only; what it costs is decided by the
/// rule's settings.
struct Finding {
  RuleId rule;
  Outcome outcome;
  Reason reason;
  Figures figures;
  std::string about;   ///< the account or address it speaks of, where it speaks of one
  std::string detail;  ///< free text: a frozen account's reason, why the store was away

  friend bool operator==(const Finding&, const Finding&) = default;
};

}  // namespace gatepost
