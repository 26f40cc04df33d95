#include "config/addresses.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace gatepost::config {
namespace {

TEST(Listener, IsReadAndSpeltAlike) {
  for (const char* text : {"inet:8899@127.0.0.1", "inet:1@0.0.0.0", "inet6:8899@[::1]",
                           "unix:/run/gatepost/milter.sock", "systemd"}) {
    const auto parsed = parse_listen(text);
    ASSERT_TRUE(std::holds_alternative<ListenAddress>(parsed)) << text;
    EXPECT_EQ(std::get<ListenAddress>(parsed).text(), text);
  }
  EXPECT_EQ(std::get<ListenAddress>(parse_listen("inet6:25@::1")).text(), "inet6:25@[::1]");
  EXPECT_EQ(std::get<ListenAddress>(parse_listen("inet:25@[10.0.0.1]")).text(), "inet:25@10.0.0.1");
}

TEST(Listener, ThatCannotBeMeantIsRefused) {
  for (const char* text :
       {"", "inet:", "inet:@127.0.0.1", "inet:0@127.0.0.1", "inet:65536@127.0.0.1",
        "inet:+5@127.0.0.1", "inet:8899@", "inet:8899@localhost", "inet:8899@*",
        "inet6:8899@127.0.0.1", "inet:127.0.0.1:8899", "8899@127.0.0.1", "unix:", "unix:relative",
        "unix:/folder/", "local:/x", "tcp:8899", "inet:88 99@127.0.0.1"}) {
    EXPECT_TRUE(std::holds_alternative<Mistake>(parse_listen(text))) << text;
  }
  EXPECT_TRUE(std::holds_alternative<Mistake>(parse_listen("unix:/" + std::string(107, 'a'))));
  EXPECT_TRUE(
      std::holds_alternative<ListenAddress>(parse_listen("unix:/" + std::string(106, 'a'))));
}

TEST(AuthPolicyListener, IsTcp) {
  for (const char* text : {"inet:8898@127.0.0.1", "inet6:8898@[::1]"}) {
    const auto parsed = parse_auth_policy_listen(text);
    ASSERT_TRUE(std::holds_alternative<ListenAddress>(parsed)) << text;
    EXPECT_EQ(std::get<ListenAddress>(parsed).text(), text);
  }
  const auto said = [](const char* text) {
    const auto parsed = parse_auth_policy_listen(text);
    const auto* mistake = std::get_if<Mistake>(&parsed);
    return mistake == nullptr ? "" : mistake->text;
  };
  for (const char* text : {"http://127.0.0.1:8898/", "http://localhost:8898", "127.0.0.1:8898",
                           "inet:127.0.0.1:8898", "http://127.0.0.1:8898/?command=allow"}) {
    EXPECT_TRUE(said(text).ends_with("write inet:8898@127.0.0.1 here")) << said(text);
  }
  EXPECT_TRUE(said("http://[::1]:8898/").ends_with("write inet6:8898@[::1] here"));
  for (const char* text :
       {"systemd", "", "8898", "inet:8898", "unix:x", "unix:/run/x.sock", "https://a.example/"}) {
    EXPECT_NE(said(text), "") << text;
  }
}

TEST(ListenAddresses, AreOfThisMachineAloneOrNot) {
  const auto local = [](const char* text) {
    return is_local(std::get<ListenAddress>(parse_auth_policy_listen(text)));
  };
  for (const char* text : {"inet:1@127.0.0.1", "inet:1@127.255.0.1", "inet6:1@::1"}) {
    EXPECT_TRUE(local(text)) << text;
  }
  for (const char* text : {"inet:1@0.0.0.0", "inet:1@10.0.0.1", "inet6:1@::", "inet6:1@fe80::1"}) {
    EXPECT_FALSE(local(text)) << text;
  }
}

}  // namespace
}  // namespace gatepost::config
