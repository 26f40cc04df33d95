#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::mailauth {

/// One header field as it stood in the message, octet by octet.
struct RawField {
  std::string name;   ///< without the colon, in its own case; white space before the colon kept
  std::string value;  ///< all that follows the colon, folded with CRLF, without the final CRLF
};

/// The header of a message as signatures see it, bounded.
class RawHeader {
public:
  static constexpr std::size_t kMostOctets = 1'048'576;
  static constexpr std::size_t kMostFields = 5'000;

  /// One field, in message order. `value` with the white space after the colon; line ends in it may
  /// be CRLF or LF (milters get LF). Beyond the bounds nothing is kept.
  void add(std::string_view name, std::string_view value);

  const std::vector<RawField>& fields() const { return fields_; }

  /// Some field was not kept: no signature can be judged.
  bool overflowed() const { return overflowed_; }

  /// Forgets the fields; what they were needed for is hashed.
  void clear();

private:
  std::vector<RawField> fields_;
  std::size_t octets_ = 0;
  bool overflowed_ = false;
};

/// Whether two field names are the same (RFC 5322 1.2.2: ASCII case does not matter).
bool same_field_name(std::string_view a, std::string_view b);

}  // namespace gatepost::mailauth
