#include "logins/auth_policy_server.hpp"

#include <future>
#include <map>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_client.hpp"
#include "policy_server_fixture.hpp"

namespace gatepost::logins {
namespace {

using namespace std::chrono_literals;
using test::HttpClient;
using test::post;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr std::string_view kGoOn = R"({"status":0,"msg":""})";

TEST_F(PolicyServerTest, LocksAtTheTenthFailure) {
  HttpClient dovecot(server().port());
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(dovecot.ask(allow("192.0.2.7"))->body, kGoOn);
    ASSERT_EQ(dovecot.ask(failure("192.0.2.7"))->body, kGoOn);
  }
  const auto locked = dovecot.ask(allow("192.0.2.7"));
  EXPECT_EQ(locked->status, 200);
  EXPECT_THAT(locked->body, HasSubstr(R"({"status":-1,"msg":")"));
  EXPECT_THAT(locked->body, HasSubstr("2026-11-22 12:30:00"));
  EXPECT_EQ(dovecot.ask(allow("192.0.2.8"))->body, kGoOn);
  EXPECT_EQ(requests("allow answered"), 12U);
  EXPECT_EQ(requests("report answered"), 10U);
}

TEST_F(PolicyServerTest, KeepsTheConnectionOverManyRequests) {
  HttpClient dovecot(server().port());
  for (int i = 0; i < 200; ++i) {
    const auto reply = dovecot.ask(allow("192.0.2.7"));
    ASSERT_EQ(reply->status, 200);
    ASSERT_THAT(reply->header, HasSubstr("Content-Type: application/json"));
  }
  EXPECT_EQ(server().connections(), 1U);
}

TEST_F(PolicyServerTest, ClosesWhereItIsAskedTo) {
  HttpClient client(server().port());
  const auto reply = client.ask(
      "POST /?command=allow HTTP/1.1\r\nConnection: close\r\n"
      "Content-Length: " +
      std::to_string(body("192.0.2.7").size()) + "\r\n\r\n" + body("192.0.2.7"));
  EXPECT_EQ(reply->body, kGoOn);
  EXPECT_THAT(reply->header, HasSubstr("Connection: close"));
  EXPECT_TRUE(client.is_closed_within(5s));
}

TEST_F(PolicyServerTest, AnswersPipelinedRequestsInOrder) {
  HttpClient client(server().port());
  std::string all;
  for (int i = 0; i < 10; ++i)
    all += failure("192.0.2.7");
  all += allow("192.0.2.7") + allow("192.0.2.8");
  ASSERT_TRUE(client.write(all));
  for (int i = 0; i < 10; ++i)
    ASSERT_EQ(client.read()->body, kGoOn);
  EXPECT_THAT(client.read()->body, HasSubstr("\"status\":-1"));
  EXPECT_EQ(client.read()->body, kGoOn);
}

TEST_F(PolicyServerTest, ReadsAChunkedBody) {
  HttpClient client(server().port());
  const std::string text = body("192.0.2.7");
  const auto reply =
      client.ask(fmt::format("POST /?command=allow HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "5\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
                             text.substr(0, 5), text.size() - 5, text.substr(5)));
  EXPECT_EQ(reply->body, kGoOn);
  EXPECT_EQ(client.ask(allow("192.0.2.7"))->body, kGoOn);
}

TEST_F(PolicyServerTest, AnswersOneWhoWillSayNoMore) {
  HttpClient client(server().port());
  ASSERT_TRUE(client.write(allow("192.0.2.7")));
  client.half_close();
  EXPECT_EQ(client.read()->body, kGoOn);
  EXPECT_TRUE(client.is_closed_within(5s));
}

TEST_F(PolicyServerTest, OneClientsRequestsAreInOrderWhicheverConnectionsTheyTake) {
  book_.hold();
  std::vector<std::unique_ptr<HttpClient>> reporters;
  for (int i = 0; i < 10; ++i) {
    reporters.push_back(std::make_unique<HttpClient>(server().port()));
    ASSERT_TRUE(reporters.back()->write(failure("192.0.2.7")));
    ASSERT_TRUE(eventually([&] { return server().waiting() == reporters.size(); }));
  }
  HttpClient asker(server().port());
  ASSERT_TRUE(asker.write(allow("192.0.2.7")));
  ASSERT_TRUE(eventually([&] { return server().waiting() == 11; }));
  HttpClient other(server().port());
  EXPECT_EQ(other.ask(allow("192.0.2.8"))->body, kGoOn) << "the store is slow, others do not wait";
  book_.release();
  EXPECT_THAT(asker.read()->body, HasSubstr("\"status\":-1"));
  for (const auto& one : reporters)
    EXPECT_EQ(one->read()->body, kGoOn);
}

TEST_F(PolicyServerTest, WhereTooManyWaitReportsAreRefusedAndQuestionsAnswered) {
  settings_.most_waiting = 8;  // two of a client
  book_.hold();
  std::vector<std::unique_ptr<HttpClient>> reporters;
  for (std::size_t i = 0; i < 2; ++i) {
    reporters.push_back(std::make_unique<HttpClient>(server().port()));
    ASSERT_TRUE(reporters.back()->write(failure("192.0.2.7")));
    ASSERT_TRUE(eventually([&] { return server().waiting() == i + 1; }));
  }
  HttpClient client(server().port());
  EXPECT_EQ(client.ask(failure("192.0.2.7"))->status, 503);
  EXPECT_EQ(client.ask(allow("192.0.2.7"))->body, kGoOn);
  EXPECT_EQ(requests("report overloaded"), 1U);
  EXPECT_THAT(log(), Contains(HasSubstr("too many reports wait for the store")));
  book_.release();
  EXPECT_EQ(reporters[0]->read()->body, kGoOn);
  EXPECT_EQ(reporters[1]->read()->body, kGoOn);
}

TEST_F(PolicyServerTest, RefusesWhatIsWrongAndNobodyElseNotices) {
  HttpClient good(server().port());
  ASSERT_EQ(good.ask(allow("192.0.2.7"))->status, 200);
  const std::string huge(100'000, 'x');

  struct {
    std::string request;
    int status;
    std::string_view count;
  } const cases[] = {
      {post("/?command=allow", "{"), 400, "allow bad_request"},
      {post("/?command=allow", "[1]"), 400, "allow bad_request"},
      {post("/?command=report", body("192.0.2.7")), 400, "report bad_request"},
      {"this is no HTTP\r\n\r\n", 400, "none bad_request"},
      {"POST /?command=allow HTTP/1.1\r\nContent-Length: many\r\n\r\n", 400, "none bad_request"},
      {post("/", body("192.0.2.7")), 404, "none not_found"},
      {post("/?command=reset", body("192.0.2.7")), 404, "none not_found"},
      {post("/admin?command=allow", body("192.0.2.7")), 404, "none not_found"},
      {"GET /?command=allow HTTP/1.1\r\n\r\n", 405, "allow wrong_method"},
      {post("/?command=allow", huge), 413, "none too_large"},
      {"POST /?command=allow HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n" + huge, 413,
       "none too_large"},
      {post("/?command=allow", "{}", "X-Long: " + huge.substr(0, 9000) + "\r\n"), 431,
       "none too_large"},
  };

  std::map<std::string_view, std::uint64_t> expected;
  for (const auto& one : cases) {
    HttpClient client(server().port());
    const auto reply = client.ask(one.request);
    ASSERT_TRUE(reply) << one.request.substr(0, 200);
    EXPECT_EQ(reply->status, one.status) << one.request.substr(0, 200);
    EXPECT_THAT(reply->body, HasSubstr("{\"error\":\""));
    EXPECT_EQ(requests(one.count), ++expected[one.count]) << one.count;
    EXPECT_EQ(good.ask(allow("192.0.2.7"))->body, kGoOn);
  }
  EXPECT_THAT(log(), Contains(HasSubstr("from 127.0.0.1 was refused with 400")));
  EXPECT_TRUE(book_.failures().empty());
}

TEST_F(PolicyServerTest, AnEarlierRequestOfTheConnectionLeavesNothingBehind) {
  HttpClient client(server().port());
  EXPECT_EQ(client.ask(post("/?command=allow", "{"))->status, 400);
  EXPECT_EQ(client.ask(post("/nowhere", "{}"))->status, 404);
  EXPECT_EQ(client.ask(allow("192.0.2.7"))->body, kGoOn);
}

TEST_F(PolicyServerTest, WantsTheSecret) {
  settings_.secret = "s3cret";
  for (const std::string_view header :
       {"", "Authorization: Bearer wrong\r\n", "X-API-Key: s3cre\r\n"}) {
    HttpClient client(server().port());
    EXPECT_EQ(client.ask(post("/?command=report", body("192.0.2.7"), header))->status, 401);
    EXPECT_TRUE(client.is_closed_within(5s));
  }
  HttpClient dovecot(server().port());
  for (const std::string_view header :
       {"Authorization: Bearer s3cret\r\n", "Authorization: Basic eDpzM2NyZXQ=\r\n",
        "X-API-Key: s3cret\r\n", "x-api-key: s3cret\r\n"}) {
    EXPECT_EQ(dovecot.ask(post("/?command=allow", body("192.0.2.7"), header))->body, kGoOn);
  }
  EXPECT_EQ(requests("none unauthorized"), 3U);
  const auto lines = log();
  ASSERT_THAT(lines, SizeIs(1)) << "one line stands for all of the next ten seconds";
  EXPECT_THAT(lines[0], HasSubstr("from 127.0.0.1 was refused with 401: the secret"));
}

TEST_F(PolicyServerTest, NeverSaysPasswordHashesOrSecrets) {
  settings_.secret = "s3cret";
  HttpClient client(server().port());
  constexpr std::string_view kShown = "X-API-Key: s3cret\r\n";
  client.ask(post("/?command=allow", R"({"pwhash":"0a49")", kShown));
  client.ask(post("/?command=allow", R"({"pwhash":"0a49"})", kShown));
  client.ask(post("/?command=allow", R"({"pwhash":"0a49"})", "X-API-Key: hunter2\r\n"));
  EXPECT_THAT(log(), Not(Contains(HasSubstr("0a49"))));
  EXPECT_THAT(log(), Not(Contains(HasSubstr("s3cret"))));
  EXPECT_THAT(log(), Not(Contains(HasSubstr("hunter2"))));
}

TEST_F(PolicyServerTest, ARequestThatTricklesInIsCutOffAndDisturbsNobody) {
  settings_.request_time = 300ms;
  std::vector<std::unique_ptr<HttpClient>> slow;
  for (const std::string_view start :
       {"P", "POST /?command=allow HTTP/1.1\r\nX: y\r\n",
        "POST /?command=allow HTTP/1.1\r\nContent-Length: 100\r\n\r\n{"}) {
    slow.push_back(std::make_unique<HttpClient>(server().port()));
    ASSERT_TRUE(slow.back()->write(start));
  }
  HttpClient good(server().port());
  EXPECT_EQ(good.ask(allow("192.0.2.7"))->body, kGoOn);
  for (const auto& one : slow)
    EXPECT_TRUE(one->is_closed_within(10s));
  EXPECT_TRUE(eventually([&] { return requests("none too_slow") == 3; }));
  EXPECT_TRUE(eventually([&] { return !log().empty(); }));
  EXPECT_THAT(log(), Contains(HasSubstr("from 127.0.0.1 was not complete after 0.3 s")));
  EXPECT_EQ(good.ask(allow("192.0.2.7"))->body, kGoOn) << "it only waited between two requests";
}

TEST_F(PolicyServerTest, ATrickleDoesNotBuyTime) {
  settings_.request_time = 400ms;
  HttpClient slow(server().port());
  const auto start = std::chrono::steady_clock::now();
  while (!slow.is_closed_within(20ms) && std::chrono::steady_clock::now() - start < 10s)
    slow.write("P");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST_F(PolicyServerTest, ClosesIdleConnections) {
  settings_.idle_time = 200ms;
  HttpClient client(server().port());
  EXPECT_EQ(client.ask(allow("192.0.2.7"))->body, kGoOn);
  EXPECT_TRUE(client.is_closed_within(10s));
  EXPECT_TRUE(eventually([&] { return server().connections() == 0; }));
  EXPECT_EQ(requests("none too_slow"), 0U);
}

TEST_F(PolicyServerTest, OfTooManyConnectionsThoseGoThatAreMissedLeast) {
  HttpClient busy(server().port());
  HttpClient dovecot(server().port());
  EXPECT_EQ(dovecot.ask(allow("192.0.2.8"))->body, kGoOn);
  book_.hold();
  ASSERT_TRUE(busy.write(failure("192.0.2.7")));
  ASSERT_TRUE(eventually([&] { return server().waiting() == 1; }));
  std::vector<std::unique_ptr<HttpClient>> crowd;
  for (int i = 0; i < 600; ++i) {
    crowd.push_back(std::make_unique<HttpClient>(server().port()));
    ASSERT_TRUE(crowd.back()->is_open());
  }
  ASSERT_TRUE(eventually([&] { return requests("none crowded_out") == 90; }));
  EXPECT_LE(server().connections(), 512U);
  EXPECT_TRUE(crowd.front()->is_closed_within(10s));
  EXPECT_EQ(crowd.back()->ask(allow("192.0.2.8"))->body, kGoOn);
  EXPECT_EQ(dovecot.ask(allow("192.0.2.8"))->body, kGoOn) << "one that never asked goes first";
  book_.release();
  EXPECT_EQ(busy.read()->body, kGoOn);
  EXPECT_THAT(log(), Contains(HasSubstr("512 connections")));
}

TEST_F(PolicyServerTest, WhereAllAreBusyTheNewOneGoes) {
  settings_.most_connections = 2;
  book_.hold();
  HttpClient first(server().port());
  HttpClient second(server().port());
  ASSERT_TRUE(first.write(failure("192.0.2.7")));
  ASSERT_TRUE(second.write(failure("192.0.2.8")));
  ASSERT_TRUE(eventually([&] { return server().waiting() == 2; }));
  HttpClient third(server().port());
  EXPECT_TRUE(third.is_closed_within(10s));
  book_.release();
  EXPECT_EQ(first.read()->body, kGoOn);
  EXPECT_EQ(second.read()->body, kGoOn);
}

TEST_F(PolicyServerTest, ClientsThatVanishLeaveNothingBehind) {
  for (int i = 0; i < 50; ++i) {
    HttpClient client(server().port());
    client.write(i % 2 == 0 ? failure("192.0.2.7") : failure("192.0.2.7").substr(0, 100));
  }
  EXPECT_TRUE(eventually([&] { return server().connections() == 0; }));
  EXPECT_TRUE(eventually([&] { return server().waiting() == 0; }));
  HttpClient good(server().port());
  EXPECT_EQ(good.ask(allow("192.0.2.8"))->body, kGoOn);
}

TEST_F(PolicyServerTest, WhatWasReportedIsCountedBeforeTheEnd) {
  book_.hold();
  HttpClient client(server().port());
  HttpClient other(server().port());
  ASSERT_TRUE(client.write(failure("192.0.2.7")));
  ASSERT_TRUE(other.write(failure("192.0.2.7")));
  ASSERT_TRUE(eventually([&] { return server().waiting() == 2; }));
  auto stopped = std::async(std::launch::async, [this] { stop(); });
  book_.release();
  ASSERT_EQ(stopped.wait_for(10s), std::future_status::ready);
  EXPECT_THAT(book_.failures(), SizeIs(2));
}

TEST_F(PolicyServerTest, AStoreThatThrowsCostsOneAnswer) {
  book_.throw_once();
  HttpClient client(server().port());
  EXPECT_EQ(client.ask(failure("192.0.2.7"))->status, 500);
  EXPECT_EQ(client.ask(failure("192.0.2.7"))->body, kGoOn);
  EXPECT_EQ(requests("report failed"), 1U);
  EXPECT_TRUE(eventually([&] { return !log().empty(); }));
  EXPECT_THAT(log(), Contains(HasSubstr("a request failed: a bug")));
}

TEST_F(PolicyServerTest, SaysWhichAddressIsTaken) {
  AuthPolicyServerSettings same;
  same.port = server().port();
  try {
    const AuthPolicyServer second(same, site_.guard, [](const std::string&) {});
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(fmt::format("127.0.0.1 port {}: Address already in use",
                                                    server().port())));
  }
}

}  // namespace
}  // namespace gatepost::logins
