// The stable names of the core's enumerations: what configuration, logs, JSON and stored cases say.

#include <array>
#include <utility>

#include "policy/channel.hpp"
#include "policy/finding.hpp"
#include "policy/rules/settings.hpp"
#include "policy/verdict.hpp"

namespace gatepost {
namespace {

template <typename Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<RuleId, 5> kRules = {{
    {RuleId::frozen_accounts, "frozen_accounts"},
    {RuleId::message_size, "message_size"},
    {RuleId::message_rate, "message_rate"},
    {RuleId::recipients_per_message, "recipients_per_message"},
    {RuleId::recipients_per_day, "recipients_per_day"},
}};

constexpr Names<Reason, 12> kReasons = {{
    {Reason::does_not_apply, "does_not_apply"},
    {Reason::no_limit, "no_limit"},
    {Reason::within_limit, "within_limit"},
    {Reason::too_many_messages, "too_many_messages"},
    {Reason::too_many_recipients, "too_many_recipients"},
    {Reason::too_many_recipients_today, "too_many_recipients_today"},
    {Reason::too_large, "too_large"},
    {Reason::size_not_declared, "size_not_declared"},
    {Reason::not_frozen, "not_frozen"},
    {Reason::sender_frozen, "sender_frozen"},
    {Reason::recipient_frozen, "recipient_frozen"},
    {Reason::store_away, "store_away"},
}};

constexpr Names<Channel, 5> kChannels = {{
    {Channel::local, "local"},
    {Channel::submission, "submission"},
    {Channel::server, "server"},
    {Channel::relay, "relay"},
    {Channel::inbound, "inbound"},
}};

constexpr Names<Action, 6> kActions = {{
    {Action::refuse, "refuse"},
    {Action::defer, "defer"},
    {Action::hold, "hold"},
    {Action::junk, "junk"},
    {Action::suspicious, "suspicious"},
    {Action::proceed, "continue"},
}};

template <typename Enum, std::size_t N>
std::string_view find_name(const Names<Enum, N>& names, Enum value) {
  for (const auto& [known, text] : names) {
    if (known == value) return text;
  }
  return "?";
}

template <typename Enum, std::size_t N>
std::optional<Enum> find_value(const Names<Enum, N>& names, std::string_view text) {
  for (const auto& [value, known] : names) {
    if (known == text) return value;
  }
  return {};
}

}  // namespace

std::string_view name(RuleId rule) {
  return find_name(kRules, rule);
}

std::optional<RuleId> rule_from_name(std::string_view name) {
  return find_value(kRules, name);
}

std::string_view name(Reason reason) {
  return find_name(kReasons, reason);
}

std::optional<Reason> reason_from_name(std::string_view name) {
  return find_value(kReasons, name);
}

std::string_view name(Channel channel) {
  return find_name(kChannels, channel);
}

std::optional<Channel> channel_from_name(std::string_view name) {
  return find_value(kChannels, name);
}

std::string_view name(Action action) {
  return find_name(kActions, action);
}

std::optional<Action> action_from_name(std::string_view name) {
  return find_value(kActions, name);
}

std::string_view name(Mode mode) {
  return mode == Mode::enforce ? "enforce" : "observe";
}

std::string_view name(const Verdict& verdict) {
  constexpr std::array<std::string_view, 5> kVerdicts = {"continue", "refuse_recipient",
                                                         "refuse_message", "defer", "hold"};
  return kVerdicts.at(verdict.index());
}

}  // namespace gatepost
