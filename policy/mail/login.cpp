#include "policy/mail/login.hpp"

#include <algorithm>

#include "policy/mail/ascii.hpp"

namespace gatepost {
namespace {

constexpr std::size_t kLongestLogin = 254;

// The domain that stands in place of `domain`: the site's own where it is one of the realms.
const Domain& resolve(const Domain& domain, const LoginRules& rules) {
  const auto realm = std::find(rules.realms.begin(), rules.realms.end(), domain);
  return realm != rules.realms.end() && rules.bare_domain ? *rules.bare_domain : domain;
}

}  // namespace

std::optional<Login> Login::parse(std::string_view text, const LoginRules& rules) {
  if (text.empty() || text.size() > kLongestLogin) return {};
  if (std::any_of(text.begin(), text.end(), ascii::is_control)) return {};
  std::string full(text);
  if (text.find('@') == std::string_view::npos && rules.bare_domain) {
    full += '@' + rules.bare_domain->ascii();
  }
  if (full.size() > kLongestLogin) return {};
  const auto address = Address::parse(full);
  if (!address) return Login(ascii::lower(full), std::nullopt);
  const Address resolved = address->with_domain(resolve(address->domain(), rules));
  return Login(resolved.text(), resolved);
}

}  // namespace gatepost
