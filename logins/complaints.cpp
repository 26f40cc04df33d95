#include "logins/complaints.hpp"

#include <fmt/format.h>

namespace gatepost::logins {

void Complaints::say(RequestOutcome kind, const std::string& text) {
  const auto now = std::chrono::steady_clock::now();
  std::uint64_t others = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto [found, is_first] = said_.try_emplace(kind, Said{now, 0});
    Said& said = found->second;
    if (!is_first && now - said.last < kApart) {
      ++said.held_back;
      return;
    }
    others = said.held_back;
    said = {now, 0};
  }
  const std::string more = others == 0 ? "" : fmt::format(" ({} more like this before)", others);
  log_(fmt::format("auth-policy: {}{}", text, more));
}

}  // namespace gatepost::logins
