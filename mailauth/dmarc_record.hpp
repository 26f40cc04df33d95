#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/mail/authentication.hpp"

namespace gatepost::mailauth {

enum class Alignment : std::uint8_t { relaxed, strict };

/// psd= (RFC 9989 4.7)
enum class PublicSuffix : std::uint8_t { yes, no, unknown };

/// A DMARC policy record (RFC 9989 4.7, 4.8).
struct DmarcRecord {
  std::optional<DmarcPolicy> policy;       ///< p=; nothing: absent or not valid
  std::optional<DmarcPolicy> subdomains;   ///< sp=
  std::optional<DmarcPolicy> nonexistent;  ///< np=
  bool bad_policy = false;                 ///< p= is missing or not valid, or sp= or np= is not
  bool wants_reports = false;              ///< rua= with one URI that can be read
  Alignment dkim = Alignment::relaxed;
  Alignment spf = Alignment::relaxed;
  PublicSuffix public_suffix = PublicSuffix::unknown;
  bool testing = false;  ///< t=y
  std::string text;      ///< as published

  friend bool operator==(const DmarcRecord&, const DmarcRecord&) = default;
};

/// Nothing where `text` is no DMARC record: its first tag is not v=DMARC1. Errors in what follows
/// leave the defaults (RFC 9989 4.7).
std::optional<DmarcRecord> parse_dmarc_record(std::string_view text);

}  // namespace gatepost::mailauth
