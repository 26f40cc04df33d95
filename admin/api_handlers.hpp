#pragma once

#include <memory>
#include <string>

#include "admin/daemon.hpp"
#include "admin/http.hpp"
#include "policy/catalogue.hpp"

/// The endpoints behind answer() of api.hpp, one function each.
namespace gatepost::admin {

/// One request on its way through an endpoint.
struct Call {
  Daemon& daemon;
  const Request& request;
  const Target& target;
  std::string argument;  ///< the `{}` of the route: a user, a reference, an address
  Language language = Language::english;
  std::shared_ptr<const Settings> settings;
  Time now;
};

Response show_status(const Call& call);
Response show_metrics(const Call& call);
Response show_case(const Call& call);
Response show_report(const Call& call);
Response show_audit(const Call& call);
Response read_usage(const Call& call);
Response reload(const Call& call);
Response show_account(const Call& call);
Response freeze_account(const Call& call);
Response unfreeze_account(const Call& call);
Response list_lockouts(const Call& call);
Response show_lockout(const Call& call);
Response unlock(const Call& call);
Response lock(const Call& call);

}  // namespace gatepost::admin
