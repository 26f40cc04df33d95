#include <fmt/format.h>

#include "config/addresses.hpp"
#include "config/file_access.hpp"
#include "config/load_parts.hpp"
#include "config/source_text.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

using std::chrono::milliseconds;

Parsed<milliseconds> parse_deadline(std::string_view text) {
  auto parsed = parse_duration(text);
  if (const auto* value = std::get_if<milliseconds>(&parsed)) {
    if (*value >= milliseconds(1) && *value <= std::chrono::seconds(5)) return *value;
    return Mistake{fmt::format("{} is outside 1ms to 5s", in_quotes(text))};
  }
  return parsed;
}

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

void read_password(const Section& store, const fs::path& path, RedisAddress& out) {
  const Mark mark = store.mark_of("password_file");
  auto read = read_secret(path, "password");
  if (const auto* wrong = std::get_if<Mistake>(&read)) {
    store.error("password_file", mark, wrong->text);
  } else if (!out.password.empty()) {
    store.error("password_file", mark, "store.url holds a password already: keep one of them");
  } else {
    out.password = std::get<std::string>(std::move(read));
  }
}

// Without Redis these keys would do nothing; an admin who wrote one thinks otherwise.
void check_memory(const Section& store) {
  for (const std::string_view key : {"url", "password_file"}) {
    if (store.has(key)) {
      store.error(key, store.mark_of(key), "is for kind: redis; kind: memory has no server");
    }
  }
  for (const std::string_view key : {"deadline", "when_down"}) {
    if (store.has(key)) {
      store.report().warning(store.mark_of(key),
                             store.name_of(key) + " does nothing with kind: memory");
    }
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

void load_store(const Section& root, const fs::path& folder, StoreSettings& out) {
  const Section store = root.section("store", keys::store());
  using Kind = StoreSettings::Kind;
  store.read_into(out.kind, "kind", [](std::string_view text) {
    return parse_choice<Kind>(text, {{"memory", Kind::memory}, {"redis", Kind::redis}});
  });
  store.read_into(out.redis, "url", parse_redis_url);
  store.read_into(out.deadline, "deadline", parse_deadline);
  store.read_into(out.when_down, "when_down", [](std::string_view text) {
    return parse_choice<WhenDown>(text,
                                  {{"local", WhenDown::local}, {"unknown", WhenDown::unknown}});
  });
  const auto password_file =
      store.read("password_file", [&](std::string_view text) { return parse_path(text, folder); });
  if (out.kind == Kind::memory) {
    check_memory(store);
    return;
  }
  if (!store.has("url")) {
    store.missing("url", "kind: redis needs it, for example redis://127.0.0.1:6379/0");
  }
  if (password_file) read_password(store, *password_file, out.redis);
}

}  // namespace gatepost::config
