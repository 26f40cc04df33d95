#include "logins/follower.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "logins/log_line.hpp"

namespace gatepost::logins {
namespace {

using std::chrono::milliseconds;

// The same line gives the same token whenever it is read. Its text is in it too: a log that was
// truncated has other lines at the same places.
Token token_of(const LogRow& row, int which) {
  std::uint64_t digest = digest_of(row.text);
  for (const std::uint64_t part :
       {row.id.device, row.id.inode, row.offset, static_cast<std::uint64_t>(which)}) {
    digest = digest_of(fmt::format(" {}", part), digest);
  }
  return {digest};
}

milliseconds age_of(const LoginLine& line, const LogRow& row, Time now) {
  const milliseconds told =
      line.when ? std::max(now - *line.when, milliseconds(0)) : milliseconds(0);
  return row.age_at_most ? std::min(told, *row.age_at_most) : told;
}

}  // namespace

Follower::Follower(const std::vector<std::filesystem::path>& files,
                   const std::filesystem::path& state_dir, FollowServices services)
    : services_(std::move(services)), state_(state_dir), events_(files.size()) {
  if (files.empty()) return;
  auto loaded = state_.load();
  if (const auto* why = std::get_if<std::string>(&loaded)) {
    services_.note(
        fmt::format("{}: mail logs are followed from their ends, what was written while "
                    "gatepostd was down is not counted.",
                    *why));
  } else {
    saved_ = std::get<FollowedPositions>(loaded);
  }
  for (const auto& file : files) {
    const auto found = saved_.find(file);
    logs_.emplace_back(file, found == saved_.end() ? std::nullopt : std::optional(found->second),
                       [this](const std::string& text) { services_.note(text); });
    status_.push_back({.path = file, .problem = {}});
  }
  thread_ = std::thread([this] { follow(); });
}

Follower::~Follower() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::vector<FollowedLog> Follower::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void Follower::follow() {
  // The first positions are kept at once: they are what the next start goes on from.
  std::chrono::steady_clock::time_point saved_at{};
  bool more = true;
  while (true) {
    more = look();
    if (std::chrono::steady_clock::now() - saved_at >= kSaveAfter) {
      save();
      saved_at = std::chrono::steady_clock::now();
    }
    std::unique_lock lock(mutex_);
    if (!more) wake_.wait_for(lock, kPause, [this] { return stop_; });
    if (stop_) break;
  }
  save();
}

// Reads each log on, by a piece. True: one of them has more.
bool Follower::look() {
  bool more = false;
  for (std::size_t at = 0; at < logs_.size(); ++at) {
    LogFile& log = logs_[at];
    const Time now = services_.clock();
    more |= log.read(now, [&](const LogRow& row) { tell(row, now, events_[at]); });
    const std::uint64_t unread = log.unread();
    const std::lock_guard lock(mutex_);
    status_[at] = {log.path(), log.problem(), log.lines(), events_[at], unread};
  }
  return more;
}

void Follower::tell(const LogRow& row, Time now, std::uint64_t& events) {
  auto line = read_login_line(row.text, now);
  if (!line) return;
  line->event.age = age_of(*line, row, now);
  for (int which = 0; which < line->times; ++which) {
    line->event.token = token_of(row, which);
    services_.tell(line->event);
    ++events;
  }
}

void Follower::save() {
  FollowedPositions positions;
  for (const LogFile& log : logs_) {
    if (const auto position = log.position()) positions[log.path()] = *position;
  }
  if (positions == saved_) return;
  const auto problem = state_.save(positions);
  if (!problem) saved_ = std::move(positions);
  const std::string text = problem.value_or("");
  if (text == save_problem_) return;
  save_problem_ = text;
  services_.note(text.empty() ? "The positions in the mail logs are kept again."
                              : fmt::format("{}: after a restart mail logs may be counted from an "
                                            "earlier place again, or from their ends.",
                                            text));
}

}  // namespace gatepost::logins
