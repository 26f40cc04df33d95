// Both configuration files from random bytes: a right configuration or a list of mistakes with
// places, never anything else.

#include <cstdint>
#include <string_view>

#include "config/load.hpp"
#include "policy/effective_limits.hpp"
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

void check_loaded(const gatepost::config::Loaded& loaded) {
  const gatepost::Settings& settings = *loaded.settings;
  check(!settings.site.domains.empty());
  check(settings.site.calendar != nullptr);
  check(settings.counters == gatepost::configured_counters(settings));
  for (const auto& [member, groups] : settings.groups_of) {
    for (const std::size_t group : groups)
      check(group < settings.groups.size());
  }
  for (const auto& [block, servers] : settings.whitelist.server_clients) {
    for (const std::size_t server : servers)
      check(server < settings.whitelist.servers.size());
  }
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
