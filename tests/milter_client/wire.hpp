#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/milter_client/protocol.hpp"

namespace gatepost::test {

/// Macro names with their values, in the order they are sent; names as on the wire
/// (`{auth_authen}`, `i`).
using Macros = std::vector<std::pair<std::string, std::string>>;

/// One answer of the filter: its code and the bytes behind it. Of a step that the filter negotiated
/// away, or that it does not answer, the code is `continue_` and `awaited` is false.
struct Reply {
  ReplyCode code = ReplyCode::continue_;
  std::string data = {};
  bool awaited = true;

  /// The SMTP reply of a `reply_code` packet (`450 4.7.1 ...`), `%%` already turned into `%` as
  /// Postfix does; lines of a multi-line reply are separated by CR LF. Empty for other codes.
  std::string text() const;
  /// True where the MTA goes on: continue, accept, skip.
  bool passes() const;
  /// The class of the refusal: 4 or 5, 0 where there is none. A bare reject is 5, a tempfail or
  /// shutdown is 4.
  int refusal_class() const;
};

/// Prints as `y 450 4.7.1 ...`, for test failures.
std::string describe(const Reply& reply);

/// What the filter chose of the offer.
struct Negotiated {
  std::uint32_t version = 0;
  std::uint32_t actions = 0;
  std::uint32_t steps = 0;
  std::map<Stage, std::string> macro_lists;  ///< lists the filter asked for, as it spelt them

  /// True where all bits of `flag` are set.
  bool has(std::uint32_t flag) const { return (steps & flag) == flag; }
};

/// Reads a filter's negotiation packet (without its first byte); nothing if it is cut short.
std::optional<Negotiated> parse_negotiated(std::string_view data);

/// Append one packet to `out`: 4 bytes of length, the command, the data.
void append_packet(std::string& out, Command command, std::string_view data);
void append_negotiate(std::string& out, std::uint32_t actions, std::uint32_t steps);
/// The macro packet that goes before `command`; `macros` may be empty, the packet is sent anyway.
void append_macros(std::string& out, Command command, const Macros& macros);
void append_connect(std::string& out, std::string_view host, Family family, std::uint16_t port,
                    std::string_view address);
/// HELO's name, or an unknown command.
void append_string(std::string& out, Command command, std::string_view value);
/// MAIL or RCPT: the address as typed, then its ESMTP arguments.
void append_arguments(std::string& out, Command command, std::string_view address,
                      const std::vector<std::string>& arguments);
void append_header(std::string& out, std::string_view name, std::string_view value);

/// Cuts a byte stream into the filter's packets. Not thread-safe.
class PacketReader {
public:
  /// Adds what was read from the socket.
  void feed(std::string_view bytes);
  /// The next whole packet, or nothing until more is fed. Throws std::runtime_error for a packet of
  /// length 0 or over 16 MiB: the peer does not speak the protocol.
  std::optional<Reply> next();

private:
  std::string buffer_;
  std::size_t start_ = 0;
};

}  // namespace gatepost::test
