#include "mailauth/body_hashes.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "tests/mailauth/signing.hpp"

namespace gatepost::mailauth::testing {
namespace {

constexpr auto kSimple = Canonicalization::simple;
constexpr auto kRelaxed = Canonicalization::relaxed;

std::string shown(const Digest& digest) {
  return base64(std::string(digest.begin(), digest.end()));
}

TEST(BodyHashes, OfTheEmptyBody) {
  BodyHashes hashes;
  EXPECT_TRUE(hashes.empty());
  const auto simple = hashes.want(kSimple, {});
  const auto relaxed = hashes.want(kRelaxed, {});
  EXPECT_FALSE(hashes.empty());
  hashes.finish();
  // RFC 6376 3.4.3, 3.4.4
  EXPECT_EQ(shown(hashes.digest(*simple)), "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
  EXPECT_EQ(shown(hashes.digest(*relaxed)), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  EXPECT_EQ(hashes.body_length(*simple), 2U);
  EXPECT_EQ(hashes.body_length(*relaxed), 0U);
}

TEST(BodyHashes, OfAllAndOfTheFirstOctets) {
  const std::string body = "one  line\r\n\r\nanother \r\n\r\n";
  BodyHashes hashes;
  const auto all = hashes.want(kRelaxed, {});
  const auto start = hashes.want(kRelaxed, 5);
  const auto none = hashes.want(kRelaxed, 0);
  const auto exact = hashes.want(kRelaxed, 21);
  const auto more = hashes.want(kSimple, 1'000);
  for (const char& c : body)
    hashes.add(std::string_view(&c, 1));
  hashes.finish();
  const std::string canonical = "one line\r\n\r\nanother\r\n";
  EXPECT_EQ(hashes.digest(*all), sha256(canonical));
  EXPECT_EQ(hashes.digest(*start), sha256("one l"));
  EXPECT_EQ(hashes.digest(*none), sha256(""));
  EXPECT_EQ(hashes.digest(*exact), sha256(canonical));
  EXPECT_EQ(hashes.digest(*more), sha256("one  line\r\n\r\nanother \r\n"));
  EXPECT_EQ(hashes.body_length(*all), canonical.size());
  EXPECT_EQ(hashes.body_length(*more), 23U);
}

TEST(BodyHashes, TakeEachOnceAndNotTooMany) {
  BodyHashes hashes;
  for (std::size_t i = 0; i < BodyHashes::kMost; ++i)
    EXPECT_EQ(hashes.want(kSimple, i), i);
  EXPECT_EQ(hashes.want(kSimple, 3), 3U);
  EXPECT_EQ(hashes.want(kSimple, {}), std::nullopt);
  EXPECT_EQ(hashes.want(kRelaxed, 3), std::nullopt);
}

TEST(BodyHashes, DoNotDependOnTheChunks) {
  std::string body;
  for (int i = 0; i < 3'000; ++i)
    body += std::string(static_cast<std::size_t>(i % 90), 'x') + "  y\t \r\n";
  body += std::string(50'000, 'z');
  std::string wanted;
  for (const std::size_t chunk : {1'000'000U, 65'535U, 4'096U, 4'097U, 7U}) {
    BodyHashes hashes;
    const auto simple = hashes.want(kSimple, {});
    const auto relaxed = hashes.want(kRelaxed, 77'777);
    for (std::string_view rest = body; !rest.empty();
         rest.remove_prefix(std::min<std::size_t>(chunk, rest.size())))
      hashes.add(rest.substr(0, chunk));
    hashes.finish();
    const std::string found = shown(hashes.digest(*simple)) + shown(hashes.digest(*relaxed));
    if (wanted.empty()) wanted = found;
    EXPECT_EQ(found, wanted) << chunk;
    EXPECT_EQ(hashes.digest(*simple), sha256(body + "\r\n"));
  }
}

}  // namespace
}  // namespace gatepost::mailauth::testing
