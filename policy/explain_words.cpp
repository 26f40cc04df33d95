// The words that explanations are made of: limits, origins, rules, findings.

#include <array>

#include <fmt/format.h>

#include "policy/explain.hpp"
#include "policy/mail/readable_text.hpp"

namespace gatepost {
namespace {

struct SpanUnit {
  std::int64_t seconds;
  char letter;
  Text one;
  Text many;
};

constexpr std::array<SpanUnit, 4> kSpanUnits = {{
    {86400, 'd', Text::span_day, Text::span_days},
    {3600, 'h', Text::span_hour, Text::span_hours},
    {60, 'm', Text::span_minute, Text::span_minutes},
    {1, 's', Text::span_second, Text::span_seconds},
}};

// The largest unit that the span is a whole number of.
const SpanUnit& unit_of(std::chrono::seconds span) {
  for (const SpanUnit& unit : kSpanUnits) {
    if (span.count() % unit.seconds == 0) return unit;
  }
  return kSpanUnits.back();
}

std::string number(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : "?";
}

bool is_of_one_message(RuleId rule) {
  return rule == RuleId::recipients_per_message || rule == RuleId::message_size;
}

Text text_of(const Finding& finding) {
  switch (finding.reason) {
    case Reason::does_not_apply: return Text::reason_does_not_apply;
    case Reason::no_limit: return Text::reason_no_limit;
    case Reason::within_limit:
      return is_of_one_message(finding.rule) ? Text::reason_within_limit_of_message
                                             : Text::reason_within_limit;
    case Reason::too_many_messages:
      return finding.figures.limit && finding.figures.limit->count == 0
                 ? Text::reason_no_messages_allowed
                 : Text::reason_too_many_messages;
    case Reason::too_many_recipients: return Text::reason_too_many_recipients;
    case Reason::too_many_recipients_today: return Text::reason_too_many_recipients_today;
    case Reason::too_large: return Text::reason_too_large;
    case Reason::size_not_declared: return Text::reason_size_not_declared;
    case Reason::not_frozen: return Text::reason_not_frozen;
    case Reason::sender_frozen: return Text::reason_sender_frozen;
    case Reason::recipient_frozen: return Text::reason_recipient_frozen;
    case Reason::store_away: return Text::reason_store_away;
    case Reason::listener_fits: return Text::reason_listener_fits;
    case Reason::server_not_listed: return Text::reason_server_not_listed;
    case Reason::server_on_wrong_listener: return Text::reason_server_on_wrong_listener;
    case Reason::person_on_server_listener: return Text::reason_person_on_server_listener;
    case Reason::server_sender_listed: return Text::reason_server_sender_listed;
    case Reason::server_sender_not_listed: return Text::reason_server_sender_not_listed;
    case Reason::sender_is_null: return Text::reason_sender_is_null;
    case Reason::sender_is_own: return Text::reason_sender_is_own;
    case Reason::sender_excepted: return Text::reason_sender_excepted;
    case Reason::sender_not_login: return Text::reason_sender_not_login;
    case Reason::from_matches: return Text::reason_from_matches;
    case Reason::from_excepted: return Text::reason_from_excepted;
    case Reason::from_redirected: return Text::reason_from_redirected;
    case Reason::from_not_sender: return Text::reason_from_not_sender;
    case Reason::from_not_server: return Text::reason_from_not_server;
    case Reason::from_is_redirect: return Text::reason_from_is_redirect;
    case Reason::sender_field_missing: return Text::reason_sender_field_missing;
    case Reason::sender_field_not_login: return Text::reason_sender_field_not_login;
    case Reason::from_missing: return Text::reason_from_missing;
    case Reason::from_hidden: return Text::reason_from_hidden;
    case Reason::from_repeated: return Text::reason_from_repeated;
    case Reason::from_several: return Text::reason_from_several;
    case Reason::from_group: return Text::reason_from_group;
    case Reason::from_empty: return Text::reason_from_empty;
    case Reason::from_unreadable: return Text::reason_from_unreadable;
    case Reason::from_readable: return Text::reason_from_readable;
    case Reason::not_our_domain: return Text::reason_not_our_domain;
    case Reason::brought_by_forwarder: return Text::reason_brought_by_forwarder;
    case Reason::own_domain_proven: return Text::reason_own_domain_proven;
    case Reason::own_domain_forged: return Text::reason_own_domain_forged;
    case Reason::own_domain_broken_on_list: return Text::reason_own_domain_broken_on_list;
    case Reason::own_domain_unproven: return Text::reason_own_domain_unproven;
    case Reason::own_domain_on_list: return Text::reason_own_domain_on_list;
    case Reason::own_sender_field_unproven: return Text::reason_own_sender_field_unproven;
    case Reason::dmarc_passed: return Text::reason_dmarc_passed;
    case Reason::dmarc_no_policy: return Text::reason_dmarc_no_policy;
    case Reason::dmarc_asks_nothing: return Text::reason_dmarc_asks_nothing;
    case Reason::dmarc_asks_quarantine: return Text::reason_dmarc_asks_quarantine;
    case Reason::dmarc_asks_reject: return Text::reason_dmarc_asks_reject;
    case Reason::dmarc_too_many_authors: return Text::reason_dmarc_too_many_authors;
    case Reason::dmarc_broken_on_list: return Text::reason_dmarc_broken_on_list;
    case Reason::dmarc_excepted: return Text::reason_dmarc_excepted;
    case Reason::dmarc_trusted_chain: return Text::reason_dmarc_trusted_chain;
    case Reason::dmarc_known_list: return Text::reason_dmarc_known_list;
    case Reason::dmarc_not_known: return Text::reason_dmarc_not_known;
    case Reason::name_shows_no_address: return Text::reason_name_shows_no_address;
    case Reason::name_shows_ours: return Text::reason_name_shows_ours;
    case Reason::name_shows_other: return Text::reason_name_shows_other;
    case Reason::client_not_locked: return Text::reason_client_not_locked;
    case Reason::client_locked_by_hand: return Text::reason_client_locked_by_hand;
    case Reason::client_locked: return Text::reason_client_locked;
    case Reason::locked_client_elsewhere: return Text::reason_locked_client_elsewhere;
    case Reason::headers_not_seen: return Text::reason_headers_not_seen;
  }
  return Text::reason_does_not_apply;
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 1000;
  return readable_text(text, kLongest);
}

std::string span_text(Language language, std::chrono::seconds span) {
  const SpanUnit& unit = unit_of(span);
  const std::int64_t count = span.count() / unit.seconds;
  if (count == 1) return say(language, unit.one);
  return say(language, unit.many, {{"count", std::to_string(count)}});
}

std::string limit_text(Language language, RuleId rule, const Limit& limit) {
  if (!limit.count) return say(language, Text::limit_none);
  const std::string count = std::to_string(*limit.count);
  if (rule == RuleId::message_size) return say(language, Text::limit_size, {{"count", count}});
  if (is_of_one_message(rule)) return say(language, Text::limit_message, {{"count", count}});
  if (limit.window.is_calendar_day()) return say(language, Text::limit_day, {{"count", count}});
  return say(language, Text::limit_sliding,
             {{"count", count}, {"span", span_text(language, limit.window.length)}});
}

std::string limit_in_yaml(RuleId rule, const Limit& limit) {
  if (!limit.count) return "unlimited";
  if (is_of_one_message(rule) || limit.window.is_calendar_day()) {
    return std::to_string(*limit.count);
  }
  const SpanUnit& unit = unit_of(limit.window.length);
  return fmt::format("{} per {}{}", *limit.count, limit.window.length.count() / unit.seconds,
                     unit.letter);
}

std::string origin_text(Language language, const Origin& origin) {
  const TextArgument name_argument{"name", origin.name};
  const TextArgument place{"place", origin.place.text()};
  switch (origin.kind) {
    case Origin::Kind::built_in: return say(language, Text::origin_built_in);
    case Origin::Kind::site: return say(language, Text::origin_site, {place});
    case Origin::Kind::domain: return say(language, Text::origin_domain, {name_argument, place});
    case Origin::Kind::group: return say(language, Text::origin_group, {name_argument, place});
    case Origin::Kind::account: return say(language, Text::origin_account, {name_argument, place});
    case Origin::Kind::server: return say(language, Text::origin_server, {name_argument, place});
  }
  return {};
}

std::string rule_text(Language language, RuleId rule) {
  switch (rule) {
    case RuleId::login_lockout: return say(language, Text::rule_login_lockout);
    case RuleId::frozen_accounts: return say(language, Text::rule_frozen_accounts);
    case RuleId::message_size: return say(language, Text::rule_message_size);
    case RuleId::message_rate: return say(language, Text::rule_message_rate);
    case RuleId::recipients_per_message: return say(language, Text::rule_recipients_per_message);
    case RuleId::recipients_per_day: return say(language, Text::rule_recipients_per_day);
    case RuleId::server_channel: return say(language, Text::rule_server_channel);
    case RuleId::sender_is_login: return say(language, Text::rule_sender_is_login);
    case RuleId::from_is_sender: return say(language, Text::rule_from_is_sender);
    case RuleId::own_domains_from_outside:
      return say(language, Text::rule_own_domains_from_outside);
    case RuleId::dmarc: return say(language, Text::rule_dmarc);
    case RuleId::ambiguous_from: return say(language, Text::rule_ambiguous_from);
    case RuleId::display_name: return say(language, Text::rule_display_name);
  }
  return {};
}

std::string channel_text(Language language, Channel channel) {
  switch (channel) {
    case Channel::local: return say(language, Text::channel_local);
    case Channel::submission: return say(language, Text::channel_submission);
    case Channel::server: return say(language, Text::channel_server);
    case Channel::relay: return say(language, Text::channel_relay);
    case Channel::inbound: return say(language, Text::channel_inbound);
  }
  return {};
}

std::string outcome_text(Language language, Outcome outcome) {
  switch (outcome) {
    case Outcome::pass: return say(language, Text::outcome_pass);
    case Outcome::hit: return say(language, Text::outcome_hit);
    case Outcome::unknown: return say(language, Text::outcome_unknown);
  }
  return {};
}

std::string verdict_text(Language language, std::string_view verdict) {
  if (verdict == "refuse_message") return say(language, Text::verdict_refuse_message);
  if (verdict == "refuse_recipient") return say(language, Text::verdict_refuse_recipient);
  if (verdict == "defer") return say(language, Text::verdict_defer);
  if (verdict == "hold") return say(language, Text::verdict_hold);
  if (verdict == "suspicious") return say(language, Text::verdict_suspicious);
  if (verdict == "junk") return say(language, Text::verdict_junk);
  return say(language, Text::verdict_continue);
}

std::string labelled(Language language, Text label, const std::string& value) {
  return say(language, Text::labelled, {{"label", say(language, label)}, {"value", value}});
}

std::string heading(Language language, Text label) {
  return say(language, Text::heading, {{"label", say(language, label)}});
}

std::string named(Language language, std::string_view stable_name, const std::string& text) {
  return say(language, Text::named, {{"name", std::string(stable_name)}, {"text", text}});
}

std::string finding_line(Language language, const Finding& finding) {
  return say(language, Text::finding_line,
             {{"rule", std::string(name(finding.rule))},
              {"outcome", outcome_text(language, finding.outcome)},
              {"sentence", sentence(language, finding)}});
}

std::string sentence(Language language, const Finding& finding) {
  const Figures& figures = finding.figures;
  const std::string detail =
      finding.detail.empty() ? say(language, Text::frozen_reason_unknown) : shown(finding.detail);
  return say(language, text_of(finding),
             {{"used", number(figures.used)},
              {"amount", number(figures.amount)},
              {"limit", figures.limit ? limit_text(language, finding.rule, *figures.limit) : "?"},
              {"about", shown(finding.about)},
              {"detail", detail}});
}

}  // namespace gatepost
