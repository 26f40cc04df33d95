#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost {

/// An IP address. IPv4 and v4-mapped IPv6 (RFC 4291 2.5.5.2) are the same address. An immutable
/// value.
class IpAddress {
public:
  /// Dotted quad or RFC 4291 text, without brackets, port or zone; nothing otherwise.
  static std::optional<IpAddress> parse(std::string_view text);
  static IpAddress v4(const std::array<std::uint8_t, 4>& bytes);
  static IpAddress v6(const std::array<std::uint8_t, 16>& bytes);

  bool is_v4() const;
  /// RFC 5952 text; dotted quad for IPv4.
  std::string text() const;

  /// 16 bytes; IPv4 in its mapped form.
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

private:
  explicit IpAddress(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}

  std::array<std::uint8_t, 16> bytes_{};
};

/// An address block: address and prefix length. An immutable value.
class Network {
public:
  /// `10.1.2.0/28`, `::1/128`, or a single address. Nothing where the prefix is out of range or
  /// host bits are set (10.1.2.3/28 says two different things).
  static std::optional<Network> parse(std::string_view text);
  /// The block of `prefix` bits (0-32 for IPv4, 0-128 for IPv6) that holds `address`.
  static Network around(const IpAddress& address, int prefix);

  bool contains(const IpAddress& address) const;

  const IpAddress& address() const { return address_; }

  /// In bits of the address' own family.
  int prefix() const;

  /// Bits of the 128-bit form: what look-up tables are ordered by.
  int prefix_in_128() const { return prefix_; }

  std::string text() const;

  friend auto operator<=>(const Network&, const Network&) = default;

private:
  Network(const IpAddress& address, int prefix) : address_(address), prefix_(prefix) {}

  IpAddress address_;
  int prefix_;
};

}  // namespace gatepost
