#include <algorithm>
#include <array>

#include "config/load_parts.hpp"
#include "config/source_text.hpp"
#include "policy/mail/address.hpp"

namespace gatepost::config {

LimitSet read_limits(const Section& entry, Window usual_rate) {
  const auto rate = [&](std::string_view text) { return parse_rate(text, usual_rate); };
  const auto in_one = [](std::string_view text) { return parse_figure(text, {}); };
  const auto in_a_day = [](std::string_view text) {
    return parse_figure(text, Window::calendar_day());
  };
  LimitSet out{.message_rate = entry.read("message_rate", rate),
               .recipients_per_message = entry.read("recipients_per_message", in_one),
               .recipients_per_day = entry.read("recipients_per_day", in_a_day),
               .message_size = entry.read("message_size", parse_size)};
  return out;
}

void require_a_limit(const Section& entry, const std::string& what) {
  constexpr std::array<std::string_view, 4> kLimits = {"message_rate", "recipients_per_message",
                                                       "recipients_per_day", "message_size"};
  const bool written = std::any_of(kLimits.begin(), kLimits.end(), [&](std::string_view key) {
    return entry.has(key) || entry.misspelt(key);
  });
  if (written || entry.broken()) return;
  entry.report().error(entry.mark(),
                       what +
                           " sets no limit: write message_rate, "
                           "recipients_per_message, recipients_per_day or message_size");
}

Window usual_rate_window(const Settings& settings) {
  return rule_of<MessageRate>(settings.rules).limit.limit.window;
}

Parsed<std::string> parse_account(std::string_view text, const LoginRules& rules) {
  if (text.find('*') != std::string_view::npos) {
    return Mistake{in_quotes(text) +
                   " is a pattern: an entry is for one account; for many, write a group in "
                   "gatepost.yaml"};
  }
  if (!text.starts_with('"') && holds_separator(text)) {
    return Mistake{in_quotes(text) + " is more than one name: an entry is for one account"};
  }
  if (auto login = Login::parse(text, rules)) {
    const bool broken = text.find('@') != std::string_view::npos && !login->address();
    if (!broken) return login->text();
  }
  return Mistake{in_quotes(text) + " is no account: write user@example.com"};
}

Parsed<std::string> parse_member(std::string_view text, const LoginRules& rules) {
  if (!text.starts_with("*@")) {
    if (text.find('*') == std::string_view::npos) return parse_account(text, rules);
    return Mistake{in_quotes(text) + " is no member: write user@example.com or \"*@example.com\""};
  }
  if (const auto domain = Domain::parse(text.substr(2))) return "*@" + domain->ascii();
  return Mistake{in_quotes(text) + " names no domain after the @"};
}

}  // namespace gatepost::config
