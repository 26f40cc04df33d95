#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/calendar.hpp"
#include "policy/case.hpp"
#include "policy/catalogue.hpp"
#include "policy/limit.hpp"

/// Findings and cases in the words of people. Pure functions, safe on every thread; times are told
/// in the site's zone by its Calendar.
namespace gatepost {

/// What strangers typed, fit to be shown: one line of UTF-8 without controls.
std::string shown(std::string_view text);

/// `15 minutes`
std::string span_text(Language language, std::chrono::seconds span);
/// A limit of a rule: `50 in any 15 minutes`, `100 a message`, `no limit`.
std::string limit_text(Language language, RuleId rule, const Limit& limit);
/// The same as configuration spells it: `50 per 15m`, `300`, `unlimited`.
std::string limit_in_yaml(RuleId rule, const Limit& limit);
/// Where a limit comes from, with its place where it is written somewhere.
std::string origin_text(Language language, const Origin& origin);
/// What the rule is about, without its stable name.
std::string rule_text(Language language, RuleId rule);
std::string channel_text(Language language, Channel channel);
std::string outcome_text(Language language, Outcome outcome);
/// What a verdict means for the message; `verdict` as name(Verdict) says it.
std::string verdict_text(Language language, std::string_view verdict);
/// `Rule: message_rate`
std::string labelled(Language language, Text label, const std::string& value);

/// `Limits:`, above a list.
std::string heading(Language language, Text label);
/// `message_rate (messages per sender in a span of time)`
std::string named(Language language, std::string_view stable_name, const std::string& text);

/// What the rule saw, as a sentence.
std::string sentence(Language language, const Finding& finding);

/// Rule, outcome and sentence on one line.
std::string finding_line(Language language, const Finding& finding);

/// How what was refused or marked can be allowed.
struct Exception {
  std::string lead;  ///< one sentence: what to do with the YAML
  std::string yaml;  ///< ready to paste; ends with a line feed
};

/// A case told to a person. Empty parts do not apply.
struct Story {
  std::string title;
  std::string what;                                              ///< what became of the message
  std::vector<std::pair<std::string, std::string>> particulars;  ///< label and value
  std::string rule;
  std::string why;
  std::string figures;  ///< before, after, limit
  std::string origin;   ///< of the limit
  std::string clears;
  std::string advice;
  std::vector<Exception> exceptions;  ///< each alone allows it, the narrowest first
  std::vector<std::string> trace;     ///< a line for each rule that had something to say

  /// All of it as lines, each ended by a line feed.
  std::string text(Language language) const;
};

/// Tells a case, as seen at `now`.
Story explain(Language language, const Case& record, const Calendar& calendar, Time now);

/// The exceptions that would allow what became of the case, each alone and for this sender only
/// where that can be, with a proposed end 30 days from `now`. Empty where none can.
std::vector<Exception> exceptions_for(Language language, const Case& record,
                                      const Calendar& calendar, Time now);

/// The entry of whitelist.yaml that makes `client` (an address or a network, as client_text says)
/// an office, with a figure above `failures`. Nothing where it is neither.
std::optional<Exception> office_exception(Language language, const std::string& client,
                                          std::int64_t failures, const Calendar& calendar,
                                          Time now);

/// What to do about a finding that refused or marked something.
std::string advice_for(Language language, const Finding& finding, const Calendar& calendar,
                       Time now);

}  // namespace gatepost
