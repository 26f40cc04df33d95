#include "mailauth/arc.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "mailauth/canonical.hpp"
#include "mailauth/dkim_key.hpp"
#include "mailauth/tag_list.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

enum class Kind : std::uint8_t { results, message_signature, seal };

std::optional<Kind> kind_of(const RawField& field) {
  const std::string_view name = ascii::trim(field.name);
  if (same_field_name(name, "ARC-Seal")) return Kind::seal;
  if (same_field_name(name, "ARC-Message-Signature")) return Kind::message_signature;
  if (same_field_name(name, "ARC-Authentication-Results")) return Kind::results;
  return {};
}

ArcOutcome failed(ArcCause cause, std::string detail = {}) {
  return {ArcResult::fail, cause, {}, std::move(detail)};
}

bool is_number(std::string_view text, std::size_t most_digits) {
  return !text.empty() && text.size() <= most_digits &&
         std::all_of(text.begin(), text.end(), ascii::is_digit);
}

// 1*2DIGIT, from 1 (RFC 8617 4.2.1).
std::optional<int> read_instance(std::string_view text) {
  if (!is_number(text, 2)) return {};
  int out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  if (out == 0) return {};
  return out;
}

// Takes CFWS (RFC 5322 3.2.2) off the front. A comment without an end stays.
void skip_cfws(std::string_view& text) {
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (!text.starts_with('(')) return;
    std::size_t end = 0;
    for (std::size_t depth = 0; end < text.size(); ++end) {
      if (text[end] == '\\') {
        ++end;
      } else if (text[end] == '(') {
        ++depth;
      } else if (text[end] == ')' && --depth == 0) {
        break;
      }
    }
    if (end >= text.size()) return;
    text.remove_prefix(end + 1);
  }
}

bool take(std::string_view& text, char c) {
  skip_cfws(text);
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  skip_cfws(text);
  return true;
}

// The `i=1;` that ARC-Authentication-Results begins with (RFC 8617 4.1.1). Takes it off `text`.
std::optional<int> take_instance(std::string_view& text) {
  if (!take(text, 'i') || !take(text, '=')) return {};
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto out = read_instance(text.substr(0, digits));
  text.remove_prefix(digits);
  if (!take(text, ';')) return {};
  return out;
}

std::optional<int> instance_of(const RawField& field, Kind kind) {
  if (kind == Kind::results) {
    std::string_view rest = field.value;
    return take_instance(rest);
  }
  const auto parsed = parse_tag_list(field.value);
  const auto* tags = std::get_if<TagList>(&parsed);
  if (tags == nullptr) return {};
  return read_instance(tags->find("i").value_or(""));
}

// t= is 1*12DIGIT where it is there (RFC 6376 3.5).
bool has_bad_time(const TagList& tags) {
  const auto t = tags.find("t");
  return t && !is_number(*t, 12);
}

AuthResults results_of(const RawField& field) {
  std::string_view rest = field.value;
  take_instance(rest);
  return parse_auth_results(rest).value_or(AuthResults{});
}

}  // namespace

struct ArcCheck::Fields {
  const RawField* results = nullptr;
  const RawField* message_signature = nullptr;
  const RawField* seal = nullptr;

  const RawField*& of(Kind kind) {
    if (kind == Kind::results) return results;
    return kind == Kind::seal ? seal : message_signature;
  }

  bool complete() const {
    return results != nullptr && message_signature != nullptr && seal != nullptr;
  }
};

ArcCheck::ArcCheck(const RawHeader& header, BodyHashes& hashes) {
  decided_ = read(header, hashes);
}

// Everything that needs neither DNS nor body (RFC 8617 5.2, steps 1 to 3). Nothing where it is in
// order.
std::optional<ArcOutcome> ArcCheck::read(const RawHeader& header, BodyHashes& hashes) {
  std::vector<std::pair<Kind, const RawField*>> found;
  for (const RawField& field : header.fields()) {
    if (const auto kind = kind_of(field)) found.emplace_back(*kind, &field);
  }
  if (found.empty()) return ArcOutcome{};
  if (header.overflowed()) return failed(ArcCause::header_too_large);
  if (found.size() > 3 * static_cast<std::size_t>(kMostSets))
    return failed(ArcCause::too_many_sets, fmt::format("{} fields", found.size()));
  std::vector<Fields> sets;
  for (const auto& [kind, field] : found) {
    const auto instance = instance_of(*field, kind);
    if (!instance) return failed(ArcCause::bad_syntax, fmt::format("i= of {}", field->name));
    if (*instance > kMostSets) return failed(ArcCause::too_many_sets);
    const auto size = static_cast<std::size_t>(*instance);
    if (sets.size() < size) sets.resize(size);
    if (std::exchange(sets[size - 1].of(kind), field) != nullptr)
      return failed(ArcCause::incomplete, fmt::format("{} i={} twice", field->name, *instance));
  }
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (!sets[i].complete()) return failed(ArcCause::incomplete, fmt::format("i={}", i + 1));
  }
  if (auto fault = read_seals(sets)) return fault;
  return read_message_signature(header, *sets.back().message_signature, hashes);
}

// ARC-Seal (RFC 8617 4.1.3) of every set, and what each signs: all fields of its set and of those
// before it, in the order of instances, its own last and without its b= (5.1.1).
std::optional<ArcOutcome> ArcCheck::read_seals(const std::vector<Fields>& fields) {
  const auto fault = [](std::size_t i, ArcCause cause, std::string_view what) {
    return failed(cause, fmt::format("{} of ARC-Seal i={}", what, i + 1));
  };
  Sha256 before;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const RawField& own = *fields[i].seal;
    const auto parsed = parse_tag_list(own.value);
    const TagList& tags = std::get<TagList>(parsed);  // it has been read before
    const std::string cv = ascii::lower(tags.find("cv").value_or(""));
    if (cv == "fail" && i + 1 == fields.size())
      return failed(ArcCause::sealed_as_failed, fmt::format("cv=fail in i={}", i + 1));
    if (cv != (i == 0 ? "none" : "pass")) return fault(i, ArcCause::wrong_chain_value, "cv=");
    if (tags.find("h")) return fault(i, ArcCause::bad_syntax, "an h=");
    if (has_bad_time(tags)) return fault(i, ArcCause::bad_syntax, "t=");

    Signed seal;
    const auto algorithm = read_algorithm(tags.find("a").value_or(""));
    if (!std::holds_alternative<KeyType>(algorithm)) return fault(i, ArcCause::bad_syntax, "a=");
    seal.key_type = std::get<KeyType>(algorithm);
    seal.domain = Domain::parse(tags.find("d").value_or(""));
    // domain-name of RFC 6376 3.5 has two labels at least.
    if (!seal.domain || seal.domain->ascii().find('.') == std::string::npos)
      return fault(i, ArcCause::bad_syntax, "d=");
    const auto selector = Domain::parse(tags.find("s").value_or(""));
    if (!selector) return fault(i, ArcCause::bad_syntax, "s=");
    seal.selector = selector->ascii();
    auto value = decode_base64(tags.find("b").value_or(""));
    if (!value || value->empty()) return fault(i, ArcCause::bad_syntax, "b=");
    seal.value = *std::move(value);

    std::string text;
    append_canonical(text, *fields[i].results, Canonicalization::relaxed);
    append_canonical(text, *fields[i].message_signature, Canonicalization::relaxed);
    before.add(text);
    text.clear();
    append_canonical(text, {own.name, without_signature(own.value)}, Canonicalization::relaxed);
    text.resize(text.size() - 2);  // the final CRLF
    Sha256 hash = before.copy();
    hash.add(text);
    seal.digest = hash.finish();
    text.clear();
    append_canonical(text, own, Canonicalization::relaxed);
    before.add(text);

    sets_.push_back({static_cast<int>(i + 1), seal.domain, results_of(*fields[i].results)});
    seals_.push_back(std::move(seal));
  }
  return {};
}

// ARC-Message-Signature (RFC 8617 4.1.2) of the newest set; the older ones need not fit any more.
std::optional<ArcOutcome> ArcCheck::read_message_signature(const RawHeader& header,
                                                           const RawField& field,
                                                           BodyHashes& hashes) {
  const auto parsed = parse_tag_list(field.value);
  const TagList& tags = std::get<TagList>(parsed);  // it has been read before
  const auto fault = [](std::string what) {
    return failed(ArcCause::bad_syntax, "ARC-Message-Signature: " + std::move(what));
  };
  auto read = read_signature(tags, EmptyNames::sign_nothing);
  if (auto* bad = std::get_if<SignatureFault>(&read))
    return fault(bad->detail.empty() ? std::string(phrase(bad->cause)) : std::move(bad->detail));
  auto& signature = std::get<Signature>(read);
  // RFC 8617 names no default of its own for c=; sealers that leave it out sign relaxed.
  if (!tags.find("c")) signature.header_form = signature.body_form = Canonicalization::relaxed;
  if (has_bad_time(tags)) return fault("t= is no time");
  const auto& names = signature.signed_fields;
  if (std::find(names.begin(), names.end(), "arc-seal") != names.end())
    return fault("it signs ARC-Seal");
  const auto number = hashes.want(signature.body_form, signature.body_length);
  if (!number) return fault("too many different hashes of the body");
  body_hash_ = *number;
  body_digest_ = signature.body_hash;
  body_length_ = signature.body_length;
  message_.key_type = signature.key_type;
  message_.digest = header_digest(header, signature, field);
  message_.domain = std::move(signature.domain);
  message_.selector = std::move(signature.selector);
  message_.value = std::move(signature.value);
  return {};
}

void ArcCheck::ask_keys(Answers& answers) const {
  if (!decided_) keys_known(answers);
}

// Notes what is missing.
bool ArcCheck::keys_known(Answers& answers) const {
  constexpr std::size_t kLongestName = 253;  // RFC 1035 2.3.4; find_key needs no answer then
  const auto known = [&](const Signed& each) {
    const DnsQuestion question = key_question(each.selector, *each.domain);
    return question.name.size() > kLongestName || answers.find(question) != nullptr;
  };
  bool all = known(message_);
  for (const Signed& seal : seals_)
    all &= known(seal);
  return all;
}

std::optional<ArcOutcome> ArcCheck::conclude(const BodyHashes& hashes, Answers& answers) {
  if (decided_) return decided_;
  if (!keys_known(answers)) return {};
  decided_ = judge(hashes, answers);
  return decided_;
}

// RFC 8617 5.2, steps 4 and 6. All keys are known.
ArcOutcome ArcCheck::judge(const BodyHashes& hashes, Answers& answers) const {
  const auto fault = [&](const Signed& each, ArcCause otherwise) -> std::optional<ArcOutcome> {
    const auto key = find_key(each.selector, *each.domain, each.key_type, answers);
    if (!key) return failed(ArcCause::key_dns_failed);
    const auto who = fmt::format("{}/{}", each.domain->ascii(), each.selector);
    if (const auto* bad = std::get_if<SignatureFault>(&*key)) {
      const bool temporary = bad->cause == DkimCause::key_dns_failed;
      return failed(temporary ? ArcCause::key_dns_failed : otherwise,
                    fmt::format("{}: {}", who, phrase(bad->cause)));
    }
    if (std::get<KeyRecord>(*key).key.verifies(each.digest, each.value)) return {};
    return failed(otherwise, who);
  };
  if (hashes.digest(body_hash_) != body_digest_)
    return failed(ArcCause::message_changed, "the body was changed");
  // What stands behind l= is not signed (RFC 6376 8.2).
  if (body_length_ && hashes.body_length(body_hash_) > *body_length_)
    return failed(ArcCause::message_changed, "the body was appended to");
  if (auto out = fault(message_, ArcCause::message_changed)) return *std::move(out);
  for (auto seal = seals_.rbegin(); seal != seals_.rend(); ++seal) {
    if (auto out = fault(*seal, ArcCause::seal_broken)) return *std::move(out);
  }
  return {ArcResult::pass, ArcCause::verified, sets_, {}};
}

}  // namespace gatepost::mailauth
