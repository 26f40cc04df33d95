#include "mailauth/crypto.hpp"

#include <string>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "mailauth/rsa_key.hpp"
#include "tests/mailauth/signing.hpp"

namespace gatepost::mailauth::testing {
namespace {

std::string hex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const auto octet : digest) {
    out.push_back(kDigits[octet >> 4U]);
    out.push_back(kDigits[octet & 0x0FU]);
  }
  return out;
}

TEST(Sha256, IsTheStandards) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 hash;
  hash.add("a");
  hash.add({});
  Sha256 moved = std::move(hash);
  moved.add("bc");
  EXPECT_EQ(hex(moved.finish()), hex(sha256("abc")));
}

TEST(Base64, Decodes) {
  struct Case {
    const char* text;
    std::optional<std::string> octets;
  };

  const Case cases[] = {
      {"", ""},
      {"Zg==", "f"},
      {"Zm8=", "fo"},
      {"Zm9v", "foo"},
      {"Zm9vYmFy", "foobar"},
      {" Z m\r\n 9\tv ", "foo"},
      {"Zg= =", "f"},
      {"Zg", "f"},  // padding may be missing (RFC 6376 2.10)
      {"Zm8", "fo"},
      {"+/+/", "\xFB\xFF\xBF"},
      {"Z", {}},
      {"Zm9vY", {}},
      {"=", {}},
      {"Zg===", {}},
      {"Zm9v=", {}},
      {"Zg==Zg==", {}},
      {"Zg=v", {}},
      {"Zm9-", {}},
      {"Zm9_", {}},
      {"Zm9v!", {}},
      {"Zm\xC3\xBC", {}},
  };
  for (const Case& each : cases)
    EXPECT_EQ(decode_base64(each.text), each.octets) << each.text;
}

TEST(PublicKey, VerifiesWhatItsOwnerSigned) {
  const Digest digest = sha256("message");
  const Digest other = sha256("massage");
  const SigningKey keys[] = {SigningKey::rsa(512), SigningKey::rsa(1024), SigningKey::rsa(2048),
                             SigningKey::ed25519()};
  for (const SigningKey& signer : keys) {
    const auto key = PublicKey::read(signer.type(), signer.public_octets());
    ASSERT_TRUE(key);
    SCOPED_TRACE(key->bits());
    std::string signature = signer.sign(digest);
    EXPECT_TRUE(key->verifies(digest, signature));
    EXPECT_FALSE(key->verifies(other, signature));
    EXPECT_FALSE(key->verifies(digest, signature + "x"));
    EXPECT_FALSE(key->verifies(digest, ""));
    EXPECT_FALSE(key->verifies(digest, std::string(100'000, 'x')));
    signature[3] = static_cast<char>(signature[3] ^ 1);
    EXPECT_FALSE(key->verifies(digest, signature));
    EXPECT_EQ(ERR_peek_error(), 0U) << "an error was left in the thread's queue";
  }
}

TEST(PublicKey, KnowsItsSize) {
  EXPECT_EQ(PublicKey::read(KeyType::rsa, SigningKey::rsa(1024).public_octets())->bits(), 1'024U);
  EXPECT_EQ(PublicKey::read(KeyType::ed25519, SigningKey::ed25519().public_octets())->bits(), 256U);
  const auto large = PublicKey::read(KeyType::rsa, made_up_rsa(8'192));
  ASSERT_TRUE(large);
  EXPECT_EQ(large->bits(), 8'192U);
  EXPECT_FALSE(large->verifies(sha256(""), std::string(1'024, 'x')));
}

TEST(PublicKey, ReadsTheBareFormToo) {
  const std::string info = SigningKey::rsa(2048).public_octets();
  // SubjectPublicKeyInfo of RSA 2048: 24 octets before the RSAPublicKey.
  const auto key = PublicKey::read(KeyType::rsa, info.substr(24));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->bits(), 2'048U);
  const Digest digest = sha256("x");
  EXPECT_TRUE(key->verifies(digest, SigningKey::rsa(2048).sign(digest)));
}

TEST(PublicKey, RefusesWhatIsNone) {
  const std::string rsa = SigningKey::rsa(1024).public_octets();
  const std::string refused[] = {
      "",
      "x",
      rsa.substr(0, rsa.size() - 1),
      rsa + "x",
      std::string("\x30\x80", 2) + rsa,
      std::string("\x30\x84\xFF\xFF\xFF\xFF", 6),
      SigningKey::ed25519().public_octets(),
      made_up_rsa(1'024, std::string_view("\x01", 1)),                    // an exponent of 1
      made_up_rsa(1'024, std::string_view("\x04", 1)),                    // an even one
      made_up_rsa(1'024, std::string_view("\x01\0\0\0\0\0\0\0\x01", 9)),  // of more than 64 bits
      made_up_rsa(1'024, std::string_view("\xFF", 1)),                    // a negative one
      made_up_rsa(1'024, ""),
  };
  for (const std::string& octets : refused)
    EXPECT_FALSE(PublicKey::read(KeyType::rsa, octets)) << octets.size();
  EXPECT_TRUE(PublicKey::read(KeyType::rsa, made_up_rsa(1'024)));
  EXPECT_FALSE(PublicKey::read(KeyType::ed25519, ""));
  EXPECT_FALSE(PublicKey::read(KeyType::ed25519, std::string(31, 'x')));
  EXPECT_FALSE(PublicKey::read(KeyType::ed25519, rsa));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(PublicKey, LeavesTheErrorsOfOthers) {
  ERR_raise(ERR_LIB_USER, 7);
  const auto key = PublicKey::read(KeyType::rsa, SigningKey::rsa(1024).public_octets());
  EXPECT_FALSE(key->verifies(sha256(""), std::string(128, 'x')));
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), 7);
  EXPECT_EQ(ERR_get_error(), 0U);
}

TEST(RsaKey, HasTwoNumbersAndNoMore) {
  const auto read = [](std::string_view der) { return read_rsa_key(der).has_value(); };
  EXPECT_TRUE(read({"\x30\x06\x02\x01\x23\x02\x01\x03", 8}));
  EXPECT_FALSE(read({"\x30\x09\x02\x01\x23\x02\x01\x03\x02\x01\x05", 11}));
  EXPECT_FALSE(read({"\x30\x03\x02\x01\x23", 5}));
  EXPECT_FALSE(read({"\x30\x06\x02\x01\x22\x02\x01\x03", 8}));  // an even modulus
}

TEST(RsaKey, SurvivesEveryCutAndEveryChange) {
  const std::string der = SigningKey::rsa(512).public_octets();
  for (std::size_t size = 0; size < der.size(); ++size)
    EXPECT_FALSE(read_rsa_key(std::string_view(der).substr(0, size)));
  for (std::size_t at = 0; at < 30; ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = der;
      changed[at] = static_cast<char>(value);
      const auto numbers = read_rsa_key(changed);
      if (numbers) {
        EXPECT_LE(numbers->bits(), 8 * der.size());
      }
    }
  }
}

}  // namespace
}  // namespace gatepost::mailauth::testing
