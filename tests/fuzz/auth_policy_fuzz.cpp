// The auth-policy messages: what is read is fit to be counted, and nothing of a value that could be
// a secret is in a fault.

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "logins/auth_policy_message.hpp"
#include "policy/mail/ascii.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::logins;
using fuzz::check;

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void check_event(const LoginEvent& event) {
  check(event.guess.size() <= 128);
  check(std::all_of(event.guess.begin(), event.guess.end(), ascii::is_alnum));
  check(event.protocol.size() <= 32);
  check(is_printable(event.protocol));
  check(event.source == LoginSource::auth_policy);
  check(event.token == Token{7});
  check(event.age.count() == 0);
  check((event.service == LoginService::submission) ==
        (event.protocol == "smtp" || event.protocol == "submission"));
}

void check_request(PolicyCommand command, std::string_view body) {
  const PolicyRequest read = read_policy_request(command, body, Token{7});
  if (const auto* event = std::get_if<LoginEvent>(&read)) {
    check_event(*event);
  } else if (const auto* nothing = std::get_if<NothingToCount>(&read)) {
    check(!nothing->why.empty());
  } else {
    const std::string& why = std::get<BadPolicyRequest>(read).why;
    check(!why.empty() && why.size() < 200 && is_printable(why));
  }
}

// Whoever can report has said enough to ask.
void check_both(std::string_view body) {
  check_request(PolicyCommand::allow, body);
  check_request(PolicyCommand::report, body);
  const auto report = read_policy_request(PolicyCommand::report, body, Token{7});
  if (!std::holds_alternative<LoginEvent>(report)) return;
  const auto allow = read_policy_request(PolicyCommand::allow, body, Token{7});
  check(std::get<LoginEvent>(allow).client == std::get<LoginEvent>(report).client);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_both(text);
  static_cast<void>(policy_command(text));
  const LoginAnswer answer{LoginAnswer::kDeny, std::string(text)};
  check(!policy_reply(answer).empty());
  return 0;
}
