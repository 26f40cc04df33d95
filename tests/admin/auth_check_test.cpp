// `gatepost auth-check`: how it reads messages and options, and what it says.

#include <algorithm>
#include <set>

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/auth_check_json.hpp"
#include "admin/auth_check_view.hpp"
#include "admin/auth_check_words.hpp"
#include "admin/cli/auth_check_message.hpp"
#include "admin/cli/auth_check_options.hpp"
#include "admin/cli/message_file.hpp"
#include "fakes.hpp"

namespace gatepost::admin {
namespace {

using test::TemporaryFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// A message, its fields as `name|value`, and its body.
struct SplitRow {
  std::string text;
  std::vector<std::string> fields;
  std::string body;
};

std::vector<std::string> texts_of(const std::vector<mailauth::RawField>& fields) {
  std::vector<std::string> out;
  for (const mailauth::RawField& field : fields)
    out.push_back(field.name + '|' + field.value);
  return out;
}

TEST(AuthCheckMessage, KeepsTheHeaderOctetByOctet) {
  for (const SplitRow& row : {
           SplitRow{"From: a@x.test\r\nTo:b\r\n\r\nhi\r\n", {"From| a@x.test", "To|b"}, "hi\r\n"},
           SplitRow{"From: a@x.test\nTo:b\n\nhi\n", {"From| a@x.test", "To|b"}, "hi\n"},
           SplitRow{"A: 1 \n\t2  \n 3\nB :\t x\t\n\n", {"A| 1 \r\n\t2  \r\n 3", "B |\t x\t"}, ""},
           SplitRow{"A:\r\n \r\nB: 2\r\n\r\n\r\n", {"A|\r\n ", "B| 2"}, "\r\n"},
           SplitRow{"A: 1", {"A| 1"}, ""},
           SplitRow{"A: 1\r\n", {"A| 1"}, ""},
           SplitRow{"A: 1\nno field\nB: 2\n", {"A| 1"}, "no field\nB: 2\n"},
           SplitRow{" A: 1\nB: 2\n", {}, " A: 1\nB: 2\n"},
           SplitRow{"\r\nA: 1\r\n", {}, "A: 1\r\n"},
           SplitRow{"", {}, ""},
           SplitRow{"From alice Mon Nov 22 2026\nA: 1\n\nFrom bob\n", {"A| 1"}, "From bob\n"},
           SplitRow{">From alice\nFrom bob\nA: 1\n\n", {"A| 1"}, ""},
           SplitRow{"A: b\rc\n\n", {"A| b\rc"}, ""},
       }) {
    const MessageStart start = split_message(row.text);
    EXPECT_EQ(texts_of(start.fields), row.fields) << row.text;
    EXPECT_EQ(row.text.substr(start.body_at), row.body) << row.text;
  }
}

TEST(AuthCheckMessage, WritesLineEndsAsSmtpDoes) {
  for (const auto& [chunks, wanted] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"a\nb\n"}, "a\r\nb\r\n"},
           {{"a\r\nb\r\n"}, "a\r\nb\r\n"},
           {{"a\r", "\nb"}, "a\r\nb"},
           {{"a", "\nb\r\n", "\n"}, "a\r\nb\r\n\r\n"},
           {{"a\rb", "\n"}, "a\rb\r\n"},
           {{""}, ""},
       }) {
    CrlfWriter writer;
    std::string out;
    for (const std::string& chunk : chunks)
      out += writer.convert(chunk);
    EXPECT_EQ(out, wanted);
  }
}

TEST(AuthCheckMessage, ReadsALargeBodyToItsEnd) {
  const TemporaryFolder folder;
  std::string body;
  while (body.size() < 3 * kLargestHeader)
    body += "a line of a large message\n";
  const auto file = folder.write("large.eml", "From: a@x.test\n\n" + body);
  auto opened = MessageFile::open(file);
  ASSERT_TRUE(std::holds_alternative<MessageFile>(opened));
  auto& message = std::get<MessageFile>(opened);
  EXPECT_THAT(texts_of(message.fields()), ElementsAre("From| a@x.test"));
  EXPECT_THAT(message.header().from().values, ElementsAre(" a@x.test"));
  std::string read;
  while (const auto piece = message.next())
    read += *piece;
  EXPECT_FALSE(message.failed());
  EXPECT_TRUE(read == CrlfWriter().convert(body)) << read.size();
}

TEST(AuthCheckMessage, RefusesWhatIsNoMessage) {
  const TemporaryFolder folder;
  const auto endless = folder.write("endless.eml", "A: " + std::string(2 * kLargestHeader, 'x'));
  EXPECT_TRUE(std::holds_alternative<std::string>(MessageFile::open(endless)));
  EXPECT_TRUE(std::holds_alternative<std::string>(MessageFile::open(folder / "absent.eml")));
  EXPECT_TRUE(std::holds_alternative<std::string>(MessageFile::open(folder.path())));
}

TEST(AuthCheckOptions, ReadsInstants) {
  for (const auto& [text, seconds] :
       std::vector<std::pair<std::string, std::optional<std::int64_t>>>{
           {"0", 0},
           {"1795327510", 1795327510},
           {"2026-11-22", 1795305600},
           {"2026-11-22T06:05:10Z", 1795327510},
           {"1970-01-01T00:00:00Z", 0},
           {"", std::nullopt},
           {"-1", std::nullopt},
           {"999999999999999999999", std::nullopt},
           {"253402300800", std::nullopt},
           {"2026-13-01", std::nullopt},
           {"2026-02-29", std::nullopt},
           {"2026-11-22T06:05Z", std::nullopt},
           {"2026-11-22T06:05:10", std::nullopt},
           {"2026-11-22T24:00:00Z", std::nullopt},
           {"2026-11-22T06:05:10Zx", std::nullopt},
           {"2026-11-22 06:05:10", std::nullopt},
           {"tomorrow", std::nullopt},
       }) {
    const auto parsed = parse_instant(text);
    EXPECT_EQ(parsed.has_value(), seconds.has_value()) << text;
    if (!parsed || !seconds) continue;
    EXPECT_EQ(parsed->time_since_epoch().count(), *seconds) << text;
  }
}

TEST(AuthCheckOptions, TakesBracketsAndRoutesOffTheSender) {
  for (const auto& [text, sender] : std::vector<std::pair<std::string, std::string>>{
           {"", ""},
           {"<>", ""},
           {" <> \r\n", ""},
           {"a@x.test", "a@x.test"},
           {"<a@x.test>", "a@x.test"},
           {" <a@x.test>", "a@x.test"},
           {"<@relay.test,@y.test:a@x.test>", "a@x.test"},
           {"<\"a b\"@x.test>", "\"a b\"@x.test"},
       }) {
    EXPECT_EQ(sender_of(text), sender) << text;
  }
}

std::set<std::string> placeholders(std::string_view text) {
  std::set<std::string> out;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) return {"an open brace"};
    out.emplace(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return out;
}

bool has_chinese(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0xE3; });
}

TEST(AuthCheckWords, SayTheSameInBothLanguages) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(AuthWord::last); ++i) {
    const auto word = static_cast<AuthWord>(i);
    const std::string_view english = auth_text(Language::english, word);
    const std::string_view chinese = auth_text(Language::chinese, word);
    EXPECT_FALSE(english.empty()) << i;
    EXPECT_FALSE(has_chinese(english)) << english;
    EXPECT_EQ(placeholders(english), placeholders(chinese)) << english;
    EXPECT_TRUE(has_chinese(chinese) || word == AuthWord::sealed_by) << chinese;
  }
  EXPECT_TRUE(auth_text(Language::english, AuthWord::last).empty());
}

TEST(AuthCheckWords, ReplacePlaceholdersOnce) {
  EXPECT_EQ(auth_say(Language::english, AuthWord::heading,
                     {{"mechanism", "{result}"}, {"result", "pass"}}),
            "{result}: pass");
  EXPECT_EQ(auth_say(Language::english, AuthWord::heading, {{"mechanism", "SPF"}}),
            "SPF: {result}");
}

// Every cause, up to the last one, in both languages.
template <typename Cause>
void expect_words(Cause last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto cause = static_cast<Cause>(i);
    const std::string_view english = phrase_in(Language::english, cause);
    EXPECT_EQ(english, phrase(cause));
    EXPECT_NE(english, "?") << i;
    EXPECT_TRUE(has_chinese(phrase_in(Language::chinese, cause))) << english;
    const std::string_view hint = hint_in(Language::english, cause);
    EXPECT_EQ(has_chinese(hint_in(Language::chinese, cause)), !hint.empty()) << english;
    EXPECT_FALSE(has_chinese(hint));
  }
  EXPECT_EQ(phrase(static_cast<Cause>(static_cast<int>(last) + 1)), "?");
}

TEST(AuthCheckWords, HaveAWordForEveryCause) {
  expect_words(SpfCause::dns_failed);
  expect_words(DkimCause::key_testing);
  expect_words(ArcCause::header_too_large);
  expect_words(DmarcCause::undecided);
}

Domain domain(std::string_view text) {
  return Domain::parse(text).value();
}

// A forwarded message: SPF fails, one signature was broken, another passes for a stranger.
AuthCheckView forwarded() {
  AuthCheckView view;
  view.client = IpAddress::parse("192.0.2.7");
  view.helo = "relay.test";
  view.sender = "info@shop.example";
  view.authors = {{domain("shop.example")}, true};
  view.found.spf = {.result = SpfResult::fail,
                    .cause = SpfCause::matched,
                    .identity = SpfIdentity::mail_from,
                    .domain = domain("shop.example"),
                    .sender = "info@shop.example",
                    .detail = "-all"};
  DkimOutcome broken;
  broken.result = DkimResult::fail;
  broken.cause = DkimCause::body_changed;
  broken.domain = domain("shop.example");
  broken.selector = "s1";
  broken.algorithm = "rsa-sha256";
  broken.key_bits = 2048;
  DkimOutcome strange = broken;
  strange.result = DkimResult::pass;
  strange.cause = DkimCause::verified;
  strange.domain = domain("lists.test");
  strange.selector = "l";
  view.found.dkim = {broken, strange};
  view.found.dmarc.result = DmarcResult::fail;
  view.found.dmarc.cause = DmarcCause::nothing_aligned;
  view.found.dmarc.author = domain("shop.example");
  view.found.dmarc.record_at = domain("shop.example");
  view.found.dmarc.organizational = domain("shop.example");
  view.found.dmarc.policy = DmarcPolicy::reject;
  view.found.dmarc.detail = "v=DMARC1; p=reject";
  return view;
}

// `text` with quotes for its backquotes.
std::string quoted(std::string text) {
  std::replace(text.begin(), text.end(), '`', '"');
  return text;
}

TEST(AuthCheckJson, HasTheDocumentedMembers) {
  EXPECT_EQ(boost::json::serialize(json_of(forwarded(), Language::english)),
            quoted("{`spf`:{`result`:`fail`,`domain`:`shop.example`,`identity`:`mailfrom`,"
                   "`why`:`matched: -all`},"
                   "`dkim`:[{`domain`:`shop.example`,`selector`:`s1`,`result`:`fail`,"
                   "`algorithm`:`rsa-sha256`,`bits`:2048,`why`:`the body was changed`},"
                   "{`domain`:`lists.test`,`selector`:`l`,`result`:`pass`,"
                   "`algorithm`:`rsa-sha256`,`bits`:2048,`why`:`verified`}],"
                   "`dmarc`:{`result`:`fail`,`policy`:`reject`,`disposition`:`reject`,"
                   "`domain`:`shop.example`,`record_at`:`shop.example`,"
                   "`organizational_domain`:`shop.example`,`spf_aligned`:false,"
                   "`dkim_aligned`:false,`why`:`what passes is for other domains`},"
                   "`arc`:{`cv`:`none`,`sealers`:[],`why`:`no chain`}}"));
}

TEST(AuthCheckJson, OfNothingIsWhole) {
  EXPECT_EQ(boost::json::serialize(json_of(AuthCheckView{}, Language::english)),
            quoted("{`spf`:{`result`:`none`,`domain`:null,`identity`:`mailfrom`,"
                   "`why`:`not checked: the client's address is not given (--client)`},"
                   "`dkim`:[],"
                   "`dmarc`:{`result`:`none`,`policy`:`none`,`disposition`:`none`,`domain`:null,"
                   "`record_at`:null,`organizational_domain`:null,`spf_aligned`:false,"
                   "`dkim_aligned`:false,`why`:`From names no domain`},"
                   "`arc`:{`cv`:`none`,`sealers`:[],`why`:`no chain`}}"));
}

TEST(AuthCheckView, OwnersAskNothingOfWhatPasses) {
  DmarcOutcome outcome;
  outcome.policy = DmarcPolicy::reject;
  for (const auto& [result, wanted] : {std::pair{DmarcResult::pass, DmarcPolicy::none},
                                       std::pair{DmarcResult::none, DmarcPolicy::none},
                                       std::pair{DmarcResult::temperror, DmarcPolicy::none},
                                       std::pair{DmarcResult::permerror, DmarcPolicy::none},
                                       std::pair{DmarcResult::fail, DmarcPolicy::reject}}) {
    outcome.result = result;
    EXPECT_EQ(disposition_of(outcome), wanted) << name(result);
  }
}

TEST(AuthCheckView, KnowsWhenAnAnswerIsMissing) {
  EXPECT_FALSE(forwarded().incomplete());
  AuthCheckView view = forwarded();
  view.found.spf.result = SpfResult::temperror;
  EXPECT_TRUE(view.incomplete());
  view = forwarded();
  view.found.dkim[1].result = DkimResult::temperror;
  EXPECT_TRUE(view.incomplete());
  view = forwarded();
  view.found.dmarc.result = DmarcResult::temperror;
  EXPECT_TRUE(view.incomplete());
  view = forwarded();
  view.found.arc = {ArcResult::fail, ArcCause::key_dns_failed, {}, {}};
  EXPECT_TRUE(view.incomplete());
}

TEST(AuthCheckText, TellsWhatWasFoundAndWhy) {
  EXPECT_THAT(text_of(forwarded(), Language::english),
              AllOf(HasSubstr("Client: 192.0.2.7, HELO relay.test\n"),
                    HasSubstr("SPF: fail\n  Asked about: the envelope sender info@shop.example\n"
                              "  Why: matched: -all\n  What to look at: forwarded mail comes"),
                    HasSubstr("  1. fail: shop.example, selector s1\n"
                              "     Algorithm: rsa-sha256, key of 2048 bits\n"
                              "     Why: the body was changed\n     What to look at: a mailing"),
                    HasSubstr("  2. pass: lists.test, selector l\n"),
                    HasSubstr("Record: _dmarc.shop.example: v=DMARC1; p=reject\n"),
                    HasSubstr("A signature of lists.test passes, which is not aligned with "
                              "shop.example.\n"),
                    HasSubstr("asks of this message: refuse it (reject)\n")));
  EXPECT_THAT(text_of(forwarded(), Language::chinese),
              AllOf(HasSubstr("正文被改动"), HasSubstr("拒收（reject）")));
}

TEST(AuthCheckText, TellsEachRulesAnswer) {
  AuthCheckView view = forwarded();
  view.configuration = "/etc/gatepost/gatepost.yaml";
  Finding finding{RuleId::dmarc, Outcome::hit, Reason::dmarc_asks_reject, {}, "shop.example", "x"};
  view.rules = {{finding, Action::refuse, true}};
  EXPECT_THAT(text_of(view, Language::english),
              AllOf(HasSubstr("by /etc/gatepost/gatepost.yaml"), HasSubstr("  dmarc: hit."),
                    HasSubstr("It would: refuse it\n"), HasSubstr("only observes")));
  view.rules[0].finding.outcome = Outcome::pass;
  EXPECT_THAT(text_of(view, Language::english), Not(HasSubstr("It would")));
}

TEST(AuthCheckText, SaysWhatWasNotAsked) {
  AuthCheckView view = forwarded();
  view.helo.clear();
  EXPECT_THAT(text_of(view, Language::english), HasSubstr("192.0.2.7, HELO not given (--helo)\n"));
  view.client.reset();
  view.sender_source = SenderSource::return_path;
  EXPECT_THAT(text_of(view, Language::english),
              AllOf(HasSubstr("not checked: the client's address is not given"),
                    HasSubstr("from the message's Return-Path"), HasSubstr("SPF was not asked")));
  view.sender_source = SenderSource::unknown;
  EXPECT_THAT(text_of(view, Language::english), HasSubstr("the message has no Return-Path"));
}

TEST(AuthCheckText, ShowsSealersOfABrokenChainAsUnproven) {
  AuthCheckView view = forwarded();
  view.found.arc = {ArcResult::fail, ArcCause::message_changed, {}, {}};
  view.seals = {{"1", "lists.test", "none"}};
  EXPECT_THAT(text_of(view, Language::english),
              AllOf(HasSubstr("none of it is proven"), HasSubstr("i=1: lists.test (cv=none)")));
  view.found.arc = {ArcResult::pass, ArcCause::verified, {{1, domain("lists.test"), {}}}, {}};
  EXPECT_THAT(text_of(view, Language::english),
              AllOf(HasSubstr("Sealed by"), Not(HasSubstr("none of it is proven"))));
}

TEST(AuthCheckText, ShowsNothingThatATerminalWouldObey) {
  AuthCheckView view = forwarded();
  view.helo = "a\x1B[2Jb";
  view.sender = "x\ny@shop.example";
  view.found.spf.detail = "\x1B]0;t\x07";
  view.found.dmarc.detail = "v=DMARC1; p=reject; \x1B[31m";
  view.found.dkim[0].selector = "s\x1B[1m";
  view.seals = {{"1\x1B", "d\x1B", "c\x1B"}};
  EXPECT_THAT(text_of(view, Language::english), Not(HasSubstr("\x1B")));
  EXPECT_THAT(text_of(view, Language::english), Not(HasSubstr("x\ny")));
}

}  // namespace
}  // namespace gatepost::admin
