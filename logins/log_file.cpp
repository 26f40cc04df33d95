#include "logins/log_file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace gatepost::logins {
namespace {

namespace fs = std::filesystem;

// The first byte of the line at the file's end, which may be begun.
std::uint64_t last_line(const OpenFile& file, std::uint64_t size) {
  std::string tail(std::min<std::uint64_t>(size, LineReader::kLongestLine), '\0');
  const ssize_t got =
      ::pread(file.descriptor(), tail.data(), tail.size(), static_cast<off_t>(size - tail.size()));
  if (got < 0) return size;
  const std::uint64_t begin = size - tail.size();
  tail.resize(static_cast<std::size_t>(got));
  const auto feed = tail.rfind('\n');
  if (feed != std::string::npos) return begin + feed + 1;
  return begin == 0 ? 0 : size;
}

}  // namespace

LogFile::LogFile(fs::path path, std::optional<LogPosition> from, Note note)
    : path_(std::move(path)), from_(std::move(from)), note_(std::move(note)) {}

bool LogFile::read(Time now, const Take& take) {
  if (!current_ && !start()) return false;
  look_for_truncation();
  if (read_on(now, take)) return true;
  return go_to_next(now, take);
}

std::optional<LogPosition> LogFile::position() const {
  if (!current_) return from_;
  return LogPosition{current_->told, current_->reader.offset(), current_->fingerprint};
}

std::uint64_t LogFile::unread() const {
  if (!current_) return 0;
  std::uint64_t out = 0;
  const auto open = facts_of(current_->file);
  if (open) out += open->size - std::min(open->size, current_->reader.offset());
  const auto named = facts_of(path_);
  if (named && !(named->id == current_->real)) out += named->size;
  return out;
}

// Opens what is to be read first. False: there is nothing yet.
bool LogFile::start() {
  OpenFile file = open_log(path_);
  const int error = errno;
  if (from_) {
    if (resume(std::move(file))) return true;
  } else if (file.is_open()) {
    const auto facts = facts_of(file);
    if (!facts) return false;
    const std::uint64_t offset = never_seen_ ? last_line(file, facts->size) : 0;
    begin(std::move(file), {facts->id, offset, {}});
    set_problem("");
    return true;
  }
  if (error == ENOENT) never_seen_ = false;
  set_problem(cannot_read(error));
  return false;
}

// Goes on at from_, in what `path_` is now (if that is open), or in what became of it.
bool LogFile::resume(OpenFile file) {
  const LogPosition from = *from_;
  if (file.is_open()) {
    const auto facts = facts_of(file);
    if (!facts) return false;
    const bool same = facts->id.inode == from.id.inode && facts->size >= from.offset &&
                      begins_with(file, from.fingerprint);
    if (same || is_copy(file, from)) {
      begin(std::move(file), from);
      set_problem("");
      return true;
    }
  }
  if (OpenFile rotated = open_log(find_rotated(path_, from)); rotated.is_open()) {
    begin(std::move(rotated), from);
    catching_up_ = true;
    return true;
  }
  if (!file.is_open()) return false;
  note_(
      fmt::format("{} was rotated while it was not followed, and what it was then is gone or "
                  "compressed: logins that were logged after byte {} of it are not counted. It "
                  "is followed from its start.",
                  path_.string(), from.offset));
  begin_at_start(std::move(file));
  set_problem("");
  return true;
}

void LogFile::begin(OpenFile file, const LogPosition& at) {
  const auto facts = facts_of(file);
  const Fingerprint fingerprint = fingerprint_of(file);
  current_.emplace(Current{std::move(file), facts ? facts->id : at.id, at.id, fingerprint,
                           LineReader(at.offset)});
  from_.reset();
  at_end_.reset();
  missing_since_.reset();
  catching_up_ = false;
  said_too_long_ = false;
}

void LogFile::begin_at_start(OpenFile file) {
  const auto facts = facts_of(file);
  begin(std::move(file), {facts ? facts->id : FileId{}, 0, {}});
}

void LogFile::look_for_truncation() {
  const auto facts = facts_of(current_->file);
  if (!facts) return;
  if (facts->size >= current_->reader.read_to() &&
      begins_with(current_->file, current_->fingerprint)) {
    return;
  }
  const LogPosition before = *position();
  if (OpenFile copy = open_log(find_rotated(path_, before)); copy.is_open()) {
    begin(std::move(copy), before);
    return;
  }
  note_(
      fmt::format("{} was truncated or written over, and no copy of it is beside it: lines that "
                  "were written just before may not be counted. It is followed from its start.",
                  path_.string()));
  begin_at_start(std::move(current_->file));
}

// Reads the current file on. True: there may be more of it.
bool LogFile::read_on(Time now, const Take& take) {
  std::optional<std::chrono::milliseconds> age;
  if (at_end_) age = std::max(now - *at_end_, std::chrono::milliseconds(0));
  const auto progress = current_->reader.read(current_->file.descriptor(), kMostAtOnce,
                                              [&](std::string_view text, std::uint64_t offset) {
                                                ++lines_;
                                                take({text, current_->told, offset, age});
                                              });
  if (progress.bytes > 0 && current_->fingerprint.size < Fingerprint::kMost) {
    current_->fingerprint = fingerprint_of(current_->file);
  }
  if (progress.too_long > 0 && !said_too_long_) {
    said_too_long_ = true;
    note_(
        fmt::format("{} has lines of more than {} bytes, which no mail program writes: they are "
                    "skipped.",
                    path_.string(), LineReader::kLongestLine));
  }
  if (progress.failed) {
    set_problem(cannot_read(errno));
    return false;
  }
  if (progress.bytes >= kMostAtOnce) return true;
  at_end_ = now;
  return false;
}

// At the end of the current file: goes to the next one, where the log goes on there. True: it does.
bool LogFile::go_to_next(Time now, const Take& take) {
  if (catching_up_) {
    if (OpenFile next = open_log(next_rotated(path_, current_->file)); next.is_open()) {
      turn_to(std::move(next), now, take);
      catching_up_ = true;
      return true;
    }
  }
  const auto named = facts_of(path_);
  if (!named && errno == ENOENT) {
    missed(now);
    return false;
  }
  missing_since_.reset();
  if (named && named->id == current_->real) {
    set_problem("");
    return false;
  }
  OpenFile next = open_log(path_);
  if (!next.is_open()) {
    set_problem(cannot_read(errno));
    return false;
  }
  set_problem("");
  const auto facts = facts_of(next);
  // While it is empty the writers still have the old one.
  if (!facts || facts->size == 0) return false;
  return turn_to(std::move(next), now, take);
}

bool LogFile::turn_to(OpenFile next, Time now, const Take& take) {
  // Whatever was written before the first byte of the next one is in the old one now.
  while (read_on(now, take)) {
  }
  if (is_copy(next, *position())) {
    begin(std::move(next), *position());
    return true;
  }
  if (current_->reader.in_line()) {
    note_(fmt::format("{} was rotated in the middle of a line, which is skipped.", path_.string()));
  }
  begin_at_start(std::move(next));
  return true;
}

void LogFile::missed(Time now) {
  if (!missing_since_) missing_since_ = now;
  if (now - *missing_since_ >= kMissedAfter) set_problem(cannot_read(ENOENT));
}

void LogFile::set_problem(const std::string& problem) {
  if (problem == problem_) return;
  problem_ = problem;
  note_(problem.empty() ? fmt::format("{} is followed again.", path_.string()) : problem);
}

std::string LogFile::cannot_read(int error) const {
  switch (error) {
    case ENOENT:
      return fmt::format(
          "{} is not there: failed logins in it are not counted. It is followed as "
          "soon as it is there.",
          path_.string());
    case EACCES:
      return fmt::format(
          "{} may not be read: failed logins in it are not counted. Let gatepostd's "
          "user read it and its folder (on Debian: group adm, and `create 0640 root "
          "adm` in the log's logrotate configuration); it is followed as soon as it "
          "can be.",
          path_.string());
    case EINVAL:
      return fmt::format("{} is not a regular file: logins.follow must name log files.",
                         path_.string());
    default:
      return fmt::format(
          "{} cannot be read ({}): failed logins in it are not counted. It is tried "
          "again all the time.",
          path_.string(), std::generic_category().message(error));
  }
}

}  // namespace gatepost::logins
