#include "store/journal.hpp"

#include <algorithm>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

namespace gatepost::store {
namespace {

/// Below this a rewrite saves nothing worth having.
constexpr std::uint64_t kSmall = 8U << 20U;
/// A rewrite pays when the file has grown to this many times of what it was after the last one.
constexpr std::uint64_t kGrowth = 4;
constexpr std::size_t kChunk = 1U << 16U;

std::filesystem::path beside(std::filesystem::path path, const char* suffix) {
  path += suffix;
  return path;
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

/// Collects frames and writes them in large pieces, from the file's beginning.
class FrameWriter {
public:
  explicit FrameWriter(const File& file) : file_(file), pending_(kJournalHeader) {}

  void put(std::string_view content) {
    append_frame(pending_, content);
    if (pending_.size() >= kChunk) flush();
  }

  /// True where everything so far was written.
  bool flush() {
    is_good_ = is_good_ && file_.write_at(written_, pending_);
    written_ += pending_.size();
    pending_.clear();
    return is_good_;
  }

  std::uint64_t written() const { return written_; }

private:
  const File& file_;
  std::string pending_;
  std::uint64_t written_ = 0;
  bool is_good_ = true;
};

}  // namespace

Journal::Journal(std::filesystem::path path, Log log, const Replay& replay)
    : path_(std::move(path)), log_(std::move(log)), file_(File::open(path_, O_RDWR)) {
  if (!file_.is_open()) {
    if (std::filesystem::exists(path_)) {
      throw std::runtime_error(path_.string() + " cannot be opened: " + last_error_text());
    }
    create();
  }
  load(replay);
}

void Journal::create() {
  const auto fresh = beside(path_, ".new");
  file_ = File::open(fresh, O_RDWR | O_CREAT | O_TRUNC);
  const bool is_made =
      file_.is_open() && file_.write_at(0, kJournalHeader) && ::fsync(file_.descriptor()) == 0 &&
      ::rename(fresh.c_str(), path_.c_str()) == 0 && sync_directory(folder_of(path_));
  if (!is_made) throw std::runtime_error(path_.string() + " cannot be made: " + last_error_text());
}

void Journal::load(const Replay& replay) {
  const MappedFile mapped(file_, path_);
  const std::string_view bytes = mapped.bytes();
  if (kJournalHeader.starts_with(bytes)) {
    begin_anew(bytes.size());
    return;
  }
  if (!bytes.starts_with(kJournalHeader)) {
    throw std::runtime_error(
        path_.string() +
        " is no journal that this version of gatepostd can read: its first line is not '" +
        std::string(kJournalHeader.substr(0, kJournalHeader.size() - 1)) +
        "'. Restore it from a backup, or move it away to start with empty counters.");
  }
  end_ = kJournalHeader.size();
  while (const auto frame = next_frame(bytes, end_)) {
    if (frame->begin > end_) report_damage(end_, frame->begin);
    if (!replay_frame(*frame, replay)) report_damage(frame->begin, frame->end);
    end_ = frame->end;
  }
  synced_end_ = end_;
  if (wants_rewrite_) keep_damaged();
  if (end_ == bytes.size()) return;
  log_(path_.string() + ": cut off the last " + std::to_string(bytes.size() - end_) +
       " octets at offset " + std::to_string(end_) + ": a record that was never finished");
  if (::ftruncate(file_.descriptor(), static_cast<off_t>(end_)) != 0) {
    throw std::runtime_error(path_.string() + " cannot be shortened: " + last_error_text());
  }
}

void Journal::begin_anew(std::size_t found) {
  end_ = kJournalHeader.size();
  if (found == end_) return;
  log_(path_.string() + " is empty, or was never finished: all counters start from nothing");
  if (!file_.write_at(0, kJournalHeader)) {
    throw std::runtime_error(path_.string() + " cannot be written to: " + last_error_text());
  }
}

bool Journal::replay_frame(const Frame& frame, const Replay& replay) {
  const auto record = decode_record(frame.content);
  if (!record) return false;
  sequence_ = std::max(sequence_.load(), record->sequence);
  replay(*record);
  return true;
}

void Journal::report_damage(std::uint64_t begin, std::uint64_t end) {
  wants_rewrite_ = true;
  log_(path_.string() + ": " + std::to_string(end - begin) + " octets at offset " +
       std::to_string(begin) +
       " are damaged: the charges in them are lost, those before and behind are kept. The file as "
       "it was is kept as " +
       beside(path_, ".damaged").string());
}

void Journal::keep_damaged() const {
  std::error_code error;
  std::filesystem::copy_file(path_, beside(path_, ".damaged"),
                             std::filesystem::copy_options::overwrite_existing, error);
  if (error) log_(path_.string() + ": no copy of the damaged file: " + error.message());
}

Unavailable Journal::failed(const std::string& doing) const {
  const std::string why = last_error_text();
  return {path_.string() + " cannot be " + doing + ": " + why};
}

Answer<bool> Journal::append(const JournalRecord& record) {
  std::string frame;
  append_frame(frame, encode(record));
  const std::lock_guard lock(mutex_);
  if (!file_.write_at(end_, frame)) return failed("written to");
  end_ += frame.size();
  return true;
}

Answer<bool> Journal::sync() {
  const std::lock_guard upkeep(upkeep_);
  int descriptor = -1;
  std::uint64_t end = 0;
  {
    const std::lock_guard lock(mutex_);
    if (synced_end_ == end_) return true;
    descriptor = file_.descriptor();
    end = end_;
  }
  const bool is_done = ::fdatasync(descriptor) == 0;
  const Unavailable why = is_done ? Unavailable{} : failed("made durable");
  const std::lock_guard lock(mutex_);
  synced_end_ = end;
  if (is_done) return true;
  wants_rewrite_ = true;
  return why;
}

bool Journal::wants_rewrite() const {
  const std::lock_guard lock(mutex_);
  return wants_rewrite_ || end_ > std::max(kSmall, rewritten_size_ * kGrowth);
}

Answer<bool> Journal::rewrite(const std::function<void(const Emit& emit)>& state) {
  const std::lock_guard upkeep(upkeep_);
  const auto fresh_path = beside(path_, ".new");
  File fresh = File::open(fresh_path, O_RDWR | O_CREAT | O_TRUNC);
  if (!fresh.is_open()) return failed("rewritten");
  const std::uint64_t from = size();
  FrameWriter writer(fresh);
  state([&](std::string_view content) { writer.put(content); });
  if (writer.flush() && replace_by(std::move(fresh), from, writer.written())) return true;
  const Unavailable why = failed("rewritten");
  ::unlink(fresh_path.c_str());
  return why;
}

bool Journal::copy(std::uint64_t from, std::uint64_t to, const File& fresh,
                   std::uint64_t offset) const {
  while (from < to) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, to - from));
    const std::string bytes = file_.read_at(from, wanted);
    if (bytes.size() != wanted || !fresh.write_at(offset, bytes)) return false;
    from += wanted;
    offset += wanted;
  }
  return true;
}

bool Journal::replace_by(File fresh, std::uint64_t from, std::uint64_t written) {
  // Most of what came in meanwhile is copied and made durable while others append; they wait for
  // the short rest alone.
  const std::uint64_t to = size();
  if (!copy(from, to, fresh, written) || ::fsync(fresh.descriptor()) != 0) return false;
  written += to - from;
  {
    const std::lock_guard lock(mutex_);
    if (!copy(to, end_, fresh, written)) return false;
    if (::rename(beside(path_, ".new").c_str(), path_.c_str()) != 0) return false;
    written += end_ - to;
    std::swap(file_, fresh);
    end_ = written;
    synced_end_ = 0;
    rewritten_size_ = written;
    wants_rewrite_ = false;
  }
  if (!sync_directory(folder_of(path_))) {
    log_(path_.string() + ": its directory cannot be made durable: " + last_error_text());
  }
  return true;
}

std::uint64_t Journal::size() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

}  // namespace gatepost::store
