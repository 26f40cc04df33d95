#pragma once

#include "policy/rules/settings.hpp"
#include "policy/rules/usage.hpp"

namespace gatepost {

/// R1: messages per subject in a window.
struct MessageRate {
  static constexpr RuleId kId = RuleId::message_rate;
  static constexpr Stages kStages{Stage::mail, Stage::end};
  RuleSettings settings{.on_hit = Action::defer};
  EffectiveLimit limit{.limit = {50, {std::chrono::minutes(15)}}, .origin = {}};

  friend bool operator==(const MessageRate&, const MessageRate&) = default;
};

/// R2: distinct accepted recipients of one message.
struct RecipientsPerMessage {
  static constexpr RuleId kId = RuleId::recipients_per_message;
  static constexpr Stages kStages{Stage::recipient};
  RuleSettings settings;
  EffectiveLimit limit{.limit = {100, {}}, .origin = {}};

  friend bool operator==(const RecipientsPerMessage&, const RecipientsPerMessage&) = default;
};

/// R3: recipients per subject and calendar day.
struct RecipientsPerDay {
  static constexpr RuleId kId = RuleId::recipients_per_day;
  static constexpr Stages kStages{Stage::recipient, Stage::end};
  RuleSettings settings;
  EffectiveLimit limit{.limit = {300, Window::calendar_day()}, .origin = {}};

  friend bool operator==(const RecipientsPerDay&, const RecipientsPerDay&) = default;
};

/// R15: the size a client declares at MAIL (RFC 1870), in octets.
struct MessageSize {
  static constexpr RuleId kId = RuleId::message_size;
  static constexpr Stages kStages{Stage::mail};
  RuleSettings settings;
  EffectiveLimit limit{.limit = {{}, {}}, .origin = {}};

  friend bool operator==(const MessageSize&, const MessageSize&) = default;
};

/// What the rule wants counted for this message as it stands; nothing where it does not apply.
std::optional<Need> needs(const MessageRate& rule, const Facts& facts);
std::optional<Need> needs(const RecipientsPerDay& rule, const Facts& facts);

Finding judge(const MessageRate& rule, Stage stage, const Facts& facts, const Usage& usage);
Finding judge(const RecipientsPerMessage& rule, Stage stage, const Facts& facts,
              const Usage& usage);
Finding judge(const RecipientsPerDay& rule, Stage stage, const Facts& facts, const Usage& usage);
Finding judge(const MessageSize& rule, Stage stage, const Facts& facts, const Usage& usage);

}  // namespace gatepost
