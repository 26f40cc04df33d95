#pragma once

#include <optional>
#include <string>

#include "admin/api.hpp"
#include "fakes.hpp"

/// Short ways to ask the API in tests, as root.
namespace gatepost::admin {

inline Response get(test::FakeDaemon& daemon, const std::string& target, Door door = Door::admin) {
  return answer(daemon,
                {.method = "GET", .target = target, .body = {}, .actor = "root", .door = door});
}

inline Response post(test::FakeDaemon& daemon, const std::string& target, const std::string& body,
                     Door door = Door::admin) {
  return answer(daemon,
                {.method = "POST", .target = target, .body = body, .actor = "root", .door = door});
}

inline void freeze_in_whitelist(test::FakeDaemon& daemon, const std::string& account,
                                std::optional<Time> expires = {}) {
  daemon.edited->whitelist.frozen.emplace(account,
                                          FrozenEntry{account,
                                                      {.reason = "left the company",
                                                       .owner = {},
                                                       .expires = expires,
                                                       .place = {"whitelist.yaml", 12, 5}}});
}

}  // namespace gatepost::admin
