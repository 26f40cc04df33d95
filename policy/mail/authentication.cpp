#include "policy/mail/authentication.hpp"

#include <algorithm>
#include <array>

namespace gatepost {
namespace {

template <typename Enum, std::size_t N>
std::optional<Enum> from_name(const std::array<Enum, N>& all, std::string_view text) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](Enum value) { return name(value) == text; });
  if (found == all.end()) return {};
  return *found;
}

bool is_near(const std::optional<Domain>& domain, const Domain& author) {
  return domain && (domain->is_or_under(author) || author.is_or_under(*domain));
}

}  // namespace

std::string_view name(SpfResult result) {
  switch (result) {
    case SpfResult::none: return "none";
    case SpfResult::neutral: return "neutral";
    case SpfResult::pass: return "pass";
    case SpfResult::fail: return "fail";
    case SpfResult::softfail: return "softfail";
    case SpfResult::temperror: return "temperror";
    case SpfResult::permerror: return "permerror";
  }
  return "?";
}

std::string_view name(DkimResult result) {
  switch (result) {
    case DkimResult::none: return "none";
    case DkimResult::pass: return "pass";
    case DkimResult::fail: return "fail";
    case DkimResult::policy: return "policy";
    case DkimResult::neutral: return "neutral";
    case DkimResult::temperror: return "temperror";
    case DkimResult::permerror: return "permerror";
  }
  return "?";
}

std::string_view name(ArcResult result) {
  switch (result) {
    case ArcResult::none: return "none";
    case ArcResult::pass: return "pass";
    case ArcResult::fail: return "fail";
  }
  return "?";
}

std::string_view name(DmarcResult result) {
  switch (result) {
    case DmarcResult::none: return "none";
    case DmarcResult::pass: return "pass";
    case DmarcResult::fail: return "fail";
    case DmarcResult::temperror: return "temperror";
    case DmarcResult::permerror: return "permerror";
  }
  return "?";
}

std::string_view name(DmarcPolicy policy) {
  switch (policy) {
    case DmarcPolicy::none: return "none";
    case DmarcPolicy::quarantine: return "quarantine";
    case DmarcPolicy::reject: return "reject";
  }
  return "?";
}

std::optional<SpfResult> spf_result_from_name(std::string_view text) {
  using enum SpfResult;
  return from_name(std::array{none, neutral, pass, fail, softfail, temperror, permerror}, text);
}

std::optional<DkimResult> dkim_result_from_name(std::string_view text) {
  using enum DkimResult;
  return from_name(std::array{none, pass, fail, policy, neutral, temperror, permerror}, text);
}

std::optional<DmarcResult> dmarc_result_from_name(std::string_view text) {
  using enum DmarcResult;
  return from_name(std::array{none, pass, fail, temperror, permerror}, text);
}

std::string_view phrase(SpfCause cause) {
  switch (cause) {
    case SpfCause::matched: return "matched";
    case SpfCause::nothing_matched: return "nothing in the record matches the client";
    case SpfCause::no_record: return "the domain has no SPF record";
    case SpfCause::no_such_domain: return "the domain does not exist";
    case SpfCause::not_a_domain: return "there is no domain to ask about";
    case SpfCause::several_records: return "the domain has several SPF records";
    case SpfCause::bad_syntax: return "the record cannot be read";
    case SpfCause::too_many_lookups: return "the record needs more than 10 look-ups";
    case SpfCause::too_many_void: return "more than 2 look-ups of the record found nothing";
    case SpfCause::too_many_exchanges: return "a domain of the record has more than 10 mail hosts";
    case SpfCause::no_record_included: return "the record includes a domain without SPF record";
    case SpfCause::dns_failed: return "the DNS gave no answer";
  }
  return "?";
}

std::string_view phrase(DkimCause cause) {
  switch (cause) {
    case DkimCause::verified: return "verified";
    case DkimCause::bad_syntax: return "the signature cannot be read";
    case DkimCause::unknown_version: return "unknown version";
    case DkimCause::unknown_algorithm: return "unknown algorithm";
    case DkimCause::historic_algorithm: return "rsa-sha1 must not be used any more";
    case DkimCause::unknown_canonicalization: return "unknown canonicalization";
    case DkimCause::unknown_query: return "the key is not in the DNS";
    case DkimCause::from_not_signed: return "From is not signed";
    case DkimCause::identity_not_below: return "i= is not below d=";
    case DkimCause::expired: return "the signature has expired";
    case DkimCause::too_many_signatures: return "not looked at: too many signatures";
    case DkimCause::header_too_large: return "not looked at: the header is too large";
    case DkimCause::no_key: return "there is no such key in the DNS";
    case DkimCause::several_keys: return "there are several keys of this name";
    case DkimCause::key_dns_failed: return "the DNS gave no answer about the key";
    case DkimCause::bad_key: return "the key cannot be read";
    case DkimCause::key_revoked: return "the key has been revoked";
    case DkimCause::key_too_short: return "an RSA key of less than 1024 bits proves nothing";
    case DkimCause::key_too_long: return "an RSA key of more than 4096 bits is not looked at";
    case DkimCause::key_not_for_email: return "the key is not for e-mail";
    case DkimCause::key_not_for_hash: return "the key is not for SHA-256";
    case DkimCause::key_of_other_type: return "the key is of another type than the signature";
    case DkimCause::key_not_for_identity: return "the key does not allow an i= other than d=";
    case DkimCause::body_changed: return "the body was changed";
    case DkimCause::body_appended: return "the signature covers the start of the body only";
    case DkimCause::header_changed: return "the header was changed, or the key is another one";
    case DkimCause::key_testing: return "the domain only tests its signatures";
  }
  return "?";
}

std::string_view phrase(ArcCause cause) {
  switch (cause) {
    case ArcCause::no_sets: return "no chain";
    case ArcCause::verified: return "verified";
    case ArcCause::too_many_sets: return "more than 50 sets";
    case ArcCause::incomplete: return "a set is incomplete, or one is missing";
    case ArcCause::bad_syntax: return "a field cannot be read";
    case ArcCause::sealed_as_failed: return "the last sealer found the chain broken";
    case ArcCause::wrong_chain_value: return "a seal contradicts its place in the chain";
    case ArcCause::message_changed: return "the message was changed after the last seal";
    case ArcCause::seal_broken: return "a seal does not fit";
    case ArcCause::key_dns_failed: return "the DNS gave no answer about a key";
    case ArcCause::header_too_large: return "not looked at: the header is too large";
  }
  return "?";
}

std::string_view phrase(DmarcCause cause) {
  switch (cause) {
    case DmarcCause::no_author: return "From names no domain";
    case DmarcCause::too_many_authors: return "From names more domains than one can judge";
    case DmarcCause::no_record: return "the domain publishes no policy";
    case DmarcCause::unusable_record: return "the policy record cannot be used";
    case DmarcCause::dns_failed: return "the DNS gave no answer";
    case DmarcCause::aligned: return "aligned";
    case DmarcCause::nothing_passed: return "neither SPF nor a signature passes";
    case DmarcCause::nothing_aligned: return "what passes is for other domains";
    case DmarcCause::undecided: return "nothing passes, but an answer is missing";
  }
  return "?";
}

bool proves(const Authentication& found, Proof proof, const Domain& domain) {
  if (proof == Proof::spf) return found.spf.result == SpfResult::pass && found.spf.domain == domain;
  return std::any_of(found.dkim.begin(), found.dkim.end(), [&](const DkimOutcome& outcome) {
    return outcome.result == DkimResult::pass && outcome.domain == domain;
  });
}

bool author_proven(const Authentication& found) {
  const DmarcOutcome& dmarc = found.dmarc;
  if (!dmarc.author) return false;
  if (dmarc.record_at) return dmarc.result == DmarcResult::pass;
  if (found.spf.result == SpfResult::pass && is_near(found.spf.domain, *dmarc.author)) return true;
  return std::any_of(found.dkim.begin(), found.dkim.end(), [&](const DkimOutcome& outcome) {
    return outcome.result == DkimResult::pass && is_near(outcome.domain, *dmarc.author);
  });
}

}  // namespace gatepost
