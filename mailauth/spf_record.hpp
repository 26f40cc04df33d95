#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mailauth/spf_macro.hpp"
#include "policy/mail/network.hpp"

namespace gatepost::mailauth {

/// What a mechanism that matches means (RFC 7208 4.6.2).
enum class Qualifier : std::uint8_t { pass, fail, softfail, neutral };

/// RFC 7208 5.1
struct SpfAll {
  friend bool operator==(const SpfAll&, const SpfAll&) = default;
};

/// RFC 7208 5.2
struct SpfInclude {
  MacroString domain;

  friend bool operator==(const SpfInclude&, const SpfInclude&) = default;
};

/// RFC 7208 5.3
struct SpfA {
  std::optional<MacroString> domain;  ///< nothing: that of the record
  int prefix4 = 32;
  int prefix6 = 128;

  friend bool operator==(const SpfA&, const SpfA&) = default;
};

/// RFC 7208 5.4
struct SpfMx {
  std::optional<MacroString> domain;
  int prefix4 = 32;
  int prefix6 = 128;

  friend bool operator==(const SpfMx&, const SpfMx&) = default;
};

/// RFC 7208 5.5
struct SpfPtr {
  std::optional<MacroString> domain;

  friend bool operator==(const SpfPtr&, const SpfPtr&) = default;
};

/// RFC 7208 5.6. Octets behind the prefix are allowed and do not count.
struct SpfIp4 {
  IpAddress address;
  int prefix = 32;

  friend bool operator==(const SpfIp4&, const SpfIp4&) = default;
};

/// RFC 7208 5.6. Its address may be a v4-mapped one, which no client has.
struct SpfIp6 {
  IpAddress address;
  int prefix = 128;

  friend bool operator==(const SpfIp6&, const SpfIp6&) = default;
};

/// RFC 7208 5.7
struct SpfExists {
  MacroString domain;

  friend bool operator==(const SpfExists&, const SpfExists&) = default;
};

using SpfMechanism =
    std::variant<SpfAll, SpfInclude, SpfA, SpfMx, SpfPtr, SpfIp4, SpfIp6, SpfExists>;

/// RFC 7208 4.6.1
struct SpfDirective {
  Qualifier qualifier = Qualifier::pass;
  SpfMechanism mechanism;
  std::string text;  ///< as written: visible ASCII

  friend bool operator==(const SpfDirective&, const SpfDirective&) = default;
};

/// RFC 7208 6.1
struct SpfRedirect {
  MacroString domain;
  std::string text;  ///< as written

  friend bool operator==(const SpfRedirect&, const SpfRedirect&) = default;
};

/// RFC 7208 6.2
struct SpfExplanation {
  MacroString domain;

  friend bool operator==(const SpfExplanation&, const SpfExplanation&) = default;
};

/// A modifier without a meaning here (RFC 7208 6).
struct SpfUnknownModifier {
  std::string name;

  friend bool operator==(const SpfUnknownModifier&, const SpfUnknownModifier&) = default;
};

/// A record (RFC 7208 4.6.1): what it lists, in its order, and what stands anywhere in it.
struct SpfRecord {
  std::vector<SpfDirective> directives;
  std::optional<SpfRedirect> redirect;
  std::optional<SpfExplanation> explanation;
  std::vector<SpfUnknownModifier> unknown;

  friend bool operator==(const SpfRecord&, const SpfRecord&) = default;
};

/// Whether this TXT record is an SPF record, right or wrong: its version is `v=spf1` in any case,
/// and behind it there is a space or nothing (RFC 7208 4.5).
bool is_spf_record(std::string_view text);

/// The record `text`, of which is_spf_record() holds, or the first fault in it: one anywhere makes
/// all of it unusable (RFC 7208 4.6).
std::variant<SpfRecord, SpfFault> parse_spf_record(std::string_view text);

}  // namespace gatepost::mailauth
