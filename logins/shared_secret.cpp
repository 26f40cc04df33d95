#include "logins/shared_secret.hpp"

#include <cstdint>
#include <optional>

#include "policy/mail/ascii.hpp"

namespace gatepost::logins {
namespace {

// RFC 4648 section 4; padding may be left out. Nothing where another character is in it.
std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (!text.empty() && text.back() == '=')
    text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) return {};
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
  }
  return out;
}

}  // namespace

bool SharedSecret::equals(std::string_view text) const {
  unsigned difference = text.size() == secret_.size() ? 0 : 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    difference |= static_cast<unsigned char>(text[i]) ^
                  static_cast<unsigned char>(secret_[i % secret_.size()]);
  }
  return difference == 0;
}

bool SharedSecret::is_shown(std::string_view authorization, std::string_view api_key) const {
  if (is_none()) return true;
  authorization = ascii::trim(authorization);
  const auto space = authorization.find_last_of(" \t");
  const std::string_view last =
      space == std::string_view::npos ? authorization : authorization.substr(space + 1);
  bool shown = equals(last);
  shown |= equals(ascii::trim(api_key));
  if (ascii::lower(authorization.substr(0, 6)) == "basic ") {
    const std::string decoded = decode_base64(last).value_or("");
    const auto colon = decoded.find(':');
    shown |= equals(colon == std::string::npos ? decoded : decoded.substr(colon + 1));
  }
  return shown;
}

}  // namespace gatepost::logins
