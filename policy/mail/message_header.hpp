#pragma once

#include <cstddef>
#include <map>
#include <optional>
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
  static constexpr std::size_t kResultsKept = 100;  ///< Authentication-Results fields

  /// One field. `name` without the colon; `value` may be folded. Linear in its arguments.
  void add(std::string_view name, std::string_view value);

  const HeaderFields& from() const { return from_; }

  const HeaderFields& sender() const { return sender_; }

  const HeaderFields& resent_from() const { return resent_from_; }

  const HeaderFields& reply_to() const { return reply_to_; }

  const HeaderFields& list_id() const { return list_id_; }

  /// The authserv-ids of the Authentication-Results fields (RFC 8601 2.5) in the order of the
  /// message, lower case; empty where none can be read. The first 100 fields.
  const std::vector<std::string>& results_ids() const { return results_ids_; }

  /// How many Authentication-Results fields there are, all of them.
  std::size_t results_count() const { return results_count_; }

  /// The value of the topmost of them; null where there is none, or where it is longer than what is
  /// kept.
  const std::string* topmost_results() const {
    return topmost_results_ ? &*topmost_results_ : nullptr;
  }

  /// Signs of a mailing list: List-Id, List-Post (RFC 2919, RFC 2369), or Precedence: list.
  bool has_list_traits() const { return list_; }

  /// All fields, of whatever name.
  std::size_t count() const { return count_; }

  /// Fields that only Gatepost may write, by name as it stood there first: how many.
  const std::map<std::string, std::size_t>& own() const { return own_; }

private:
  void add_own(std::string_view name);
  void add_results(std::string_view value);

  HeaderFields from_;
  HeaderFields sender_;
  HeaderFields resent_from_;
  HeaderFields reply_to_;
  HeaderFields list_id_;
  std::vector<std::string> results_ids_;
  std::size_t results_count_ = 0;
  std::optional<std::string> topmost_results_;
  std::map<std::string, std::size_t> own_;
  std::size_t count_ = 0;
  bool list_ = false;
};

}  // namespace gatepost
