#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "policy/mail/network.hpp"

namespace gatepost {

/// A name server to ask.
struct NameServer {
  IpAddress address;
  std::uint16_t port = 53;

  friend bool operator==(const NameServer&, const NameServer&) = default;
};

/// `dns:` of gatepost.yaml.
struct DnsSettings {
  std::vector<NameServer> servers;           ///< empty: those of /etc/resolv.conf
  std::chrono::milliseconds timeout{3'000};  ///< of one question

  friend bool operator==(const DnsSettings&, const DnsSettings&) = default;
};

}  // namespace gatepost
