#pragma once

#include <memory>
#include <string>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "policy/effective_limits.hpp"
#include "policy/settings.hpp"

namespace gatepost::test {

/// 2026-11-22 12:00:00 UTC, the noon that tests start at.
inline constexpr Time kNoon{std::chrono::milliseconds(1'795'348'800'000)};

/// A calendar whose days are those of UTC.
class UtcCalendar : public Calendar {
public:
  Days days(Time now) const override {
    const Time today = std::chrono::floor<std::chrono::days>(now);
    using std::chrono::days;
    return {{today - days(1), today, today + days(1), today + days(2)}};
  }

  std::string text(Time now) const override {
    return fmt::format("{:%Y-%m-%d %H:%M:%S} +0000",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  }
};

inline Domain domain(const std::string& text) {
  return *Domain::parse(text);
}

inline IpAddress ip(const std::string& text) {
  return *IpAddress::parse(text);
}

inline Limit per(std::int64_t count, std::chrono::seconds length) {
  return {count, {length}};
}

inline Limit a_day(std::int64_t count) {
  return {count, Window::calendar_day()};
}

/// Counters follow the configured limits, as the configuration reader leaves them.
inline void finish(Settings& settings) {
  settings.counters = configured_counters(settings);
}

/// A site with the documented defaults, for example.com.
inline Settings example_site() {
  Settings settings;
  settings.site.domains = {domain("example.com")};
  settings.site.logins.bare_domain = domain("example.com");
  settings.site.calendar = std::make_shared<UtcCalendar>();
  settings.channels.submission_daemons = {"SUBMISSION", "ORIGINATING"};
  settings.channels.relay_clients.insert(*Network::parse("127.0.0.1/32"), 0);
  settings.channels.relay_clients.insert(*Network::parse("::1/128"), 0);
  finish(settings);
  return settings;
}

inline void add_group(Settings& settings, const std::string& name,
                      const std::vector<std::string>& members, const LimitSet& limits) {
  const std::size_t index = settings.groups.size();
  settings.groups.push_back({name, members, limits, {"gatepost.yaml", 10, 3}});
  for (const auto& member : members)
    settings.groups_of[member].push_back(index);
  finish(settings);
}

inline void add_group_sender(Settings& settings, const std::string& account, const LimitSet& limits,
                             std::optional<Time> expires = {}) {
  settings.whitelist.group_senders.emplace(
      account,
      GroupSender{account, limits, {"ticket 4711", "", expires, {"whitelist.yaml", 2, 5}}});
  finish(settings);
}

inline AddressPatterns patterns(const std::vector<std::string>& texts) {
  std::vector<AddressPattern> out;
  for (const auto& text : texts)
    out.push_back(*AddressPattern::parse(text));
  return AddressPatterns(std::move(out));
}

/// A server that may send as anybody of example.com.
inline void add_server(Settings& settings, const std::string& name, const std::string& network,
                       const LimitSet& limits, std::optional<Time> expires = {}) {
  const std::size_t index = settings.whitelist.servers.size();
  const Network block = *Network::parse(network);
  settings.whitelist.servers.push_back({name,
                                        {block},
                                        patterns({"*@example.com"}),
                                        limits,
                                        {"orders", "", expires, {"whitelist.yaml", 20, 5}}});
  settings.whitelist.server_clients.insert(block, {index});
  finish(settings);
}

inline void freeze(Settings& settings, const std::string& account,
                   std::optional<Time> expires = {}) {
  settings.whitelist.frozen.emplace(
      account, FrozenEntry{account, {"left", "", expires, {"whitelist.yaml", 30, 5}}});
}

}  // namespace gatepost::test
