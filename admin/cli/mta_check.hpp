#pragma once

#include <string>
#include <vector>

#include "admin/cli/mta_settings.hpp"
#include "config/config.hpp"

namespace gatepost::admin {

/// One thing that Postfix' configuration means for Gatepost.
struct MtaRemark {
  bool is_problem = false;  ///< something does not work; else worth knowing
  std::string text;         ///< what, and what to do

  friend bool operator==(const MtaRemark&, const MtaRemark&) = default;
};

/// Compares Postfix' configuration with Gatepost's: whether every listener asks Gatepost and in
/// the right spelling and order, which mail cannot be judged or counted, TLS for AUTH, size limit,
/// default action (D17).
std::vector<MtaRemark> check_mta(const MtaSettings& mta, const config::Loaded& loaded);

/// How Postfix spells `address` in smtpd_milters; empty for systemd's sockets.
std::string postfix_spelling(const config::ListenAddress& address);

}  // namespace gatepost::admin
