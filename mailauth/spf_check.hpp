#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mailauth/answers.hpp"
#include "mailauth/spf.hpp"
#include "mailauth/spf_record.hpp"

namespace gatepost::mailauth {

// What check_spf() consists of; for spf*.cpp alone.

/// A result of check_host() (RFC 7208 4).
struct SpfVerdict {
  SpfResult result = SpfResult::none;
  SpfCause cause = SpfCause::no_record;
  std::string detail;
};

/// An answer is missing; it is noted.
struct SpfWaiting {};

/// The mechanism does not match.
struct SpfNoMatch {};

/// The mechanism matches.
struct SpfMatch {
  std::string by;  ///< what matched in an included record; empty: the mechanism itself
};

/// What became of one mechanism; an SpfVerdict ends the whole evaluation.
using SpfStep = std::variant<SpfWaiting, SpfNoMatch, SpfMatch, SpfVerdict>;

/// No name that the DNS can hold: it is taken as one that is not there.
struct SpfNoName {};

/// A non-ASCII local part stands in it: the term matches nothing (RFC 8616 4).
struct SpfNeverMatches {};

/// What the domain of a term has become.
using SpfTarget = std::variant<SpfWaiting, SpfNoName, SpfNeverMatches, std::string>;

/// A directive or redirect, and whose record it stands in.
struct SpfPlace {
  std::string_view term;
  std::string_view domain;

  /// `a:x.example of example.com`
  std::string text() const;
};

/// One run of one check; each time that answers have come, another one runs from the start. Refers
/// to what it was made of. Not thread-safe.
class SpfCheck {
public:
  SpfCheck(const SpfInput& input, std::string_view local_part, std::string_view sender_domain,
           Answers& answers)
      : input_(input), local_part_(local_part), sender_domain_(sender_domain), answers_(answers) {}

  /// The verdict on `domain`, a name of more than one label; nothing: answers are missing. Calls
  /// itself for each `include`: not deeper than the 10 look-ups of RFC 7208 4.6.4.
  std::optional<SpfVerdict> check_host(std::string domain);

private:
  /// Nothing: missing. The record at `domain`, or the verdict where there is no usable one.
  std::optional<std::variant<SpfRecord, SpfVerdict>> record_of(const std::string& domain);

  /// An SpfVerdict where a mechanism decides, SpfNoMatch where none does.
  SpfStep first_match(const SpfRecord& record, const std::string& domain);

  SpfStep match(const SpfAll&, const SpfPlace&) { return SpfMatch{}; }

  SpfStep match(const SpfInclude& include, const SpfPlace& place);
  SpfStep match(const SpfA& mechanism, const SpfPlace& place);
  SpfStep match(const SpfMx& mechanism, const SpfPlace& place);
  SpfStep match(const SpfPtr& mechanism, const SpfPlace& place);
  SpfStep match(const SpfIp4& network, const SpfPlace& place) const;
  SpfStep match(const SpfIp6& network, const SpfPlace& place) const;
  SpfStep match(const SpfExists& mechanism, const SpfPlace& place);

  /// Counts a term that asks the DNS.
  std::optional<SpfVerdict> count_lookup(const SpfPlace& place);
  /// Counts a term whose question has no answer.
  SpfStep count_void(const SpfPlace& place);

  SpfTarget target(const std::optional<MacroString>& spec, std::string_view domain);
  SpfTarget target(const MacroString& spec, std::string_view domain);
  /// What %{p} stands for in the record of `domain` (RFC 7208 7.3); nothing: missing.
  std::optional<std::string> validated_name(std::string_view domain);
  /// Those names of the client that lead back to it (RFC 7208 5.5), of the given ones.
  std::optional<std::vector<std::string>> validated(const std::vector<std::string>& names);
  /// The client's names; null: missing.
  const DnsAnswer* names_of_client();

  DnsType address_type() const { return input_.client.is_v4() ? DnsType::a : DnsType::aaaa; }

  bool holds_client(const DnsAnswer& answer, int prefix4, int prefix6) const;

  const SpfInput& input_;
  std::string_view local_part_;
  std::string_view sender_domain_;
  Answers& answers_;
  int lookups_ = 0;
  int voids_ = 0;
};

/// Text of strangers, short and printable.
std::string shown_to_people(std::string_view text);

/// The DNS did not say `type` of `domain`: a temporary error.
SpfVerdict dns_failed(DnsType type, std::string_view domain, const DnsAnswer& answer);

/// A name without records of a type, or none at all: what makes a void look-up.
bool is_void(const DnsAnswer& answer);

}  // namespace gatepost::mailauth
