#include "mailauth/raw_header.hpp"

#include <algorithm>

#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

// `text` with every line end as CRLF.
std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  char before = '\0';
  for (const char c : text) {
    if (c == '\n' && before != '\r') out.push_back('\r');
    out.push_back(c);
    before = c;
  }
  return out;
}

}  // namespace

void RawHeader::add(std::string_view name, std::string_view value) {
  const std::size_t size = name.size() + value.size();
  if (fields_.size() >= kMostFields || size > kMostOctets - octets_) {
    overflowed_ = true;
    return;
  }
  octets_ += size;
  fields_.push_back({std::string(name), with_crlf(value)});
}

void RawHeader::clear() {
  fields_.clear();
  fields_.shrink_to_fit();
  octets_ = 0;
}

bool same_field_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return ascii::lower(x) == ascii::lower(y);
         });
}

}  // namespace gatepost::mailauth
