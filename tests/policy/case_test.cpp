#include "policy/case.hpp"

#include <gtest/gtest.h>

#include "tests/policy/site.hpp"

namespace gatepost {
namespace {

Finding full_finding() {
  Finding out{.rule = RuleId::message_rate,
              .outcome = Outcome::hit,
              .reason = Reason::too_many_messages,
              .figures = {},
              .about = "a\nb\\c\rd",
              .detail = "x=y"};
  out.figures.used = 50;
  out.figures.amount = 1;
  out.figures.limit = test::per(50, std::chrono::minutes(15));
  out.figures.origin = Origin{Origin::Kind::group, "sales", {"gatepost.yaml", 3, 7}};
  out.figures.clears_at = test::kNoon;
  out.figures.local = true;
  return out;
}

Case full_case() {
  Finding unlimited = full_finding();
  unlimited.figures.limit = Limit{{}, Window::calendar_day()};
  unlimited.figures.clears_at.reset();
  return {.reference = Reference::from_bits(77),
          .subject = Subject::from_text("u:alice@example.com"),
          .channel = Channel::submission,
          .first = test::kNoon,
          .last = test::kNoon + std::chrono::minutes(3),
          .count = 12,
          .verdict = "defer",
          .reply = "450 4.7.1 text",
          .client = "192.0.2.1",
          .client_name = "client.example",
          .daemon_name = "SUBMISSION",
          .login = "alice@example.com",
          .server = "",
          .sender = "alice@example.com",
          .recipient = "",
          .queue_id = "ABC",
          .host = "mx1",
          .decisive = full_finding(),
          .trace = {full_finding(), unlimited}};
}

TEST(Case, ReadsBackWhatItWrote) {
  const Case record = full_case();
  EXPECT_EQ(decode_case(encode(record)), record);
}

TEST(Case, SkipsWhatItDoesNotKnow) {
  EXPECT_EQ(decode_case("from_a_later_version=1\n" + encode(full_case())), full_case());
}

TEST(Case, RefusesWhatIsNoCase) {
  const std::string text = encode(full_case());
  EXPECT_FALSE(decode_case(""));
  EXPECT_FALSE(decode_case("reference=7K3F-9QXM\n"));
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    (void)decode_case(text.substr(0, cut));  // never throws, never reads past the end
  }
}

}  // namespace
}  // namespace gatepost
