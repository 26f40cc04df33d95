#include "logins/log_place.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::logins {
namespace {

namespace fs = std::filesystem;

FileFacts facts_from(const struct stat& status) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return {{status.st_dev, status.st_ino},
          static_cast<std::uint64_t>(status.st_size),
          status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec};
}

// `mail.log.1`, `mail.log-20260822`, `maillog.20260822-152701`: the log's name and figures. Others
// (`mail.log.gz`, `mail.err` beside `mail`) are no earlier part of it.
bool is_rotated_name(std::string_view name, std::string_view log) {
  name.remove_prefix(log.size());
  return name.size() > 1 && (name.front() == '.' || name.front() == '-') &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return ascii::is_digit(c) || c == '.' || c == '-'; });
}

// Calls `look(path, name is a rotated one)` for the files beside `path` whose names go on from its.
template <typename Look>
void each_beside(const fs::path& path, Look look) {
  const std::string name = path.filename().string();
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const std::string found = entry->path().filename().string();
    if (found != name && found.starts_with(name)) look(entry->path(), is_rotated_name(found, name));
  }
}

}  // namespace

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

OpenFile::OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
  if (this != &other) {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

OpenFile open_log(const fs::path& path) {
  // A pipe would wait for somebody to write.
  OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) return file;

  struct stat status {};

  if (::fstat(file.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) {
    file = OpenFile();
    errno = EINVAL;
  }
  return file;
}

std::optional<FileFacts> facts_of(const OpenFile& file) {
  struct stat status {};

  if (::fstat(file.descriptor(), &status) != 0) return {};
  return facts_from(status);
}

std::optional<FileFacts> facts_of(const fs::path& path) {
  struct stat status {};

  if (::stat(path.c_str(), &status) != 0) return {};
  return facts_from(status);
}

Fingerprint fingerprint_of(const OpenFile& file, std::uint64_t most) {
  std::array<char, Fingerprint::kMost> bytes{};
  const std::size_t wanted = std::min<std::uint64_t>(most, bytes.size());
  std::size_t size = 0;
  while (size < wanted) {
    const ssize_t got =
        ::pread(file.descriptor(), bytes.data() + size, wanted - size, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  return {size, digest_of({bytes.data(), size})};
}

bool begins_with(const OpenFile& file, const Fingerprint& fingerprint) {
  return fingerprint_of(file, fingerprint.size) == fingerprint;
}

bool is_copy(const OpenFile& file, const LogPosition& position) {
  const auto facts = facts_of(file);
  return facts && facts->size >= position.offset &&
         position.fingerprint.size >= Fingerprint::kTelling &&
         begins_with(file, position.fingerprint);
}

fs::path find_rotated(const fs::path& path, const LogPosition& position) {
  fs::path same;
  fs::path copy;
  each_beside(path, [&](const fs::path& found, bool rotated_name) {
    const OpenFile file = open_log(found);
    if (!file.is_open()) return;
    const auto facts = facts_of(file);
    if (!facts || facts->size < position.offset) return;
    // Without the device: its number may change when the machine starts anew.
    if (facts->id.inode == position.id.inode && begins_with(file, position.fingerprint)) {
      same = found;
    } else if (rotated_name && is_copy(file, position)) {
      copy = found;
    }
  });
  return same.empty() ? copy : same;
}

fs::path next_rotated(const fs::path& path, const OpenFile& rotated) {
  const auto before = facts_of(rotated);
  fs::path next;
  std::int64_t written = 0;
  each_beside(path, [&](const fs::path& found, bool rotated_name) {
    const auto facts = facts_of(found);
    if (!rotated_name || !before || !facts || facts->id == before->id) return;
    if (facts->written_ns <= before->written_ns) return;
    if (!next.empty() && facts->written_ns >= written) return;
    next = found;
    written = facts->written_ns;
  });
  return next;
}

std::uint64_t digest_of(std::string_view bytes, std::uint64_t digest) {
  constexpr std::uint64_t kPrime = 0x100000001B3ULL;
  for (const char c : bytes) {
    digest ^= static_cast<unsigned char>(c);
    digest *= kPrime;
  }
  return digest;
}

}  // namespace gatepost::logins
