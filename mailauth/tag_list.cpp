#include "mailauth/tag_list.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

// Far more than any kind of list defines; keeps look-ups short whatever a stranger writes.
constexpr std::size_t kMostTags = 100;

// tag-name of RFC 6376 3.2: ALPHA *ALNUMPUNC
bool is_tag_name(std::string_view text) {
  if (text.empty() || ascii::is_digit(text.front()) || text.front() == '_') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return ascii::is_alnum(c) || c == '_'; });
}

// tag-value of RFC 6376 3.2, with the UTF-8 that RFC 8616 4 adds.
bool is_tag_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return ascii::is_control(c) && c != '\t' && c != '\r' && c != '\n';
  });
}

// A name for people: what a stranger wrote, cut.
std::string_view shown(std::string_view name) {
  return name.substr(0, 20);
}

using Tag = std::pair<std::string_view, std::string_view>;

// tag-spec of RFC 6376 3.2, or what is wrong with it.
std::variant<Tag, std::string> read_tag(std::string_view spec) {
  const auto equals = spec.find('=');
  if (equals == std::string_view::npos)
    return ascii::trim(spec).empty() ? "there is nothing between two `;`" : "a tag without `=`";
  const std::string_view name = ascii::trim(spec.substr(0, equals));
  const std::string_view value = ascii::trim(spec.substr(equals + 1));
  if (!is_tag_name(name)) return "a tag without a proper name";
  if (!is_tag_value(value)) return fmt::format("a control character in `{}=`", shown(name));
  return Tag(name, value);
}

}  // namespace

std::optional<std::string_view> TagList::find(std::string_view name) const {
  const auto found =
      std::find_if(tags_.begin(), tags_.end(), [&](const auto& tag) { return tag.first == name; });
  if (found == tags_.end()) return {};
  return found->second;
}

std::variant<TagList, std::string> parse_tag_list(std::string_view text) {
  TagList out;
  std::string_view rest = ascii::trim(text);
  if (rest.ends_with(';')) rest.remove_suffix(1);
  for (bool more = true; more;) {
    const auto end = rest.find(';');
    more = end != std::string_view::npos;
    auto tag = read_tag(rest.substr(0, end));
    if (auto* why = std::get_if<std::string>(&tag)) return std::move(*why);
    const auto& read = std::get<Tag>(tag);
    if (out.find(read.first)) return fmt::format("`{}=` stands there twice", shown(read.first));
    if (out.tags_.size() == kMostTags) return fmt::format("more than {} tags", kMostTags);
    out.tags_.push_back(read);
    if (more) rest.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace gatepost::mailauth
