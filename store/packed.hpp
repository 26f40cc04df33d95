#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "policy/time.hpp"

/// How records are written as octets: numbers seven bits an octet, lowest first; texts with their
/// length before them.
namespace gatepost::store {

class PackedWriter {
public:
  void put(std::uint64_t value) {
    while (value >= 0x80) {
      bytes_ += static_cast<char>(0x80 | (value & 0x7f));
      value >>= 7;
    }
    bytes_ += static_cast<char>(value);
  }

  /// Small numbers of either sign stay short.
  void put_signed(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    put(value < 0 ? ~(bits << 1) : bits << 1);
  }

  void put(Time when) { put_signed(when.time_since_epoch().count()); }

  void put(const std::optional<Time>& when, Time base) {
    put(std::uint64_t{when ? 1U : 0U});
    if (when) put_signed((*when - base).count());
  }

  void put(std::string_view text) {
    put(std::uint64_t{text.size()});
    bytes_ += text;
  }

  std::string take() && { return std::move(bytes_); }

private:
  std::string bytes_;
};

/// Reads what a PackedWriter wrote. What cannot be read gives zeros and makes is_good() false.
class PackedReader {
public:
  explicit PackedReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const auto octet = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= std::uint64_t{octet & 0x7fU} << shift;
      if (octet < 0x80) return value;
    }
    is_good_ = false;
    return 0;
  }

  std::int64_t signed_number() {
    const std::uint64_t bits = number();
    return static_cast<std::int64_t>((bits & 1U) != 0 ? ~(bits >> 1) : bits >> 1);
  }

  Time time() { return Time(std::chrono::milliseconds(signed_number())); }

  std::optional<Time> optional_time(Time base) {
    if (number() == 0) return {};
    return base + std::chrono::milliseconds(signed_number());
  }

  /// A length that the rest can hold, an octet for each at least.
  std::size_t count() {
    const std::uint64_t value = number();
    if (value > bytes_.size()) is_good_ = false;
    return is_good_ ? static_cast<std::size_t>(value) : 0;
  }

  std::string text() {
    const std::size_t size = count();
    const std::string_view value = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return std::string(value);
  }

  /// One of the values up to and with `last`.
  template <typename Enum>
  Enum one_of(Enum last) {
    const std::uint64_t value = number();
    if (value > static_cast<std::uint64_t>(last)) is_good_ = false;
    return is_good_ ? static_cast<Enum>(value) : Enum{};
  }

  void fail() { is_good_ = false; }

  bool is_good() const { return is_good_; }

  bool is_done() const { return is_good_ && bytes_.empty(); }

private:
  std::string_view bytes_;
  bool is_good_ = true;
};

}  // namespace gatepost::store
