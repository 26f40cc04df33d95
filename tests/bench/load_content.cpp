#include "tests/bench/load_content.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace gatepost::bench {
namespace {

using test::Command;
using test::Stage;

constexpr std::string_view kNoId = "00000000000";
// As long as the longest author in angle brackets.
constexpr std::string_view kAuthorSlot =
    "                                                              ";
static_assert(kAuthorSlot.size() == LoadContent::kLongestAuthor + 2);
static_assert(kNoId.size() == LoadContent::kQueueIdSize);

/// The header field number `n` of a message of ours: real names first, then trace fields.
std::pair<std::string, std::string> header_field(std::size_t n) {
  switch (n) {
    case 0: return {"From", "A User" + std::string(kAuthorSlot)};
    case 1: return {"To", "bob@other.test, carol@other.test, dave@other.test"};
    case 2: return {"Subject", "Minutes of the meeting"};
    case 3: return {"Date", "Mon, 5 Jan 2026 10:00:00 +0800"};
    case 4: return {"Message-ID", "<20260105100000.1@example.test>"};
    case 5: return {"MIME-Version", "1.0"};
    case 6: return {"Content-Type", "text/plain; charset=utf-8"};
    case 7: return {"User-Agent", "Mozilla Thunderbird"};
    default: return {"X-Trace-" + std::to_string(n), std::string(52, 'x')};
  }
}

/// Plain prose, so that a filter which reads text has words to read.
std::string body_text(std::size_t size) {
  static constexpr std::array<std::string_view, 48> kWords{
      "the",      "meeting", "will",    "be",      "moved",    "to",      "Thursday", "because",
      "several",  "of",      "our",     "guests",  "arrive",   "late",    "please",   "read",
      "attached", "figures", "before",  "you",     "answer",   "and",     "send",     "me",
      "a",        "list",    "with",    "all",     "open",     "orders",  "invoices", "customers",
      "from",     "last",    "quarter", "we",      "need",     "your",    "approval", "for",
      "travel",   "budget",  "hotel",   "booking", "schedule", "project", "review",   "thanks"};
  std::string text;
  std::size_t line = 0;
  for (std::uint64_t state = 1; text.size() < size; state = state * 6364136223846793005U + 1) {
    const std::string_view word = kWords.at((state >> 33U) % kWords.size());
    const bool full = line + word.size() > 70;
    text += full ? "\r\n" : " ";
    line = full ? 0 : line + word.size() + 1;
    text += word;
  }
  text.resize(size);
  return text;
}

}  // namespace

LoadContent::LoadContent(const LoadOptions& options, const test::Negotiated& negotiated)
    : lists_(negotiated) {
  if (!negotiated.has(test::step::kNoHeaders)) {
    for (std::size_t n = 0; n < options.headers; ++n) {
      const auto [name, value] = header_field(n);
      append_macros(Command::header, Stage::end_of_message);
      test::append_header(bytes_, name, value);
      if (n == 0) author_ = bytes_.rfind(kAuthorSlot);
      if (!negotiated.has(test::step::kNoReplyHeader)) end_piece();
    }
  }
  if (!negotiated.has(test::step::kNoEndOfHeaders)) {
    append_macros(Command::end_of_headers, Stage::end_of_headers);
    test::append_packet(bytes_, Command::end_of_headers, {});
    if (!negotiated.has(test::step::kNoReplyEndOfHeaders)) end_piece();
  }
  if (!negotiated.has(test::step::kNoBody) && options.body_size > 0) {
    append_macros(Command::body, Stage::end_of_message);
    test::append_packet(bytes_, Command::body, body_text(options.body_size));
    if (!negotiated.has(test::step::kNoReplyBody)) end_piece();
  }
  append_macros(Command::end_of_body, Stage::end_of_message);
  test::append_packet(bytes_, Command::end_of_body, {});
  end_piece();
}

void LoadContent::append_macros(Command command, Stage stage) {
  const std::size_t start = bytes_.size();
  const test::MacroValues values{
      {"i", std::string(kNoId)}, {"j", "mx.example.test"}, {"{daemon_name}", "mx.example.test"}};
  test::append_macros(bytes_, command, lists_.select(stage, values));
  const std::size_t place = bytes_.find(kNoId, start);
  if (place != std::string::npos) queue_ids_.push_back(place);
}

void LoadContent::set_author(std::string_view address) {
  if (author_ == std::string::npos) return;
  const std::string field = '<' + std::string(address) + '>';
  const std::size_t blanks = kAuthorSlot.size() - std::min(kAuthorSlot.size(), field.size());
  bytes_.replace(author_, kAuthorSlot.size(), std::string(blanks, ' ') + field);
}

void LoadContent::set_queue_id(std::string_view id) {
  for (const std::size_t place : queue_ids_)
    bytes_.replace(place, kQueueIdSize, id);
}

std::string_view LoadContent::piece(std::size_t n) const {
  const std::size_t start = n == 0 ? 0 : ends_[n - 1];
  return std::string_view(bytes_).substr(start, ends_[n] - start);
}

}  // namespace gatepost::bench
