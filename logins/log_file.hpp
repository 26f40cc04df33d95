#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "logins/line_reader.hpp"
#include "logins/log_place.hpp"
#include "policy/time.hpp"

namespace gatepost::logins {

/// A whole line of a log, without its line feed.
struct LogRow {
  std::string_view text;
  FileId id;                 ///< of the file it was first seen in, whatever became of that
  std::uint64_t offset = 0;  ///< of its first byte
  /// It was written within this time: the file had been read to its end. Nothing: not known.
  std::optional<std::chrono::milliseconds> age_at_most;
};

/// Follows one log by its path: every line that is written to it, in order, once.
///
/// * Renamed, and made anew (logrotate's `create`, `postfix logrotate`): the old file is read until
///   something is in the new one, then to its end, then the new one from its start.
/// * Copied and truncated (`copytruncate`), or written over: what is unread is looked for in the
///   copy, then the file is read from its start.
/// * Not there, not readable, no regular file: said once, and again when that changes; tried anew
///   with each read.
/// * Seen for the first time: read from its end. One that was not there at first, from its start.
///
/// Not thread-safe.
class LogFile {
public:
  /// So much is read at once.
  static constexpr std::uint64_t kMostAtOnce = std::uint64_t{1} << 20U;
  /// A log that was renamed and is not made anew is missed after this time.
  static constexpr std::chrono::seconds kMissedAfter{10};

  using Note = std::function<void(const std::string&)>;
  using Take = std::function<void(const LogRow&)>;

  /// Goes on at `from`, wherever that file is now. `note` gets what an admin must know, a sentence
  /// each.
  LogFile(std::filesystem::path path, std::optional<LogPosition> from, Note note);

  /// Hands over what was written. True: there is more, ask again at once.
  bool read(Time now, const Take& take);

  /// What was handed over; nothing: no such file was ever open.
  std::optional<LogPosition> position() const;

  const std::filesystem::path& path() const { return path_; }

  /// Why it is not followed now; empty: it is.
  const std::string& problem() const { return problem_; }

  std::uint64_t lines() const { return lines_; }

  /// Bytes that were written and not read yet, as far as one can see.
  std::uint64_t unread() const;

private:
  struct Current {
    OpenFile file;
    FileId real;  // of the open file
    FileId told;  // of what it is a copy of, or the same
    Fingerprint fingerprint;
    LineReader reader;
  };

  bool start();
  bool resume(OpenFile file);
  void begin(OpenFile file, const LogPosition& at);
  void begin_at_start(OpenFile file);
  void look_for_truncation();
  bool read_on(Time now, const Take& take);
  bool go_to_next(Time now, const Take& take);
  bool turn_to(OpenFile next, Time now, const Take& take);
  void missed(Time now);
  void set_problem(const std::string& problem);
  std::string cannot_read(int error) const;

  std::filesystem::path path_;
  std::optional<LogPosition> from_;  // where to go on, until that is open
  Note note_;
  std::optional<Current> current_;
  bool never_seen_ = true;
  bool catching_up_ = false;  // on a rotated file, which others may have followed
  bool said_too_long_ = false;
  std::optional<Time> at_end_;         // when the current file was last read to its end
  std::optional<Time> missing_since_;  // the path, while a renamed file is read on
  std::string problem_;
  std::uint64_t lines_ = 0;
};

}  // namespace gatepost::logins
