#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/mail/dns_settings.hpp"
#include "policy/place.hpp"
#include "policy/settings.hpp"
#include "policy/store_settings.hpp"

namespace gatepost::config {

/// One mistake, or one thing worth knowing, with its place. `text()` is what people see.
struct Diagnostic {
  Place place;
  std::string message;

  /// `gatepost.yaml:4:5: unknown key 'windw' (did you mean 'window'?)`
  std::string text() const { return place.text() + ": " + message; }

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

using Diagnostics = std::vector<Diagnostic>;

/// `inet:8899@127.0.0.1`, `inet6:8899@[::1]`, `unix:/path`, `systemd`.
struct ListenAddress {
  enum class Kind : std::uint8_t { inet, inet6, unix_socket, systemd };

  Kind kind = Kind::inet;
  std::string host;
  std::uint16_t port = 0;
  std::filesystem::path path;

  std::string text() const;
  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

/// `log:` of gatepost.yaml.
struct LogSettings {
  enum class Format : std::uint8_t { key_value, json };

  Format format = Format::key_value;
  bool debug = false;

  friend bool operator==(const LogSettings&, const LogSettings&) = default;
};

/// `logins.auth_policy`: where Dovecot asks before it looks at a password.
struct AuthPolicySettings {
  ListenAddress listen;
  std::string secret;  ///< that the asker must show; empty: written out as `secret: none`

  friend bool operator==(const AuthPolicySettings&, const AuthPolicySettings&) = default;
};

/// `logins:` of gatepost.yaml: who tells of failed logins (R5).
struct LoginSources {
  std::optional<AuthPolicySettings> auth_policy;
  std::vector<std::filesystem::path> follow;  ///< mail logs

  bool any() const { return auth_policy || !follow.empty(); }

  friend bool operator==(const LoginSources&, const LoginSources&) = default;
};

/// What the daemon itself needs; read at start only, but for `log`.
struct DaemonSettings {
  ListenAddress listen;
  ListenAddress admin;                   ///< a unix socket
  ListenAddress support;                 ///< a unix socket, default beside admin
  std::optional<ListenAddress> metrics;  ///< TCP, /metrics only
  std::filesystem::path state_dir;
  StoreSettings store;
  LogSettings log;
  LoginSources logins;
  DnsSettings dns;

  friend bool operator==(const DaemonSettings&, const DaemonSettings&) = default;
};

/// The text of one file as it was read, for last-good.
struct SourceFile {
  std::filesystem::path path;
  std::string text;
};

/// A whole configuration that is right.
struct Loaded {
  DaemonSettings daemon;
  std::shared_ptr<const Settings> settings;
  Diagnostics warnings;  ///< expired entries, R5 idle, and the like; never stop anything
  SourceFile gatepost;
  SourceFile whitelist;                  ///< what was read; empty path: none configured
  std::filesystem::path whitelist_file;  ///< what gatepost.yaml names; empty: nothing
  SourceFile login_map;                  ///< what was read; empty path: none configured
  std::filesystem::path login_map_file;  ///< what gatepost.yaml names; empty: nothing
};

/// Either a whole configuration or every mistake in it; never half.
using LoadResult = std::variant<Loaded, Diagnostics>;

/// Reads gatepost.yaml at `path` and the whitelist it names. `now` decides what has expired.
LoadResult load(const std::filesystem::path& path, Time now);

/// The same, with another file standing in for the whitelist that gatepost.yaml names (the last
/// good one, or a candidate).
LoadResult load_with_whitelist(const std::filesystem::path& path,
                               const std::filesystem::path& whitelist, Time now);

/// Reads the files that are edited daily again (the whitelist, the login map), with gatepost.yaml
/// as it was accepted: an edit of that file which nobody has put in force yet stays out of it.
LoadResult load_daily_files_anew(const SourceFile& gatepost, Time now);

}  // namespace gatepost::config
