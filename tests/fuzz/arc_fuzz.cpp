// ARC over headers that strangers write. Nobody has the private half of the key that every name
// publishes: no chain may pass.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mailauth/arc.hpp"
#include "policy/mail/ascii.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using gatepost::ArcCause;
using gatepost::ArcOutcome;
using gatepost::ArcResult;
using gatepost::fuzz::check;
using gatepost::mailauth::Answers;
using gatepost::mailauth::ArcCheck;
using gatepost::mailauth::BodyHashes;
using gatepost::mailauth::DnsAnswer;
using gatepost::mailauth::DnsQuestion;
using gatepost::mailauth::DnsStatus;
using gatepost::mailauth::RawHeader;

// Ed25519 of RFC 8032 7.1, test 1: the signatures of the standard's vectors sign other things.
constexpr std::string_view kKey =
    "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

// Lines of the input are fields; white space at the start of a line goes on with the one before.
RawHeader read_header(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> fields;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto colon = line.find(':');
    if (!line.empty() && (line.front() == ' ' || line.front() == '\t') && !fields.empty()) {
      fields.back().second.append("\n").append(line);
    } else if (colon != std::string_view::npos) {
      fields.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    }
  }
  RawHeader out;
  for (const auto& [name, value] : fields)
    out.add(name, value);
  return out;
}

bool has_arc_field(const RawHeader& header) {
  return std::any_of(header.fields().begin(), header.fields().end(), [](const auto& field) {
    const std::string name = gatepost::ascii::lower(gatepost::ascii::trim(field.name));
    return name == "arc-seal" || name == "arc-message-signature" ||
           name == "arc-authentication-results";
  });
}

ArcOutcome judge(const RawHeader& header, std::string_view body, bool silent) {
  BodyHashes hashes;
  ArcCheck chain(header, hashes);
  check(hashes.empty() || has_arc_field(header));
  hashes.add(body);
  hashes.finish();
  Answers answers;
  chain.ask_keys(answers);
  const auto missing = answers.take_missing();
  check(missing.size() <= ArcCheck::kMostSets + 1);
  check(missing.empty() == chain.conclude(hashes, answers).has_value());
  if (silent) {
    answers.give_up("no answer");
  } else {
    for (const DnsQuestion& question : missing) {
      DnsAnswer answer;
      answer.status = DnsStatus::found;
      answer.texts.emplace_back(kKey);
      answers.put(question, std::make_shared<const DnsAnswer>(std::move(answer)));
    }
  }
  const auto out = chain.conclude(hashes, answers);
  check(out.has_value());
  check(chain.conclude(hashes, answers) == out);
  return *out;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(text.find("\n\n"), text.size());
  const RawHeader header = read_header(text.substr(0, end));
  const std::string_view body = text.substr(std::min(end + 2, text.size()));
  const bool any = has_arc_field(header);
  for (const bool silent : {false, true}) {
    const ArcOutcome out = judge(header, body, silent);
    check(out.result == (any ? ArcResult::fail : ArcResult::none));
    check((out.cause == ArcCause::no_sets) == !any);
    check(out.sets.empty());
  }
  return 0;
}
