#pragma once

#include <filesystem>
#include <memory>

#include "mailauth/resolver.hpp"
#include "policy/mail/dns_settings.hpp"

namespace gatepost::mailauth {

/// The DNS by libunbound: follows aliases, ignores what the name server adds unasked. One thread of
/// its own brings the answers. Where the root's keys are installed DNSSEC is validated: an answer
/// with a wrong signature fails. A name server that hands on no signatures is believed; nothing it
/// says is `secure`. Who is asked is settled at the construction, also what /etc/resolv.conf says.
class UnboundResolver final : public Resolver {
public:
  /// Throws std::runtime_error with a sentence for the admin where libunbound does not start.
  explicit UnboundResolver(const DnsSettings& settings);
  /// The same with other keys of the root, as DS or DNSKEY records; an empty path: without DNSSEC.
  UnboundResolver(const DnsSettings& settings, const std::filesystem::path& trust_anchor);
  /// Questions under way fail; none may be asked any more by another thread.
  ~UnboundResolver() override;

  SharedAnswer ask(const DnsQuestion& question, Done done) override;

private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace gatepost::mailauth
