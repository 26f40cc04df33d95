#include "logins/shared_secret.hpp"

#include <gtest/gtest.h>

namespace gatepost::logins {
namespace {

TEST(SharedSecretTest, IsShownInOneOfThreeWays) {
  const SharedSecret secret("s3cret:+/");

  struct {
    std::string_view authorization;
    std::string_view api_key;
    bool is_shown;
  } const cases[] = {
      {"Bearer s3cret:+/", "", true},
      {"Basic s3cret:+/", "", true},
      {"s3cret:+/", "", true},
      {"  Token   s3cret:+/ ", "", true},
      {"Basic ZG92ZWNvdDpzM2NyZXQ6Ky8=", "", true},  // dovecot:s3cret:+/
      {"basic ZG92ZWNvdDpzM2NyZXQ6Ky8", "", true},
      {"Bearer ZG92ZWNvdDpzM2NyZXQ6Ky8=", "", false},
      {"Basic ZG92ZWNvdDp3cm9uZw==", "", false},
      {"Basic !!!!", "", false},
      {"", "s3cret:+/", true},
      {"", " s3cret:+/ ", true},
      {"Bearer wrong", "s3cret:+/", true},
      {"", "", false},
      {"Basic ", "", false},
      {"Bearer s3cret:+", "", false},
      {"Bearer s3cret:+/s3cret:+/", "", false},
      {"Bearer S3cret:+/", "", false},
      {"", "s3cret:+/s", false},
  };

  for (const auto& one : cases) {
    EXPECT_EQ(secret.is_shown(one.authorization, one.api_key), one.is_shown)
        << '\'' << one.authorization << "' '" << one.api_key << '\'';
  }
}

TEST(SharedSecretTest, NoneNeedsNothing) {
  EXPECT_TRUE(SharedSecret("").is_none());
  EXPECT_TRUE(SharedSecret("").is_shown("", ""));
  EXPECT_TRUE(SharedSecret("").is_shown("Bearer x", "y"));
}

}  // namespace
}  // namespace gatepost::logins
