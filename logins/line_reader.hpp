#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace gatepost::logins {

/// Cuts what is read of a file into lines. Not thread-safe.
class LineReader {
public:
  /// A line with more bytes is skipped whole.
  static constexpr std::size_t kLongestLine = std::size_t{64} * 1024;

  /// Starts at this byte, the first of a line.
  explicit LineReader(std::uint64_t offset = 0) : start_(offset) {}

  struct Progress {
    std::uint64_t bytes = 0;     ///< that were read
    std::uint64_t too_long = 0;  ///< lines that were skipped
    bool failed = false;         ///< errno says why; nothing of it is lost
  };

  /// Reads at most `most` bytes and hands over each whole line, without its line feed, with the
  /// offset of its first byte.
  Progress read(int descriptor, std::uint64_t most,
                const std::function<void(std::string_view, std::uint64_t)>& take);

  /// The first byte of the first line that was not handed over.
  std::uint64_t offset() const { return start_; }

  /// The first byte that was not read.
  std::uint64_t read_to() const { return start_ + length_; }

  /// Whether bytes of a line without line feed were read.
  bool in_line() const { return length_ > 0; }

private:
  void take_all(std::string_view bytes, Progress& progress,
                const std::function<void(std::string_view, std::uint64_t)>& take);

  std::uint64_t start_;       // of the line that is not whole yet
  std::uint64_t length_ = 0;  // what was read of that line
  std::string rest_;          // the same, unless it is skipped
  bool skipping_ = false;
};

}  // namespace gatepost::logins
