// The stable names of the core's enumerations: what configuration, logs, JSON and stored cases say.

#include <array>
#include <utility>

#include "policy/channel.hpp"
#include "policy/finding.hpp"
#include "policy/login_attempt.hpp"
#include "policy/rules/settings.hpp"
#include "policy/verdict.hpp"

namespace gatepost {
namespace {

template <typename Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<RuleId, 13> kRules = {{
    {RuleId::login_lockout, "login_lockout"},
    {RuleId::frozen_accounts, "frozen_accounts"},
    {RuleId::server_channel, "server_channel"},
    {RuleId::message_size, "message_size"},
    {RuleId::sender_is_login, "sender_is_login"},
    {RuleId::message_rate, "message_rate"},
    {RuleId::recipients_per_message, "recipients_per_message"},
    {RuleId::recipients_per_day, "recipients_per_day"},
    {RuleId::from_is_sender, "from_is_sender"},
    {RuleId::own_domains_from_outside, "own_domains_from_outside"},
    {RuleId::dmarc, "dmarc"},
    {RuleId::ambiguous_from, "ambiguous_from"},
    {RuleId::display_name, "display_name"},
}};

constexpr Names<Reason, 65> kReasons = {{
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
    {Reason::listener_fits, "listener_fits"},
    {Reason::server_not_listed, "server_not_listed"},
    {Reason::server_on_wrong_listener, "server_on_wrong_listener"},
    {Reason::person_on_server_listener, "person_on_server_listener"},
    {Reason::server_sender_listed, "server_sender_listed"},
    {Reason::server_sender_not_listed, "server_sender_not_listed"},
    {Reason::sender_is_null, "sender_is_null"},
    {Reason::sender_is_own, "sender_is_own"},
    {Reason::sender_excepted, "sender_excepted"},
    {Reason::sender_not_login, "sender_not_login"},
    {Reason::from_matches, "from_matches"},
    {Reason::from_excepted, "from_excepted"},
    {Reason::from_redirected, "from_redirected"},
    {Reason::from_not_sender, "from_not_sender"},
    {Reason::from_not_server, "from_not_server"},
    {Reason::from_is_redirect, "from_is_redirect"},
    {Reason::sender_field_missing, "sender_field_missing"},
    {Reason::sender_field_not_login, "sender_field_not_login"},
    {Reason::from_missing, "from_missing"},
    {Reason::from_hidden, "from_hidden"},
    {Reason::from_repeated, "from_repeated"},
    {Reason::from_several, "from_several"},
    {Reason::from_group, "from_group"},
    {Reason::from_empty, "from_empty"},
    {Reason::from_unreadable, "from_unreadable"},
    {Reason::from_readable, "from_readable"},
    {Reason::not_our_domain, "not_our_domain"},
    {Reason::brought_by_forwarder, "brought_by_forwarder"},
    {Reason::own_domain_proven, "own_domain_proven"},
    {Reason::own_domain_forged, "own_domain_forged"},
    {Reason::own_domain_broken_on_list, "own_domain_broken_on_list"},
    {Reason::own_domain_unproven, "own_domain_unproven"},
    {Reason::own_domain_on_list, "own_domain_on_list"},
    {Reason::own_sender_field_unproven, "own_sender_field_unproven"},
    {Reason::dmarc_passed, "dmarc_passed"},
    {Reason::dmarc_no_policy, "dmarc_no_policy"},
    {Reason::dmarc_asks_nothing, "dmarc_asks_nothing"},
    {Reason::dmarc_asks_quarantine, "dmarc_asks_quarantine"},
    {Reason::dmarc_asks_reject, "dmarc_asks_reject"},
    {Reason::dmarc_too_many_authors, "dmarc_too_many_authors"},
    {Reason::dmarc_broken_on_list, "dmarc_broken_on_list"},
    {Reason::dmarc_excepted, "dmarc_excepted"},
    {Reason::dmarc_trusted_chain, "dmarc_trusted_chain"},
    {Reason::dmarc_known_list, "dmarc_known_list"},
    {Reason::dmarc_not_known, "dmarc_not_known"},
    {Reason::name_shows_no_address, "name_shows_no_address"},
    {Reason::name_shows_ours, "name_shows_ours"},
    {Reason::name_shows_other, "name_shows_other"},
    {Reason::client_not_locked, "client_not_locked"},
    {Reason::client_locked, "client_locked"},
    {Reason::client_locked_by_hand, "client_locked_by_hand"},
    {Reason::locked_client_elsewhere, "locked_client_elsewhere"},
    {Reason::headers_not_seen, "headers_not_seen"},
}};

constexpr Names<LoginSource, 4> kLoginSources = {{
    {LoginSource::auth_policy, "auth_policy"},
    {LoginSource::mta_log, "mta_log"},
    {LoginSource::auth_log, "auth_log"},
    {LoginSource::login_log, "login_log"},
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

std::string_view name(MarkLevel level) {
  return level == MarkLevel::junk ? "junk" : "suspicious";
}

std::string_view name(LoginSource source) {
  return find_name(kLoginSources, source);
}

std::optional<LoginSource> login_source_from_name(std::string_view name) {
  return find_value(kLoginSources, name);
}

std::string_view name(LoginService service) {
  return service == LoginService::mailbox ? "mailbox" : "submission";
}

}  // namespace gatepost
