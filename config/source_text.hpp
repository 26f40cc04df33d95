#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/mark.hpp"

namespace gatepost::config {

/// The longest configuration file, in octets. A whitelist of 100,000 entries fits.
inline constexpr std::size_t kLargestFile = std::size_t{32} << 20U;

/// The first thing that no YAML parser should see: a file that is too large, NUL or other control
/// characters, bytes that are not UTF-8 (RFC 3629). Nothing where the text is fine.
std::optional<MarkedMistake> bad_text(std::string_view text);

/// `text` without a UTF-8 byte order mark, each CRLF and each lone CR made LF.
std::string normalised(std::string_view text);

/// The first line whose indentation holds a tab. Nothing where none does.
std::optional<Mark> tab_indentation(std::string_view text);

/// The octets of the UTF-8 sequence that begins `text`, 1 to 4; 0 where none does.
std::size_t utf8_sequence(std::string_view text);

/// `text` as it may stand in a message of one line: control characters become `?`, and it is cut
/// to `most` octets at a character's border, with `...` after.
std::string shown(std::string_view text, std::size_t most = 80);

/// `'text'`, made fit by shown().
std::string in_quotes(std::string_view text);

}  // namespace gatepost::config
