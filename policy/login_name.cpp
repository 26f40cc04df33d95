#include "policy/login_name.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost {
namespace {

// What Dovecot takes by default, and the sign of sub-addresses.
bool is_readable(char c) {
  return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '@' || c == '+';
}

// FNV-1a over the secret and the text, folded to 16 bits: enough to tell names apart in a list,
// too little to find the name by.
std::uint16_t digest(std::string_view text, std::uint64_t secret) {
  constexpr std::uint64_t kBasis = 0xCBF29CE484222325ULL;
  constexpr std::uint64_t kPrime = 0x100000001B3ULL;
  std::uint64_t hash = kBasis ^ secret;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= kPrime;
  }
  hash ^= hash >> 32U;
  return static_cast<std::uint16_t>(hash ^ (hash >> 16U));
}

LoginName masked(const std::string& canonical, std::uint64_t secret) {
  return {fmt::format("{}...#{:04x}", canonical.substr(0, 1), digest(canonical, secret)), true};
}

}  // namespace

LoginName login_name(std::string_view typed, const LoginRules& rules,
                     const std::vector<Domain>& domains, std::uint64_t secret) {
  if (!std::all_of(typed.begin(), typed.end(), is_readable)) return {};
  const auto login = Login::parse(typed, rules);
  if (!login) return {};
  const auto& address = login->address();
  const bool ours =
      address ? std::find(domains.begin(), domains.end(), address->domain()) != domains.end()
              : !rules.bare_domain && typed.find('@') == std::string_view::npos;
  if (ours) return {login->text(), false};
  return masked(login->text(), secret);
}

}  // namespace gatepost
