// DKIM: tag lists, key records, signature fields and canonicalization. The first octet picks which.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mailauth/body_hashes.hpp"
#include "mailauth/canonical.hpp"
#include "mailauth/dkim.hpp"
#include "mailauth/dkim_key.hpp"
#include "mailauth/signature.hpp"
#include "mailauth/tag_list.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::mailauth;
using fuzz::check;

void check_tag_list(std::string_view text) {
  const auto parsed = parse_tag_list(text);
  if (const auto* why = std::get_if<std::string>(&parsed)) {
    check(!why->empty() && why->size() < 100);
    return;
  }
  const auto& tags = std::get<TagList>(parsed);
  check(!tags.tags().empty() && tags.tags().size() <= 100);
  // Written out again it is the same list.
  std::string again;
  for (const auto& [name, value] : tags.tags()) {
    check(tags.find(name) == value);
    again.append(name).append("=").append(value).append(";");
  }
  const auto reread = parse_tag_list(again);
  check(std::get<TagList>(reread).tags() == tags.tags());
}

void check_key(std::string_view text) {
  for (const auto type : {KeyType::rsa, KeyType::ed25519}) {
    const KeyOrFault found = read_key_record(text, type);
    const auto* record = std::get_if<KeyRecord>(&found);
    if (record == nullptr) {
      check(std::get<SignatureFault>(found).result == DkimResult::permerror);
      continue;
    }
    check(record->key.type() == type);
    if (type == KeyType::rsa) check(record->key.bits() >= 1'024 && record->key.bits() <= 4'096);
    check(!record->key.verifies(sha256(text), text));
    check(!record->key.verifies(sha256(text), std::string(record->key.bits() / 8, '\1')));
  }
  static_cast<void>(PublicKey::read(KeyType::rsa, text));
}

// The field as the only signature of a message, with a key that does not fit.
void check_field(std::string_view text) {
  const std::string without = without_signature(text);
  check(without.size() <= text.size());
  check(without_signature(without) == without);
  RawHeader header;
  header.add("From", " a@example.com");
  header.add("DKIM-Signature", text);
  BodyHashes hashes;
  DkimCheck dkim(header, {}, std::chrono::sys_seconds{}, hashes);
  hashes.add("body\r\n");
  hashes.finish();
  Answers answers;
  dkim.ask_keys(answers);
  check(answers.take_missing().size() <= 1);
  answers.give_up("no");
  const auto outcomes = dkim.conclude(hashes, answers);
  check(outcomes && outcomes->size() == 1);
  const DkimOutcome& outcome = outcomes->front();
  check(outcome.result == DkimResult::permerror || outcome.result == DkimResult::temperror);
  check(outcome.signature_start.size() <= 8);
  check(outcome.result != DkimResult::temperror || (outcome.domain && !outcome.selector.empty()));
}

std::string canonical(std::string_view text, Canonicalization form, std::size_t chunk) {
  std::string out;
  const auto sink = [&](std::string_view octets) { out += octets; };
  BodyCanonicalizer canonicalizer(form);
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size())))
    canonicalizer.add(text.substr(0, chunk), sink);
  canonicalizer.finish(sink);
  return out;
}

void check_canonical(std::string_view text) {
  if (text.empty()) return;
  const std::size_t chunk = 1 + static_cast<unsigned char>(text.front()) % 16;
  text.remove_prefix(1);
  for (const auto form : {Canonicalization::simple, Canonicalization::relaxed}) {
    const std::string whole = canonical(text, form, text.size() + 1);
    check(canonical(text, form, chunk) == whole);
    check(whole.empty() || whole.ends_with("\r\n"));
    check(whole.size() <= text.size() + 2);
    check(canonical(whole, form, 7) == whole || form == Canonicalization::relaxed);
    BodyHashes hashes;
    const auto number = hashes.want(form, {});
    hashes.add(text.substr(0, chunk));
    hashes.add(text.substr(std::min(chunk, text.size())));
    hashes.finish();
    check(hashes.digest(*number) == sha256(whole));
    check(hashes.body_length(*number) == whole.size());
  }
  // The relaxed form of a field is its own relaxed form.
  const auto colon = std::min(text.find(':'), text.size());
  RawField field{std::string(text.substr(0, colon)), std::string(text.substr(colon))};
  std::string once;
  append_canonical(once, field, Canonicalization::relaxed);
  check(once.find("  ") == std::string::npos || field.name.find(' ') != std::string::npos);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0: check_tag_list(text); break;
    case 1: check_key(text); break;
    case 2: check_field(text); break;
    default: check_canonical(text); break;
  }
  return 0;
}
