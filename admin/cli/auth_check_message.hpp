#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mailauth/raw_header.hpp"
#include "policy/mail/message_header.hpp"

namespace gatepost::admin {

/// The header of a message as signatures see it, and where its body begins.
struct MessageStart {
  std::vector<mailauth::RawField> fields;  ///< octet by octet; folded with CRLF
  std::size_t body_at = 0;                 ///< in the text it was read from
};

/// Takes the header off `text`, as header_of_message does: it ends at an empty line, which belongs
/// to neither part, or before the first line that is no field. `From ` lines of a mailbox file in
/// front are left out.
MessageStart split_message(std::string_view text);

/// Line ends as they go over SMTP: every bare LF becomes CRLF, over the whole of what is given. A
/// bare CR is data.
class CrlfWriter {
public:
  std::string convert(std::string_view chunk);

private:
  bool after_cr_ = false;
};

/// A message in a file or on standard input. The header is kept, the body is read piece by piece.
class MessageFile {
public:
  /// `path`, or standard input where it is `-`; or what went wrong, as a sentence. A header larger
  /// than kLargestHeader is none.
  static std::variant<MessageFile, std::string> open(const std::filesystem::path& path);

  const std::vector<mailauth::RawField>& fields() const { return fields_; }

  /// The same as the rules see it.
  const MessageHeader& header() const { return header_; }

  /// The next piece of the body, with CRLF line ends; nothing at its end, or where it cannot be
  /// read on.
  std::optional<std::string> next();

  /// Reading stopped before the end of the message.
  bool failed() const;

private:
  MessageFile() = default;

  std::istream& stream();

  std::optional<std::ifstream> file_;  // nothing: standard input
  std::vector<mailauth::RawField> fields_;
  MessageHeader header_;
  std::string start_;  // of the body, as it stands in the file
  CrlfWriter line_ends_;
};

}  // namespace gatepost::admin
