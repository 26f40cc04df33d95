#include "logins/follow_state.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "logins/line_text.hpp"

namespace gatepost::logins {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHead = "gatepost follow 1\n";
constexpr std::size_t kFigures = 5;

std::string error_text() {
  return std::generic_category().message(errno);
}

bool write_all(const OpenFile& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file.descriptor(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

std::optional<std::string> read_all(const OpenFile& file) {
  std::array<char, 4096> buffer{};
  std::string out;
  while (true) {
    const ssize_t got = ::read(file.descriptor(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {};
    if (got == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

// `DEVICE INODE OFFSET SIZE DIGEST PATH`, without line feed.
bool read_line(std::string_view line, FollowedPositions& out) {
  std::array<std::uint64_t, kFigures> figures{};
  for (std::uint64_t& figure : figures) {
    const auto digits = line_text::take_while(line, ascii::is_digit);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), figure);
    if (digits.empty() || error != std::errc() || !line_text::skip(line, " ")) return false;
  }
  if (line.empty()) return false;
  out[fs::path(line)] = {{figures[0], figures[1]}, figures[2], {figures[3], figures[4]}};
  return true;
}

}  // namespace

FollowState::FollowState(const fs::path& state_dir) : file_(state_dir / "follow.state") {}

std::variant<FollowedPositions, std::string> FollowState::load() const {
  const OpenFile file = open_log(file_);
  if (!file.is_open()) {
    if (errno == ENOENT) return FollowedPositions{};
    return fmt::format("{} cannot be read ({})", file_.string(), error_text());
  }
  const auto text = read_all(file);
  if (!text) return fmt::format("{} cannot be read ({})", file_.string(), error_text());
  const std::string damaged = fmt::format("{} is damaged", file_.string());
  std::string_view rest = *text;
  if (!line_text::skip(rest, kHead)) return damaged;
  FollowedPositions out;
  while (!rest.empty()) {
    const auto feed = rest.find('\n');
    if (feed == std::string_view::npos || !read_line(rest.substr(0, feed), out)) return damaged;
    rest.remove_prefix(feed + 1);
  }
  return out;
}

std::optional<std::string> FollowState::save(const FollowedPositions& positions) const {
  std::string text(kHead);
  for (const auto& [path, at] : positions) {
    text += fmt::format("{} {} {} {} {} {}\n", at.id.device, at.id.inode, at.offset,
                        at.fingerprint.size, at.fingerprint.digest, path.string());
  }
  const fs::path fresh = file_.string() + ".new";
  constexpr int kMode = 0640;
  const OpenFile file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode));
  const bool done = file.is_open() && write_all(file, text) &&
                    ::fdatasync(file.descriptor()) == 0 &&
                    ::rename(fresh.c_str(), file_.c_str()) == 0;
  if (done) return {};
  return fmt::format("{} cannot be written ({})", file_.string(), error_text());
}

}  // namespace gatepost::logins
