#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gatepost::mailauth {

/// `v=1; a=rsa-sha256` (RFC 6376 3.2), in the order written. Views into the text that was parsed.
class TagList {
public:
  /// The value of `name` (its case matters) without white space around it, or nothing.
  std::optional<std::string_view> find(std::string_view name) const;

  const std::vector<std::pair<std::string_view, std::string_view>>& tags() const { return tags_; }

private:
  friend std::variant<TagList, std::string> parse_tag_list(std::string_view text);
  std::vector<std::pair<std::string_view, std::string_view>> tags_;
};

/// The list, or what is wrong with it, for people. A tag that stands there twice is an error (RFC
/// 6376 3.2). Linear but for look-ups.
std::variant<TagList, std::string> parse_tag_list(std::string_view text);

}  // namespace gatepost::mailauth
