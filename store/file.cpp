#include "store/file.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gatepost::store {

std::string last_error_text() {
  return std::generic_category().message(errno);
}

File File::open(const std::filesystem::path& path, int flags) {
  return File(::open(path.c_str(), flags | O_CLOEXEC, 0640));
}

void File::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

bool File::write_at(std::uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t done =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    offset += static_cast<std::uint64_t>(done);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

std::string File::read_at(std::uint64_t offset, std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t done = ::pread(descriptor_, bytes.data() + filled, size - filled,
                                 static_cast<off_t>(offset + filled));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) break;
    filled += static_cast<std::size_t>(done);
  }
  bytes.resize(filled);
  return bytes;
}

MappedFile::MappedFile(const File& file, const std::filesystem::path& path) {
  struct stat about {};

  if (::fstat(file.descriptor(), &about) != 0) {
    throw std::runtime_error(path.string() + ": " + last_error_text());
  }
  if (about.st_size == 0) return;
  const auto size = static_cast<std::size_t>(about.st_size);
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.descriptor(), 0);
  if (start == MAP_FAILED) throw std::runtime_error(path.string() + ": " + last_error_text());
  bytes_ = {static_cast<const char*>(start), size};
}

MappedFile::~MappedFile() {
  // munmap takes void* of what was mapped read-only.
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

bool sync_directory(const std::filesystem::path& directory) {
  const File file = File::open(directory, O_RDONLY | O_DIRECTORY);
  return file.is_open() && ::fsync(file.descriptor()) == 0;
}

}  // namespace gatepost::store
