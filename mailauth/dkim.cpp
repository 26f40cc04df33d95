#include "mailauth/dkim.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "mailauth/dkim_key.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

using Fault = std::optional<SignatureFault>;

constexpr std::string_view kFieldName = "DKIM-Signature";

SignatureFault syntax(std::string detail) {
  return {DkimResult::permerror, DkimCause::bad_syntax, std::move(detail)};
}

// Whether a signature of `domain` may speak for an author: above, below or equal.
bool is_near_any(const std::optional<Domain>& domain, const std::vector<Domain>& authors) {
  return domain && std::any_of(authors.begin(), authors.end(), [&](const Domain& author) {
           return domain->is_or_under(author) || author.is_or_under(*domain);
         });
}

// t= and x=: 1*12DIGIT.
std::optional<std::uint64_t> read_time(std::string_view text) {
  constexpr std::size_t kMostDigits = 12;
  std::uint64_t out = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  if (text.size() > kMostDigits || error != std::errc() || stop != end) return {};
  return out;
}

// A t= that lies ahead is a wrong clock, not a forgery. What has expired is as if it were not
// signed: PERMFAIL where a verifier looks at x= (RFC 6376 3.5, 6.1.1), not a failed test.
Fault check_times(const TagList& tags, std::chrono::sys_seconds now) {
  std::uint64_t signed_at = 0;
  if (const auto t = tags.find("t")) {
    const auto time = read_time(*t);
    if (!time) return syntax("t= is no time");
    signed_at = *time;
  }
  if (const auto x = tags.find("x")) {
    const auto expires = read_time(*x);
    if (!expires) return syntax("x= is no time");
    if (tags.find("t") && *expires <= signed_at) return syntax("x= is not after t=");
    if (now.time_since_epoch().count() > static_cast<std::int64_t>(*expires))
      return SignatureFault{DkimResult::permerror, DkimCause::expired, {}};
  }
  return {};
}

// v= and q=.
Fault check_kind(const TagList& tags) {
  const auto v = tags.find("v");
  if (!v) return syntax("there is no v=");
  if (*v != "1") return SignatureFault{DkimResult::permerror, DkimCause::unknown_version, {}};
  std::string_view queries = tags.find("q").value_or("dns/txt");
  for (;;) {
    const auto colon = queries.find(':');
    if (ascii::lower(ascii::trim(queries.substr(0, colon))) == "dns/txt") return {};
    if (colon == std::string_view::npos)
      return SignatureFault{DkimResult::permerror, DkimCause::unknown_query, {}};
    queries.remove_prefix(colon + 1);
  }
}

std::optional<int> hex_digit(char c) {
  if (ascii::is_digit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return {};
}

// dkim-quoted-printable (RFC 6376 2.11), white space taken out; nothing where it is none.
std::optional<std::string> decode_quoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n') continue;
    if (text[i] != '=') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return {};
    const auto high = hex_digit(text[i + 1]);
    const auto low = hex_digit(text[i + 2]);
    if (!high || !low) return {};
    out.push_back(static_cast<char>(*high * 16 + *low));
    i += 2;
  }
  return out;
}

// Longer than any local part and domain in quoted-printable can be (RFC 5321 4.5.3.1).
constexpr std::size_t kLongestIdentity = 1'280;

// The domain of i=.
std::optional<Domain> identity_domain(std::string_view i) {
  if (i.size() > kLongestIdentity) return {};
  const auto decoded = decode_quoted(i);
  if (!decoded) return {};
  const auto at = decoded->rfind('@');
  if (at == std::string::npos) return {};
  return Domain::parse(std::string_view(*decoded).substr(at + 1));
}

std::string without_white_space(std::string_view text) {
  std::string out(text);
  out.erase(std::remove_if(out.begin(), out.end(),
                           [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }),
            out.end());
  return out;
}

bool is_algorithm_name(std::string_view text) {
  constexpr std::size_t kLongest = 32;
  return text.size() <= kLongest && std::all_of(text.begin(), text.end(), [](char c) {
           return ascii::is_alnum(c) || c == '-';
         });
}

// What the field says of itself, as far as it can be read, before anything is judged.
void describe(const TagList& tags, DkimOutcome& out) {
  if (const auto d = tags.find("d")) out.domain = Domain::parse(*d);
  if (const auto s = tags.find("s")) {
    if (const auto selector = Domain::parse(*s)) out.selector = selector->ascii();
  }
  if (const auto a = tags.find("a"); a && is_algorithm_name(*a)) out.algorithm = ascii::lower(*a);
  if (const auto b = tags.find("b")) out.signature_start = signature_start(*b);
  if (const auto i = tags.find("i"); i && i->size() <= kLongestIdentity) {
    out.identity = without_white_space(*i);
  } else if (!i && out.domain) {
    out.identity = "@" + out.domain->ascii();
  }
}

}  // namespace

DkimCheck::DkimCheck(const RawHeader& header, const std::vector<Domain>& authors,
                     std::chrono::sys_seconds now, BodyHashes& hashes) {
  std::vector<const RawField*> raw;
  for (const RawField& field : header.fields()) {
    if (same_field_name(ascii::trim(field.name), kFieldName)) raw.push_back(&field);
  }
  fields_.resize(raw.size());
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto parsed = parse_tag_list(raw[i]->value);
    if (header.overflowed()) {
      decide(fields_[i], {DkimResult::policy, DkimCause::header_too_large, {}});
    } else if (const auto* why = std::get_if<std::string>(&parsed)) {
      decide(fields_[i], syntax(*why));
    } else {
      describe(std::get<TagList>(parsed), fields_[i].outcome);
      order.push_back(i);
    }
  }
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) {
    return is_near_any(fields_[i].outcome.domain, authors);
  });
  std::size_t looked_at = 0;
  for (const std::size_t i : order) {
    Field& field = fields_[i];
    if (looked_at == kMostSignatures) {
      decide(field, {DkimResult::policy, DkimCause::too_many_signatures, {}});
      continue;
    }
    look_at(field, header, *raw[i], now, hashes);
    if (!field.decided) ++looked_at;
  }
}

void DkimCheck::decide(Field& field, SignatureFault fault) {
  field.decided = true;
  field.outcome.result = fault.result;
  field.outcome.cause = fault.cause;
  field.outcome.detail = std::move(fault.detail);
}

// All that can be told without key and body.
void DkimCheck::look_at(Field& field, const RawHeader& header, const RawField& raw,
                        std::chrono::sys_seconds now, BodyHashes& hashes) {
  const auto parsed = parse_tag_list(raw.value);
  const auto& tags = std::get<TagList>(parsed);
  if (auto fault = check_kind(tags)) return decide(field, *std::move(fault));
  auto read = read_signature(tags);
  if (auto* fault = std::get_if<SignatureFault>(&read)) return decide(field, std::move(*fault));
  field.signature = std::get<Signature>(std::move(read));
  const Signature& signature = field.signature;
  const auto& names = signature.signed_fields;
  if (std::find(names.begin(), names.end(), "from") == names.end())
    return decide(field, {DkimResult::permerror, DkimCause::from_not_signed, {}});
  const auto i = tags.find("i");
  field.identity_domain = i ? identity_domain(*i) : signature.domain;
  if (!field.identity_domain) return decide(field, syntax("i= names no domain"));
  if (!field.identity_domain->is_or_under(*signature.domain))
    return decide(field, {DkimResult::permerror, DkimCause::identity_not_below, {}});
  if (auto fault = check_times(tags, now)) return decide(field, *std::move(fault));
  const auto number = hashes.want(signature.body_form, signature.body_length);
  if (!number) return decide(field, {DkimResult::policy, DkimCause::too_many_signatures, {}});
  field.body_hash = *number;
  field.digest = header_digest(header, signature, raw);
  field.signature.signed_fields = {};  // hashed, and maybe long
}

void DkimCheck::ask_keys(Answers& answers) const {
  for (const Field& field : fields_) {
    if (!field.decided)
      static_cast<void>(
          answers.find(key_question(field.signature.selector, *field.signature.domain)));
  }
}

std::optional<std::vector<DkimOutcome>> DkimCheck::conclude(const BodyHashes& hashes,
                                                            Answers& answers) {
  for (Field& field : fields_) {
    if (!field.decided) verify(field, hashes, answers);
  }
  std::vector<DkimOutcome> out;
  for (const Field& field : fields_) {
    if (!field.decided) return {};
    out.push_back(field.outcome);
  }
  return out;
}

// RFC 6376 6.1.2, 6.1.3
void DkimCheck::verify(Field& field, const BodyHashes& hashes, Answers& answers) {
  const Signature& signature = field.signature;
  auto found = find_key(signature.selector, *signature.domain, signature.key_type, answers);
  if (!found) return;
  if (auto* fault = std::get_if<SignatureFault>(&*found)) return decide(field, std::move(*fault));
  const auto& record = std::get<KeyRecord>(*found);
  field.outcome.key_bits = record.key.bits();
  if (record.strict_identity && field.identity_domain != signature.domain)
    return decide(field, {DkimResult::permerror, DkimCause::key_not_for_identity, {}});
  SignatureFault judged = judge(field, record.key, hashes);
  if (record.testing && judged.result != DkimResult::pass) {
    // Of a domain that tests, mail that does not verify is as if it were not signed (RFC 6376
    // 3.6.1).
    judged = {DkimResult::neutral, DkimCause::key_testing, std::string(phrase(judged.cause))};
  }
  decide(field, std::move(judged));
}

// Holds body and signature against the key.
SignatureFault DkimCheck::judge(const Field& field, const PublicKey& key,
                                const BodyHashes& hashes) {
  const Signature& signature = field.signature;
  const std::uint64_t octets = hashes.body_length(field.body_hash);
  const std::uint64_t covered = signature.body_length.value_or(octets);
  if (covered > octets)
    return {DkimResult::fail, DkimCause::body_changed, "l= is more than the body has"};
  if (hashes.digest(field.body_hash) != signature.body_hash)
    return {DkimResult::fail, DkimCause::body_changed, {}};
  if (!key.verifies(field.digest, signature.value))
    return {DkimResult::fail, DkimCause::header_changed, {}};
  // What stands behind the covered part may be anyone's (RFC 6376 8.2).
  if (covered < octets)
    return {DkimResult::policy, DkimCause::body_appended,
            fmt::format("{} of {} octets", covered, octets)};
  return {DkimResult::pass, DkimCause::verified, {}};
}

}  // namespace gatepost::mailauth
