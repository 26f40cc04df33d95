#include "mailauth/crypto.hpp"

#include <stdexcept>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "mailauth/rsa_key.hpp"

namespace gatepost::mailauth {
namespace {

struct Free {
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }

  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }

  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }

  void operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }

  void operator()(OSSL_PARAM* p) const { OSSL_PARAM_free(p); }

  void operator()(BIGNUM* p) const { BN_free(p); }
};

template <typename T>
using Owned = std::unique_ptr<T, Free>;

// Leaves the thread's error queue as it was: others read it too.
class QuietErrors {
public:
  QuietErrors() { ERR_set_mark(); }

  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;

  ~QuietErrors() { ERR_pop_to_mark(); }
};

// Only where OpenSSL itself is broken or memory is out: nothing a message can bring about.
void must(bool done) {
  if (!done) throw std::runtime_error("OpenSSL does not work");
}

// Fetched once: a fetch costs more than hashing a header. Never freed, for threads may outlive
// main.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  must(algorithm != nullptr);
  return algorithm;
}

const unsigned char* octets_of(std::string_view text) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): OpenSSL's octets
  return reinterpret_cast<const unsigned char*>(text.data());
}

Owned<BIGNUM> number(std::string_view octets) {
  return Owned<BIGNUM>(BN_bin2bn(octets_of(octets), static_cast<int>(octets.size()), nullptr));
}

Owned<EVP_PKEY> make_rsa(const RsaNumbers& numbers) {
  const auto modulus = number(numbers.modulus);
  const auto exponent = number(numbers.exponent);
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  if (!modulus || !exponent || !builder) return {};
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
    return {};
  const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return {};
  return Owned<EVP_PKEY>(key);
}

bool rsa_verifies(EVP_PKEY* key, const Digest& digest, std::string_view signature) {
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context && EVP_PKEY_verify_init(context.get()) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context.get(), sha256_algorithm()) == 1 &&
         EVP_PKEY_verify(context.get(), octets_of(signature), signature.size(), digest.data(),
                         digest.size()) == 1;
}

bool ed25519_verifies(EVP_PKEY* key, const Digest& digest, std::string_view signature) {
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return context &&
         EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr) ==
             1 &&
         EVP_DigestVerify(context.get(), octets_of(signature), signature.size(), digest.data(),
                          digest.size()) == 1;
}

// The value of a base64 character, 64 for `=`, 65 for white space, 66 for anything else.
constexpr std::array<std::uint8_t, 256> make_base64_values() {
  std::array<std::uint8_t, 256> out{};
  for (auto& value : out)
    value = 66;
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    out[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  for (const char c : {' ', '\t', '\r', '\n'})
    out[static_cast<unsigned char>(c)] = 65;
  return out;
}

constexpr auto kBase64Values = make_base64_values();

}  // namespace

struct Sha256::Context {
  Owned<EVP_MD_CTX> md{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  must(context_->md != nullptr &&
       EVP_DigestInit_ex2(context_->md.get(), sha256_algorithm(), nullptr) == 1);
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view octets) {
  must(EVP_DigestUpdate(context_->md.get(), octets.data(), octets.size()) == 1);
}

Sha256 Sha256::copy() const {
  Sha256 out;
  must(EVP_MD_CTX_copy_ex(out.context_->md.get(), context_->md.get()) == 1);
  return out;
}

Digest Sha256::so_far() const {
  Sha256 copy;
  must(EVP_MD_CTX_copy_ex(copy.context_->md.get(), context_->md.get()) == 1);
  return copy.finish();
}

Digest Sha256::finish() {
  Digest out{};
  must(EVP_DigestFinal_ex(context_->md.get(), out.data(), nullptr) == 1);
  return out;
}

Digest sha256(std::string_view octets) {
  Sha256 hash;
  hash.add(octets);
  return hash.finish();
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  std::size_t characters = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    const std::uint8_t value = kBase64Values[static_cast<unsigned char>(c)];
    if (value == 65) continue;
    if (value == 64) {
      ++padding;
      continue;
    }
    if (value > 65 || padding > 0) return {};
    bits = bits << 6U | value;
    if (++characters % 4 != 1) {
      const std::size_t left = 2 * ((4 - characters % 4) % 4);  // bits of the next octet
      out.push_back(static_cast<char>(bits >> left & 0xFFU));
    }
  }
  // The padding may be missing (RFC 6376 2.10), but not be more than a group needs.
  if (characters % 4 == 1 || padding > (4 - characters % 4) % 4) return {};
  return out;
}

struct PublicKey::Key {
  Owned<EVP_PKEY> value;  // null: too large to be used
};

std::optional<PublicKey> PublicKey::read(KeyType type, std::string_view octets) {
  const QuietErrors quiet;
  auto key = std::make_shared<Key>();
  if (type == KeyType::ed25519) {
    constexpr std::size_t kSize = 32;
    if (octets.size() != kSize) return {};
    key->value.reset(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, octets_of(octets),
                                                    octets.size()));
    if (!key->value) return {};
    return PublicKey(type, 8 * kSize, std::move(key));
  }
  const auto numbers = read_rsa_key(octets);
  if (!numbers) return {};
  const std::size_t bits = numbers->bits();
  if (bits <= kMostBits) {
    key->value = make_rsa(*numbers);
    if (!key->value) return {};
  }
  return PublicKey(type, bits, std::move(key));
}

bool PublicKey::verifies(const Digest& digest, std::string_view signature) const {
  if (!key_->value) return false;
  const QuietErrors quiet;
  return type_ == KeyType::rsa ? rsa_verifies(key_->value.get(), digest, signature)
                               : ed25519_verifies(key_->value.get(), digest, signature);
}

}  // namespace gatepost::mailauth
