#include "policy/mail/smtp_reply.hpp"

#include <algorithm>
#include <charconv>

#include "policy/mail/ascii.hpp"

namespace gatepost {
namespace {

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

// RFC 3463 2: class "." subject "." detail; subject and detail have one to three digits.
bool is_part(std::string_view digits) {
  return !digits.empty() && digits.size() <= 3 &&
         std::all_of(digits.begin(), digits.end(), ascii::is_digit);
}

bool is_enhanced(std::string_view text, char reply_class) {
  if (text.size() < 5 || text[0] != reply_class || text[1] != '.') return false;
  text.remove_prefix(2);
  const auto dot = text.find('.');
  return dot != std::string_view::npos && is_part(text.substr(0, dot)) &&
         is_part(text.substr(dot + 1));
}

}  // namespace

std::optional<SmtpReply> SmtpReply::make(int code, std::string_view enhanced,
                                         std::string_view text) {
  if (code < 400 || code > 599) return {};
  if (!is_enhanced(enhanced, code < 500 ? '4' : '5')) return {};
  if (text.empty() || text.size() > kLongestText || ascii::is_digit(text.front())) return {};
  if (!std::all_of(text.begin(), text.end(), is_printable)) return {};
  return SmtpReply(code, std::string(enhanced), std::string(text));
}

std::string SmtpReply::line() const {
  return std::to_string(code_) + ' ' + enhanced_ + ' ' + text_;
}

std::string reply_safe(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, most));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return !is_printable(c); }, '?');
  return out;
}

}  // namespace gatepost
