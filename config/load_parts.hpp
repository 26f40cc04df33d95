#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "config/reader.hpp"
#include "config/values.hpp"
#include "config/zone_calendar.hpp"

/// The parts of loading: each reads one section into typed settings and reports what is wrong with
/// it. None of them stops at a mistake.
namespace gatepost::config {

/// What gatepost.yaml says, while it is read.
struct Draft {
  DaemonSettings daemon;
  Settings settings;
  std::shared_ptr<const ZoneCalendar> calendar;  ///< never null
  std::optional<std::filesystem::path> whitelist;
  Mark whitelist_mark;
  std::optional<std::filesystem::path> login_map;
  Mark login_map_mark;
};

/// listen, admin, support, metrics, state_dir, log. Relative paths start at `folder`.
void load_daemon(const Section& root, const std::filesystem::path& folder, DaemonSettings& out);
/// store. Reads the password file.
void load_store(const Section& root, const std::filesystem::path& folder, StoreSettings& out);
/// logins. After load_daemon, whose addresses must be others. Reads the secret file.
void load_login_sources(const Section& root, const std::filesystem::path& folder,
                        DaemonSettings& out);
/// dns.
void load_dns(const Section& root, DnsSettings& out);
/// authentication. After load_dns.
void load_authentication(const Section& root, const DnsSettings& dns, AuthenticationSettings& out);
/// Warns of a login_lockout that nobody tells of failed logins, or not enough. After load_rules and
/// load_login_sources.
void note_idle_lockout(const Section& root, const Draft& draft);
/// site, and the calendar of its zone. Relative paths start at `folder`.
void load_site(const Section& root, const std::filesystem::path& folder, Draft& draft);
/// rules; what is not written stays at the default.
void load_rules(const Section& root, Settings& out);
/// What rules.login_lockout has besides its mode.
void load_login_lockout(const Section& section, LoginLockout& rule);
void load_channels(const Section& root, Channels& out);
/// domains and groups. After load_site and load_rules, whose logins and windows they use.
void load_domains(const Section& root, Settings& out);
void load_groups(const Section& root, Settings& out);

/// The limits among the keys of an entry. What speaks of no window gets `usual_rate`.
LimitSet read_limits(const Section& entry, Window usual_rate);
/// Reports an entry in which no limit is written; `what` is the message's subject.
void require_a_limit(const Section& entry, const std::string& what);
/// The window of the site's own message_rate.
Window usual_rate_window(const Settings& settings);

/// An account in its canonical form.
Parsed<std::string> parse_account(std::string_view text, const LoginRules& rules);
/// An account, or `*@domain`.
Parsed<std::string> parse_member(std::string_view text, const LoginRules& rules);

/// whitelist.yaml into `out.whitelist`. After all of gatepost.yaml.
void load_whitelist(const YamlNode& root, const ZoneCalendar& calendar, Time now, Report& report,
                    Settings& out);

}  // namespace gatepost::config
