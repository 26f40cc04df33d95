#include "policy/mail/authentication_words.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"
#include "policy/mail/list_id.hpp"
#include "policy/mail/readable_text.hpp"

namespace gatepost {
namespace {

constexpr std::size_t kLongest = 500;
constexpr std::size_t kSignaturesNamed = 3;
constexpr std::string_view kList = "list ";
constexpr std::string_view kSealed = "sealed by ";
constexpr std::string_view kBetween = ", ";
constexpr std::string_view kEnd = ": ";

void join(std::string& out, std::string_view between, const std::string& more) {
  if (more.empty()) return;
  if (!out.empty()) out += between;
  out += more;
}

std::string name_of(const std::optional<Domain>& domain) {
  return domain ? domain->ascii() : "?";
}

std::string in_parentheses(const std::string& detail) {
  constexpr std::size_t kLongestDetail = 80;
  const std::string shown = readable_text(detail, kLongestDetail);
  return shown.empty() ? "" : fmt::format(" ({})", shown);
}

std::string not_aligned(const Authentication& found) {
  return fmt::format(", which is not {}", name_of(found.dmarc.author));
}

// What the result of a matching term says of the client.
std::string_view said_of_client(SpfResult result) {
  switch (result) {
    case SpfResult::fail: return "is not allowed";
    case SpfResult::softfail: return "is probably not allowed";
    default: return "is neither allowed nor forbidden";
  }
}

std::string spf_words(const Authentication& found, const std::optional<IpAddress>& client) {
  const SpfOutcome& spf = found.spf;
  const std::string whose =
      fmt::format("{}{}", spf.identity == SpfIdentity::helo ? "HELO " : "", name_of(spf.domain));
  if (spf.result == SpfResult::pass) {
    return fmt::format("SPF passes for {}{}", whose,
                       found.dmarc.spf_aligned ? "" : not_aligned(found));
  }
  if (!spf.domain) return "no SPF: there is no domain to ask about";
  const std::string out = fmt::format("SPF {} for {}", name(spf.result), whose);
  if (!found.taken_from.empty()) return out;
  if (spf.cause == SpfCause::matched) {
    return fmt::format("{}: {} {}{}", out, client ? client->text() : "the client",
                       said_of_client(spf.result), in_parentheses(spf.detail));
  }
  return fmt::format("{}: {}", out, phrase(spf.cause));
}

std::string dkim_words(const Authentication& found, const DkimOutcome& outcome) {
  const std::string whose = "DKIM of " + name_of(outcome.domain);
  if (outcome.result == DkimResult::pass) {
    return fmt::format("{} passes{}", whose, found.dmarc.dkim_aligned ? "" : not_aligned(found));
  }
  if (!found.taken_from.empty()) return fmt::format("{}: {}", whose, name(outcome.result));
  return fmt::format("{}: {}", whose, phrase(outcome.cause));
}

std::string signatures_in_words(const Authentication& found) {
  if (found.dkim.empty()) return "no DKIM signature";
  std::string out;
  const std::size_t named = std::min(found.dkim.size(), kSignaturesNamed);
  for (std::size_t i = 0; i < named; ++i)
    join(out, "; ", dkim_words(found, found.dkim[i]));
  if (found.dkim.size() > named) {
    out += fmt::format("; {} more signatures", found.dkim.size() - named);
  }
  return out;
}

// The domain that a property of a method names: of `user@example.com`, `@example.com` or itself.
bool names_domain(const AuthMethod& method, std::string_view property, const Domain& domain) {
  const std::string* value = method.property(property);
  if (value == nullptr) return false;
  const std::string_view text(*value);
  const auto at = text.rfind('@');
  return Domain::parse(at == std::string_view::npos ? text : text.substr(at + 1)) == domain;
}

std::optional<Domain> witness(const Authentication& found) {
  if (found.arc.result != ArcResult::pass || found.arc.sets.empty()) return {};
  const ArcSet& newest = found.arc.sets.back();
  const bool saw = found.dmarc.author && saw_author_proven(newest.found, *found.dmarc.author);
  return saw ? newest.sealer : std::nullopt;
}

}  // namespace

std::string evidence_in_words(const Authentication& found, const std::optional<IpAddress>& client,
                              const std::string& list) {
  std::string out;
  if (!list.empty()) out = std::string(kList) + list;
  if (const auto sealer = witness(found)) {
    join(out, kBetween, std::string(kSealed) + sealer->ascii());
  }
  if (!out.empty()) out += kEnd;
  if (!found.taken_from.empty()) {
    out += fmt::format("{} says: ", readable_text(found.taken_from, 255));
  }
  out += fmt::format("{}; {}", spf_words(found, client), signatures_in_words(found));
  return readable_text(out, kLongest);
}

Evidence evidence_of(std::string_view words) {
  Evidence out;
  const auto end = words.find(kEnd);
  if (end == std::string_view::npos) return out;
  std::string_view front = words.substr(0, end);
  const auto take = [&](std::string_view what) -> std::string_view {
    if (front.substr(0, what.size()) != what) return {};
    front.remove_prefix(what.size());
    const auto comma = front.find(kBetween);
    const std::string_view value = front.substr(0, comma);
    front = comma == std::string_view::npos ? "" : front.substr(comma + kBetween.size());
    return value;
  };
  if (const auto list = take(kList); is_list_id(list)) out.list = std::string(list);
  if (const auto sealer = take(kSealed); !sealer.empty()) out.sealer = Domain::parse(sealer);
  return out;
}

std::string missing_in_words(const Authentication& found) {
  std::string out;
  if (found.dmarc.cause == DmarcCause::dns_failed) {
    out = fmt::format("the DMARC policy: {}", phrase(found.dmarc.cause));
  }
  if (found.spf.result == SpfResult::temperror) {
    join(out, "; ",
         fmt::format("SPF for {}: {}", name_of(found.spf.domain), phrase(SpfCause::dns_failed)));
  }
  std::size_t named = 0;
  for (const DkimOutcome& outcome : found.dkim) {
    if (outcome.result != DkimResult::temperror || named == kSignaturesNamed) continue;
    join(out, "; ", dkim_words(found, outcome));
    ++named;
  }
  if (out.empty()) out = phrase(found.dmarc.cause);
  return readable_text(out, kLongest);
}

bool saw_author_proven(const AuthResults& found, const Domain& author) {
  const auto any = [&](std::string_view method, auto&& wanted) {
    return std::any_of(found.methods.begin(), found.methods.end(), [&](const AuthMethod& each) {
      return each.method == method && wanted(each);
    });
  };
  const auto passes_for = [&](std::string_view property) {
    return [&author, property](const AuthMethod& each) {
      return each.result == "pass" && names_domain(each, property, author);
    };
  };
  if (any("dmarc", [](const AuthMethod&) { return true; })) {
    return any("dmarc", passes_for("header.from"));
  }
  return any("spf", passes_for("smtp.mailfrom")) || any("dkim", passes_for("header.d"));
}

}  // namespace gatepost
