#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

/// Plain files as values: what the journal and the state directory's lock are made of.
namespace gatepost::store {

/// An open file descriptor, or none; closed with the object.
class File {
public:
  File() = default;

  explicit File(int descriptor) : descriptor_(descriptor) {}

  ~File() { close(); }

  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

  File(const File&) = delete;
  File& operator=(const File&) = delete;

  File& operator=(File&& other) noexcept {
    if (this != &other) {
      close();
      descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
  }

  bool is_open() const { return descriptor_ >= 0; }

  int descriptor() const { return descriptor_; }

  /// Opens with these flags of open(2), close-on-exec, mode 0640. Not open where that failed;
  /// errno says why.
  static File open(const std::filesystem::path& path, int flags);

  /// Writes all of `bytes` at `offset`. False: errno says why, and some may have been written.
  bool write_at(std::uint64_t offset, std::string_view bytes) const;
  /// Reads `size` bytes from `offset`; fewer where the file ends there or reading failed.
  std::string read_at(std::uint64_t offset, std::size_t size) const;

private:
  void close();

  int descriptor_ = -1;
};

/// A whole file mapped for reading. Nobody may shorten it meanwhile.
class MappedFile {
public:
  /// Throws std::runtime_error where the file cannot be read.
  MappedFile(const File& file, const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  MappedFile(MappedFile&&) = delete;
  MappedFile& operator=(MappedFile&&) = delete;

  std::string_view bytes() const { return bytes_; }

private:
  std::string_view bytes_;
};

/// Makes the names in a directory durable (rename, creation). False: errno says why.
bool sync_directory(const std::filesystem::path& directory);

/// errno in words.
std::string last_error_text();

}  // namespace gatepost::store
