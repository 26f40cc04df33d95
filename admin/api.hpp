#pragma once

#include "admin/daemon.hpp"
#include "admin/http.hpp"

namespace gatepost::admin {

/// Answers one request of the HTTP API (docs/api.md). `daemon` is asked on the calling thread and
/// may wait for the store. Never throws: a bug inside is a 500.
Response answer(Daemon& daemon, const Request& request) noexcept;

}  // namespace gatepost::admin
