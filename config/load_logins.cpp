// `logins:` of gatepost.yaml: who tells of failed logins.

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "config/addresses.hpp"
#include "config/file_access.hpp"
#include "config/load_parts.hpp"
#include "config/source_text.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWriteSecret =
    "name a file with the secret that Dovecot shows, or write secret: none";

// The secret travels in an HTTP header.
Parsed<std::string> parse_secret_file(std::string_view text, const fs::path& folder) {
  const auto path = parse_path(text, folder);
  if (const auto* wrong = std::get_if<Mistake>(&path)) return *wrong;
  auto secret = read_secret(std::get<fs::path>(path), "secret");
  const auto* read = std::get_if<std::string>(&secret);
  if (read == nullptr) return secret;
  const bool printable =
      std::all_of(read->begin(), read->end(), [](char c) { return c > ' ' && c <= '~'; });
  if (printable) return secret;
  return Mistake{
      fmt::format("{} must hold letters, digits and signs of ASCII, no spaces: the secret travels "
                  "in an HTTP header",
                  std::get<fs::path>(path).string())};
}

// No message shows what is written: it may be a secret.
Parsed<bool> parse_no_secret(std::string_view text) {
  if (text == "none") return true;
  return Mistake{
      "must be none: this file is no place for a secret; put it in a file of its own and name "
      "that with secret_file"};
}

void note_readable_secret(const Section& section, const fs::path& folder) {
  const auto written = section.text("secret_file");
  const fs::path path = std::get<fs::path>(parse_path(*written, folder));
  if (const auto note = note_of_readable_secret(path)) {
    section.report().warning(section.mark_of("secret_file"),
                             section.name_of("secret_file") + ": " + *note);
  }
}

// Who may connect without a secret can tell lies about logins, and lock out whom he likes.
void check_open(const Section& section, const ListenAddress& listen) {
  if (is_local(listen)) return;
  section.error("secret", section.mark_of("secret"),
                fmt::format("none is for listeners of this machine alone: whoever reaches {} could "
                            "lock any address; write secret_file",
                            listen.text()));
}

void read_secret_keys(const Section& section, const fs::path& folder, AuthPolicySettings& out) {
  const auto none = section.read("secret", parse_no_secret);
  if (section.has("secret_file")) {
    if (section.has("secret")) {
      section.error("secret", section.mark_of("secret"),
                    "stands beside secret_file: keep one of them");
      return;
    }
    const auto secret = section.read(
        "secret_file", [&](std::string_view text) { return parse_secret_file(text, folder); });
    if (!secret) return;
    out.secret = *secret;
    note_readable_secret(section, folder);
  } else if (none) {
    check_open(section, out.listen);
  } else if (!section.has("secret") && !section.misspelt("secret")) {
    section.missing("secret_file", kWriteSecret);
  }
}

void check_listen(const Section& section, const ListenAddress& listen, const DaemonSettings& all) {
  const std::pair<const char*, const ListenAddress*> others[] = {
      {"listen", &all.listen},
      {"admin", &all.admin},
      {"support", &all.support},
      {"metrics", all.metrics ? &*all.metrics : nullptr}};
  for (const auto& [key, other] : others) {
    if (other == nullptr || *other != listen) continue;
    section.error("listen", section.mark_of("listen"),
                  fmt::format("{} is the address of {}", listen.text(), key));
  }
}

void load_auth_policy(const Section& section, const fs::path& folder, DaemonSettings& all) {
  AuthPolicySettings& out = all.logins.auth_policy.emplace();
  out.listen = {ListenAddress::Kind::inet, "127.0.0.1", 8898, {}};
  section.read_into(out.listen, "listen", parse_auth_policy_listen);
  check_listen(section, out.listen, all);
  read_secret_keys(section, folder, out);
}

void load_follow(const Section& logins, const fs::path& folder, LoginSources& out) {
  const auto items =
      logins.read_list("follow", [&](std::string_view text) { return parse_path(text, folder); });
  if (!items) return;
  std::set<fs::path> seen;
  for (const auto& item : *items) {
    std::error_code failed;
    const auto status = fs::status(item.value, failed);
    if (!seen.insert(item.value).second) {
      logins.error("follow", item.mark, in_quotes(item.value.string()) + " is listed twice");
    } else if (fs::is_directory(status)) {
      logins.error("follow", item.mark,
                   in_quotes(item.value.string()) + " is a folder: name the log files in it");
    } else {
      out.follow.push_back(item.value);
      if (status.type() != fs::file_type::not_found) continue;
      logins.report().warning(
          item.mark, fmt::format("logins.follow: {} is not there; it is followed once it is",
                                 in_quotes(item.value.string())));
    }
  }
}

// Where the rule is written; nothing where it is not.
std::optional<Mark> mark_of_rule(const Section& root) {
  const YamlNode* rules = root.find("rules");
  if (rules == nullptr) return {};
  for (const MapEntry& entry : rules->entries) {
    if (entry.key.text == name(RuleId::login_lockout)) return entry.key.mark;
  }
  return {};
}

}  // namespace

void load_login_sources(const Section& root, const fs::path& folder, DaemonSettings& out) {
  const Section logins = root.section("logins", keys::login_sources());
  if (logins.has("auth_policy")) {
    load_auth_policy(logins.section("auth_policy", keys::auth_policy()), folder, out);
  }
  load_follow(logins, folder, out.logins);
}

void note_idle_lockout(const Section& root, const Draft& draft) {
  const LoginSources& sources = draft.daemon.logins;
  const auto& rule = rule_of<LoginLockout>(draft.settings.rules);
  const auto written = mark_of_rule(root);
  Report& report = root.report();
  if (!sources.any()) {
    report.warning({},
                   "login_lockout is idle: nothing tells of failed logins, so no address is "
                   "locked by itself; write logins.auth_policy or logins.follow");
    if (!written || rule == LoginLockout{}) return;
    report.warning(*written,
                   "rules.login_lockout: its figures count for nothing while login_lockout is "
                   "idle");
  } else if (!sources.auth_policy && rule.count == CountedFailures::distinct_passwords) {
    report.warning(
        written.value_or(Mark{}),
        "rules.login_lockout.count: distinct_passwords does nothing with logins.follow "
        "alone: log lines tell no passwords, so every failure counts; logins.auth_policy "
        "tells them");
  }
}

}  // namespace gatepost::config
