#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost {

/// A domain name in one canonical form: lower-case A-labels (RFC 5890), no trailing dot.
/// Compare parsed domains, never strings. An immutable value.
class Domain {
public:
  /// Nothing where `text` is not a host domain name (RFC 5321 2.3.5, RFC 1035 2.3.4 lengths;
  /// underscores are accepted, as DNS does). U-labels (UTF-8) are converted by IDNA 2008.
  static std::optional<Domain> parse(std::string_view text);

  const std::string& ascii() const { return ascii_; }

  /// True for `parent` itself and everything below it.
  bool is_or_under(const Domain& parent) const;

  friend auto operator<=>(const Domain&, const Domain&) = default;

private:
  explicit Domain(std::string ascii) : ascii_(std::move(ascii)) {}

  std::string ascii_;
};

}  // namespace gatepost
