#pragma once

#include <cstdint>

/// The names of the milter wire protocol, version 6, as the MTA's side needs them. Written out here
/// and not taken from libmilter's headers, so that the client judges the filter independently.
namespace gatepost::test {

/// What the MTA sends: the first byte of a packet.
enum class Command : char {
  abort = 'A',
  body = 'B',
  connect = 'C',
  macro = 'D',
  end_of_body = 'E',
  helo = 'H',
  quit_new_connection = 'K',
  header = 'L',
  mail = 'M',
  end_of_headers = 'N',
  negotiate = 'O',
  quit = 'Q',
  rcpt = 'R',
  data = 'T',
  unknown = 'U',
};

/// What the filter answers: the first byte of a packet.
enum class ReplyCode : char {
  add_recipient = '+',
  delete_recipient = '-',
  add_recipient_with_arguments = '2',
  shutdown = '4',
  accept = 'a',
  replace_body = 'b',
  continue_ = 'c',
  discard = 'd',
  change_sender = 'e',
  connection_failure = 'f',
  add_header = 'h',
  insert_header = 'i',
  change_header = 'm',
  negotiate = 'O',
  progress = 'p',
  quarantine = 'q',
  reject = 'r',
  skip = 's',
  tempfail = 't',
  reply_code = 'y',
};

/// The kind of address in a CONNECT packet.
enum class Family : char { unknown = 'U', unix_socket = 'L', inet = '4', inet6 = '6' };

/// The stages that have a macro list, with the numbers the filter names them by.
enum class Stage : std::uint8_t {
  connect = 0,
  helo = 1,
  mail = 2,
  rcpt = 3,
  data = 4,
  end_of_message = 5,
  end_of_headers = 6,
};

inline constexpr std::uint32_t kVersion = 6;
/// What Postfix and Sendmail offer: every action, every step.
inline constexpr std::uint32_t kAllActions = 0x1ff;
inline constexpr std::uint32_t kAllSteps = 0x1fffff;

/// Steps the filter can switch off (`kNo...`), or leave unanswered (`kNoReply...`).
namespace step {
inline constexpr std::uint32_t kNoConnect = 0x000001;
inline constexpr std::uint32_t kNoHelo = 0x000002;
inline constexpr std::uint32_t kNoMail = 0x000004;
inline constexpr std::uint32_t kNoRcpt = 0x000008;
inline constexpr std::uint32_t kNoBody = 0x000010;
inline constexpr std::uint32_t kNoHeaders = 0x000020;
inline constexpr std::uint32_t kNoEndOfHeaders = 0x000040;
inline constexpr std::uint32_t kNoReplyHeader = 0x000080;
inline constexpr std::uint32_t kNoUnknown = 0x000100;
inline constexpr std::uint32_t kNoData = 0x000200;
inline constexpr std::uint32_t kSkip = 0x000400;
inline constexpr std::uint32_t kRejectedRcpt = 0x000800;
inline constexpr std::uint32_t kNoReplyConnect = 0x001000;
inline constexpr std::uint32_t kNoReplyHelo = 0x002000;
inline constexpr std::uint32_t kNoReplyMail = 0x004000;
inline constexpr std::uint32_t kNoReplyRcpt = 0x008000;
inline constexpr std::uint32_t kNoReplyData = 0x010000;
inline constexpr std::uint32_t kNoReplyUnknown = 0x020000;
inline constexpr std::uint32_t kNoReplyEndOfHeaders = 0x040000;
inline constexpr std::uint32_t kNoReplyBody = 0x080000;
inline constexpr std::uint32_t kHeaderLeadingSpace = 0x100000;
}  // namespace step

}  // namespace gatepost::test
