#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost {

/// A case's name, as people read it aloud: `7K3F-9QXM`. Eight symbols of Crockford's base 32 (no
/// I, L, O, U), 40 bits. An immutable value.
class Reference {
public:
  /// The low 40 bits of `bits`; give it random ones.
  static Reference from_bits(std::uint64_t bits);
  /// Reads what people type: any case, dash optional, O for 0, I and L for 1, brackets or the word
  /// `ref` around it. Nothing otherwise.
  static std::optional<Reference> parse(std::string_view text);

  std::string text() const;

  friend auto operator<=>(const Reference&, const Reference&) = default;

private:
  explicit Reference(std::uint64_t bits) : bits_(bits) {}

  std::uint64_t bits_;
};

/// The first `[ref XXXX-XXXX]` in a bounce, a log line or a mail that somebody pasted; line breaks
/// inside the brackets are allowed, as mail programs wrap lines. Nothing where there is none.
std::optional<Reference> find_reference(std::string_view text);

}  // namespace gatepost
