#include <algorithm>

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

struct Refused {
  RuleId rule;
  Reason reason;
  const char* about;
  const char* detail;
  const char* line;
};

// The reply of a refusal with the codes of its reason.
SmtpReply reply_of(const Refused& row, const Site& site) {
  const Codes codes = codes_of(row.reason);
  return reply_text({codes.permanent,
                     codes.permanent_enhanced,
                     {.rule = row.rule,
                      .outcome = Outcome::hit,
                      .reason = row.reason,
                      .figures = {},
                      .about = row.about,
                      .detail = row.detail}},
                    Reference::from_bits(1), site);
}

constexpr auto kSender = RuleId::sender_is_login;
constexpr auto kFrom = RuleId::from_is_sender;
constexpr auto kServer = RuleId::server_channel;
constexpr auto kOutside = RuleId::own_domains_from_outside;
constexpr auto kDmarc = RuleId::dmarc;
constexpr auto kName = RuleId::display_name;

const Refused kRefused[] = {
    {kSender, Reason::sender_not_login, "boss@example.com", "bob@example.com",
     "553 5.7.1 Fake sender: the envelope sender is <boss@example.com>, but you are logged in as "
     "<bob@example.com>"},
    {kFrom, Reason::from_not_sender, "boss@example.com", "bob@example.com",
     "550 5.7.1 Fake sender: From is <boss@example.com>, but you are logged in as "
     "<bob@example.com>"},
    {kFrom, Reason::from_not_server, "boss@example.com", "erp",
     "550 5.7.1 Fake sender: From is <boss@example.com>, which server erp may not use"},
    {kFrom, Reason::from_is_redirect, "x@other.test", "bob@example.com",
     "550 5.7.1 Fake sender: a redirected message still has From <x@other.test>, but you are "
     "<bob@example.com>; forward it instead"},
    {kFrom, Reason::sender_field_missing, "boss@example.com", "bob@example.com",
     "550 5.7.1 Fake sender: From is <boss@example.com>, sent on behalf, which needs a Sender "
     "field that names you, <bob@example.com>"},
    {kFrom, Reason::sender_field_not_login, "x@other.test", "bob@example.com",
     "550 5.7.1 Fake sender: the Sender field is 'x@other.test', but you are <bob@example.com>"},
    {kFrom, Reason::from_missing, "", "bob@example.com",
     "550 5.7.1 Fake sender: the message has no From field"},
    {kFrom, Reason::from_hidden, "", "bob@example.com",
     "550 5.7.1 Fake sender: the message has no header; its first line is no header field"},
    {kFrom, Reason::from_repeated, "", "bob@example.com",
     "550 5.7.1 Fake sender: the message has more than one From field"},
    {kFrom, Reason::from_several, "a@x.test, b@y.test", "bob@example.com",
     "550 5.7.1 Fake sender: From names several addresses, only one is allowed: 'a@x.test, "
     "b@y.test'"},
    {kFrom, Reason::from_group, "all: a@x.test;", "bob@example.com",
     "550 5.7.1 Fake sender: From is a group, only one address is allowed: 'all: a@x.test;'"},
    {kFrom, Reason::from_empty, "", "bob@example.com",
     "550 5.7.1 Fake sender: From holds no address"},
    {kFrom, Reason::from_unreadable, "<a@x.test>,b", "",
     "550 5.7.1 Fake sender: From can be read as different addresses, or as none: "
     "'<a@x.test>,b'"},
    {kServer, Reason::server_not_listed, "192.0.2.7", "SERVER",
     "550 5.7.1 Client 192.0.2.7 is no listed server; people send through the submission port "
     "with their login"},
    {kServer, Reason::server_on_wrong_listener, "erp", "smtpd",
     "550 5.7.1 Server erp is listed for the server port; send through that one"},
    {kServer, Reason::person_on_server_listener, "bob@example.com", "SERVER",
     "550 5.7.1 This port is for application servers; send through the submission port, "
     "<bob@example.com>"},
    {kServer, Reason::server_sender_not_listed, "erp", "boss@example.com",
     "550 5.7.1 Fake sender: server erp may not send as <boss@example.com>"},
    {kOutside, Reason::own_domain_unproven, "boss@example.com", "",
     "550 5.7.1 Fake sender: From is <boss@example.com>, our own, but the message comes from "
     "outside"},
    {kOutside, Reason::own_domain_on_list, "boss@example.com", "",
     "550 5.7.1 Fake sender: From is <boss@example.com>, our own, but the message comes from "
     "outside"},
    {kOutside, Reason::own_sender_field_unproven, "boss@example.com", "",
     "550 5.7.1 Fake sender: Sender is <boss@example.com>, our own, but the message comes from "
     "outside"},
    {kOutside, Reason::own_domain_forged, "boss@example.com", "SPF fail for b.test: why",
     "550 5.7.1 Fake sender: From is <boss@example.com>, our own, but nothing proves it: SPF fail "
     "for b.test: why"},
    {kOutside, Reason::own_domain_broken_on_list, "boss@example.com", "no DKIM signature",
     "550 5.7.1 Fake sender: From is <boss@example.com>, our own, but nothing proves it: no DKIM "
     "signature"},
    {kDmarc, Reason::dmarc_asks_reject, "163.com", "SPF fail for b.test; no DKIM signature",
     "550 5.7.1 The owner of 163.com asks to refuse mail that fails DMARC, as this does: SPF fail "
     "for b.test; no DKIM signature"},
    {kDmarc, Reason::dmarc_asks_quarantine, "author.test", "no DKIM signature",
     "550 5.7.1 The owner of author.test asks not to trust mail that fails DMARC, as this does: no "
     "DKIM signature"},
    {kDmarc, Reason::dmarc_broken_on_list, "author.test", "list l.test: no DKIM signature",
     "550 5.7.1 The owner of author.test asks not to trust mail that fails DMARC, as this does: "
     "list l.test: no DKIM signature"},
    {kDmarc, Reason::dmarc_not_known, "author.test", "the DMARC policy: the DNS gave no answer",
     "550 5.7.1 The sender cannot be verified at the moment (the DMARC policy: the DNS gave no "
     "answer); try again later"},
    {kName, Reason::name_shows_ours, "boss@example.com", "x@other.test",
     "550 5.7.1 Fake sender: the display name shows <boss@example.com>, but From is "
     "<x@other.test>"},
    {kName, Reason::name_shows_other, "ceo@partner.test", "x@other.test",
     "550 5.7.1 Fake sender: the display name shows <ceo@partner.test>, but From is "
     "<x@other.test>"},
    {kFrom, Reason::headers_not_seen, "", "",
     "550 5.3.0 The sender cannot be checked on this connection; try again on a new one"},
};

TEST(ReplyText, TellsAFakeSenderWhatItSawAndWhatToDo) {
  Site site = test::example_site().site;
  site.help_url = "https://mail.example.com/why/{ref}";
  for (const Refused& row : kRefused) {
    EXPECT_EQ(reply_of(row, site).line(),
              std::string(row.line) + " [ref 0000-0001] https://mail.example.com/why/0000-0001");
  }
}

// What strangers can type into From, Sender, a display name or MAIL FROM.
std::vector<std::string> hostile_texts() {
  return {std::string(5000, 'x'),
          std::string(5000, '\xE5'),
          "a\r\n250 2.0.0 fine",
          std::string("\0\x01\x1B[31m\x7F", 8),
          "\xE8\x80\x81\xE6\x9D\xBF@example.com",
          "%s%n{}{ref}%%",
          "550 5.7.1",
          "' [ref 7K3F-9QXM] <>",
          ""};
}

TEST(ReplyText, StaysOneCompleteLineWhateverStandsInFrom) {
  Site site = test::example_site().site;
  site.help_url = "https://mail.example.com/" + std::string(150, 'y') + "{ref}";
  const std::string tail =
      " [ref 0000-0001] https://mail.example.com/" + std::string(150, 'y') + "0000-0001";
  for (const std::string& text : hostile_texts()) {
    for (Refused row : kRefused) {
      row.about = text.c_str();
      row.detail = text.c_str();
      const SmtpReply reply = reply_of(row, site);
      EXPECT_LE(reply.text().size(), SmtpReply::kLongestText);
      EXPECT_TRUE(reply.text().ends_with(tail)) << reply.text();
      EXPECT_TRUE(std::all_of(reply.text().begin(), reply.text().end(),
                              [](char c) { return c >= ' ' && c <= '~'; }));
      const std::string_view whole = row.line;
      EXPECT_EQ(reply.line().substr(0, 16), whole.substr(0, 16)) << "codes and start are ours";
    }
  }
}

TEST(Codes, HaveMatchingClassesForEveryReason) {
  for (int value = 0; value <= static_cast<int>(Reason::headers_not_seen); ++value) {
    const Codes codes = codes_of(static_cast<Reason>(value));
    EXPECT_TRUE(SmtpReply::make(codes.permanent, codes.permanent_enhanced, "text")) << value;
    EXPECT_TRUE(SmtpReply::make(codes.transient, codes.transient_enhanced, "text")) << value;
    EXPECT_GE(codes.permanent, 500);
    EXPECT_LT(codes.transient, 500);
  }
}

}  // namespace
}  // namespace gatepost
