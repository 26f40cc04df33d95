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

// What stands in From where it is not one mailbox, in quotes; empty where nothing stands there.
std::string shown_text(const Finding& finding) {
  return finding.about.empty() ? "" : fmt::format(" '{}'", reply_safe(finding.about, 80));
}

std::string fake_sender(const Finding& finding) {
  const std::string about = reply_safe(finding.about);
  const std::string who = reply_safe(finding.detail);
  switch (finding.reason) {
    case Reason::sender_not_login:
      return fmt::format("Fake sender: the envelope sender is <{}>, but you are logged in as <{}>",
                         about, who);
    case Reason::from_not_sender:
      return fmt::format("Fake sender: From is <{}>, but you are logged in as <{}>", about, who);
    case Reason::from_not_server:
      return fmt::format("Fake sender: From is <{}>, which server {} may not use", about, who);
    case Reason::from_is_redirect:
      return fmt::format(
          "Fake sender: a redirected message still has From <{}>, but you are <{}>; "
          "forward it instead",
          about, who);
    case Reason::sender_field_missing:
      return fmt::format(
          "Fake sender: From is <{}>, sent on behalf, which needs a Sender field "
          "that names you, <{}>",
          about, who);
    case Reason::sender_field_not_login:
      return fmt::format("Fake sender: the Sender field is '{}', but you are <{}>", about, who);
    default: return "";
  }
}

std::string unclear_from(const Finding& finding) {
  const std::string shown = shown_text(finding);
  switch (finding.reason) {
    case Reason::from_missing: return "Fake sender: the message has no From field";
    case Reason::from_hidden:
      return "Fake sender: the message has no header; its first line is no header field";
    case Reason::from_repeated: return "Fake sender: the message has more than one From field";
    case Reason::from_several:
      return "Fake sender: From names several addresses, only one is allowed:" + shown;
    case Reason::from_group:
      return "Fake sender: From is a group, only one address is allowed:" + shown;
    case Reason::from_empty: return "Fake sender: From holds no address";
    case Reason::from_unreadable:
      return "Fake sender: From can be read as different addresses, or as none:" + shown;
    default: return "";
  }
}

std::string wrong_channel(const Finding& finding) {
  const std::string about = reply_safe(finding.about);
  const std::string detail = reply_safe(finding.detail);
  switch (finding.reason) {
    case Reason::server_not_listed:
      return fmt::format(
          "Client {} is no listed server; people send through the submission port "
          "with their login",
          about);
    case Reason::server_on_wrong_listener:
      return fmt::format("Server {} is listed for the server port; send through that one", about);
    case Reason::person_on_server_listener:
      return fmt::format(
          "This port is for application servers; send through the submission port, "
          "<{}>",
          about);
    case Reason::server_sender_not_listed:
      return fmt::format("Fake sender: server {} may not send as <{}>", about, detail);
    default: return "";
  }
}

std::string outside_sender(const Finding& finding) {
  const std::string about = reply_safe(finding.about);
  switch (finding.reason) {
    case Reason::own_domain_unproven:
    case Reason::own_domain_on_list:
      return fmt::format("Fake sender: From is <{}>, our own, but the message comes from outside",
                         about);
    case Reason::own_sender_field_unproven:
      return fmt::format("Fake sender: Sender is <{}>, our own, but the message comes from outside",
                         about);
    case Reason::name_shows_ours:
    case Reason::name_shows_other:
      return fmt::format("Fake sender: the display name shows <{}>, but From is <{}>", about,
                         reply_safe(finding.detail));
    default: return "";
  }
}

// What failed, without the sentence growing longer than a reply may be.
std::string failed(const Finding& finding) {
  return reply_safe(finding.detail, 250);
}

std::string unproven_sender(const Finding& finding) {
  const std::string about = reply_safe(finding.about);
  switch (finding.reason) {
    case Reason::own_domain_forged:
    case Reason::own_domain_broken_on_list:
      return fmt::format("Fake sender: From is <{}>, our own, but nothing proves it: {}", about,
                         failed(finding));
    case Reason::dmarc_asks_reject:
      return fmt::format("The owner of {} asks to refuse mail that fails DMARC, as this does: {}",
                         about, failed(finding));
    case Reason::dmarc_asks_quarantine:
    case Reason::dmarc_broken_on_list:
      return fmt::format(
          "The owner of {} asks not to trust mail that fails DMARC, as this does: {}", about,
          failed(finding));
    case Reason::dmarc_too_many_authors:
      return "From shows more domains than can be verified; name one sender";
    case Reason::dmarc_not_known:
      return fmt::format("The sender cannot be verified at the moment ({}); try again later",
                         failed(finding));
    default: return "";
  }
}

std::string client_locked(const Finding& finding, const Site& site) {
  const Figures& f = finding.figures;
  const std::string until = f.clears_at ? " until " + site.calendar->text(*f.clears_at) : "";
  if (!f.used || !f.limit) {
    return fmt::format("Address {} is locked for logins{}; ask your mail support", finding.about,
                       until);
  }
  return fmt::format(
      "Too many failed logins from {} ({} {}): locked{}; wait, or ask your mail support",
      finding.about, *f.used, window_text(f.limit->window), until);
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
    case Reason::client_locked:
    case Reason::client_locked_by_hand:
    case Reason::locked_client_elsewhere: return client_locked(finding, site);
    case Reason::store_away:
      return "Sending limits cannot be checked at the moment; try again later";
    case Reason::headers_not_seen:
      return "The sender cannot be checked on this connection; try again on a new one";
    default: break;
  }
  for (const auto say :
       {fake_sender, unclear_from, wrong_channel, outside_sender, unproven_sender}) {
    std::string text = say(finding);
    if (!text.empty()) return text;
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
