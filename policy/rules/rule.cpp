#include "policy/rules/rule.hpp"

#include <type_traits>

#include "policy/rules/make_finding.hpp"

namespace gatepost {

std::vector<Rule> default_rules() {
  return {LoginLockout{},
          FrozenAccounts{},
          ServerChannel{},
          MessageSize{},
          SenderIsLogin{},
          MessageRate{},
          RecipientsPerMessage{},
          RecipientsPerDay{},
          FromIsSender{},
          OwnDomainsFromOutside{},
          Dmarc{},
          AmbiguousFrom{},
          DisplayName{}};
}

RuleId id_of(const Rule& rule) {
  return std::visit([](const auto& r) { return std::decay_t<decltype(r)>::kId; }, rule);
}

const RuleSettings& settings_of(const Rule& rule) {
  return std::visit([](const auto& r) -> const RuleSettings& { return r.settings; }, rule);
}

RuleSettings& settings_of(Rule& rule) {
  return std::visit([](auto& r) -> RuleSettings& { return r.settings; }, rule);
}

Codes codes_of(Reason reason) {
  switch (reason) {
    case Reason::too_many_recipients: return {550, "5.5.3", 452, "4.5.3"};
    case Reason::too_large: return {552, "5.3.4", 452, "4.3.4"};
    case Reason::recipient_frozen: return {550, "5.2.1", 450, "4.2.1"};
    case Reason::store_away: return {550, "5.3.0", 451, "4.3.0"};
    case Reason::sender_not_login: return {553, "5.7.1", 450, "4.7.1"};
    case Reason::client_locked:
    case Reason::client_locked_by_hand:
    case Reason::locked_client_elsewhere: return {550, "5.7.1", 421, "4.7.0"};
    case Reason::headers_not_seen: return {550, "5.3.0", 451, "4.3.0"};
    // A server of the DNS that cannot be reached (RFC 3463 3.5, X.4.3).
    case Reason::dmarc_not_known: return {550, "5.7.1", 451, "4.4.3"};
    default: return {550, "5.7.1", 450, "4.7.1"};
  }
}

bool reads_headers(RuleId rule) {
  return rule == RuleId::from_is_sender || rule == RuleId::own_domains_from_outside ||
         rule == RuleId::dmarc || rule == RuleId::ambiguous_from || rule == RuleId::display_name;
}

bool reads_authentication(RuleId rule) {
  return rule == RuleId::own_domains_from_outside || rule == RuleId::dmarc;
}

bool costs_something(const Rule& rule) {
  const RuleSettings& settings = settings_of(rule);
  const auto* display_name = std::get_if<DisplayName>(&rule);
  const auto* dmarc = std::get_if<Dmarc>(&rule);
  return settings.on_hit != Action::proceed || settings.on_unknown != Action::proceed ||
         (display_name != nullptr && display_name->on_foreign != Action::proceed) ||
         (dmarc != nullptr && dmarc->on_quarantine != Action::proceed);
}

bool can_honour_on_hit(RuleId rule, Action action) {
  switch (rule) {
    case RuleId::login_lockout: return action == Action::defer || action == Action::proceed;
    case RuleId::frozen_accounts:
    case RuleId::message_size:
    case RuleId::message_rate:
    case RuleId::recipients_per_message:
    case RuleId::recipients_per_day:
      return action == Action::refuse || action == Action::defer || action == Action::proceed;
    case RuleId::server_channel:
    case RuleId::sender_is_login:
    case RuleId::from_is_sender:
    case RuleId::own_domains_from_outside:
    case RuleId::ambiguous_from:
    case RuleId::dmarc:
    case RuleId::display_name: break;
  }
  return true;
}

bool can_honour_on_unknown(RuleId rule, Action action) {
  const bool asks_the_store = rule == RuleId::message_rate || rule == RuleId::recipients_per_day;
  const bool always_knows = !asks_the_store && !reads_headers(rule);
  return always_knows ? action == Action::proceed : can_honour_on_hit(rule, action);
}

namespace {

Action price_of_hit(const Rule& rule, Reason reason) {
  const Action usual = settings_of(rule).on_hit;
  switch (reason) {
    case Reason::name_shows_other: return std::get<DisplayName>(rule).on_foreign;
    case Reason::locked_client_elsewhere: return std::get<LoginLockout>(rule).on_inbound;
    case Reason::dmarc_too_many_authors:
    case Reason::dmarc_asks_quarantine: return std::get<Dmarc>(rule).on_quarantine;
    case Reason::dmarc_broken_on_list: return std::get<Dmarc>(rule).on_list_mail;
    default: return usual;
  }
}

// A post of our own user that returns from a mailing list.
bool returns_from_list(Reason reason) {
  return reason == Reason::own_domain_on_list || reason == Reason::own_domain_broken_on_list;
}

bool stops(Action action) {
  return action == Action::refuse || action == Action::defer || action == Action::hold;
}

}  // namespace

Action action_of(const Rule& rule, const Finding& finding) {
  if (finding.outcome == Outcome::pass) return Action::proceed;
  const Action action = finding.outcome == Outcome::hit ? price_of_hit(rule, finding.reason)
                                                        : settings_of(rule).on_unknown;
  return returns_from_list(finding.reason) && stops(action) ? Action::junk : action;
}

std::optional<Need> need_of(const Rule& rule, const Facts& facts) {
  return std::visit(
      [&](const auto& r) -> std::optional<Need> {
        if constexpr (requires { needs(r, facts); }) {
          return needs(r, facts);
        } else {
          return {};
        }
      },
      rule);
}

bool speaks_at(const Rule& rule, Stage stage) {
  return std::visit([&](const auto& r) { return std::decay_t<decltype(r)>::kStages.has(stage); },
                    rule);
}

Finding finding_of(const Rule& rule, Stage stage, const Facts& facts, const Usage& usage) {
  if (!speaks_at(rule, stage)) {
    return make_finding(id_of(rule), Outcome::pass, Reason::does_not_apply);
  }
  return std::visit([&](const auto& r) { return judge(r, stage, facts, usage); }, rule);
}

}  // namespace gatepost
