// What support reads of locks and failed logins, in both languages.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/lockout_view.hpp"
#include "config/load.hpp"
#include "lockouts.hpp"

namespace gatepost::admin {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::example_lock;
using test::failure_line;
using test::FakeDaemon;
using test::hold;
using test::own;
using test::test_now;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const test::UtcCalendar kCalendar;

// No placeholder was left unfilled.
void expect_complete(const std::string& text) {
  for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
    const auto close = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", open + 1);
    EXPECT_FALSE(close != std::string::npos && close > open + 1 && text[close] == '}') << text;
  }
}

template <typename View>
std::string told(const View& view, Language language) {
  std::string text = text_of(view, kCalendar, language);
  expect_complete(text);
  return text;
}

ClientView client_view(FakeDaemon& daemon, const std::string& who = "192.0.2.7") {
  const auto target = parse_lockout_target(who, *daemon.edited);
  return look_at_client(*daemon.edited, daemon.fake_stores.lock_book, daemon.current,
                        std::get<ClientTarget>(target));
}

std::string of_client(FakeDaemon& daemon, Language language = Language::english) {
  return told(client_view(daemon), language);
}

std::string of_user(FakeDaemon& daemon, const std::string& who = "alice",
                    Language language = Language::english) {
  const auto login = Login::parse(who, daemon.edited->site.logins);
  return told(look_at_user(*daemon.edited, daemon.fake_stores, daemon.current, *login), language);
}

std::string of_list(FakeDaemon& daemon, Language language = Language::english) {
  return told(look_at_locks(*daemon.edited, daemon.fake_stores.lock_book, daemon.current, 10),
              language);
}

NetworkStanding standing_of(std::vector<FailureLine> lines, std::vector<LoginName> good = {}) {
  NetworkStanding out{
      .counted = 0, .failures = std::move(lines), .good_logins = std::move(good), .lock = {}};
  for (const FailureLine& line : out.failures)
    out.counted += line.counted;
  return out;
}

TEST(LockoutText, TellsTheWholeStoryOfALockedAddress) {
  FakeDaemon daemon;
  ClientLock lock = example_lock();
  lock.offence = 3;
  hold(daemon, lock);
  test::remember(daemon, "192.0.2.7", standing_of({failure_line(own("alice"), 10)}));
  const std::string english = of_client(daemon);
  for (const char* part :
       {"Client 192.0.2.7\n",
        "LOCKED since 2026-11-22 06:00:10 +0000, until 2026-11-22 06:30:10 +0000 (25 minutes left)",
        "Reference: 7K3F-9QXM", "10 failed logins within 30 minutes, for alice@example.com",
        "lock number 3", "Failures that count now: 10. 10 within 30 minutes lock it for 30 minutes",
        "rules.login_lockout",
        "alice@example.com (x10) by imap, told by auth_policy, first 2026-11-22 05:56:10",
        "Logged in from there lately: none", "has an old password",
        "gatepost lockout unlock 192.0.2.7 --reason TEXT", "count: distinct_passwords"}) {
    EXPECT_THAT(english, HasSubstr(part));
  }
  const std::string chinese = of_client(daemon, Language::chinese);
  for (const char* part :
       {"客户端 192.0.2.7", "已锁定：自 2026-11-22 06:00:10 +0000 起", "还有 25 分钟",
        "连续第 3 次", "30 分钟内登录失败 10 次", "旧密码", "gatepost lockout unlock 192.0.2.7"}) {
    EXPECT_THAT(chinese, HasSubstr(part));
  }
}

TEST(LockoutText, WarnsWhereAGuessMayHaveBeenRight) {
  FakeDaemon daemon;
  const ClientLock lock = example_lock();
  hold(daemon, lock);
  NetworkStanding& standing = daemon.fake_stores.lock_book.standings[lock.network];
  standing.good_logins = {own("bob")};
  EXPECT_THAT(of_client(daemon), Not(HasSubstr("guessed the password")));
  standing.good_logins.push_back(own("alice"));
  EXPECT_THAT(of_client(daemon), HasSubstr("Careful: alice@example.com logged in from there"));
  EXPECT_THAT(of_client(daemon, Language::chinese), HasSubstr("密码已被猜中"));
}

TEST(LockoutText, TellsOfALockByHand) {
  FakeDaemon daemon;
  hold(daemon, test::hand_lock("192.0.2.7"));
  EXPECT_THAT(of_client(daemon),
              AllOf(HasSubstr("Why: wang locked it. Reason given: ticket 12."),
                    HasSubstr("Ask wang; to lift it at once: gatepost lockout unlock 192.0.2.7")));
  EXPECT_THAT(of_client(daemon, Language::chinese), HasSubstr("由 wang 锁定。说明：ticket 12。"));
  EXPECT_THAT(of_list(daemon), HasSubstr("by wang: ticket 12"));
}

TEST(LockoutText, TellsOfFailuresThatDoNotLockYet) {
  FakeDaemon daemon;
  test::remember(daemon, "192.0.2.7", standing_of({failure_line(own("alice"), 2)}));
  EXPECT_THAT(of_client(daemon),
              AllOf(HasSubstr("Not locked."), HasSubstr("Failures that count now: 2."),
                    HasSubstr("To forget these failures: gatepost lockout unlock 192.0.2.7")));
  FakeDaemon quiet;
  EXPECT_THAT(of_client(quiet), AllOf(HasSubstr("No failed logins on record"),
                                      HasSubstr("Nothing keeps logins from there out")));
}

TEST(LockoutText, SaysThatATrustedAddressIsNeverLocked) {
  FakeDaemon daemon;
  test::trust(daemon, "192.0.2.0/24");
  hold(daemon, example_lock());
  test::remember(daemon, "192.0.2.7", standing_of({failure_line(own("alice"), 12)}));
  const std::string english = of_client(daemon);
  EXPECT_THAT(english, AllOf(HasSubstr("Never locked: it is listed at gatepost.yaml:30:16"),
                             HasSubstr("The lock has no effect"), HasSubstr("None lock it"),
                             Not(HasSubstr("lockout unlock"))));
  EXPECT_FALSE(client_view(daemon).is_locked());
  EXPECT_THAT(of_list(daemon), HasSubstr("never locked, by gatepost.yaml:30:16"));
  EXPECT_THAT(of_user(daemon), HasSubstr("192.0.2.7: its lock names this login. Never locked"));
}

TEST(LockoutText, NamesTheOfficeAndItsFigure) {
  FakeDaemon daemon;
  test::add_office(daemon, "192.0.2.0/28");
  test::remember(
      daemon, "192.0.2.7",
      standing_of({failure_line(own("a"), 1), failure_line(own("b"), 1)}, {own("c"), own("d")}));
  EXPECT_THAT(
      of_client(daemon),
      AllOf(HasSubstr("80 within 30 minutes"),
            HasSubstr("figures are those of the office at whitelist.yaml:4:5"),
            HasSubstr("count once (distinct_passwords)"),
            HasSubstr("raise login_failures at whitelist.yaml:4:5"), Not(HasSubstr("offices:"))));
}

TEST(LockoutText, TellsOfASharedAddressWithItsLaterFigure) {
  FakeDaemon daemon;
  test::remember(
      daemon, "192.0.2.7",
      standing_of({failure_line(own("a"), 1)}, {own("b"), own("c"), own("d"), own("e"), own("f")}));
  EXPECT_THAT(of_client(daemon), AllOf(HasSubstr("A shared address: 5 users logged in"),
                                       HasSubstr("20 within 30 minutes lock it")));
}

// The exceptions that are offered, pasted into their files, are right.
void expect_right(const std::vector<Exception>& offered) {
  constexpr const char* kSite = "site: { domains: [example.com] }\n";
  for (const Exception& one : offered) {
    const bool of_rules = one.yaml.starts_with("rules:");
    const auto loaded = config::load_text(of_rules ? kSite + one.yaml : kSite,
                                          of_rules ? "" : one.yaml, test_now());
    const auto* mistakes = std::get_if<config::Diagnostics>(&loaded);
    EXPECT_EQ(mistakes, nullptr) << one.yaml << mistakes->front().text();
  }
}

TEST(LockoutText, OffersAnOfficeWhereSeveralUsersFailAndLogIn) {
  FakeDaemon daemon;
  const NetworkStanding standing =
      standing_of({failure_line(own("a"), 4), failure_line(own("b"), 6)}, {own("c"), own("d")});
  test::remember(daemon, "192.0.2.7", standing);
  test::remember(daemon, "2001:db8::/64", standing);
  for (const char* who : {"192.0.2.7", "2001:db8::7"}) {
    const ClientView view = client_view(daemon, who);
    EXPECT_EQ(view.pattern, FailurePattern::several_users);
    for (const Language language : {Language::english, Language::chinese}) {
      const auto offered = exceptions_for(view, kCalendar, language);
      ASSERT_EQ(offered.size(), 2U);
      EXPECT_THAT(offered[0].yaml, AllOf(HasSubstr("offices:\n"), HasSubstr("login_failures: 50")));
      EXPECT_THAT(offered[1].yaml, HasSubstr("trusted: ["));
      expect_right(offered);
    }
  }
}

TEST(LockoutText, OffersDistinctPasswordsForAProgramThatRepeats) {
  FakeDaemon daemon;
  test::remember(daemon, "192.0.2.7", standing_of({failure_line(own("alice"), 10)}));
  const auto offered = exceptions_for(client_view(daemon), kCalendar, Language::english);
  ASSERT_EQ(offered.size(), 1U);
  expect_right(offered);
  test::lockout_rule(daemon).count = CountedFailures::distinct_passwords;
  EXPECT_TRUE(exceptions_for(client_view(daemon), kCalendar, Language::english).empty());
}

TEST(LockoutText, OffersNoDistinctPasswordsWhereLogsTell) {
  FakeDaemon daemon;
  FailureLine line = failure_line(own("alice"), 10);
  line.source = LoginSource::mta_log;
  test::remember(daemon, "192.0.2.7", standing_of({line}));
  EXPECT_TRUE(exceptions_for(client_view(daemon), kCalendar, Language::english).empty());
}

TEST(LockoutText, OffersNothingToThoseWhoGuess) {
  FakeDaemon daemon;
  test::remember(daemon, "192.0.2.7",
                 standing_of({failure_line({"h...#4f1a", true}, 3), failure_line(own("a"), 3),
                              failure_line({}, 4)}));
  EXPECT_TRUE(exceptions_for(client_view(daemon), kCalendar, Language::english).empty());
  EXPECT_THAT(of_client(daemon),
              AllOf(HasSubstr("guesses passwords"),
                    HasSubstr("h...#4f1a (masked: not of our domains) (x3) by"),
                    HasSubstr("a name that cannot be read (x4) by"), Not(HasSubstr("offices:"))));
  EXPECT_THAT(of_client(daemon, Language::chinese), HasSubstr("有人在猜密码"));
  // With an account of his own in between he still is no office.
  test::remember(
      daemon, "192.0.2.7",
      standing_of({failure_line(own("a"), 3), failure_line(own("b"), 3), failure_line(own("c"), 3)},
                  {own("mallory")}));
  EXPECT_TRUE(exceptions_for(client_view(daemon), kCalendar, Language::english).empty());
}

TEST(LockoutText, AnswersWhyAUserCannotLogIn) {
  FakeDaemon daemon;
  hold(daemon, example_lock());
  daemon.fake_stores.lock_book.by_login[own("alice")] = {test::failures_from("192.0.2.8", 2),
                                                         test::failures_from("192.0.2.7", 10)};
  const std::string english = of_user(daemon);
  for (const char* part :
       {"Logins of alice@example.com\n", "Failed logins within the last 30 minutes:",
        "192.0.2.8 (x2): the last at 2026-11-22 06:04:10 +0000 by imap. Not locked.",
        "192.0.2.7 (x10): the last at 2026-11-22 06:04:10 +0000 by imap. LOCKED since "
        "2026-11-22 06:00:10 +0000, until 2026-11-22 06:30:10 +0000 (25 minutes left) [7K3F-9QXM]",
        "gatepost lockout unlock alice@example.com --reason TEXT"}) {
    EXPECT_THAT(english, HasSubstr(part));
  }
  EXPECT_THAT(of_user(daemon, "alice", Language::chinese),
              AllOf(HasSubstr("alice@example.com 的登录情况"), HasSubstr("未锁定"),
                    HasSubstr("已锁定：自 2026-11-22 06:00:10")));
}

TEST(LockoutText, SaysThatOnlyThePasswordWasWrong) {
  FakeDaemon daemon;
  daemon.fake_stores.lock_book.by_login[own("alice")] = {test::failures_from("192.0.2.8", 2)};
  EXPECT_THAT(of_user(daemon),
              AllOf(HasSubstr("the password was wrong"), HasSubstr("nothing to unlock"),
                    Not(HasSubstr("lockout unlock"))));
}

TEST(LockoutText, SaysWhatElseItCanBeWhereNothingIsKnown) {
  FakeDaemon daemon;
  EXPECT_THAT(of_user(daemon), AllOf(HasSubstr("knows of nothing that keeps alice@example.com"),
                                     HasSubstr("gatepost lockout show IP"), HasSubstr("Dovecot"),
                                     Not(HasSubstr("names no source"))));
  daemon.current.logins.idle = true;
  EXPECT_THAT(of_user(daemon), HasSubstr("names no source"));
  EXPECT_THAT(of_user(daemon, "alice", Language::chinese),
              AllOf(HasSubstr("没有发现阻止"), HasSubstr("未配置来源")));
  daemon.current.logins = {
      .sources = {{"/var/log/mail.log", "permission denied"}, {"auth_policy", ""}},
      .idle = false,
      .locks = 0,
      .observed = false,
      .counts = {}};
  EXPECT_THAT(of_user(daemon), AllOf(HasSubstr("NOT TOLD by /var/log/mail.log: permission denied"),
                                     Not(HasSubstr("by auth_policy"))));
  EXPECT_THAT(of_client(daemon), HasSubstr("permission denied"));
}

TEST(LockoutText, SaysThatAnAccountIsFrozen) {
  FakeDaemon daemon;
  daemon.fake_stores.freeze_book.entries["alice@example.com"] = {"alice@example.com", "spam",
                                                                 "root", test_now()};
  EXPECT_THAT(of_user(daemon), AllOf(HasSubstr("FROZEN by root"), HasSubstr("can still log in")));
}

TEST(LockoutText, SaysThatAnAccountIsUnderAttack) {
  FakeDaemon daemon;
  auto& failures = daemon.fake_stores.lock_book.by_login[own("alice")];
  for (int i = 1; i <= 60; ++i)
    failures.push_back(test::failures_from("192.0.2." + std::to_string(i), 1));
  hold(daemon, example_lock("192.0.2.1"));
  test::lockout_rule(daemon).account.tarpit = seconds(4);
  EXPECT_THAT(
      of_user(daemon),
      AllOf(HasSubstr("UNDER ATTACK: logins of this account failed from 60 addresses"),
            HasSubstr("slowed by 4 seconds"), HasSubstr("Not shown: 10"),
            HasSubstr("gatepost lockout unlock IP"), Not(HasSubstr("unlock alice@example.com"))));
  EXPECT_THAT(of_user(daemon, "alice", Language::chinese), HasSubstr("正受到攻击：有 60 个地址"));
}

TEST(LockoutText, SaysThatNamesOfOthersAreMasked) {
  FakeDaemon daemon;
  EXPECT_THAT(of_user(daemon, "eve@elsewhere.test"),
              AllOf(HasSubstr("not of our domains"), HasSubstr("lockout show IP")));
  EXPECT_THAT(of_user(daemon, "eve@elsewhere.test", Language::chinese),
              HasSubstr("不属于本站域名"));
}

TEST(LockoutText, SaysThatNobodyIsKeptOutInObserveMode) {
  FakeDaemon daemon;
  daemon.edited->site.mode = Mode::observe;
  hold(daemon, example_lock());
  for (const std::string& text : {of_client(daemon), of_user(daemon), of_list(daemon)}) {
    EXPECT_THAT(text, HasSubstr("nobody is kept out"));
  }
  EXPECT_THAT(of_list(daemon, Language::chinese), HasSubstr("观察模式"));
}

TEST(LockoutText, TellsInBothLanguagesThatNothingCanBeRead) {
  FakeDaemon daemon;
  daemon.fake_stores.lock_book.away = "timeout";
  for (const Language language : {Language::english, Language::chinese}) {
    EXPECT_THAT(of_client(daemon, language), HasSubstr("timeout"));
    EXPECT_THAT(of_user(daemon, "alice", language), HasSubstr("timeout"));
    EXPECT_FALSE(of_list(daemon, language).empty());
  }
}

TEST(LockoutText, ShowsWhatStrangersTypedWithoutHarm) {
  FakeDaemon daemon;
  ClientLock lock = test::hand_lock("192.0.2.7");
  lock.reason = "a\x1B[31m\nb";
  hold(daemon, lock);
  FailureLine line = failure_line(own("alice"), 1);
  line.protocol = "im\x1B[31map";
  test::remember(daemon, "192.0.2.7", standing_of({line}));
  EXPECT_THAT(of_client(daemon) + of_list(daemon), Not(HasSubstr("\x1B")));
}

TEST(LockoutText, RoundsWhatIsLeftUpToOneUnit) {
  struct Row {
    std::chrono::milliseconds left;
    const char* expected = "";
  };

  for (const Row& row :
       {Row{std::chrono::milliseconds(1), "1 second"}, Row{seconds(90), "90 seconds"},
        Row{seconds(120), "2 minutes"}, Row{seconds(121), "3 minutes"},
        Row{minutes(119) + seconds(1), "2 hours"}, Row{minutes(121), "3 hours"},
        Row{hours(47), "47 hours"}, Row{hours(49), "3 days"}}) {
    EXPECT_EQ(left_text(Language::english, row.left), row.expected);
  }
}

}  // namespace
}  // namespace gatepost::admin
