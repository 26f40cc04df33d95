#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "mailauth/arc.hpp"
#include "tests/mailauth/signing.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {

inline constexpr std::string_view kBody = "Hello\r\n\r\nthere\r\n";

/// How one set is made.
struct ArcSetOptions {
  std::string sealer = "lists.example";
  std::string selector = "sel";
  std::optional<std::string> cv = {};  // none in the first, pass in later ones
  std::string seal_tags = {};          // further tags of ARC-Seal: ` h=from;`
  std::string signed_fields = "from:subject";
  std::optional<std::uint64_t> body_length = {};
  std::string results = "mx.lists.example; dmarc=pass header.from=example.com";
};

/// A message with From and Subject that passes through sealers one after the other.
class ArcMessage {
public:
  ArcMessage() { fields_ = {{"From", " a@example.com"}, {"Subject", " Hello"}}; }

  explicit ArcMessage(const SigningKey& key) : ArcMessage() { key_ = key; }

  /// One more sealer puts its three fields on top.
  ArcMessage& seal(const ArcSetOptions& set = {}) {
    const int instance = ++sets_;
    const std::string key_name = fmt::format("{}._domainkey.{}", set.selector, set.sealer);
    if (published_.insert(key_name).second) zone_.txt(key_name, key_.record());
    Signing signing;
    signing.field_name = "ARC-Message-Signature";
    signing.first_tags = fmt::format("i={}", instance);
    signing.domain = set.sealer;
    signing.selector = set.selector;
    signing.signed_fields = set.signed_fields;
    signing.body_length = set.body_length;
    const std::string signature = signature_value(header(), kBody, signing, key_);
    put("ARC-Authentication-Results", fmt::format(" i={}; {}", instance, set.results));
    put("ARC-Message-Signature", signature);
    chain_.push_back({fields_[1], fields_[0]});
    std::string value = fmt::format(
        " i={}; a={}; cv={}; d={}; s={};{} b=", instance, key_.algorithm(),
        set.cv.value_or(instance == 1 ? "none" : "pass"), set.sealer, set.selector, set.seal_tags);
    std::string text;
    for (const auto& fields : chain_) {
      for (const auto& [name, content] : fields)
        append_canonical(text, {name, content}, Canonicalization::relaxed);
    }
    append_canonical(text, {"ARC-Seal", value}, Canonicalization::relaxed);
    value += base64(key_.sign(sha256(text.substr(0, text.size() - 2))));
    put("ARC-Seal", value);
    chain_.back().emplace_back("ARC-Seal", value);
    return *this;
  }

  void put(std::string name, std::string value) {
    fields_.insert(fields_.begin(), {std::move(name), std::move(value)});
  }

  /// The field with this name and instance, 0 where it has none.
  std::string& field(std::string_view name, int instance = 0) {
    const std::string start = fmt::format(" i={};", instance);
    for (auto& [each, value] : fields_) {
      if (each == name && (instance == 0 || value.rfind(start, 0) == 0)) return value;
    }
    throw std::invalid_argument("there is no such field");
  }

  void remove(std::string_view name, int instance) {
    const std::string value = field(name, instance);
    std::erase_if(fields_,
                  [&](const auto& each) { return each.first == name && each.second == value; });
  }

  RawHeader header() const {
    RawHeader out;
    for (const auto& [name, value] : fields_)
      out.add(name, value);
    return out;
  }

  Zone& zone() { return zone_; }

  ArcOutcome check(std::string_view body = kBody) {
    BodyHashes hashes;
    ArcCheck check(header(), hashes);
    hashes.add(body);
    hashes.finish();
    return ask_until_done(zone_, [&](Answers& answers) { return check.conclude(hashes, answers); });
  }

private:
  SigningKey key_ = SigningKey::rsa(1024);
  Zone zone_;
  std::set<std::string> published_;
  std::vector<std::pair<std::string, std::string>> fields_;
  std::vector<std::vector<std::pair<std::string, std::string>>> chain_;  // as sealed
  int sets_ = 0;
};

}  // namespace gatepost::mailauth::testing
