#include "policy/reply_text.hpp"

#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace gatepost {
namespace {

// How people say a span: `15 minutes`, `2 hours`, `1 day`.
std::string span_text(std::chrono::seconds span) {
  const auto say = [](std::int64_t n, const char* unit) {
    return fmt::format("{} {}{}", n, unit, n == 1 ? "" : "s");
  };
  const std::int64_t seconds = span.count();
  if (seconds % 86400 == 0) return say(seconds / 86400, "day");
  if (seconds % 3600 == 0) return say(seconds / 3600, "hour");
  if (seconds % 60 == 0) return say(seconds / 60, "minute");
  return say(seconds, "second");
}

std::string window_text(const Window& window) {
  return window.is_calendar_day() ? "today" : "in " + span_text(window.length);
}

std::string clear_text(const Figures& figures, const Site& site, const char* what) {
  if (!figures.clears_at) return "";
  return fmt::format("; {} {}", what, site.calendar->text(*figures.clears_at));
}

std::string too_many_messages(const Figures& f, const Site& site) {
  if (f.limit && f.limit->count == 0) return "This account may not send any messages";
  return fmt::format("Sending limit reached: {} messages sent {}, limit {}{}", f.used.value_or(0),
                     window_text(f.limit->window), f.limit->count.value_or(0),
                     clear_text(f, site, "try again after"));
}

std::string too_many_today(const Figures& f, const Site& site) {
  return fmt::format("Daily recipient limit reached: {} used today, {} in this message, limit {}{}",
                     f.used.value_or(0), f.amount.value_or(0), f.limit->count.value_or(0),
                     clear_text(f, site, "resets at"));
}

// The sentence for a reason that refuses; text from strangers is made safe by the caller.
std::string sentence(const Finding& finding, const Site& site) {
  const Figures& f = finding.figures;
  switch (finding.reason) {
    case Reason::too_many_messages: return too_many_messages(f, site);
    case Reason::too_many_recipients_today: return too_many_today(f, site);
    case Reason::too_many_recipients:
      return fmt::format("Too many recipients: a message may have {}; nobody gets this one",
                         f.limit->count.value_or(0));
    case Reason::too_large:
      return fmt::format("Message size exceeds fixed limit: {} octets declared, limit {}",
                         f.amount.value_or(0), f.limit->count.value_or(0));
    case Reason::sender_frozen:
      return fmt::format("Account <{}> is frozen and may not send; ask your mail support",
                         reply_safe(finding.about));
    case Reason::recipient_frozen:
      return fmt::format("Mailbox <{}> is frozen and receives no mail", reply_safe(finding.about));
    case Reason::store_away:
      return "Sending limits cannot be checked at the moment; try again later";
    case Reason::does_not_apply:
    case Reason::no_limit:
    case Reason::within_limit:
    case Reason::size_not_declared:
    case Reason::not_frozen: break;
  }
  throw std::logic_error(fmt::format("reason {} refuses nobody", name(finding.reason)));
}

std::string help_link(const Site& site, const Reference& reference) {
  if (site.help_url.empty()) return "";
  std::string url = site.help_url;
  if (const auto at = url.find("{ref}"); at != std::string::npos) {
    url.replace(at, std::string("{ref}").size(), reference.text());
  }
  return ' ' + url;
}

}  // namespace

SmtpReply reply_text(const Refusal& refusal, const Reference& reference, const Site& site) {
  const std::string tail = fmt::format(" [ref {}]{}", reference.text(), help_link(site, reference));
  std::string text = reply_safe(sentence(refusal.finding, site), SmtpReply::kLongestText);
  text.resize(std::min(text.size(),
                       SmtpReply::kLongestText - std::min(tail.size(), SmtpReply::kLongestText)));
  const auto reply = SmtpReply::make(refusal.code, refusal.enhanced, text + tail);
  if (!reply) throw std::logic_error("a refusal's reply is malformed: " + text + tail);
  return *reply;
}

}  // namespace gatepost
