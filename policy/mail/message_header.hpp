#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost {

/// Header fields of one name, in the order they stand in the message.
struct HeaderFields {
  std::vector<std::string> values;  ///< the first few
  std::size_t count = 0;            ///< all of them
  bool overlong = false;            ///< a value was longer than what is kept of it
};

/// What the rules look at of a message's header, as its fields stream in. Keeps a bounded part of
/// whatever a stranger sends.
class MessageHeader {
public:
  static constexpr std::size_t kValuesKept = 4;       ///< of one name
  static constexpr std::size_t kOctetsKept = 65'536;  ///< of one value; MTAs cut before that
  /// Different names X-Gatepost-...; one place is kept for X-Gatepost-Verdict.
  static constexpr std::size_t kOwnNamesKept = 16;

  /// One field. `name` without the colon; `value` may be folded. Linear in its arguments.
  void add(std::string_view name, std::string_view value);

  const HeaderFields& from() const { return from_; }

  const HeaderFields& sender() const { return sender_; }

  const HeaderFields& resent_from() const { return resent_from_; }

  const HeaderFields& reply_to() const { return reply_to_; }

  /// Signs of a mailing list: List-Id, List-Post (RFC 2919, RFC 2369), or Precedence: list.
  bool has_list_traits() const { return list_; }

  /// All fields, of whatever name.
  std::size_t count() const { return count_; }

  /// Fields that only Gatepost may write, by name as it stood there first: how many.
  const std::map<std::string, std::size_t>& own() const { return own_; }

private:
  void add_own(std::string_view name);

  HeaderFields from_;
  HeaderFields sender_;
  HeaderFields resent_from_;
  HeaderFields reply_to_;
  std::map<std::string, std::size_t> own_;
  std::size_t count_ = 0;
  bool list_ = false;
};

}  // namespace gatepost
