// Both configuration files from random bytes: a right configuration or a list of mistakes with
// places, never anything else.

#include <cstdint>
#include <string_view>

#include "config/load.hpp"
#include "policy/effective_limits.hpp"
#include "policy/sender_rights.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using gatepost::fuzz::check;

constexpr std::string_view kSite = "site: { domains: [example.com], time_zone: UTC }\n";
constexpr gatepost::Time kNow{std::chrono::milliseconds(1'795'000'000'000)};

void check_mistakes(const gatepost::config::Diagnostics& mistakes) {
  check(!mistakes.empty());
  for (const auto& mistake : mistakes) {
    check(mistake.place.line >= 1 && mistake.place.column >= 1);
    check(!mistake.message.empty());
    check(mistake.text().find('\n') == std::string::npos);
  }
}

template <typename Entry>
void check_block_table(const std::vector<Entry>& entries,
                       const gatepost::NetworkMap<std::vector<std::size_t>>& table) {
  for (const auto& [block, indexes] : table) {
    check(!indexes.empty() && block.prefix() > 0);
    for (const std::size_t index : indexes)
      check(index < entries.size());
  }
}

// The holder may use every address that an entry names, while one of the entries applies.
void check_on_behalf(const gatepost::Settings& settings) {
  const gatepost::Whitelist& whitelist = settings.whitelist;
  for (const auto& [login, entry] : whitelist.on_behalf_of_login) {
    check(login == entry.login && !entry.may_send_as.empty() && entry.clients.empty());
    const auto parsed = gatepost::Login::parse(login, settings.site.logins);
    check(parsed.has_value());
    for (const auto& pattern : entry.may_send_as) {
      if (!pattern.is_exact() || !entry.info.applies(kNow)) continue;
      check(
          static_cast<bool>(gatepost::right_of_login(settings, *parsed, *pattern.address(), kNow)));
    }
  }
  for (const auto& [server, entry] : whitelist.on_behalf_of_server)
    check(server == entry.server && entry.clients.empty());
  for (const auto& [domain, entry] : whitelist.on_behalf_of_envelope) {
    check(domain == entry.envelope->ascii() && !entry.clients.empty());
    for (const auto& block : entry.clients)
      check(block.prefix() > 0);
  }
  for (const auto& [login, entry] : whitelist.aliases)
    check(login == entry.login && !entry.addresses.empty());
}

void check_loaded(const gatepost::config::Loaded& loaded) {
  const gatepost::Settings& settings = *loaded.settings;
  check(!settings.site.domains.empty());
  check(settings.site.calendar != nullptr);
  check(settings.counters == gatepost::configured_counters(settings));
  for (const auto& [member, groups] : settings.groups_of) {
    for (const std::size_t group : groups)
      check(group < settings.groups.size());
  }
  check_block_table(settings.whitelist.servers, settings.whitelist.server_clients);
  check_block_table(settings.whitelist.forwarders, settings.whitelist.forwarder_clients);
  check_block_table(settings.whitelist.offices, settings.whitelist.office_clients);
  for (const auto& office : settings.whitelist.offices)
    check(office.login_failures >= 2 && !office.clients.empty());
  const auto& lockout = gatepost::rule_of<gatepost::LoginLockout>(settings.rules);
  check(lockout.failures >= 1 && lockout.shared.failures >= lockout.failures);
  check(lockout.lock >= std::chrono::seconds(1) && lockout.growth.longest >= lockout.lock);
  check(lockout.shared.tarpit < std::chrono::seconds(10));
  for (const auto& server : settings.whitelist.servers)
    check(!server.senders.empty());
  check_on_behalf(settings);
  for (const auto& [account, entry] : settings.whitelist.frozen) {
    check(account == entry.account && !entry.info.reason.empty());
  }
}

void check_result(const gatepost::config::LoadResult& result) {
  if (const auto* mistakes = std::get_if<gatepost::config::Diagnostics>(&result)) {
    check_mistakes(*mistakes);
  } else {
    check_loaded(std::get<gatepost::config::Loaded>(result));
  }
}

}  // namespace

// The input is gatepost.yaml, or behind a first 'w' whitelist.yaml.
// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with('w')) {
    text.remove_prefix(1);
    check_result(gatepost::config::load_text(kSite, text, kNow));
  } else {
    check_result(gatepost::config::load_text(text, std::nullopt, kNow));
  }
  return 0;
}
