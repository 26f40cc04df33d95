#include "session/given_results.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "policy/entry_of.hpp"
#include "policy/mail/auth_results.hpp"

namespace gatepost::session {
namespace {

using mailauth::GivenResults;

bool is_trusted(const AuthenticationSettings& settings, const std::string& authserv_id,
                const IpAddress& client) {
  return std::any_of(settings.trusted.begin(), settings.trusted.end(),
                     [&](const TrustedResults& entry) {
                       return entry.authserv_id == authserv_id &&
                              (entry.clients.empty() || holds(entry.clients, client));
                     });
}

bool speaks_of(const AuthResults& field, std::string_view method) {
  return std::any_of(field.methods.begin(), field.methods.end(),
                     [&](const AuthMethod& each) { return each.method == method; });
}

// Of `user@example.com`, `@example.com`, or the domain itself.
std::optional<Domain> domain_in(const std::string* value) {
  if (value == nullptr) return {};
  const std::string_view text(*value);
  const auto at = text.rfind('@');
  return Domain::parse(at == std::string_view::npos ? text : text.substr(at + 1));
}

SpfCause usual_cause(SpfResult result) {
  switch (result) {
    case SpfResult::none: return SpfCause::no_record;
    case SpfResult::temperror: return SpfCause::dns_failed;
    case SpfResult::permerror: return SpfCause::bad_syntax;
    default: return SpfCause::matched;
  }
}

SpfOutcome given_spf(const AuthResults& field, const EnvelopePath& sender) {
  SpfOutcome out;
  out.identity = sender.null ? SpfIdentity::helo : SpfIdentity::mail_from;
  out.sender = sender.text;
  if (sender.address) {
    out.domain = sender.address->domain();
    out.sender = sender.address->text();
  }
  const char* identity = sender.null ? "smtp.helo" : "smtp.mailfrom";
  for (const AuthMethod& each : field.methods) {
    if (each.method != "spf") continue;
    const auto result = spf_result_from_name(each.result);
    auto named = domain_in(each.property(identity));
    // CVE-2019-20790: a pass for HELO, or for a sender of another hop, is not one for this sender.
    if (!result || !named || (!sender.null && named != out.domain)) continue;
    out.domain = std::move(named);
    out.result = *result;
    out.cause = usual_cause(*result);
    return out;
  }
  if (sender.address && !speaks_of(field, "spf")) {
    out.result = SpfResult::temperror;
    out.cause = SpfCause::dns_failed;
    out.detail = field.authserv_id + " says nothing of SPF";
  }
  return out;
}

DkimCause usual_cause(DkimResult result) {
  switch (result) {
    case DkimResult::pass: return DkimCause::verified;
    case DkimResult::fail: return DkimCause::header_changed;
    case DkimResult::temperror: return DkimCause::key_dns_failed;
    default: return DkimCause::bad_syntax;
  }
}

std::string value_of(const AuthMethod& method, std::string_view property) {
  const std::string* value = method.property(property);
  return value == nullptr ? std::string() : *value;
}

// Nothing where the entry names no signature.
std::optional<DkimOutcome> given_signature(const AuthMethod& method) {
  const auto result = dkim_result_from_name(method.result);
  if (!result || *result == DkimResult::none) return {};
  DkimOutcome out;
  out.result = *result;
  out.cause = usual_cause(*result);
  out.selector = value_of(method, "header.s");
  out.identity = value_of(method, "header.i");
  out.algorithm = value_of(method, "header.a");
  out.signature_start = value_of(method, "header.b");
  out.domain = domain_in(method.property("header.d"));
  const auto identity = domain_in(method.property("header.i"));
  if (method.property("header.d") == nullptr) {
    out.domain = identity;
  } else if (out.domain && identity && !identity->is_or_under(*out.domain)) {
    // RFC 6376 3.5: no signature that passes says so.
    out.result = DkimResult::permerror;
    out.cause = DkimCause::identity_not_below;
  }
  return out;
}

std::vector<DkimOutcome> given_dkim(const AuthResults& field, const GivenAbout& about) {
  std::vector<DkimOutcome> out;
  for (const AuthMethod& each : field.methods) {
    if (each.method != "dkim") continue;
    if (auto outcome = given_signature(each)) out.push_back(*std::move(outcome));
  }
  if (!about.is_signed || speaks_of(field, "dkim")) return out;
  for (const Domain& author : about.authors) {
    DkimOutcome unknown;
    unknown.result = DkimResult::temperror;
    unknown.cause = DkimCause::key_dns_failed;
    unknown.domain = author;
    unknown.detail = field.authserv_id + " says nothing of DKIM";
    out.push_back(std::move(unknown));
  }
  return out;
}

}  // namespace

bool brings_mail_of_filter(const AuthenticationSettings& settings, const IpAddress& client) {
  return std::any_of(settings.trusted.begin(), settings.trusted.end(),
                     [&](const TrustedResults& entry) { return holds(entry.clients, client); });
}

std::optional<GivenResults> given_results(const AuthenticationSettings& settings,
                                          const MessageHeader& header, const GivenAbout& about) {
  const std::string* topmost = header.topmost_results();
  if (settings.trusted.empty() || topmost == nullptr) return {};
  const auto field = parse_auth_results(*topmost);
  if (!field || !is_trusted(settings, field->authserv_id, about.client)) return {};
  return GivenResults{.authserv_id = field->authserv_id,
                      .spf = given_spf(*field, about.sender),
                      .dkim = given_dkim(*field, about)};
}

}  // namespace gatepost::session
