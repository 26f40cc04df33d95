#include <gtest/gtest.h>

#include "policy/reply_text.hpp"
#include "policy/rules/rule.hpp"
#include "tests/policy/site.hpp"

namespace gatepost {
namespace {

using test::kNoon;

TEST(SmtpReply, CannotBeMalformed) {
  EXPECT_TRUE(SmtpReply::make(450, "4.7.1", "text"));
  EXPECT_TRUE(SmtpReply::make(599, "5.999.999", "text"));
  EXPECT_EQ(SmtpReply::make(450, "4.7.1", "Slow down")->line(), "450 4.7.1 Slow down");
  EXPECT_FALSE(SmtpReply::make(250, "2.0.0", "fine"));
  EXPECT_FALSE(SmtpReply::make(600, "5.0.0", "text"));
  EXPECT_FALSE(SmtpReply::make(550, "4.7.1", "class mismatch"));
  EXPECT_FALSE(SmtpReply::make(450, "5.7.1", "class mismatch"));
  EXPECT_FALSE(SmtpReply::make(550, "5.7", "text"));
  EXPECT_FALSE(SmtpReply::make(550, "5.7.1234", "text"));
  EXPECT_FALSE(SmtpReply::make(550, "5.7.1.1", "text"));
  EXPECT_FALSE(SmtpReply::make(550, "5.7.1", ""));
  EXPECT_FALSE(SmtpReply::make(550, "5.7.1", "two\r\nlines"));
  EXPECT_FALSE(SmtpReply::make(550, "5.7.1", "t\xC3\xA9xt"));
  EXPECT_FALSE(SmtpReply::make(550, "5.7.1", "15 is another code's start"));
  EXPECT_FALSE(SmtpReply::make(550, "5.7.1", std::string(481, 'x')));
}

TEST(SmtpReply, MakesStrangersTextSafe) {
  EXPECT_EQ(reply_safe("a\r\nb\x7F\xE5z"), "a??b??z");
  EXPECT_EQ(reply_safe("abcdef", 3), "abc");
}

struct SentenceCase {
  Reason reason;
  Figures figures;
  const char* about;
  const char* line;
};

TEST(ReplyText, SaysWhatWasWrongWithFiguresAndClearTime) {
  Site site = test::example_site().site;
  site.help_url = "https://mail.example.com/why/{ref}";
  Figures rate;
  rate.used = 50;
  rate.amount = 1;
  rate.limit = test::per(50, std::chrono::minutes(15));
  rate.clears_at = kNoon;
  Figures none = rate;
  none.limit = test::per(0, std::chrono::minutes(15));
  none.clears_at.reset();
  Figures day;
  day.used = 299;
  day.amount = 2;
  day.limit = test::a_day(300);
  day.clears_at = kNoon;
  Figures many;
  many.amount = 101;
  many.limit = Limit{100, {}};
  const std::string tail = " [ref 0000-0001] https://mail.example.com/why/0000-0001";
  const SentenceCase cases[] = {
      {Reason::too_many_messages, rate, "",
       "450 4.7.1 Sending limit reached: 50 messages sent in 15 minutes, limit 50; try again after "
       "2026-11-22 12:00:00 +0000"},
      {Reason::too_many_messages, none, "", "450 4.7.1 This account may not send any messages"},
      {Reason::too_many_recipients_today, day, "",
       "450 4.7.1 Daily recipient limit reached: 299 used today, 2 in this message, limit 300; "
       "resets at 2026-11-22 12:00:00 +0000"},
      {Reason::too_many_recipients, many, "",
       "450 4.7.1 Too many recipients: a message may have 100; nobody gets this one"},
      {Reason::too_large, many, "",
       "450 4.7.1 Message size exceeds fixed limit: 101 octets declared, limit 100"},
      {Reason::sender_frozen,
       {},
       "leaver@example.com",
       "450 4.7.1 Account <leaver@example.com> is frozen and may not send; ask your mail support"},
      {Reason::recipient_frozen,
       {},
       "x\r\n@example.com",
       "450 4.7.1 Mailbox <x??@example.com> is frozen and receives no mail"},
      {Reason::store_away,
       {},
       "",
       "450 4.7.1 Sending limits cannot be checked at the moment; try again later"},
  };
  for (const auto& [reason, figures, about, line] : cases) {
    const Refusal refusal{450,
                          "4.7.1",
                          {.rule = RuleId::message_rate,
                           .outcome = Outcome::hit,
                           .reason = reason,
                           .figures = figures,
                           .about = about,
                           .detail = {}}};
    EXPECT_EQ(reply_text(refusal, Reference::from_bits(1), site).line(), line + tail);
  }
}

TEST(Codes, HaveMatchingClassesForEveryReason) {
  for (int value = 0; value <= static_cast<int>(Reason::store_away); ++value) {
    const Codes codes = codes_of(static_cast<Reason>(value));
    EXPECT_TRUE(SmtpReply::make(codes.permanent, codes.permanent_enhanced, "text")) << value;
    EXPECT_TRUE(SmtpReply::make(codes.transient, codes.transient_enhanced, "text")) << value;
    EXPECT_GE(codes.permanent, 500);
    EXPECT_LT(codes.transient, 500);
  }
}

}  // namespace
}  // namespace gatepost
