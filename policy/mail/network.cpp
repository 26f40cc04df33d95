#include "policy/mail/network.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace gatepost {
namespace {

constexpr int kMappedPrefix = 96;
constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

std::array<std::uint8_t, 16> masked(std::array<std::uint8_t, 16> bytes, int prefix) {
  for (int bit = 0; bit < 128; bit += 8) {
    const int kept = std::clamp(prefix - bit, 0, 8);
    bytes[static_cast<std::size_t>(bit / 8)] &= static_cast<std::uint8_t>(0xFF00U >> kept);
  }
  return bytes;
}

std::optional<int> parse_prefix(std::string_view text, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  if (value < 0 || value > most) return {};
  return value;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return {};
  std::array<std::uint8_t, 4> four{};
  if (inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return v4(four);
  std::array<std::uint8_t, 16> sixteen{};
  if (inet_pton(AF_INET6, terminated.c_str(), sixteen.data()) == 1) return v6(sixteen);
  return {};
}

IpAddress IpAddress::v4(const std::array<std::uint8_t, 4>& bytes) {
  std::array<std::uint8_t, 16> mapped{};
  std::copy(kMapped.begin(), kMapped.end(), mapped.begin());
  std::copy(bytes.begin(), bytes.end(), mapped.begin() + kMapped.size());
  return IpAddress(mapped);
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& bytes) {
  return IpAddress(bytes);
}

bool IpAddress::is_v4() const {
  return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin());
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes_.data() + kMapped.size(), out.data(), out.size());
  } else {
    inet_ntop(AF_INET6, bytes_.data(), out.data(), out.size());
  }
  return out.data();
}

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return {};
  const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  const int offset = v4 ? kMappedPrefix : 0;
  int prefix = 128;
  if (slash != std::string_view::npos) {
    const auto given = parse_prefix(text.substr(slash + 1), 128 - offset);
    if (!given) return {};
    prefix = *given + offset;
  }
  if (masked(address->bytes(), prefix) != address->bytes()) return {};
  return Network(*address, prefix);
}

Network Network::around(const IpAddress& address, int prefix) {
  const int bits =
      address.is_v4() ? std::clamp(prefix, 0, 32) + kMappedPrefix : std::clamp(prefix, 0, 128);
  return {IpAddress::v6(masked(address.bytes(), bits)), bits};
}

bool Network::contains(const IpAddress& address) const {
  return masked(address.bytes(), prefix_) == address_.bytes();
}

int Network::prefix() const {
  return address_.is_v4() && prefix_ >= kMappedPrefix ? prefix_ - kMappedPrefix : prefix_;
}

std::string Network::text() const {
  return address_.text() + '/' + std::to_string(prefix());
}

}  // namespace gatepost
