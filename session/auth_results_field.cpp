#include "session/auth_results_field.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::session {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestAddress = 320;
constexpr std::size_t kLongestSelector = 100;
constexpr std::size_t kLongestWord = 40;
constexpr std::size_t kLongestComment = 100;

// What may stand in a field: other octets become question marks.
std::string printable(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, most));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return ascii::is_control(c) || ascii::is_high(c); },
      '?');
  return out;
}

std::string escaped(std::string_view text, std::string_view specials) {
  std::string out;
  for (const char c : text) {
    if (specials.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// RFC 5322 3.2.4
std::string quoted(std::string_view text, std::size_t most) {
  return '"' + escaped(printable(text, most), "\"\\") + '"';
}

// A comment with a space before it (RFC 5322 3.2.2); empty where there is nothing to say.
std::string comment(std::string_view text) {
  if (text.empty()) return {};
  return " (" + escaped(printable(text, kLongestComment), "()\\") + ')';
}

// Of token (RFC 2045 5.1).
bool is_token_char(char c) {
  return c > ' ' && c <= '~' && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string::npos;
}

// Of atext (RFC 5322 3.2.3).
bool is_atext(char c) {
  return ascii::is_alnum(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
  bool after_dot = true;
  for (const char c : text) {
    if (c == '.' ? after_dot : !is_atext(c)) return false;
    after_dot = c == '.';
  }
  return !after_dot;
}

// token or quoted-string
std::string value(std::string_view text, std::size_t most) {
  const bool bare =
      !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), is_token_char);
  return bare ? std::string(text) : quoted(text, most);
}

// A mailbox as a property's value: [local-part] "@" domain-name (RFC 8601 2.2).
std::string mailbox(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > kLongestAddress) {
    return value(text, kLongestAddress);
  }
  const auto domain = Domain::parse(text.substr(at + 1));
  if (!domain) return quoted(text, kLongestAddress);
  std::string_view local = text.substr(0, at);
  const bool bare = is_dot_atom(local);
  // As an SMTP client quotes it, or as it is meant.
  const bool is_quoted = local.size() > 1 && local.front() == '"' && local.back() == '"';
  if (is_quoted) local = local.substr(1, local.size() - 2);
  std::string out;
  if (bare) {
    out = local;
  } else if (is_quoted && local.find_first_of("\"\\") != std::string_view::npos) {
    return quoted(text, kLongestAddress);
  } else {
    out = quoted(local, kLongestAddress);
  }
  return out + '@' + domain->ascii();
}

void add_property(std::string& out, std::string_view name, const std::string& value) {
  out.append(" ").append(name).append("=").append(value);
}

// Where another filter's word was taken its causes are not known.
std::string reason(const Authentication& found, bool passed, std::string_view why) {
  if (!found.taken_from.empty()) return comment("as " + found.taken_from + " says");
  return passed ? std::string() : comment(why);
}

std::string spf_part(const Authentication& found) {
  const SpfOutcome& spf = found.spf;
  const bool matched = spf.cause == SpfCause::matched;
  std::string out = fmt::format("spf={}", name(spf.result));
  out += reason(found, spf.result == SpfResult::pass,
                matched ? std::string_view(spf.detail) : phrase(spf.cause));
  if (spf.identity == SpfIdentity::mail_from) {
    if (!spf.sender.empty()) add_property(out, "smtp.mailfrom", mailbox(spf.sender));
  } else if (spf.domain) {
    add_property(out, "smtp.helo", spf.domain->ascii());
  } else if (!spf.sender.empty()) {
    add_property(out, "smtp.helo", value(spf.sender, kLongestName));
  }
  return out;
}

std::string signature_part(const Authentication& found, const DkimOutcome& outcome) {
  std::string out = fmt::format("dkim={}", name(outcome.result));
  out += reason(found, outcome.result == DkimResult::pass, phrase(outcome.cause));
  if (outcome.domain) add_property(out, "header.d", outcome.domain->ascii());
  const auto add = [&](std::string_view property, const std::string& text, std::size_t most) {
    if (!text.empty()) add_property(out, property, value(text, most));
  };
  add("header.s", outcome.selector, kLongestSelector);
  add("header.a", outcome.algorithm, kLongestWord);
  add("header.b", outcome.signature_start, kLongestWord);  // RFC 6008
  return out;
}

std::vector<std::string> signature_parts(const Authentication& found) {
  std::vector<std::string> out;
  for (const DkimOutcome& outcome : found.dkim) {
    if (out.size() == kSignaturesNamed) break;
    if (outcome.cause == DkimCause::too_many_signatures) continue;
    out.push_back(signature_part(found, outcome));
  }
  if (out.empty()) out.push_back("dkim=none" + reason(found, true, {}));
  return out;
}

std::string dmarc_part(const DmarcOutcome& dmarc, std::string_view disposition) {
  const bool decided = dmarc.result == DmarcResult::pass || dmarc.result == DmarcResult::fail;
  std::string out = fmt::format("dmarc={}", name(dmarc.result));
  out += decided && dmarc.record_at ? fmt::format(" (p={} dis={})", name(dmarc.policy), disposition)
                                    : comment(phrase(dmarc.cause));
  if (dmarc.author) add_property(out, "header.from", dmarc.author->ascii());
  return out;
}

// RFC 8617 10.2: smtp.remote-ip
std::string arc_part(const ArcOutcome& arc, const std::optional<IpAddress>& client) {
  std::string out = fmt::format("arc={}", name(arc.result));
  if (arc.result == ArcResult::none) return out;
  if (arc.result == ArcResult::pass) {
    out += fmt::format(" (i={})", arc.sets.size());
  } else {
    out += comment(phrase(arc.cause));
  }
  if (client) add_property(out, "smtp.remote-ip", value(client->text(), kLongestWord));
  return out;
}

}  // namespace

std::string auth_results_field(std::string_view authserv_id, const Authentication& found,
                               const std::optional<IpAddress>& client,
                               std::string_view disposition) {
  std::string out = value(authserv_id, kLongestName);
  const auto add = [&](const std::string& part) { out.append(";\n\t").append(part); };
  add(dmarc_part(found.dmarc, disposition));
  add(spf_part(found));
  for (const std::string& part : signature_parts(found))
    add(part);
  // Of a filter's mail the chain is not looked at.
  if (found.taken_from.empty()) add(arc_part(found.arc, client));
  return out;
}

std::string received_spf_field(std::string_view receiver, const SpfOutcome& spf,
                               const IpAddress& client, std::string_view helo) {
  const auto pair_value = [](std::string_view text, std::size_t most) {
    return is_dot_atom(text) && text.size() <= most ? std::string(text) : quoted(text, most);
  };
  const bool by_helo = spf.identity == SpfIdentity::helo;
  const bool told = spf.cause == SpfCause::matched && !spf.detail.empty();
  const std::string why = told ? spf.detail : std::string(phrase(spf.cause));
  std::string out(name(spf.result));
  out += comment(fmt::format("{}: {}", printable(receiver, kLongestName), why));
  out += fmt::format("\n\tclient-ip={};", pair_value(client.text(), kLongestWord));
  out += fmt::format("\n\tenvelope-from={};", quoted(by_helo ? "" : spf.sender, kLongestAddress));
  if (!helo.empty()) out += fmt::format("\n\thelo={};", pair_value(helo, kLongestName));
  out += fmt::format("\n\treceiver={};", pair_value(receiver, kLongestName));
  out += fmt::format("\n\tidentity={}", by_helo ? "helo" : "mailfrom");
  return out;
}

}  // namespace gatepost::session
