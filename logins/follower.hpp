#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "logins/follow_state.hpp"
#include "logins/log_file.hpp"
#include "logins/login_event.hpp"

namespace gatepost::logins {

/// What a follower needs of the daemon. Everything outlives it and is thread-safe.
struct FollowServices {
  std::function<void(const LoginEvent&)> tell;  ///< LoginGuard::tell
  std::function<Time()> clock;
  std::function<void(const std::string&)> note;  ///< what an admin must know, a sentence each
};

/// How a log is doing, for those who ask.
struct FollowedLog {
  std::filesystem::path path;
  std::string problem;       ///< why it is not followed now; empty: it is
  std::uint64_t lines = 0;   ///< read since the start
  std::uint64_t events = 0;  ///< attempts to log in that they told of
  std::uint64_t unread = 0;  ///< bytes that are written and not read yet
};

/// Follows mail logs on a thread of its own and tells of every login in them, once, across
/// restarts: positions are kept in the state directory, at most a second old, and what is read
/// again after a crash has the token it had. An event's age is that of its line's time stamp, but
/// for lines that were seen to be written.
class Follower {
public:
  static constexpr std::chrono::milliseconds kPause{200};  ///< between looks
  static constexpr std::chrono::seconds kSaveAfter{1};

  /// Starts to follow. Without `files` it does nothing.
  Follower(const std::vector<std::filesystem::path>& files, const std::filesystem::path& state_dir,
           FollowServices services);
  /// Stops, after what was read is told and its position kept.
  ~Follower();

  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  /// In the order of the configuration. Thread-safe.
  std::vector<FollowedLog> status() const;

private:
  void follow();
  bool look();
  void tell(const LogRow& row, Time now, std::uint64_t& events);
  void save();

  const FollowServices services_;
  const FollowState state_;
  std::vector<LogFile> logs_;          // the thread's alone
  FollowedPositions saved_;            // the thread's alone
  std::string save_problem_;           // the thread's alone
  std::vector<std::uint64_t> events_;  // the thread's alone
  mutable std::mutex mutex_;           // for status_ and stop_
  std::condition_variable wake_;
  std::vector<FollowedLog> status_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace gatepost::logins
