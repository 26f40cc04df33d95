#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "config/mark.hpp"

namespace gatepost::config {

/// All of a regular file, or why not: `cannot read /path: No such file or directory`. A file of
/// more than `most` octets, a folder, a pipe or a device is refused unread.
Parsed<std::string> read_file(const std::filesystem::path& path, std::size_t most);

/// The one line of a file that holds a secret and nothing else, without the white space around it;
/// `what` is what messages call it. No message shows any of it.
Parsed<std::string> read_secret(const std::filesystem::path& path, std::string_view what);

/// What to say of a file with a secret that every user of this machine may read. Nothing where that
/// is not so or cannot be told.
std::optional<std::string> note_of_readable_secret(const std::filesystem::path& path);

/// Writes `text` to a new file in the folder of `path`, makes it durable and puts it in the place
/// of `path`, mode 0640: whoever reads `path` sees the old or the new text, never a part, also
/// after a power loss. Says what went wrong, if anything did; `path` is then as before.
std::optional<std::string> replace_file(const std::filesystem::path& path, std::string_view text);

}  // namespace gatepost::config
