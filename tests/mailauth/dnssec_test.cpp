// What DNSSEC proves, and what it does not.

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "mailauth/crypto.hpp"
#include "mailauth/unbound_resolver.hpp"
#include "tests/mailauth/dns_server.hpp"
#include "tests/mailauth/inbox.hpp"
#include "tests/mailauth/signing.hpp"

namespace gatepost::mailauth {
namespace {

using testing::ask;
using testing::DnsServer;
using ::testing::ElementsAre;
using testing::Zone;

// A key of the root, in a file: as of 2017, or one of the test's own.
class Anchor {
public:
  explicit Anchor(const std::string& record =
                      ". IN DS 20326 8 2 "
                      "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D")
      : path_(::testing::TempDir() + "gatepost_root_" + std::to_string(getpid()) + ".key") {
    std::ofstream(path_) << record << '\n';
  }

  ~Anchor() { std::filesystem::remove(path_); }

  Anchor(const Anchor&) = delete;
  Anchor& operator=(const Anchor&) = delete;

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

TEST(Dnssec, BelievesAServerThatHandsOnNoSignatures) {
  Zone zone;
  zone.txt("a.test", "x");
  DnsServer server(zone);
  const Anchor anchor;
  UnboundResolver resolver(server.settings(), anchor.path());
  const auto answer = ask(resolver, "a.test", DnsType::txt);
  EXPECT_EQ(answer.status, DnsStatus::found) << answer.why;
  EXPECT_FALSE(answer.secure);
  EXPECT_EQ(ask(resolver, "b.test", DnsType::txt).status, DnsStatus::no_name);
}

// A root zone that signs what is in it (RFC 4034 2, 3; RFC 5702).
class SignedRoot {
public:
  explicit SignedRoot(DnsServer& server) : server_(server) {
    server_.records("", kDnskey,
                    {{kDnskey, key_rdata()}, {kRrsig, signature("", kDnskey, key_rdata())}});
  }

  std::string anchor() const {
    return ". IN DNSKEY 257 3 8 " + testing::base64(key_rdata().substr(4));
  }

  // One TXT record with its signature, or with that of another text.
  void txt(const std::string& name, const std::string& text, const std::string& signed_text) {
    server_.records(name, kTxt,
                    {{kTxt, rdata(text)}, {kRrsig, signature(name, kTxt, rdata(signed_text))}});
  }

private:
  static constexpr int kTxt = 16;
  static constexpr int kRrsig = 46;
  static constexpr int kDnskey = 48;

  static std::string rdata(const std::string& text) {
    return static_cast<char>(text.size()) + text;
  }

  static std::string number(std::uint64_t value, int octets) {
    std::string out;
    for (int i = octets - 1; i >= 0; --i)
      out += static_cast<char>(value >> (8U * static_cast<unsigned>(i)) & 0xFFU);
    return out;
  }

  // The modulus stands before the exponent of five octets, 65537 with its tag.
  std::string key_rdata() const {
    constexpr std::size_t kModulus = 256;
    const std::string spki = key_.public_octets();
    return number(257, 2) + number(3, 1) + number(8, 1) + number(3, 1) + number(65537, 3) +
           spki.substr(spki.size() - 5 - kModulus, kModulus);
  }

  // RFC 4034 B
  unsigned key_tag() const {
    unsigned sum = 0;
    const std::string key = key_rdata();
    for (std::size_t i = 0; i < key.size(); ++i) {
      const unsigned octet = static_cast<unsigned char>(key[i]);
      sum += i % 2 == 0 ? octet << 8U : octet;
    }
    return (sum + (sum >> 16U)) & 0xFFFFU;
  }

  std::string signature(const std::string& name, int type, const std::string& record) const {
    const auto now = static_cast<std::uint64_t>(time(nullptr));
    std::string owner;
    int labels = 0;
    for (std::size_t at = 0; at < name.size(); ++labels) {
      const auto dot = std::min(name.find('.', at), name.size());
      owner += number(dot - at, 1) + name.substr(at, dot - at);
      at = dot + 1;
    }
    owner += '\0';
    const auto kind = static_cast<std::uint64_t>(type);
    const std::string head = number(kind, 2) + number(8, 1) +
                             number(static_cast<std::uint64_t>(labels), 1) + number(300, 4) +
                             number(now + 86'400, 4) + number(now - 86'400, 4) +
                             number(key_tag(), 2) + '\0';
    const std::string signed_part = head + owner + number(kind, 2) + number(1, 2) + number(300, 4) +
                                    number(record.size(), 2) + record;
    return head + key_.sign(sha256(signed_part));
  }

  DnsServer& server_;
  testing::SigningKey key_ = testing::SigningKey::rsa(2048);
};

TEST(Dnssec, ValidatesWhatIsSigned) {
  Zone zone;
  zone.txt("unsigned.test", "x");
  DnsServer server(zone);
  SignedRoot root(server);
  root.txt("signed.test", "right", "right");
  root.txt("forged.test", "forged", "right");
  const Anchor anchor(root.anchor());
  UnboundResolver resolver(server.settings(), anchor.path());
  const auto right = ask(resolver, "signed.test", DnsType::txt);
  EXPECT_THAT(right.texts, ElementsAre("right")) << right.why;
  EXPECT_TRUE(right.secure);
  for (const std::string name : {"forged.test", "unsigned.test"}) {
    const auto wrong = ask(resolver, name, DnsType::txt);
    EXPECT_EQ(wrong.status, DnsStatus::failed) << name;
    EXPECT_EQ(wrong.why, "the answer fails DNSSEC") << name;
    EXPECT_TRUE(wrong.texts.empty()) << name;
  }
  // Without the keys nobody looks at signatures.
  UnboundResolver believing(server.settings(), {});
  EXPECT_THAT(ask(believing, "forged.test", DnsType::txt).texts, ElementsAre("forged"));
  EXPECT_FALSE(ask(believing, "signed.test", DnsType::txt).secure);
}

}  // namespace
}  // namespace gatepost::mailauth
