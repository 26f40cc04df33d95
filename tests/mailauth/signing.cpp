#include "tests/mailauth/signing.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "mailauth/signature.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth::testing {
namespace {

struct Free {
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }

  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }

  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
};

template <typename T>
using Owned = std::unique_ptr<T, Free>;

void must(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot sign");
}

// One DER element.
std::string element(char tag, const std::string& contents) {
  std::string out(1, tag);
  const std::size_t size = contents.size();
  if (size < 0x80) {
    out.push_back(static_cast<char>(size));
  } else if (size < 0x100) {
    out.append("\x81").push_back(static_cast<char>(size));
  } else {
    out.append("\x82").push_back(static_cast<char>(size >> 8U));
    out.push_back(static_cast<char>(size & 0xFFU));
  }
  return out + contents;
}

const char* name(Canonicalization form) {
  return form == Canonicalization::simple ? "simple" : "relaxed";
}

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> out;
  for (;;) {
    const auto colon = list.find(':');
    out.push_back(ascii::lower(ascii::trim(list.substr(0, colon))));
    if (colon == std::string_view::npos) return out;
    list.remove_prefix(colon + 1);
  }
}

}  // namespace

struct SigningKey::Pair {
  Owned<EVP_PKEY> key;
};

std::string base64(std::string_view octets) {
  std::string out((octets.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(octets.data()),
                                   static_cast<int>(octets.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

SigningKey SigningKey::rsa(int bits) {
  static std::map<int, std::shared_ptr<const Pair>> made;
  auto& pair = made[bits];
  if (!pair) {
    auto fresh = std::make_shared<Pair>();
    fresh->key.reset(EVP_RSA_gen(static_cast<unsigned int>(bits)));
    must(fresh->key != nullptr);
    pair = fresh;
  }
  return SigningKey(KeyType::rsa, pair);
}

SigningKey SigningKey::ed25519() {
  auto fresh = std::make_shared<Pair>();
  fresh->key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  must(fresh->key != nullptr);
  return SigningKey(KeyType::ed25519, std::move(fresh));
}

std::string SigningKey::algorithm() const {
  return type_ == KeyType::rsa ? "rsa-sha256" : "ed25519-sha256";
}

std::string SigningKey::public_octets() const {
  if (type_ == KeyType::ed25519) {
    std::string out(32, '\0');
    std::size_t size = out.size();
    must(EVP_PKEY_get_raw_public_key(pair_->key.get(), reinterpret_cast<unsigned char*>(out.data()),
                                     &size) == 1);
    return out;
  }
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(pair_->key.get(), &der);
  must(size > 0);
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

std::string SigningKey::record(std::string_view tags) const {
  return fmt::format("v=DKIM1; k={}; {}p={}", type_ == KeyType::rsa ? "rsa" : "ed25519", tags,
                     base64(public_octets()));
}

std::string SigningKey::sign(const Digest& digest) const {
  std::string out(1'024, '\0');
  std::size_t size = out.size();
  auto* room = reinterpret_cast<unsigned char*>(out.data());
  if (type_ == KeyType::rsa) {
    const Owned<EVP_PKEY_CTX> context(
        EVP_PKEY_CTX_new_from_pkey(nullptr, pair_->key.get(), nullptr));
    must(EVP_PKEY_sign_init(context.get()) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
         EVP_PKEY_sign(context.get(), room, &size, digest.data(), digest.size()) == 1);
  } else {
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    must(EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, pair_->key.get(),
                               nullptr) == 1 &&
         EVP_DigestSign(context.get(), room, &size, digest.data(), digest.size()) == 1);
  }
  out.resize(size);
  return out;
}

std::string made_up_rsa(std::size_t bits, std::string_view exponent) {
  std::string modulus(bits / 8, '\x55');
  modulus.front() = '\xC5';
  const std::string key = element('\x30', element('\x02', std::string(1, '\0') + modulus) +
                                              element('\x02', std::string(exponent)));
  const std::string algorithm = element(
      '\x30', element('\x06', "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01") + element('\x05', ""));
  return element('\x30', algorithm + element('\x03', std::string(1, '\0') + key));
}

std::string body_hash(std::string_view body, Canonicalization form,
                      std::optional<std::uint64_t> length) {
  std::string canonical;
  const auto sink = [&](std::string_view octets) { canonical.append(octets); };
  BodyCanonicalizer canonicalizer(form);
  canonicalizer.add(body, sink);
  canonicalizer.finish(sink);
  if (length) canonical.resize(std::min<std::size_t>(canonical.size(), *length));
  const Digest digest = sha256(canonical);
  return base64(std::string(digest.begin(), digest.end()));
}

std::string signature_value(const RawHeader& header, std::string_view body, const Signing& signing,
                            const SigningKey& key) {
  const std::string length = signing.body_length ? fmt::format(" l={};", *signing.body_length) : "";
  const std::string value = fmt::format(
      " {}; a={}; c={}/{};\r\n d={}; s={};{}{}\r\n h={};\r\n bh={};\r\n b=", signing.first_tags,
      signing.algorithm.empty() ? key.algorithm() : signing.algorithm, name(signing.header_form),
      name(signing.body_form), signing.domain, signing.selector, length, signing.more,
      signing.signed_fields, body_hash(body, signing.body_form, signing.body_length));
  Signature covered;
  covered.header_form = signing.header_form;
  covered.signed_fields = names_in(signing.signed_fields);
  return value + base64(key.sign(header_digest(header, covered, {signing.field_name, value})));
}

}  // namespace gatepost::mailauth::testing
