#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

#include "policy/mail/message_header.hpp"

namespace gatepost::admin {

/// More header than this is no message that an MTA would take.
inline constexpr std::size_t kLargestHeader = 1024 * 1024;

/// The header of a message as an MTA hands it on, field by field: it ends at the first line that
/// is neither a field nor a continuation (RFC 5322 2.2), so a text that begins with another line
/// has none. A leading `From ` line of a mailbox file counts as a field of its own, as in Postfix.
MessageHeader header_of_message(std::string_view text);

/// Reads the header of the message in `path`, or of standard input where that is `-`; the body is
/// not read to its end. What went wrong, as a sentence, where it cannot be read or the header is
/// larger than kLargestHeader.
std::variant<MessageHeader, std::string> read_message_header(const std::filesystem::path& path);

}  // namespace gatepost::admin
