#include "mailauth/spf.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "mailauth/spf_check.hpp"

namespace gatepost::mailauth {

std::optional<SpfOutcome> check_spf(const SpfInput& input, Answers& answers) {
  SpfOutcome out;
  const bool null = input.mail_from.empty();
  out.identity = null ? SpfIdentity::helo : SpfIdentity::mail_from;
  // RFC 7208 2.4, 4.3: without a local part it is postmaster's.
  const auto at = input.mail_from.rfind('@');
  const std::string_view text = input.mail_from;
  const bool has_domain = null || at != std::string_view::npos;
  const std::string_view domain_text = null         ? std::string_view(input.helo)
                                       : has_domain ? text.substr(at + 1)
                                                    : std::string_view();
  const std::string_view local_part =
      null || at == 0 || !has_domain ? std::string_view("postmaster") : text.substr(0, at);
  if (!IpAddress::parse(domain_text)) out.domain = Domain::parse(domain_text);
  if (!out.domain || out.domain->ascii().find('.') == std::string::npos) {
    out.cause = SpfCause::not_a_domain;
    out.sender = null ? input.helo : input.mail_from;
    out.detail = shown_to_people(domain_text.empty() ? out.sender : domain_text);
    return out;
  }
  out.sender = fmt::format("{}@{}", local_part, out.domain->ascii());
  SpfCheck check(input, local_part, out.domain->ascii(), answers);
  auto verdict = check.check_host(out.domain->ascii());
  if (!verdict) return {};
  out.result = verdict->result;
  out.cause = verdict->cause;
  out.detail = std::move(verdict->detail);
  return out;
}

}  // namespace gatepost::mailauth
