#include <gtest/gtest.h>

#include "policy/channel_of.hpp"
#include "tests/policy/site.hpp"

namespace gatepost {
namespace {

using test::ip;
using test::kNoon;

struct ChannelCase {
  const char* what;
  const char* client;  ///< empty: no address
  bool pickup;
  const char* listener;
  bool logged_in;
  Channel channel;
};

// The table of POLICIES, row by row.
TEST(ChannelOf, FollowsTheTable) {
  Settings settings = test::example_site();
  test::add_server(settings, "erp", "10.1.2.0/28", {});
  test::add_server(settings, "old", "10.9.0.1/32", {}, kNoon);
  const ChannelCase cases[] = {
      {"the sendmail command", "127.0.0.1", true, "mx", false, Channel::local},
      {"no socket address", "", true, "", false, Channel::local},
      {"a person logged in", "198.51.100.7", false, "SUBMISSION", true, Channel::submission},
      {"a login from our own machine", "127.0.0.1", false, "mx", true, Channel::submission},
      {"a login from a listed server", "10.1.2.3", false, "mx", true, Channel::submission},
      {"a listed server", "10.1.2.3", false, "mx", false, Channel::server},
      {"a server entry that expired", "10.9.0.1", false, "mx", false, Channel::inbound},
      {"our own re-injection", "127.0.0.1", false, "mx", false, Channel::relay},
      {"our own re-injection, IPv6", "::1", false, "mx", false, Channel::relay},
      {"our own re-injection, mapped", "::ffff:127.0.0.1", false, "mx", false, Channel::relay},
      {"a stranger", "198.51.100.7", false, "mx", false, Channel::inbound},
      {"a stranger on submission", "198.51.100.7", false, "SUBMISSION", false, Channel::inbound},
      {"127.0.0.2 is not ours", "127.0.0.2", false, "mx", false, Channel::inbound},
  };
  for (const auto& row : cases) {
    const Connection connection{.client = IpAddress::parse(row.client),
                                .pickup = row.pickup,
                                .client_name = "",
                                .daemon_name = row.listener};
    EXPECT_EQ(channel_of(settings, connection, row.logged_in, kNoon).channel, row.channel)
        << row.what;
  }
}

TEST(ChannelOf, AServerCountsOnlyOnItsListenerWhereOneIsConfigured) {
  Settings settings = test::example_site();
  test::add_server(settings, "erp", "10.1.2.0/28", {});
  settings.channels.server_daemons = {"SERVER"};
  Connection connection{
      .client = ip("10.1.2.3"), .pickup = false, .client_name = "", .daemon_name = "mx"};
  EXPECT_EQ(channel_of(settings, connection, false, kNoon).channel, Channel::inbound);
  connection.daemon_name = "SERVER";
  const ChannelChoice choice = channel_of(settings, connection, false, kNoon);
  EXPECT_EQ(choice.channel, Channel::server);
  EXPECT_EQ(choice.server->name, "erp");
}

TEST(ChannelOf, KnowsSubmissionListeners) {
  const Settings settings = test::example_site();
  EXPECT_TRUE(is_submission_listener(settings, {{}, false, "", "ORIGINATING"}));
  EXPECT_FALSE(is_submission_listener(settings, {{}, false, "", "mx"}));
}

}  // namespace
}  // namespace gatepost
