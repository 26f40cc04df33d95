#include <fmt/format.h>

#include "config/addresses.hpp"
#include "config/file_access.hpp"
#include "config/load_parts.hpp"
#include "config/redis_url.hpp"
#include "config/source_text.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kLongestPem = 1'000'000;

Parsed<milliseconds> parse_deadline(std::string_view text) {
  auto parsed = parse_duration(text);
  if (const auto* value = std::get_if<milliseconds>(&parsed)) {
    if (*value >= milliseconds(1) && *value <= seconds(5)) return *value;
    return Mistake{fmt::format("{} is outside 1ms to 5s", in_quotes(text))};
  }
  return parsed;
}

Parsed<seconds> parse_outage(std::string_view text) {
  auto parsed = parse_duration(text);
  if (auto* mistake = std::get_if<Mistake>(&parsed)) return std::move(*mistake);
  const auto value = std::get<milliseconds>(parsed);
  if (value >= seconds(1) && value <= std::chrono::days(31) &&
      value % seconds(1) == milliseconds(0)) {
    return std::chrono::duration_cast<seconds>(value);
  }
  return Mistake{fmt::format("{} is outside 1s to 31d, in whole seconds", in_quotes(text))};
}

// `50%`
Parsed<int> parse_share(std::string_view text) {
  constexpr const char* kForm = "{} is no share: write whole per cent, 1% to 100%";
  if (!text.ends_with('%')) return Mistake{fmt::format(kForm, in_quotes(text))};
  auto parsed = parse_number(text.substr(0, text.size() - 1), 1, 100);
  const auto* value = std::get_if<std::int64_t>(&parsed);
  if (value == nullptr) {
    return Mistake{fmt::format(kForm, in_quotes(text))};
  }
  return static_cast<int>(*value);
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
    if (const auto note = note_of_readable_secret(path)) {
      store.report().warning(mark, store.name_of("password_file") + ": " + *note);
    }
  }
}

struct PemKind {
  std::string_view name;
  std::string_view label;  // ends the line that begins one
};

constexpr PemKind kCertificate{"certificate", "CERTIFICATE-----"};
constexpr PemKind kPrivateKey{"private key", "PRIVATE KEY-----"};

// A PEM file that can be read now; what is in it OpenSSL judges at each connection.
Parsed<std::string> parse_pem_path(std::string_view text, const fs::path& folder,
                                   const PemKind& kind) {
  auto path = parse_path(text, folder);
  if (auto* mistake = std::get_if<Mistake>(&path)) return std::move(*mistake);
  auto content = read_file(std::get<fs::path>(path), kLongestPem);
  if (auto* mistake = std::get_if<Mistake>(&content)) return std::move(*mistake);
  if (std::get<std::string>(content).find(kind.label) == std::string::npos) {
    return Mistake{fmt::format("{} holds no {} in PEM form (-----BEGIN {})", in_quotes(text),
                               kind.name, kind.label)};
  }
  return std::get<fs::path>(path).string();
}

Parsed<std::string> parse_server_name(std::string_view text) {
  if (IpAddress::parse(text) || Domain::parse(text)) return std::string(text);
  return Mistake{fmt::format("{} is neither a host name nor an address", in_quotes(text))};
}

void load_tls(const Section& store, const fs::path& folder, StoreSettings& out) {
  if (!store.has("tls")) return;
  const Section tls = store.section("tls", keys::store_tls());
  RedisTls read;
  const auto pem = [&](const PemKind& kind) {
    return [&](std::string_view text) { return parse_pem_path(text, folder, kind); };
  };
  tls.read_into(read.ca_file, "ca_file", pem(kCertificate));
  tls.read_into(read.cert_file, "cert_file", pem(kCertificate));
  tls.read_into(read.key_file, "key_file", pem(kPrivateKey));
  tls.read_into(read.server_name, "server_name", parse_server_name);
  for (const auto& [key, other] : {std::pair{"cert_file", "key_file"}, {"key_file", "cert_file"}}) {
    if (tls.has(key) && !tls.has(other)) {
      tls.missing(other, fmt::format("{} needs it", tls.name_of(key)));
    }
  }
  const bool plain = out.topology == RedisTopology::single && !out.redis.tls;
  if (plain && store.has("url")) {
    store.error("tls", store.mark_of("tls"),
                "is for rediss://, sentinel:// and cluster://: write store.url with rediss:// to "
                "reach Redis by TLS");
  }
  out.redis.tls = std::move(read);
}

void warn_that_it_does_nothing(const Section& store, std::string_view key, std::string_view where) {
  if (!store.has(key)) return;
  store.report().warning(store.mark_of(key),
                         fmt::format("{} does nothing with {}", store.name_of(key), where));
}

// Without Redis these keys would do nothing; an admin who wrote one thinks otherwise.
void check_memory(const Section& store) {
  for (const std::string_view key : {"url", "password_file", "tls"}) {
    if (store.has(key)) {
      store.error(key, store.mark_of(key), "is for kind: redis; kind: memory has no server");
    }
  }
  for (const std::string_view key : {"deadline", "when_down", "local_share", "local_for"}) {
    warn_that_it_does_nothing(store, key, "kind: memory");
  }
}

}  // namespace

void load_store(const Section& root, const fs::path& folder, StoreSettings& out) {
  const Section store = root.section("store", keys::store());
  using Kind = StoreSettings::Kind;
  store.read_into(out.kind, "kind", [](std::string_view text) {
    return parse_choice<Kind>(text, {{"memory", Kind::memory}, {"redis", Kind::redis}});
  });
  store.read_into(out, "url", [&](std::string_view text) { return parse_redis_url(text, out); });
  store.read_into(out.deadline, "deadline", parse_deadline);
  store.read_into(out.when_down, "when_down", [](std::string_view text) {
    return parse_choice<WhenDown>(text,
                                  {{"local", WhenDown::local}, {"unknown", WhenDown::unknown}});
  });
  store.read_into(out.local_share, "local_share", parse_share);
  store.read_into(out.local_for, "local_for", parse_outage);
  const auto password_file =
      store.read("password_file", [&](std::string_view text) { return parse_path(text, folder); });
  load_tls(store, folder, out);
  if (out.kind == Kind::memory) {
    check_memory(store);
    return;
  }
  if (!store.has("url")) {
    store.missing("url", "kind: redis needs it, for example redis://127.0.0.1:6379/0");
  }
  if (password_file) read_password(store, *password_file, out.redis);
  if (out.when_down == WhenDown::unknown) {
    for (const std::string_view key : {"local_share", "local_for"})
      warn_that_it_does_nothing(store, key, "when_down: unknown");
  }
}

}  // namespace gatepost::config
