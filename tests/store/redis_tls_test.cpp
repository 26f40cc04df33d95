#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "store/redis_connection.hpp"
#include "tests/store/odd_server.hpp"
#include "tests/store/redis_server.hpp"
#include "tests/store/redis_world.hpp"
#include "tests/store/tls_files.hpp"

namespace gatepost::test {
namespace {

using std::chrono::milliseconds;
using store::RedisConnection;
using store::RedisReply;

// Handshakes of a busy machine, under sanitizers too.
constexpr milliseconds kDeadline{500};

/// One authority and what it signs for all tests.
struct Signed : TlsFiles {
  Signed() {
    sign("server", "DNS:redis.test,IP:127.0.0.1");
    sign("named", "DNS:redis.test");
    sign("expired", "IP:127.0.0.1", -1);
    sign("client", "DNS:gatepost.test");
  }
};

const TlsFiles& files() {
  static const Signed made;
  return made;
}

const TlsFiles& others() {
  static const TlsFiles made;
  return made;
}

/// A redis-server that speaks TLS on a port of its own.
struct TlsServer {
  explicit TlsServer(const std::string& certificate, bool wants_client = false)
      : port(free_port()),
        server({"--tls-port", std::to_string(port), "--tls-cert-file",
                files().path(certificate + ".pem"), "--tls-key-file",
                files().path(certificate + ".key"), "--tls-ca-cert-file", files().path("ca.pem"),
                "--tls-auth-clients", wants_client ? "yes" : "no"}) {}

  RedisAddress address(RedisTls tls) const {
    RedisAddress out = server.address();
    out.port = port;
    out.tls = std::move(tls);
    return out;
  }

  RedisAddress address() const { return address(trusted()); }

  static RedisTls trusted() {
    RedisTls out;
    out.ca_file = files().path("ca.pem");
    return out;
  }

  std::uint16_t port;
  RedisServer server;
};

std::string text_of(const Answer<RedisReply>& answer) {
  const auto* reply = value_of(answer);
  return reply == nullptr ? "unavailable: " + std::get<Unavailable>(answer).why : reply->text;
}

/// Why it is away, once an attempt has failed.
std::string refusal(const RedisAddress& address) {
  const LogLines lines;
  RedisConnection connection(address, kDeadline, store::system_clock(), {});
  eventually([&] { return !connection.state().last_error.empty(); });
  EXPECT_TRUE(connection.away());
  return connection.state().last_error;
}

TEST(RedisTls, SpeaksWithAServerThatItTrusts) {
  const TlsServer server("server");
  Connected world(server.address());
  EXPECT_EQ(text_of(world.connection.call({"PING"})), "PONG");
  EXPECT_NE(server.server.cli({"INFO", "clients"}).find("connected_clients"), std::string::npos);
}

TEST(RedisTls, TheNameToExpectCanBeGiven) {
  const TlsServer server("named");
  RedisTls tls = TlsServer::trusted();
  tls.server_name = "redis.test";
  EXPECT_EQ(text_of(Connected(server.address(tls)).connection.call({"PING"})), "PONG");
}

TEST(RedisTls, GivesItsOwnCertificateWhereItHasOne) {
  const TlsServer server("server", true);
  EXPECT_NE(refusal(server.address()), "");
  RedisTls tls = TlsServer::trusted();
  tls.cert_file = files().path("client.pem");
  tls.key_file = files().path("client.key");
  EXPECT_EQ(text_of(Connected(server.address(tls)).connection.call({"PING"})), "PONG");
}

TEST(RedisTls, SaysWhyAServerIsNotTrusted) {
  const TlsServer named("named");
  EXPECT_EQ(refusal(named.address()),
            "TLS: the server's certificate is not for 127.0.0.1: set store.tls.server_name to what "
            "it is for");
  RedisTls elsewhere;
  elsewhere.ca_file = others().path("ca.pem");
  EXPECT_NE(refusal(named.address(elsewhere)).find("is not trusted: "), std::string::npos);
  const TlsServer expired("expired");
  EXPECT_EQ(refusal(expired.address()),
            "TLS: the server's certificate is not trusted: certificate has expired "
            "(store.tls.ca_file)");
}

TEST(RedisTls, SaysWhichFileCannotBeUsed) {
  const TlsServer server("server");
  RedisTls tls = TlsServer::trusted();
  tls.ca_file = "/nonexistent/ca.pem";
  EXPECT_NE(refusal(server.address(tls)).find("TLS: ca_file /nonexistent/ca.pem cannot be used: "),
            std::string::npos);
  tls = TlsServer::trusted();
  tls.cert_file = files().path("client.pem");
  tls.key_file = files().path("server.key");
  EXPECT_NE(refusal(server.address(tls)).find("TLS: key_file "), std::string::npos);
}

TEST(RedisTls, AServerInTheClearIsNotSpokenTo) {
  const RedisServer plain;
  RedisAddress address = plain.address();
  address.tls = TlsServer::trusted();
  EXPECT_NE(refusal(address).find("no TLS handshake within"), std::string::npos);
}

TEST(RedisTls, AServerThatNeverShakesHandsIsAway) {
  const OddServer silent("");
  RedisAddress address = silent.address();
  address.tls = TlsServer::trusted();
  EXPECT_NE(refusal(address).find("no TLS handshake within"), std::string::npos);
}

TEST(RedisTls, CarriesMuchInBothDirectionsAndMixesUpNothing) {
  const TlsServer server("server");
  Connected world(server.address());
  const std::string large(3'000'000, 'x');
  world.connection.call({"SET", "gatepost:large", large});
  EXPECT_EQ(text_of(world.connection.call({"GET", "gatepost:large"})), large);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        const std::string mine = std::to_string(t) + ":" + std::to_string(i);
        if (text_of(world.connection.call({"ECHO", mine})) != mine) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(RedisTls, ComesBackAfterAKillWithACertificateThatWasRenewed) {
  files().sign("renewed", "IP:127.0.0.1");
  TlsServer server("renewed");
  Connected world(server.address(), kDeadline);
  server.server.kill();
  EXPECT_TRUE(eventually([&] { return world.connection.away().has_value(); }));
  files().sign("renewed", "IP:127.0.0.1,DNS:redis.test");
  server.server.start();
  EXPECT_TRUE(world.connection.wait_until_up(kPatience));
  EXPECT_EQ(text_of(world.connection.call({"PING"})), "PONG");
}

}  // namespace
}  // namespace gatepost::test
