#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "policy/mail/dns_settings.hpp"

/// How `gatepost auth-check` reads its options.
namespace gatepost::admin {

/// `127.0.0.1:5353`, `[::1]:5353`
std::string text_of(const NameServer& server);

/// `2026-11-22T06:05:10Z`, `2026-11-22` (its first instant, UTC), or seconds since 1970. Nothing
/// where `text` is none.
std::optional<std::chrono::sys_seconds> parse_instant(std::string_view text);

/// The envelope sender without its brackets and source route; empty for `<>`.
std::string sender_of(std::string_view path);

}  // namespace gatepost::admin
