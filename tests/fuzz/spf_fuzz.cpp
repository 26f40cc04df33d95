// Whatever records, names and addresses a stranger publishes, and whatever sender and HELO name he
// gives: the check ends, asks few questions, and says a result that fits its cause.

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mailauth/spf.hpp"
#include "mailauth/spf_record.hpp"
#include "policy/mail/ascii.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::mailauth;
using gatepost::fuzz::check;

// Up to the next line feed.
std::string_view take_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const std::string_view out = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return out;
}

// The lines of the input answer the questions: which one, the name says. So every name exists, and
// loops, bombs and chains of every kind are near.
class Answerer {
public:
  explicit Answerer(std::vector<std::string_view> lines) : lines_(std::move(lines)) {}

  SharedAnswer answer(const DnsQuestion& question) {
    check(!question.name.empty() && question.name.size() <= 253);
    check(asked_.insert(question).second);
    DnsAnswer out;
    std::uint32_t hash = static_cast<std::uint32_t>(question.type);
    for (const char c : question.name)
      hash = hash * 31 + static_cast<unsigned char>(c);
    const std::string_view line = lines_.empty() ? "" : lines_[hash % lines_.size()];
    if (line.empty()) {
      out.status = DnsStatus::no_name;
    } else if (line == "!") {
      out.why = "no answer";
    } else {
      out.status = DnsStatus::found;
      fill(out, question.type, line, hash);
    }
    return std::make_shared<const DnsAnswer>(std::move(out));
  }

  std::size_t count() const { return asked_.size(); }

private:
  static void fill(DnsAnswer& out, DnsType type, std::string_view line, std::uint32_t hash) {
    if (type == DnsType::txt) {
      out.texts.emplace_back(line);
      return;
    }
    if (type == DnsType::a || type == DnsType::aaaa) {
      std::array<std::uint8_t, 16> bytes{};
      for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(hash >> (i % 4 * 8));
      out.addresses.push_back(type == DnsType::aaaa ? IpAddress::v6(bytes)
                                                    : IpAddress::v4({192, 0, 2, bytes[0]}));
      return;
    }
    while (!line.empty()) {
      const auto end = std::min(line.find(' '), line.size());
      out.texts.push_back(ascii::lower(line.substr(0, end)));
      line.remove_prefix(std::min(end + 1, line.size()));
    }
  }

  std::vector<std::string_view> lines_;
  std::set<DnsQuestion> asked_;
};

void check_outcome(const SpfOutcome& outcome) {
  check(outcome.detail.size() < 1'000);
  check(std::none_of(outcome.detail.begin(), outcome.detail.end(),
                     [](char c) { return ascii::is_control(c) || ascii::is_high(c); }));
  switch (outcome.cause) {
    case SpfCause::matched: check(!outcome.detail.empty()); break;
    case SpfCause::nothing_matched: check(outcome.result == SpfResult::neutral); break;
    case SpfCause::no_record:
    case SpfCause::no_such_domain:
    case SpfCause::not_a_domain: check(outcome.result == SpfResult::none); break;
    case SpfCause::several_records:
    case SpfCause::bad_syntax:
    case SpfCause::too_many_lookups:
    case SpfCause::too_many_void:
    case SpfCause::too_many_exchanges:
    case SpfCause::no_record_included: check(outcome.result == SpfResult::permerror); break;
    case SpfCause::dns_failed: check(outcome.result == SpfResult::temperror); break;
  }
}

void run(const SpfInput& input, const std::vector<std::string_view>& lines) {
  Answers answers;
  Answerer answerer(lines);
  constexpr int kMostRounds = 40;
  for (int round = 0;; ++round) {
    check(round < kMostRounds);
    if (const auto outcome = check_spf(input, answers)) {
      check_outcome(*outcome);
      break;
    }
    const auto missing = answers.take_missing();
    check(!missing.empty());
    for (const DnsQuestion& question : missing)
      answers.put(question, answerer.answer(question));
  }
  check(answerer.count() <= 122);
}

void check_parsers(std::string_view line, const SpfInput& input) {
  const auto record = parse_spf_record(line);
  if (const auto* fault = std::get_if<SpfFault>(&record)) check(fault->at <= line.size());
  const auto spec = parse_domain_spec(line);
  if (const auto* fault = std::get_if<SpfFault>(&spec)) check(fault->at <= line.size());
  const auto* text = std::get_if<MacroString>(&spec);
  if (text == nullptr) return;
  const auto name = expand_to_name(
      *text, {input.mail_from, input.helo, "record.example", input.helo, "unknown", input.client});
  check(!name || is_dns_name(*name));
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  // Sender and HELO name, then what the DNS holds, a line an answer.
  const std::string sender(take_line(rest));
  const std::string helo(take_line(rest));
  std::vector<std::string_view> lines;
  while (!rest.empty() && lines.size() < 64)
    lines.push_back(take_line(rest));
  for (const char* client : {"192.0.2.1", "2001:db8::1"}) {
    const SpfInput input{*IpAddress::parse(client), helo, sender, "receiver.example"};
    run(input, lines);
    for (const std::string_view line : lines)
      check_parsers(line, input);
  }
  return 0;
}
