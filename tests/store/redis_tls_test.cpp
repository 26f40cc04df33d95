#include "store/redis_tls.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
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
using testing::HasSubstr;

// Handshakes of a busy machine, under sanitizers too.
constexpr milliseconds kDeadline{500};

/// One authority and what it signs for all tests.
struct Signed : TlsFiles {
  Signed() {
    sign("server", "DNS:redis.test,DNS:localhost,IP:127.0.0.1");
    sign("named", "DNS:redis.test,DNS:*.redis.test,IP:127.0.0.9");
    sign("expired", "IP:127.0.0.1", -1);
    sign("client", "DNS:gatepost.test");
  }
};

const TlsFiles& files() {
  static const Signed made;
  return made;
}

/// What another authority signs.
const TlsFiles& others() {
  static const TlsFiles made;
  return made;
}

RedisTls trusted() {
  RedisTls out;
  out.ca_file = files().path("ca.pem");
  return out;
}

RedisTls with_certificate(const std::string& cert, const std::string& key) {
  RedisTls out = trusted();
  out.cert_file = cert;
  out.key_file = key;
  return out;
}

RedisTls with_certificate() {
  return with_certificate(files().path("client.pem"), files().path("client.key"));
}

/// A redis-server that speaks TLS on a port of its own.
struct TlsServer {
  explicit TlsServer(const std::string& certificate, std::vector<std::string> more = {})
      : port(free_port()), server(options(certificate, port, std::move(more))) {}

  static std::vector<std::string> options(const std::string& certificate, std::uint16_t port,
                                          std::vector<std::string> more) {
    std::vector<std::string> out = {"--tls-port",         std::to_string(port),
                                    "--tls-cert-file",    files().path(certificate + ".pem"),
                                    "--tls-key-file",     files().path(certificate + ".key"),
                                    "--tls-ca-cert-file", files().path("ca.pem"),
                                    "--tls-auth-clients", "no"};
    out.insert(out.end(), more.begin(), more.end());  // the last of its name holds
    return out;
  }

  RedisAddress address(RedisTls tls = trusted()) const {
    RedisAddress out = server.address();
    out.port = port;
    out.tls = std::move(tls);
    return out;
  }

  std::uint16_t port;
  RedisServer server;
};

RedisAddress with_tls(RedisAddress address) {
  address.tls = trusted();
  return address;
}

std::string text_of(const Answer<RedisReply>& answer) {
  const auto* reply = value_of(answer);
  return reply == nullptr ? "unavailable: " + std::get<Unavailable>(answer).why : reply->text;
}

std::string ping(const RedisAddress& address) {
  return text_of(Connected(address).connection.call({"PING"}));
}

/// Why it is away, once an attempt has failed.
std::string refusal(const RedisAddress& address) {
  const RedisConnection connection(address, kDeadline, store::system_clock(), {});
  eventually([&] { return !connection.state().last_error.empty(); });
  EXPECT_TRUE(connection.away());
  return connection.state().last_error;
}

TEST(RedisTls, SpeaksWithAServerThatItTrusts) {
  const TlsServer server("server");
  EXPECT_EQ(ping(server.address()), "PONG");
  const TlsServer old("server", {"--tls-protocols", "TLSv1.2"});
  EXPECT_EQ(ping(old.address()), "PONG");
}

TEST(RedisTls, ChecksTheNameThatIsDialledOrTheOneThatIsGiven) {
  const TlsServer server("server");
  RedisAddress address = server.address();
  address.host = "localhost";
  EXPECT_EQ(ping(address), "PONG");
  const TlsServer named("named");
  for (const char* name : {"redis.test", "Redis.Test.", "one.redis.test", "127.0.0.9"}) {
    address = named.address();
    address.tls->server_name = name;
    EXPECT_EQ(ping(address), "PONG") << name;
  }
}

TEST(RedisTls, AsksForAServerByItsNameAndNotByItsAddress) {
  boost::asio::io_context context;
  store::TlsStream::Socket socket(context);
  const auto asked = [&](const std::string& host, const std::string& server_name) {
    RedisAddress address{.host = host, .unix_path = {}, .user = {}, .password = {}};
    address.tls = trusted();
    address.tls->server_name = server_name;
    const auto made = store::TlsStream::make(socket, address);
    const auto* stream = std::get_if<std::unique_ptr<store::TlsStream>>(&made);
    if (stream == nullptr) return std::get<std::string>(made);
    const char* out =
        SSL_get_servername((*stream)->stream().native_handle(), TLSEXT_NAMETYPE_host_name);
    return std::string(out == nullptr ? "nobody" : out);
  };
  EXPECT_EQ(asked("redis.test", ""), "redis.test");
  EXPECT_EQ(asked("redis.test.", ""), "redis.test");
  EXPECT_EQ(asked("127.0.0.1", "redis.test"), "redis.test");
  EXPECT_EQ(asked("127.0.0.1", ""), "nobody");
  EXPECT_EQ(asked("::1", ""), "nobody");
  EXPECT_EQ(asked("fe80::1%1", ""), "nobody");
  EXPECT_EQ(asked(".", ""), "TLS: no certificate can be for \"\" (set store.tls.server_name)");
  EXPECT_THAT(asked(std::string(300, 'x'), ""), HasSubstr("TLS: no certificate can be for"));
}

TEST(RedisTls, TheUnixSocketOfAServerKnowsNoTls) {
  const RedisServer server;
  EXPECT_EQ(ping(with_tls(server.unix_address())), "PONG");
}

TEST(RedisTls, GivesItsOwnCertificateWhereItHasOne) {
  const TlsServer server("server", {"--tls-auth-clients", "yes"});
  EXPECT_EQ(ping(server.address(with_certificate())), "PONG");
  EXPECT_EQ(refusal(server.address()),
            "TLS: the server asks for a certificate of this daemon's (set store.tls.cert_file)");
  others().sign("client", "DNS:gatepost.test");
  EXPECT_EQ(refusal(server.address(
                with_certificate(others().path("client.pem"), others().path("client.key")))),
            "TLS: the server refuses the certificate of store.tls.cert_file: tlsv1 alert unknown "
            "ca");
  const TlsServer old("server", {"--tls-auth-clients", "yes", "--tls-protocols", "TLSv1.2"});
  EXPECT_EQ(ping(old.address(with_certificate())), "PONG");
  EXPECT_EQ(refusal(old.address()),
            "TLS: sslv3 alert handshake failure (does the server ask for a certificate? "
            "store.tls.cert_file)");
}

TEST(RedisTls, SaysForWhomACertificateIsThatIsNotForTheServer) {
  const TlsServer named("named");
  EXPECT_EQ(refusal(named.address()),
            "TLS: the certificate is for redis.test, *.redis.test, 127.0.0.9, not for 127.0.0.1 "
            "(set store.tls.server_name)");
  RedisTls tls = trusted();
  tls.server_name = "other.test";
  EXPECT_EQ(refusal(named.address(tls)),
            "TLS: the certificate is for redis.test, *.redis.test, 127.0.0.9, not for other.test "
            "(set store.tls.server_name)");
}

TEST(RedisTls, SaysWhyACertificateIsNotTrusted) {
  const TlsServer server("server");
  RedisTls elsewhere;
  elsewhere.ca_file = others().path("ca.pem");
  EXPECT_EQ(refusal(server.address(elsewhere)),
            "TLS: certificate verify failed: self-signed certificate in certificate chain (its "
            "authority is not in " +
                elsewhere.ca_file + ")");
  EXPECT_EQ(refusal(server.address(RedisTls{})),
            "TLS: certificate verify failed: self-signed certificate in certificate chain (the "
            "system does not trust its authority: set store.tls.ca_file)");
  const TlsServer expired("expired");
  EXPECT_EQ(refusal(expired.address()), "TLS: certificate verify failed: certificate has expired");
}

TEST(RedisTls, SaysWhichFileCannotBeUsed) {
  const TlsServer server("server");
  const auto said = [&](const RedisTls& tls) { return refusal(server.address(tls)); };
  const std::string pem = files().path("client.pem");
  const std::string key = files().path("client.key");
  RedisTls tls;
  tls.ca_file = "/nonexistent/ca.pem";
  EXPECT_EQ(said(tls),
            "TLS: store.tls.ca_file /nonexistent/ca.pem cannot be used: No such file or directory");
  tls.ca_file = key;
  EXPECT_EQ(said(tls),
            "TLS: store.tls.ca_file " + key + " cannot be used: no certificate or crl found");
  EXPECT_EQ(said(with_certificate("/nonexistent/client.pem", key)),
            "TLS: store.tls.cert_file /nonexistent/client.pem cannot be used: No such file or "
            "directory");
  EXPECT_EQ(said(with_certificate(key, key)),
            "TLS: store.tls.cert_file " + key + " cannot be used: there is no certificate in it");
  EXPECT_EQ(said(with_certificate(pem, pem)),
            "TLS: store.tls.key_file " + pem + " cannot be used: there is no private key in it");
  const std::string other = files().path("server.key");
  EXPECT_EQ(said(with_certificate(pem, other)),
            "TLS: store.tls.key_file " + other + " cannot be used: it is not the key of " + pem);
}

TEST(RedisTls, AKeyWithAPassphraseIsNamedAndNobodyIsAskedForIt) {
  const TlsServer server("server");
  const std::string locked = files().path("locked.key");
  files().run("openssl pkcs8 -topk8 -in client.key -out locked.key -passout pass:secret");
  EXPECT_EQ(
      refusal(server.address(with_certificate(files().path("client.pem"), locked))),
      "TLS: store.tls.key_file " + locked + " cannot be used: it is locked with a passphrase");
}

TEST(RedisTls, AServerInTheClearIsNotSpokenTo) {
  const RedisServer silent;
  EXPECT_EQ(refusal(with_tls(silent.address())),
            "TLS: no handshake within 2000 ms: is this the port where it speaks TLS?");
  for (const char* bytes : {"-ERR unknown command\r\n", "220 mx.example.com ESMTP Postfix\r\n"}) {
    const OddServer loud(bytes);
    EXPECT_EQ(refusal(with_tls(loud.address())),
              "TLS: what answers there is not TLS: is this the port where it speaks TLS?");
  }
}

TEST(RedisTls, AServerThatWantsItHangsUpOnWhoDoesNotSpeakIt) {
  const TlsServer server("server");
  RedisAddress plain = server.address();
  plain.tls.reset();
  EXPECT_THAT(refusal(plain), HasSubstr("before any answer: does the port speak TLS"));
}

TEST(RedisTls, AServerThatNeverShakesHandsIsAwayAndTriedAgain) {
  const OddServer server("");
  const RedisConnection connection(with_tls(server.address()), milliseconds(50),
                                   store::system_clock(), {});
  EXPECT_TRUE(eventually([&] { return server.accepted() >= 3; }));
  EXPECT_THAT(connection.state().last_error, HasSubstr("TLS: no handshake within 250 ms"));
  EXPECT_TRUE(connection.away());
}

TEST(RedisTls, CanBeGivenUpInTheMiddleOfAHandshake) {
  const OddServer server("");
  for (int i = 1; i <= 5; ++i) {
    RedisConnection connection(with_tls(server.address()), kPatientDeadline, store::system_clock(),
                               {});
    EXPECT_TRUE(eventually([&] { return server.accepted() >= i; }));
  }
}

TEST(RedisTls, MovesFromOneServerToAnotherAndBack) {
  const TlsServer first("server");
  const RedisServer second;
  Connected world(first.address());
  for (const RedisAddress& next : {second.address(), first.address(), second.unix_address()}) {
    world.connection.move_to(next, "another is the master");
    EXPECT_TRUE(world.connection.wait_until_up(kPatience));
    EXPECT_EQ(text_of(world.connection.call({"PING"})), "PONG");
  }
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
      const std::string padding(static_cast<std::size_t>(t) * 2000, '.');
      for (int i = 0; i < 100; ++i) {
        const std::string mine = std::to_string(t) + ":" + std::to_string(i) + padding;
        if (text_of(world.connection.call({"ECHO", mine})) != mine) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(RedisTls, AFrozenServerIsNoticedWhileMuchIsBeingWrittenAndFoundAgain) {
  const TlsServer server("server");
  Connected world(server.address(), kDeadline);
  const std::string large(30'000'000, 'x');
  for (int round = 0; round < 2; ++round) {
    server.server.freeze();
    EXPECT_THAT(text_of(world.connection.call({"SET", "gatepost:large", large})),
                HasSubstr("no answer within 500 ms"));
    EXPECT_TRUE(world.connection.away());
    server.server.thaw();
    EXPECT_TRUE(world.connection.wait_until_up(kPatience));
    EXPECT_EQ(text_of(world.connection.call({"PING"})), "PONG");
  }
}

TEST(RedisTls, AKilledServerFailsNobodyTwiceAndIsFoundAgainAfterItsStart) {
  files().sign("renewed", "IP:127.0.0.1");
  TlsServer server("renewed");
  Connected world(server.address(), kDeadline);
  std::atomic<bool> stop{false};
  std::atomic<int> calls{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (; !stop; ++calls)
        world.connection.call({"ECHO", "x"});
    });
  }
  EXPECT_TRUE(eventually([&] { return calls > 500; }));
  server.server.kill();
  EXPECT_TRUE(eventually([&] { return world.connection.away().has_value(); }));
  files().sign("renewed", "IP:127.0.0.1,DNS:redis.test");
  server.server.start();
  EXPECT_TRUE(world.connection.wait_until_up(kPatience));
  stop = true;
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(text_of(world.connection.call({"PING"})), "PONG");
}

TEST(RedisTls, ReadsFilesThatHaveChangedAtTheNextConnection) {
  const TlsServer server("server", {"--tls-auth-clients", "yes"});
  for (const char* file : {"ca.pem", "client.pem", "client.key"})
    files().replace(std::string("now-") + file, others().path("ca.pem"));
  RedisTls tls;
  tls.ca_file = files().path("now-ca.pem");
  tls.cert_file = files().path("now-client.pem");
  tls.key_file = files().path("now-client.key");
  RedisConnection connection(server.address(tls), kDeadline, store::system_clock(), {});
  const auto says = [&](const std::string& text) {
    return eventually(
        [&] { return connection.state().last_error.find(text) != std::string::npos; });
  };
  EXPECT_TRUE(says("there is no private key in it"));
  files().replace("now-client.key", files().path("client.key"));
  EXPECT_TRUE(says("it is not the key of"));
  files().replace("now-client.pem", files().path("client.pem"));
  EXPECT_TRUE(says("its authority is not in"));
  files().replace("now-ca.pem", files().path("ca.pem"));
  EXPECT_TRUE(connection.wait_until_up(kPatience));
}

}  // namespace
}  // namespace gatepost::test
