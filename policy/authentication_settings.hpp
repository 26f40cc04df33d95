#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "policy/mail/network.hpp"
#include "policy/place.hpp"

namespace gatepost {

/// A filter before us whose Authentication-Results are taken instead of verifying.
struct TrustedResults {
  std::string authserv_id;  ///< lower case
  std::vector<Network>
      clients;  ///< that it brings mail from; empty: a filter of this MTA, any client
  Place place;
};

/// `authentication:` of gatepost.yaml.
struct AuthenticationSettings {
  std::string authserv_id;  ///< of our own field, lower case; empty: the MTA's own name
  std::vector<TrustedResults> trusted;
  bool received_spf = false;                ///< also write Received-SPF (RFC 7208 9.1)
  std::chrono::milliseconds budget{5'000};  ///< longest wait for the DNS at the end of a message
};

}  // namespace gatepost
