#include "mailauth/dkim_key.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "mailauth/tag_list.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

SignatureFault fault(DkimCause cause, std::string detail = {}) {
  return {DkimResult::permerror, cause, std::move(detail)};
}

// Whether the colon-separated list `text` has `item` (RFC 6376 3.6.1); case does not matter.
bool lists(std::string_view text, std::string_view item) {
  for (;;) {
    const auto colon = text.find(':');
    if (ascii::lower(ascii::trim(text.substr(0, colon))) == item) return true;
    if (colon == std::string_view::npos) return false;
    text.remove_prefix(colon + 1);
  }
}

std::string_view name(KeyType type) {
  return type == KeyType::rsa ? "rsa" : "ed25519";
}

// What the record says it is for. Unknown tags do not count, nor does g= (RFC 6376 C).
std::optional<SignatureFault> read_uses(const TagList& tags, KeyType type) {
  if (const auto v = tags.find("v")) {
    if (*v != "DKIM1") return fault(DkimCause::bad_key, "v= is not DKIM1");
    if (tags.tags().front().first != "v") return fault(DkimCause::bad_key, "v= is not the first");
  }
  if (ascii::lower(tags.find("k").value_or("rsa")) != name(type))
    return fault(DkimCause::key_of_other_type);
  if (const auto h = tags.find("h"); h && !lists(*h, "sha256"))
    return fault(DkimCause::key_not_for_hash);
  if (const auto s = tags.find("s"); s && !lists(*s, "email") && !lists(*s, "*"))
    return fault(DkimCause::key_not_for_email);
  return {};
}

// p=
std::variant<PublicKey, SignatureFault> read_key(std::string_view p, KeyType type) {
  constexpr std::size_t kLongest = 4'096;  // RSA of 16384 bits takes less
  if (p.empty()) return fault(DkimCause::key_revoked);
  if (p.size() > kLongest) return fault(DkimCause::bad_key, "p= is too long");
  const auto octets = decode_base64(p);
  if (!octets) return fault(DkimCause::bad_key, "p= is no base64");
  auto key = PublicKey::read(type, *octets);
  if (!key) return fault(DkimCause::bad_key, fmt::format("p= is no key of type {}", name(type)));
  return *std::move(key);
}

bool is_key_record(std::string_view record) {
  const auto parsed = parse_tag_list(record);
  const auto* tags = std::get_if<TagList>(&parsed);
  return tags != nullptr && tags->find("p");
}

}  // namespace

KeyOrFault read_key_record(std::string_view record, KeyType type) {
  constexpr std::size_t kFewestBits = 1'024;  // RFC 8301 3.2
  auto parsed = parse_tag_list(record);
  if (auto* why = std::get_if<std::string>(&parsed))
    return fault(DkimCause::bad_key, std::move(*why));
  const TagList& tags = std::get<TagList>(parsed);
  if (auto other_use = read_uses(tags, type)) return *std::move(other_use);
  const auto p = tags.find("p");
  if (!p) return fault(DkimCause::bad_key, "there is no p=");
  auto key = read_key(*p, type);
  if (auto* bad = std::get_if<SignatureFault>(&key)) return std::move(*bad);
  KeyRecord out{std::get<PublicKey>(std::move(key))};
  if (type == KeyType::rsa && out.key.bits() < kFewestBits)
    return fault(DkimCause::key_too_short, fmt::format("{} bits", out.key.bits()));
  if (type == KeyType::rsa && out.key.bits() > PublicKey::kMostBits)
    return fault(DkimCause::key_too_long, fmt::format("{} bits", out.key.bits()));
  const std::string_view flags = tags.find("t").value_or("");
  out.testing = lists(flags, "y");
  out.strict_identity = lists(flags, "s");
  return out;
}

DnsQuestion key_question(const std::string& selector, const Domain& domain) {
  return ask_for(fmt::format("{}._domainkey.{}", selector, domain.ascii()), DnsType::txt);
}

std::optional<KeyOrFault> find_key(const std::string& selector, const Domain& domain, KeyType type,
                                   Answers& answers) {
  constexpr std::size_t kLongestName = 253;  // RFC 1035 2.3.4, without the root's dot
  const DnsQuestion question = key_question(selector, domain);
  if (question.name.size() > kLongestName)
    return fault(DkimCause::no_key, "the name of the key is too long");
  const DnsAnswer* answer = answers.find(question);
  if (answer == nullptr) return {};
  if (answer->status == DnsStatus::failed)
    return SignatureFault{DkimResult::temperror, DkimCause::key_dns_failed, answer->why};
  if (answer->status != DnsStatus::found || answer->texts.empty())
    return fault(DkimCause::no_key, fmt::format("no record at {}", question.name));
  if (answer->texts.size() == 1) return read_key_record(answer->texts.front(), type);
  // Other records may stand there too, from a wildcard for instance; of several keys none is the
  // right one (RFC 6376 3.6.2.2).
  const std::string* only = nullptr;
  for (const std::string& text : answer->texts) {
    if (!is_key_record(text)) continue;
    if (only != nullptr) return fault(DkimCause::several_keys);
    only = &text;
  }
  if (only == nullptr) return fault(DkimCause::no_key, "none of the records is a key");
  return read_key_record(*only, type);
}

}  // namespace gatepost::mailauth
