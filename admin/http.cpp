#include "admin/http.hpp"

#include <charconv>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::admin {
namespace {

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      unsigned value = 0;
      const std::string_view digits = text.substr(i + 1, 2);
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
      if (error != std::errc{} || digits.size() != 2 || end != digits.data() + 2) return {};
      c = static_cast<char>(value);
      i += 2;
    }
    if (ascii::is_control(c)) return {};
    out += c;
  }
  return out;
}

// Calls `take` with each non-empty part of `text`; false as soon as it says so.
template <typename Take>
bool for_each_part(std::string_view text, char separator, Take take) {
  while (!text.empty()) {
    const auto end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    if (!part.empty() && !take(part)) return false;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace

std::string_view Target::parameter(std::string_view name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string_view{} : found->second;
}

std::optional<Target> parse_target(std::string_view text) {
  Target out;
  const auto question = text.find('?');
  const std::string_view query =
      question == std::string_view::npos ? std::string_view{} : text.substr(question + 1);
  const bool path_ok = for_each_part(text.substr(0, question), '/', [&](std::string_view part) {
    const auto decoded = percent_decoded(part);
    if (decoded) out.path.push_back(*decoded);
    return decoded.has_value();
  });
  const bool query_ok = for_each_part(query, '&', [&](std::string_view part) {
    const auto equals = part.find('=');
    const auto name = percent_decoded(part.substr(0, equals));
    const auto value = percent_decoded(equals == std::string_view::npos ? std::string_view{}
                                                                        : part.substr(equals + 1));
    if (name && value) out.query[*name] = *value;
    return name && value;
  });
  if (!path_ok || !query_ok) return {};
  return out;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool unreserved = ascii::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace gatepost::admin
