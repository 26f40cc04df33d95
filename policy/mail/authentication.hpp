#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/mail/auth_results.hpp"
#include "policy/mail/domain.hpp"

/// What is known of where a message comes from: the results of SPF, DKIM, DMARC and ARC, each with
/// its cause. Plain values; mailauth/ finds them out, the rules judge by them.
namespace gatepost {

/// RFC 7208 2.6
enum class SpfResult : std::uint8_t { none, neutral, pass, fail, softfail, temperror, permerror };

/// Why SPF came to its result.
enum class SpfCause : std::uint8_t {
  matched,             ///< the term in `detail` did
  nothing_matched,     ///< the end of the record: neutral (RFC 7208 4.7)
  no_record,           ///< RFC 7208 4.5
  no_such_domain,      ///< RFC 7208 4.3
  not_a_domain,        ///< the identity names none: an address literal, one label (RFC 7208 4.3)
  several_records,     ///< RFC 7208 4.5
  bad_syntax,          ///< of the record, in `detail` (RFC 7208 4.6)
  too_many_lookups,    ///< more than 10 terms that ask the DNS (RFC 7208 4.6.4)
  too_many_void,       ///< more than 2 of them without an answer (RFC 7208 4.6.4)
  too_many_exchanges,  ///< an `mx` with more than 10 hosts (RFC 7208 4.6.4)
  no_record_included,  ///< `include` or `redirect` of a domain without a record (RFC 7208 5.2, 6.1)
  dns_failed,          ///< no answer, or an error; in `detail`
};

/// Which name SPF was asked about.
enum class SpfIdentity : std::uint8_t { mail_from, helo };

/// SPF of one message (RFC 7208).
struct SpfOutcome {
  SpfResult result = SpfResult::none;
  SpfCause cause = SpfCause::no_record;
  /// helo: the envelope sender is null, so HELO stands in for it (RFC 7208 2.4).
  SpfIdentity identity = SpfIdentity::mail_from;
  std::optional<Domain> domain;  ///< that was asked about; nothing where the text is none
  std::string sender;            ///< `local@domain` as asked about, or what stood there
  std::string detail;            ///< the term or name that decided, in plain English

  friend bool operator==(const SpfOutcome&, const SpfOutcome&) = default;
};

/// RFC 8601 2.7.1
enum class DkimResult : std::uint8_t { none, pass, fail, policy, neutral, temperror, permerror };

/// Why a signature came to its result.
enum class DkimCause : std::uint8_t {
  verified,
  bad_syntax,          ///< of the field; in `detail` (RFC 6376 3.5)
  unknown_version,     ///< v= is not 1
  unknown_algorithm,   ///< neither rsa-sha256 nor ed25519-sha256
  historic_algorithm,  ///< rsa-sha1 (RFC 8301 3.1)
  unknown_canonicalization,
  unknown_query,         ///< q= names no dns/txt
  from_not_signed,       ///< RFC 6376 3.7, 5.4
  identity_not_below,    ///< i= is not d= or below it (RFC 6376 3.5)
  expired,               ///< x= has passed
  too_many_signatures,   ///< not looked at: others were enough work
  header_too_large,      ///< not looked at: the header is larger than what is kept of it
  no_key,                ///< no record at the name of the key
  several_keys,          ///< more than one (RFC 6376 3.6.2.2: undefined)
  key_dns_failed,        ///< no answer, or an error
  bad_key,               ///< unreadable; in `detail` (RFC 6376 3.6.1)
  key_revoked,           ///< an empty p=
  key_too_short,         ///< RSA of less than 1024 bits (RFC 8301 3.2)
  key_too_long,          ///< RSA of more than 4096 bits: more work than a signature is worth
  key_not_for_email,     ///< its s= lists neither email nor *
  key_not_for_hash,      ///< its h= lists others
  key_of_other_type,     ///< its k= does not fit a=
  key_not_for_identity,  ///< its t=s: i= must be d= itself
  body_changed,          ///< the body's hash is not bh=
  body_appended,         ///< l= covers a part of the body only
  header_changed,        ///< the signature does not fit header and key
  key_testing,           ///< would have failed or passed, but t=y asks to be taken as unsigned
};

/// One DKIM-Signature field (RFC 6376, 8301, 8463).
struct DkimOutcome {
  DkimResult result = DkimResult::none;
  DkimCause cause = DkimCause::bad_syntax;
  std::optional<Domain> domain;  ///< d=; nothing where it could not be read
  std::string selector;          ///< s=
  std::string identity;          ///< i=, or `@` and d=
  std::string algorithm;         ///< a=
  std::size_t key_bits = 0;      ///< 0: no key was seen
  std::string signature_start;   ///< the first octets of b=, header.b (RFC 6008)
  std::string detail;            ///< what is wrong, in plain English

  friend bool operator==(const DkimOutcome&, const DkimOutcome&) = default;
};

/// RFC 8617 4.4
enum class ArcResult : std::uint8_t { none, pass, fail };

enum class ArcCause : std::uint8_t {
  no_sets,
  verified,
  too_many_sets,      ///< more than 50 (RFC 8617 4.2.1)
  incomplete,         ///< an instance lacks a field or has one twice, or one is missing
  bad_syntax,         ///< of a field; in `detail`
  sealed_as_failed,   ///< the newest seal says cv=fail
  wrong_chain_value,  ///< cv= is not none in the first or not pass in a later one
  message_changed,    ///< the newest message signature does not fit
  seal_broken,        ///< a seal does not fit
  key_dns_failed,     ///< no answer: it could not be told now
  header_too_large,
};

/// One set of a chain: who sealed it, and what he had found.
struct ArcSet {
  int instance = 0;
  std::optional<Domain> sealer;  ///< d= of the seal
  AuthResults found;             ///< of ARC-Authentication-Results

  friend bool operator==(const ArcSet&, const ArcSet&) = default;
};

/// The chain of a message (RFC 8617 5.2).
struct ArcOutcome {
  ArcResult result = ArcResult::none;
  ArcCause cause = ArcCause::no_sets;
  std::vector<ArcSet> sets;  ///< by instance, from 1; empty unless the result is pass
  std::string detail;

  friend bool operator==(const ArcOutcome&, const ArcOutcome&) = default;
};

/// `dmarc=` of RFC 9989
enum class DmarcResult : std::uint8_t { none, pass, fail, temperror, permerror };

/// What the owner of a domain asks for (RFC 9989 4.7, p=).
enum class DmarcPolicy : std::uint8_t { none, quarantine, reject };

enum class DmarcCause : std::uint8_t {
  no_author,         ///< From names no domain
  too_many_authors,  ///< From names more domains than were looked at, or could not be read whole
  no_record,         ///< nobody above the author domain publishes one
  unusable_record,   ///< no valid p= and no rua= (RFC 9989 4.10.1)
  dns_failed,        ///< no answer, or an error
  aligned,           ///< something passed and is aligned
  nothing_passed,    ///< neither SPF nor a signature
  nothing_aligned,   ///< something passed, for other domains
  undecided,         ///< nothing passed, but some answer is missing
};

/// The domains that readers may take for the author's.
struct AuthorDomains {
  std::vector<Domain> domains;  ///< each once; a few
  bool complete = true;         ///< no: From shows more, or more of it than was kept

  friend bool operator==(const AuthorDomains&, const AuthorDomains&) = default;
};

/// DMARC of one message (RFC 9989).
struct DmarcOutcome {
  DmarcResult result = DmarcResult::none;
  DmarcCause cause = DmarcCause::no_author;
  std::optional<Domain> author;          ///< of From
  std::optional<Domain> record_at;       ///< where the policy in force is published
  std::optional<Domain> organizational;  ///< of the author domain
  /// In force for the author domain: p=, sp= or np=, one lower where t=y asks for it.
  DmarcPolicy policy = DmarcPolicy::none;
  bool testing = false;  ///< t=y
  bool spf_aligned = false;
  bool dkim_aligned = false;
  std::string detail;  ///< the record as published, or what is wrong

  friend bool operator==(const DmarcOutcome&, const DmarcOutcome&) = default;
};

/// What an entry accepts as proof of a domain.
enum class Proof : std::uint8_t { spf, dkim };

/// All that was found of one message.
struct Authentication {
  SpfOutcome spf;
  std::vector<DkimOutcome> dkim;  ///< in the order of the message; empty: not signed
  DmarcOutcome dmarc;             ///< of several author domains the one that fares worst
  ArcOutcome arc;
  /// Whether the author domain publishes anything that mail of its own could pass by: an SPF or
  /// DMARC record, or a signature of its own in this message.
  bool author_provable = false;
  /// An answer is missing that could prove the author domain; what only concerns other domains does
  /// not count, or a forger would only have to keep his own DNS silent.
  bool incomplete = false;
  /// The authserv-id of the filter before us whose word was taken; empty: verified here.
  std::string taken_from;

  friend bool operator==(const Authentication&, const Authentication&) = default;
};

/// `pass`, as RFC 8601 and the command line write it.
std::string_view name(SpfResult result);
std::string_view name(DkimResult result);
std::string_view name(ArcResult result);
std::string_view name(DmarcResult result);
std::string_view name(DmarcPolicy policy);

std::optional<SpfResult> spf_result_from_name(std::string_view name);
std::optional<DkimResult> dkim_result_from_name(std::string_view name);
std::optional<DmarcResult> dmarc_result_from_name(std::string_view name);

/// Why, as a short English phrase for command line and header comments: `the body was changed`.
std::string_view phrase(SpfCause cause);
std::string_view phrase(DkimCause cause);
std::string_view phrase(ArcCause cause);
std::string_view phrase(DmarcCause cause);

/// Whether SPF, or a signature, passed for that very domain.
bool proves(const Authentication& found, Proof proof, const Domain& domain);

/// Whether SPF or a signature passed for a domain of the author's organization: the alignment that
/// DMARC found, or, where there is no DMARC record, the author domain itself or one above or below
/// it.
bool author_proven(const Authentication& found);

}  // namespace gatepost
