#include <fmt/format.h>

#include "config/addresses.hpp"
#include "config/file_access.hpp"
#include "config/load_parts.hpp"
#include "config/source_text.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

void load_log(const Section& root, LogSettings& out) {
  const Section log = root.section("log", keys::log());
  log.read_into(out.format, "format", [](std::string_view text) {
    return parse_choice<LogSettings::Format>(
        text, {{"key_value", LogSettings::Format::key_value}, {"json", LogSettings::Format::json}});
  });
  log.read_into(out.debug, "debug", parse_bool);
}

// What one key of the two sockets says must not be said by another.
void check_different(const Section& root, const DaemonSettings& out) {
  const bool same_admin = root.has("support") && out.support == out.admin;
  if (same_admin) {
    root.error("support", root.mark_of("support"),
               "is the admin socket: support staff get one of their own");
  }
  for (const auto& [key, other] : {std::pair{"admin", &out.admin}, {"support", &out.support}}) {
    if (root.has(key) && *other == out.listen) {
      root.error(key, root.mark_of(key), "is the address that mail comes in by (listen)");
    }
  }
  if (out.metrics && *out.metrics == out.listen) {
    root.error("metrics", root.mark_of("metrics"), "is the address that mail comes in by (listen)");
  }
}

}  // namespace

void load_daemon(const Section& root, const fs::path& folder, DaemonSettings& out) {
  out.listen = {ListenAddress::Kind::inet, "127.0.0.1", 8899, {}};
  out.admin = {ListenAddress::Kind::unix_socket, {}, 0, "/run/gatepost/admin.sock"};
  out.state_dir = "/var/lib/gatepost";
  root.read_into(out.listen, "listen", parse_listen);
  root.read_into(out.admin, "admin", parse_unix_listen);
  out.support = {
      ListenAddress::Kind::unix_socket, {}, 0, out.admin.path.parent_path() / "support.sock"};
  root.read_into(out.support, "support", parse_unix_listen);
  out.metrics = root.read("metrics", parse_tcp_listen);
  root.read_into(out.state_dir, "state_dir",
                 [&](std::string_view text) { return parse_path(text, folder); });
  load_log(root, out.log);
  check_different(root, out);
}

}  // namespace gatepost::config
