#include "admin/audited_change.hpp"

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::admin {

std::variant<std::string, Response> reason_of(const Call& call) {
  const auto body = parse_object(call.request.body);
  if (!body) return problem(400, "the body is no JSON object", "send {\"reason\": \"...\"}");
  const std::string reason(ascii::trim(string_member(*body, "reason").value_or("")));
  if (reason.empty()) {
    return problem(400, "a reason is required",
                   "say why, with --reason TEXT; it is kept in the audit log");
  }
  return reason;
}

Response store_problem(const Unavailable& away) {
  return problem(503, fmt::format("the store cannot be written: {}", away.why),
                 "nothing was changed; see gatepost status, and try again when the store is back");
}

}  // namespace gatepost::admin
