// The exceptions that would allow what was refused or marked, as YAML ready to paste.

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "policy/explain.hpp"
#include "policy/mail/address_pattern.hpp"
#include "policy/mail/ascii.hpp"
#include "policy/mail/authentication_words.hpp"
#include "policy/mail/network.hpp"

namespace gatepost {
namespace {

constexpr std::chrono::hours kProposedLife{30 * 24};
constexpr std::int64_t kOfficeFailures = 50;

// A double-quoted scalar (YAML 1.2, 7.3.1). Addresses and logins hold no control characters.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// What looks like something else on a screen must not be pasted.
bool is_plain(const std::string& text) {
  return shown(text) == text;
}

// The address as a pattern that allows it alone: a stranger's `*@example.com` must not become one
// that allows a whole domain.
std::optional<std::string> exact(const std::string& address) {
  const auto pattern = AddressPattern::parse(address);
  if (!pattern || !pattern->is_exact() || !is_plain(address)) return {};
  return quoted(pattern->text());
}

// The `2026-11-22` of the calendar's text.
std::string date_text(const Calendar& calendar, Time when) {
  const std::string text = calendar.text(when);
  return text.substr(0, text.find(' '));
}

// What every new entry ends with.
std::string entry_end(Language language, const Calendar& calendar, Time now) {
  return fmt::format("    reason: {}\n    expires: {}\n",
                     quoted(say(language, Text::exception_reason_hint)),
                     date_text(calendar, now + kProposedLife));
}

// A name for a server's new entry; one that no other entry is likely to have.
std::string name_for_server(const std::string& client) {
  std::string out = "server-" + client;
  std::replace(out.begin(), out.end(), ':', '-');
  return out;
}

class Proposals {
public:
  Proposals(Language language, const Case& record, const Calendar& calendar, Time now)
      : language_(language), case_(record), calendar_(calendar), now_(now) {}

  std::vector<Exception> of(const Finding& finding) && {
    if (finding.outcome == Outcome::pass) return {};
    switch (finding.reason) {
      case Reason::too_many_messages:
      case Reason::too_many_recipients:
      case Reason::too_many_recipients_today:
      case Reason::too_large: limit(finding); break;
      case Reason::sender_not_login:
      case Reason::from_not_sender:
      case Reason::from_not_server:
      case Reason::sender_field_not_login:
      case Reason::name_shows_ours:
      case Reason::name_shows_other:
      case Reason::own_domain_unproven:
      case Reason::own_domain_on_list:
      case Reason::own_sender_field_unproven: address(finding.about); break;
      case Reason::own_domain_forged:
      case Reason::own_domain_broken_on_list:
        evidence(finding);
        address(finding.about);
        break;
      case Reason::dmarc_asks_quarantine:
      case Reason::dmarc_asks_reject:
      case Reason::dmarc_broken_on_list: dmarc(finding); break;
      case Reason::server_sender_not_listed: address(finding.detail); break;
      case Reason::server_not_listed: new_server(); break;
      case Reason::sender_field_missing:
        add(say(language_, Text::exception_sender_field), "    sender_field: add\n");
        break;
      case Reason::from_is_redirect:
        add(say(language_, Text::exception_allow_resent),
            "rules:\n  from_is_sender: { allow_resent: true }\n");
        break;
      case Reason::client_locked: office(); break;
      default: break;
    }
    return std::move(out_);
  }

private:
  void add(std::string lead, std::string yaml) {
    out_.push_back({std::move(lead), std::move(yaml)});
  }

  std::string info() const { return entry_end(language_, calendar_, now_); }

  void office() {
    const auto offered = office_exception(language_, case_.client,
                                          case_.decisive.figures.used.value_or(0), calendar_, now_);
    if (offered) out_.push_back(*offered);
  }

  // A higher figure for the sender.
  void limit(const Finding& finding) {
    const Figures& figures = finding.figures;
    if (finding.outcome != Outcome::hit || !figures.limit || !figures.limit->count) return;
    const std::string& who = case_.subject.text();
    const std::string figure = limit_in_yaml(finding.rule, proposed_limit(figures));
    const std::string line = fmt::format("    {}: {}\n", name(finding.rule), figure);
    const Origin origin = figures.origin.value_or(Origin{});
    if (origin.kind == Origin::Kind::account) {
      add(say(language_, Text::exception_change, {{"place", origin.place.text()}}), line);
    } else if (who.starts_with("s:")) {
      add(say(language_, Text::exception_server, {{"name", who.substr(2)}}), line);
    } else if (who.starts_with("u:")) {
      add(say(language_, Text::exception_new), fmt::format("group_senders:\n  - account: {}\n{}{}",
                                                           quoted(who.substr(2)), line, info()));
    } else {
      add(say(language_, Text::exception_site),
          fmt::format("rules:\n  {}: {{ limit: {} }}\n", name(finding.rule), figure));
    }
  }

  // Twice the limit, or what the message needs: it passes, and there is room.
  static Limit proposed_limit(const Figures& figures) {
    const std::int64_t needed = figures.used.value_or(0) + figures.amount.value_or(1);
    return {std::max(2 * figures.limit->count.value_or(0), needed), figures.limit->window};
  }

  // The right to one address, for whoever sent the message.
  void address(const std::string& text) {
    const auto address = exact(text);
    if (!address) return;
    if (!case_.login.empty()) {
      login(*address);
    } else if (!case_.server.empty()) {
      server(*address);
    } else {
      outsider(*address);
    }
  }

  void login(const std::string& address) {
    if (!is_plain(case_.login)) return;
    const std::string who = quoted(case_.login);
    add(say(language_, Text::exception_on_behalf, {{"name", case_.login}}),
        fmt::format("send_on_behalf:\n  - login: {}\n    may_send_as: [{}]\n{}", who, address,
                    info()));
    add(say(language_, Text::exception_alias),
        fmt::format("aliases:\n  - login: {}\n    addresses: [{}]\n{}", who, address, info()));
  }

  void server(const std::string& address) {
    add(say(language_, Text::exception_senders, {{"name", case_.server}}),
        fmt::format("      - {}\n", address));
    add(say(language_, Text::exception_on_behalf_of_server),
        fmt::format("send_on_behalf:\n  - server: {}\n    may_send_as: [{}]\n{}",
                    quoted(case_.server), address, info()));
  }

  std::string clients() const { return fmt::format("    clients: [{}]\n", quoted(case_.client)); }

  // By whoever else stands behind a message that fails.
  void evidence(const Finding& finding) {
    const Evidence found = evidence_of(finding.detail);
    if (found.sealer) {
      add(say(language_, Text::exception_trusted_sealer, {{"name", found.sealer->ascii()}}),
          fmt::format("trusted_sealers:\n  - sealer: {}\n{}", quoted(found.sealer->ascii()),
                      info()));
    }
    if (found.list.empty() || !IpAddress::parse(case_.client)) return;
    add(say(language_, Text::exception_mailing_list, {{"name", found.list}}),
        fmt::format("mailing_lists:\n  - list: {}\n{}{}", quoted(found.list), clients(), info()));
  }

  void forwarder(Text lead) {
    add(say(language_, lead), fmt::format("forwarders:\n  - {}{}", clients().substr(4), info()));
  }

  void dmarc(const Finding& finding) {
    evidence(finding);
    const auto author = Domain::parse(finding.about);
    if (!author || !IpAddress::parse(case_.client)) return;
    add(say(language_, Text::exception_unauthenticated_domain),
        fmt::format("unauthenticated_domains:\n  - domain: {}\n{}{}", quoted(author->ascii()),
                    clients(), info()));
    forwarder(Text::exception_forwarder_of_others);
  }

  void outsider(const std::string& address) {
    if (!IpAddress::parse(case_.client)) return;
    if (const auto sender = Address::parse(case_.sender)) {
      add(say(language_, Text::exception_on_behalf_of_envelope),
          fmt::format("send_on_behalf:\n  - envelope: {}\n{}    may_send_as: [{}]\n{}",
                      quoted(sender->domain().ascii()), clients(), address, info()));
    }
    // A forwarder answers for From alone; what the display name shows stays what it is.
    if (case_.decisive.rule != RuleId::own_domains_from_outside) return;
    forwarder(Text::exception_forwarder);
  }

  void new_server() {
    if (!IpAddress::parse(case_.client)) return;
    const auto sender = exact(case_.sender);
    if (!sender) return;
    add(say(language_, Text::exception_new_server),
        fmt::format("servers:\n  - name: {}\n    clients: [{}]\n    senders: [{}]\n{}",
                    name_for_server(case_.client), quoted(case_.client), *sender, info()));
  }

  Language language_;
  const Case& case_;
  const Calendar& calendar_;
  Time now_;
  std::vector<Exception> out_;
};

}  // namespace

std::optional<Exception> office_exception(Language language, const std::string& client,
                                          std::int64_t failures, const Calendar& calendar,
                                          Time now) {
  if (!Network::parse(client)) return {};
  // Room for several people with an old password each.
  const std::int64_t figure = std::max(kOfficeFailures, 2 * failures);
  return Exception{say(language, Text::exception_office),
                   fmt::format("offices:\n  - clients: [{}]\n    login_failures: {}\n{}",
                               quoted(client), figure, entry_end(language, calendar, now))};
}

std::vector<Exception> exceptions_for(Language language, const Case& record,
                                      const Calendar& calendar, Time now) {
  return Proposals(language, record, calendar, now).of(record.decisive);
}

}  // namespace gatepost
