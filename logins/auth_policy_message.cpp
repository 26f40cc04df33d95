#include "logins/auth_policy_message.hpp"

#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::logins {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestProtocol = 32;
constexpr std::size_t kLongestGuess = 128;  // SHA-512 in hex
constexpr std::string_view kSettings = "auth_policy_request_attributes";

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

// The attributes of a request. Names are those of Dovecot's default settings. Keeps the first fault
// that it met, and gives what is empty for what is wrong.
class Attributes {
public:
  explicit Attributes(const json::object& object) : object_(object) {}

  std::string_view needed(std::string_view name, std::string_view variable) {
    if (find(name) == nullptr) {
      wrong(fmt::format("\"{}\" is missing: {} of Dovecot needs {}={}", name, kSettings, name,
                        variable));
    }
    return optional(name);
  }

  std::string_view optional(std::string_view name) {
    const json::value* found = find(name);
    if (found == nullptr) return {};
    if (found->is_string()) return view(found->get_string());
    wrong(fmt::format("\"{}\" is no string", name));
    return {};
  }

  bool flag(std::string_view name, bool is_needed) {
    const json::value* found = find(name);
    if (found != nullptr && found->is_bool()) return found->get_bool();
    if (found != nullptr) wrong(fmt::format("\"{}\" is neither true nor false", name));
    if (found == nullptr && is_needed) wrong(fmt::format("\"{}\" is missing in a report", name));
    return false;
  }

  void wrong(std::string why) {
    if (!fault_) fault_ = std::move(why);
  }

  const std::optional<std::string>& fault() const { return fault_; }

private:
  const json::value* find(std::string_view name) const {
    return object_.if_contains({name.data(), name.size()});
  }

  const json::object& object_;
  std::optional<std::string> fault_;
};

// A client may put any octets into what Dovecot hands on; a body that is refused for them would let
// the attempt pass.
json::value parse(std::string_view body, json::error_code& error) {
  json::parse_options options;
  options.max_depth = 8;
  options.allow_invalid_utf8 = true;
  return json::parse({body.data(), body.size()}, error, {}, options);
}

// A name that is fit for logs and lists; empty where it is none.
std::string protocol_of(std::string_view text) {
  const auto fits = [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; };
  if (text.size() > kLongestProtocol || !std::all_of(text.begin(), text.end(), fits)) return {};
  return ascii::lower(text);
}

LoginService service_of(std::string_view protocol) {
  return protocol == "smtp" ? LoginService::submission : LoginService::mailbox;
}

// Only these mechanisms carry the password. With the others Dovecot hashes an empty one, so that
// all guesses look alike.
bool carries_password(std::string_view mechanism) {
  const std::string name = ascii::lower(mechanism);
  return name.empty() || name == "plain" || name == "login";
}

std::string guess_of(Attributes& attributes) {
  const std::string_view hash = attributes.optional("pwhash");
  const bool usable = carries_password(attributes.optional("mech"));
  const bool is_hash =
      hash.size() <= kLongestGuess && std::all_of(hash.begin(), hash.end(), ascii::is_alnum);
  return usable && is_hash ? std::string(hash) : std::string();
}

// The next word of an IMAP list: quoted, or up to a space. Quotes and parentheses are left out.
std::optional<std::string> next_word(std::string_view& list) {
  const auto start = list.find_first_not_of(" ()");
  if (start == std::string_view::npos) return {};
  list.remove_prefix(start);
  if (list.front() != '"') {
    const std::string_view word = list.substr(0, list.find_first_of(" ()"));
    list.remove_prefix(word.size());
    return std::string(word);
  }
  std::string word;
  std::size_t i = 1;
  for (; i < list.size() && list[i] != '"'; ++i) {
    if (list[i] == '\\' && i + 1 < list.size()) ++i;
    word += list[i];
  }
  list.remove_prefix(std::min(i + 1, list.size()));
  return word;
}

// From what an IMAP client says of itself (RFC 2971), as Dovecot's %{client_id} has it:
// `"name" "Roundcube" "x-originating-ip" "192.0.2.1"`.
std::optional<IpAddress> originating_address(std::string_view list) {
  while (const auto key = next_word(list)) {
    const auto value = next_word(list);
    if (value && ascii::lower(*key) == "x-originating-ip") return IpAddress::parse(*value);
  }
  return {};
}

std::optional<IpAddress> told_client(Attributes& attributes) {
  const std::string_view client = attributes.optional("client");
  const std::string_view device = attributes.optional("device_id");
  return client.empty() ? originating_address(device) : IpAddress::parse(client);
}

// Of a report's `fail_type`, which Dovecot has from 2.4 on. An earlier one that is told to send it
// sends UNSUPPORTED_VARIABLE_fail_type: what is not known means nothing.
std::optional<NothingToCount> no_guess(std::string_view fail_type) {
  constexpr std::array<std::string_view, 3> kOtherFaults{"internal", "expired", "disabled"};
  const auto* found = std::find(kOtherFaults.begin(), kOtherFaults.end(), fail_type);
  if (found == kOtherFaults.end()) return {};
  return NothingToCount{*found};
}

std::optional<NothingToCount> set_result(LoginEvent& event, Attributes& attributes) {
  const bool success = attributes.flag("success", true);
  const bool rejected = attributes.flag("policy_reject", false);
  const std::string_view fail_type = attributes.optional("fail_type");
  if (success) {
    event.result = LoginEvent::Result::success;
  } else if (rejected || fail_type == "policy") {
    event.result = LoginEvent::Result::turned_away;
  } else {
    event.result = LoginEvent::Result::failure;
    return no_guess(fail_type);
  }
  return {};
}

PolicyRequest read(PolicyCommand command, Attributes attributes, Token token) {
  const std::string_view remote = attributes.needed("remote", "%{rip}");
  const std::string_view protocol = attributes.needed("protocol", "%s");
  const auto client = IpAddress::parse(remote);
  if (!client && !remote.empty()) attributes.wrong("\"remote\" is no IP address");
  LoginEvent event{.client = client.value_or(IpAddress::v4({})),
                   .told_client = told_client(attributes),
                   .login = std::string(attributes.needed("login", "%{requested_username}")),
                   .service = service_of(ascii::lower(protocol)),
                   .source = LoginSource::auth_policy,
                   .protocol = protocol_of(protocol),
                   .guess = guess_of(attributes),
                   .token = token};
  const auto nothing = command == PolicyCommand::report ? set_result(event, attributes)
                                                        : std::optional<NothingToCount>();
  if (attributes.fault()) return BadPolicyRequest{*attributes.fault()};
  if (!client) return NothingToCount{"no_client"};
  if (nothing) return *nothing;
  return event;
}

}  // namespace

std::string_view name(PolicyCommand command) {
  switch (command) {
    case PolicyCommand::allow: return "allow";
    case PolicyCommand::report: return "report";
  }
  return "";
}

// Dovecot appends `?command=...` to the URL it is given, or `command=...` where that ends with `&`.
std::optional<PolicyCommand> policy_command(std::string_view target) {
  constexpr std::string_view kKey = "command=";
  const auto question = target.find('?');
  if (question == std::string_view::npos || question > 1) return {};
  if (question == 1 && target.front() != '/') return {};
  std::string_view rest = target.substr(question + 1);
  std::optional<PolicyCommand> found;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (one.substr(0, kKey.size()) != kKey) continue;
    if (found) return {};
    for (const PolicyCommand command : {PolicyCommand::allow, PolicyCommand::report}) {
      if (one.substr(kKey.size()) == name(command)) found = command;
    }
    if (!found) return {};
  }
  return found;
}

PolicyRequest read_policy_request(PolicyCommand command, std::string_view body, Token token) {
  json::error_code error;
  const json::value value = parse(body, error);
  if (error) return BadPolicyRequest{"the body is no JSON: " + error.message()};
  if (!value.is_object()) return BadPolicyRequest{"the body is no JSON object"};
  return read(command, Attributes(value.get_object()), token);
}

std::string policy_reply(const LoginAnswer& answer) {
  return json::serialize(json::object{{"status", answer.status}, {"msg", answer.message}});
}

}  // namespace gatepost::logins
