// Authentication-Results: what is read of it can be written down and read again.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/mail/ascii.hpp"
#include "policy/mail/auth_results.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using gatepost::AuthMethod;
using gatepost::AuthResults;
using gatepost::fuzz::check;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string written(const AuthResults& results) {
  std::string out = quoted(results.authserv_id);
  for (const AuthMethod& method : results.methods) {
    out += "; " + method.method + '=' + method.result;
    for (const auto& [name, value] : method.properties)
      out += ' ' + name + '=' + quoted(value);
  }
  return results.methods.empty() ? out + "; none" : out;
}

bool is_lower(const std::string& text) {
  return !text.empty() && gatepost::ascii::lower(text) == text;
}

void check_results(const AuthResults& results) {
  check(is_lower(results.authserv_id));
  check(results.methods.size() <= 100);
  for (const AuthMethod& method : results.methods) {
    check(is_lower(method.method) && is_lower(method.result));
    check(method.properties.size() <= 20);
    for (const auto& [name, value] : method.properties) {
      check(is_lower(name) && std::count(name.begin(), name.end(), '.') == 1);
      check(std::none_of(value.begin(), value.end(),
                         [](char c) { return gatepost::ascii::is_control(c) && c != '\t'; }));
      check(method.property(name) != nullptr);
    }
  }
  check(gatepost::parse_auth_results(written(results)) == results);
}

std::string folded(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == ' ') out += "\r\n";
    out += c;
  }
  return out;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto results = gatepost::parse_auth_results(text);
  const auto id = gatepost::authserv_id_of(text);
  if (id) check(is_lower(*id));
  if (results) {
    check_results(*results);
    check(id == results->authserv_id);
  }
  check(gatepost::parse_auth_results(folded(text)) == results);
  check(gatepost::authserv_id_of(folded(text)) == id);
  return 0;
}
