#include "mailauth/dmarc_record.hpp"

#include <algorithm>
#include <set>

#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

struct Tag {
  std::string_view name;
  std::string_view value;
};

// Takes the first tag off `rest`; nothing where it is none. An empty one has an empty name.
std::optional<Tag> take_tag(std::string_view& rest) {
  const auto end = rest.find(';');
  const std::string_view spec = ascii::trim(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  const auto equals = spec.find('=');
  if (equals == std::string_view::npos) return {};
  return Tag{ascii::trim(spec.substr(0, equals)), ascii::trim(spec.substr(equals + 1))};
}

std::optional<DmarcPolicy> read_policy(std::string_view value) {
  const std::string lower = ascii::lower(value);
  for (const auto policy : {DmarcPolicy::none, DmarcPolicy::quarantine, DmarcPolicy::reject}) {
    if (lower == name(policy)) return policy;
  }
  return {};
}

// Of a URI (RFC 3986 2), without `!` and `,`, which are encoded here (RFC 9989 4.8); the `!10m`
// that older records have behind the address is not part of it.
bool is_uri_character(char c) {
  return ascii::is_alnum(c) ||
         std::string_view("-._~:/?#[]@$&'()*+;=%").find(c) != std::string_view::npos;
}

bool is_uri(std::string_view text) {
  text = text.substr(0, text.find('!'));
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const std::string scheme = ascii::lower(text.substr(0, colon));
  const std::string_view rest = text.substr(colon + 1);
  if (scheme.front() < 'a' || scheme.front() > 'z') return false;
  const bool proper = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.';
  });
  if (!proper || !std::all_of(rest.begin(), rest.end(), is_uri_character)) return false;
  if (scheme != "mailto") return true;
  const auto at = rest.rfind('@');
  return at != std::string_view::npos && at != 0 && at + 1 != rest.size();
}

bool has_uri(std::string_view list) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (is_uri(ascii::trim(list.substr(0, comma)))) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
  return false;
}

// The wider of both where the value is neither: an error leaves the default.
Alignment read_alignment(std::string_view value) {
  return ascii::lower(value) == "s" ? Alignment::strict : Alignment::relaxed;
}

PublicSuffix read_suffix(std::string_view value) {
  const std::string lower = ascii::lower(value);
  if (lower == "y") return PublicSuffix::yes;
  if (lower == "n") return PublicSuffix::no;
  return PublicSuffix::unknown;
}

// sp= or np=: where it is there it has to be valid.
void read_other_policy(std::string_view value, std::optional<DmarcPolicy>& out, bool& bad) {
  out = read_policy(value);
  if (!out) bad = true;
}

void read_tag(const Tag& tag, DmarcRecord& out) {
  if (tag.name == "p") {
    out.policy = read_policy(tag.value);
  } else if (tag.name == "sp") {
    read_other_policy(tag.value, out.subdomains, out.bad_policy);
  } else if (tag.name == "np") {
    read_other_policy(tag.value, out.nonexistent, out.bad_policy);
  } else if (tag.name == "adkim") {
    out.dkim = read_alignment(tag.value);
  } else if (tag.name == "aspf") {
    out.spf = read_alignment(tag.value);
  } else if (tag.name == "psd") {
    out.public_suffix = read_suffix(tag.value);
  } else if (tag.name == "rua") {
    out.wants_reports = has_uri(tag.value);
  } else if (tag.name == "t") {
    out.testing = ascii::lower(tag.value) == "y";
  }
}

}  // namespace

std::optional<DmarcRecord> parse_dmarc_record(std::string_view text) {
  std::string_view rest = text;
  const auto version = take_tag(rest);
  // The case of the value matters, that of this one name does not (RFC 9989 4.8).
  if (!version || ascii::lower(version->name) != "v" || version->value != "DMARC1") return {};
  DmarcRecord out;
  out.text = text;
  // Of a tag that stands there twice the first counts (RFC 9989 4.7: an error is left out).
  constexpr std::size_t kMostTags = 100;
  std::set<std::string_view> seen;
  while (!rest.empty() && seen.size() < kMostTags) {
    const auto tag = take_tag(rest);
    if (tag && seen.insert(tag->name).second) read_tag(*tag, out);
  }
  if (!out.policy) out.bad_policy = true;
  return out;
}

}  // namespace gatepost::mailauth
