#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "admin/api_handlers.hpp"
#include "admin/json_values.hpp"

namespace gatepost::admin {

/// The body's reason; or the answer that asks for one.
std::variant<std::string, Response> reason_of(const Call& call);

/// The answer where the store could not carry the change out.
Response store_problem(const Unavailable& away);

/// A change that somebody asked for, with its records in the audit log: `begun` before it is
/// carried out, and then how it went. What cannot be recorded is not carried out.
class AuditedChange {
public:
  AuditedChange(const Call& call, std::string action, std::string target, std::string reason)
      : log_(call.daemon.stores().audit()),
        record_{.when = call.now,
                .actor = call.request.actor,
                .action = std::move(action),
                .target = std::move(target),
                .reason = std::move(reason),
                .result = "begun"} {}

  /// Nothing: recorded, go on. Otherwise the answer that says why not.
  std::optional<Response> begin() {
    const Answer<bool> recorded = log_.append(record_);
    if (value_of(recorded) != nullptr) return {};
    return problem(503,
                   "the change was not carried out, because it could not be recorded: " +
                       std::get<Unavailable>(recorded).why,
                   "see gatepost status; try again when the store is back");
  }

  /// Records how it went. Best effort: the change itself is done or has failed by now.
  void end(std::string result) {
    record_.result = std::move(result);
    static_cast<void>(log_.append(record_));
  }

private:
  AuditLog& log_;
  AuditRecord record_;
};

}  // namespace gatepost::admin
