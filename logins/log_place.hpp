#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::logins {

/// An open file, closed with the object; an immutable value but for moving.
class OpenFile {
public:
  OpenFile() = default;

  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}

  ~OpenFile();
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&& other) noexcept;
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  bool is_open() const { return descriptor_ >= 0; }

  int descriptor() const { return descriptor_; }

private:
  int descriptor_ = -1;
};

/// What a file begins with, to know it again whatever its name and inode: a digest of its first
/// bytes. A log that grows keeps them; the fingerprint is then of more bytes, up to kMost.
struct Fingerprint {
  static constexpr std::size_t kMost = 1024;
  /// With fewer bytes, files of other logs may begin alike.
  static constexpr std::size_t kTelling = 48;

  std::uint64_t size = 0;
  std::uint64_t digest = 0;

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// Which file it is, for the kernel.
struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  friend bool operator==(const FileId&, const FileId&) = default;
};

/// How far a log was read.
struct LogPosition {
  FileId id;
  std::uint64_t offset = 0;  ///< the first byte of the first line that was not handed over
  Fingerprint fingerprint;

  friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

/// Opens a regular file for reading, without waiting; otherwise errno says why (EINVAL: it is no
/// regular file).
OpenFile open_log(const std::filesystem::path& path);

struct FileFacts {
  FileId id;
  std::uint64_t size = 0;
  std::int64_t written_ns = 0;  ///< when it was last written to, by the file system's clock
};

/// Of an open file; nothing where the system does not tell.
std::optional<FileFacts> facts_of(const OpenFile& file);
/// Of whatever has this name now, a link followed; nothing: errno says why.
std::optional<FileFacts> facts_of(const std::filesystem::path& path);

/// Of the first bytes, `most` at most.
Fingerprint fingerprint_of(const OpenFile& file, std::uint64_t most = Fingerprint::kMost);
/// Whether the file still begins with what `fingerprint` was taken of.
bool begins_with(const OpenFile& file, const Fingerprint& fingerprint);

/// Where the file of `position` is now: a file in the folder of `path` whose name begins with that
/// of `path`, by its inode and first bytes; or a copy of it (logrotate's copytruncate) under a
/// rotated name (`mail.log.1`, `mail.log-20260822`) by its first bytes alone. `path` itself is not
/// looked at. Empty: it is nowhere, or compressed.
std::filesystem::path find_rotated(const std::filesystem::path& path, const LogPosition& position);

/// The file that took the place of the open rotated one, where it was rotated too: of those under
/// a rotated name that were written to later, the first. Empty: `path` itself comes next.
std::filesystem::path next_rotated(const std::filesystem::path& path, const OpenFile& rotated);

/// Whether `file` holds what `position` is of, further than its offset, under another inode.
bool is_copy(const OpenFile& file, const LogPosition& position);

/// FNV-1a, 64 bits, going on from `digest`.
std::uint64_t digest_of(std::string_view bytes, std::uint64_t digest = 0xCBF29CE484222325ULL);

}  // namespace gatepost::logins
