#include "tests/milter_client/macros.hpp"

#include <algorithm>

namespace gatepost::test {
namespace {

/// A list as filters spell it, separated by spaces or commas.
std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> names;
  std::string name;
  for (const char c : list) {
    if (c != ' ' && c != ',' && c != '\t') {
      name.push_back(c);
      continue;
    }
    if (!name.empty()) names.push_back(std::move(name));
    name.clear();
  }
  if (!name.empty()) names.push_back(std::move(name));
  return names;
}

/// Filters may write `auth_authen` or `{auth_authen}`; one letter stands without braces.
std::string on_the_wire(const std::string& name) {
  if (name.size() == 1 || name.front() == '{') return name;
  return "{" + name + "}";
}

}  // namespace

MacroLists::MacroLists(const Negotiated& negotiated)
    : names_{
          {Stage::connect, {"j", "{daemon_name}", "{daemon_addr}", "v", "_"}},
          {Stage::helo,
           {"{tls_version}", "{cipher}", "{cipher_bits}", "{cert_subject}", "{cert_issuer}"}},
          {Stage::mail,
           {"{auth_type}", "{auth_authen}", "{auth_author}", "{mail_addr}", "{mail_host}",
            "{mail_mailer}"}},
          {Stage::rcpt, {"i", "{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}"}},
          {Stage::data, {"i"}},
          {Stage::end_of_message, {"i"}},
          {Stage::end_of_headers, {"i"}},
      } {
  for (const auto& [stage, list] : negotiated.macro_lists) {
    std::vector<std::string> names = split(list);
    std::transform(names.begin(), names.end(), names.begin(), on_the_wire);
    names_[stage] = std::move(names);
  }
}

Macros MacroLists::select(Stage stage, const MacroValues& values) const {
  Macros macros;
  const auto list = names_.find(stage);
  if (list == names_.end()) return macros;
  for (const std::string& name : list->second) {
    const auto value = values.find(name);
    if (value != values.end()) macros.emplace_back(name, value->second);
  }
  return macros;
}

std::string macro_address(std::string_view typed) {
  if (!typed.empty() && typed.front() == '<') typed.remove_prefix(1);
  if (!typed.empty() && typed.back() == '>') typed.remove_suffix(1);
  if (!typed.empty() && typed.front() == '@') {
    const std::size_t colon = typed.find(':');
    if (colon != std::string_view::npos) typed.remove_prefix(colon + 1);
  }
  std::string address(typed);
  std::transform(address.begin(), address.end(), address.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return address;
}

}  // namespace gatepost::test
