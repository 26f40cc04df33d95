#include "policy/mail/message_header.hpp"

#include <algorithm>

#include "policy/mail/ascii.hpp"
#include "policy/mail/auth_results.hpp"

namespace gatepost {
namespace {

constexpr std::string_view kOwnPrefix = "x-gatepost-";
constexpr std::string_view kVerdictName = "x-gatepost-verdict";
constexpr std::size_t kLongestName = 64;

// What a field name is made of (RFC 5322 2.2). Anything else no MTA hands on as a field of ours.
bool is_ftext(char c) {
  return c > ' ' && c <= '~' && c != ':';
}

bool same(std::string_view name, std::string_view lower) {
  if (name.size() != lower.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (ascii::lower(name[i]) != lower[i]) return false;
  }
  return true;
}

void keep(HeaderFields& fields, std::string_view value) {
  ++fields.count;
  if (fields.values.size() >= MessageHeader::kValuesKept) return;
  if (value.size() > MessageHeader::kOctetsKept) {
    fields.overlong = true;
    value = value.substr(0, MessageHeader::kOctetsKept);
  }
  fields.values.emplace_back(value);
}

}  // namespace

void MessageHeader::add(std::string_view name, std::string_view value) {
  ++count_;
  name = ascii::trim(name);
  if (name.empty()) return;
  switch (ascii::lower(name.front())) {
    case 'f':
      if (same(name, "from")) keep(from_, value);
      break;
    case 's':
      if (same(name, "sender")) keep(sender_, value);
      break;
    case 'r':
      if (same(name, "resent-from")) keep(resent_from_, value);
      if (same(name, "reply-to")) keep(reply_to_, value);
      break;
    case 'a':
      if (same(name, "authentication-results")) add_results(value);
      break;
    case 'l':
      if (same(name, "list-id")) keep(list_id_, value);
      list_ = list_ || same(name, "list-id") || same(name, "list-post");
      break;
    case 'p':
      list_ = list_ || (same(name, "precedence") && same(ascii::trim(value), "list"));
      break;
    case 'x': add_own(name); break;
    default: break;
  }
}

void MessageHeader::add_results(std::string_view value) {
  constexpr std::size_t kLongestId = 255;
  ++results_count_;
  if (results_count_ == 1 && value.size() <= kOctetsKept) topmost_results_ = std::string(value);
  if (results_count_ > kResultsKept) return;
  auto id = authserv_id_of(value);
  // A longer one is nobody's: ours fits a host name.
  results_ids_.push_back(id && id->size() <= kLongestId ? *std::move(id) : "");
}

void MessageHeader::add_own(std::string_view name) {
  if (name.size() > kLongestName || !same(name.substr(0, kOwnPrefix.size()), kOwnPrefix)) return;
  if (!std::all_of(name.begin(), name.end(), is_ftext)) return;
  std::string key = ascii::lower(name);
  const auto known = own_.find(key);
  if (known != own_.end()) {
    ++known->second;
  } else if (own_.size() + 1 < kOwnNamesKept || key == kVerdictName) {
    own_.emplace(std::move(key), 1);
  }
}

}  // namespace gatepost
