#include "logins/line_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <unistd.h>

namespace gatepost::logins {

LineReader::Progress LineReader::read(
    int descriptor, std::uint64_t most,
    const std::function<void(std::string_view, std::uint64_t)>& take) {
  std::array<char, kLongestLine> buffer{};
  Progress progress;
  while (progress.bytes < most) {
    const ssize_t got = ::pread(descriptor, buffer.data(),
                                std::min<std::uint64_t>(buffer.size(), most - progress.bytes),
                                static_cast<off_t>(start_ + length_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      progress.failed = true;
      break;
    }
    if (got == 0) break;
    progress.bytes += static_cast<std::uint64_t>(got);
    take_all({buffer.data(), static_cast<std::size_t>(got)}, progress, take);
  }
  return progress;
}

void LineReader::take_all(std::string_view bytes, Progress& progress,
                          const std::function<void(std::string_view, std::uint64_t)>& take) {
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    const std::string_view piece = bytes.substr(0, end);
    length_ += piece.size();
    if (skipping_ || length_ > kLongestLine) {
      ++progress.too_long;
    } else if (rest_.empty()) {
      take(piece, start_);
    } else {
      rest_ += piece;
      take(rest_, start_);
    }
    rest_.clear();
    skipping_ = false;
    start_ += length_ + 1;
    length_ = 0;
    bytes.remove_prefix(end + 1);
  }
  length_ += bytes.size();
  if (skipping_ || length_ > kLongestLine) {
    skipping_ = true;
    rest_.clear();
  } else {
    rest_ += bytes;
  }
}

}  // namespace gatepost::logins
