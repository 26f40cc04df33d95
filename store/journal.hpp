#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "policy/answer.hpp"
#include "store/file.hpp"
#include "store/journal_record.hpp"
#include "store/stores.hpp"

namespace gatepost::store {

/// The file that charges are written to before anybody is told that they are made. A killed
/// process loses nothing, a machine without power what sync() had not reached. Appending never
/// harms what is there: where it failed (a full disk), the next record takes the same place.
///
/// Thread-safe. Appending waits for neither sync() nor rewrite(), but for moments.
class Journal {
public:
  using Replay = std::function<void(const JournalRecord& record)>;
  /// Takes the content of one record.
  using Emit = std::function<void(std::string_view content)>;

  /// Opens the file or makes it, and hands every record in it to `replay`, in order. A torn end is
  /// cut off and a damaged place skipped, each with a log line; of a file with a damaged place a
  /// copy is kept beside it, named `.damaged`. Throws std::runtime_error where the file cannot be
  /// opened, or is no journal of this version.
  Journal(std::filesystem::path path, Log log, const Replay& replay);

  /// Writes a record; its sequence must have come from next_sequence().
  Answer<bool> append(const JournalRecord& record);

  /// A number higher than any before.
  std::uint64_t next_sequence() { return ++sequence_; }

  /// Makes durable what was appended so far. Unavailable: the disk refused; what was appended
  /// since the last time may be lost, and the file wants a rewrite.
  Answer<bool> sync();

  /// Whether so much of the file is past use that a rewrite pays, or it is damaged.
  bool wants_rewrite() const;
  /// Replaces the file by one that holds what `state` emits, and what is appended meanwhile. A
  /// record that was appended before rewrite() began must show in what `state` emits. The old file
  /// stays in force where this fails.
  Answer<bool> rewrite(const std::function<void(const Emit& emit)>& state);

  std::uint64_t size() const;

  const std::filesystem::path& path() const { return path_; }

private:
  void create();
  void load(const Replay& replay);
  void begin_anew(std::size_t found);
  bool replay_frame(const Frame& frame, const Replay& replay);
  void report_damage(std::uint64_t begin, std::uint64_t end);
  void keep_damaged() const;
  bool replace_by(File fresh, std::uint64_t from, std::uint64_t written);
  bool copy(std::uint64_t from, std::uint64_t to, const File& fresh, std::uint64_t offset) const;
  Unavailable failed(const std::string& doing) const;

  const std::filesystem::path path_;
  const Log log_;
  std::atomic<std::uint64_t> sequence_{0};  ///< the highest given out

  std::mutex upkeep_;  ///< one sync() or rewrite() at a time; taken before mutex_

  mutable std::mutex mutex_;  ///< for all below; file_ is replaced with upkeep_ held as well
  File file_;
  std::uint64_t end_ = 0;  ///< behind the last good record
  std::uint64_t synced_end_ = 0;
  std::uint64_t rewritten_size_ = 0;
  bool wants_rewrite_ = false;
};

}  // namespace gatepost::store
