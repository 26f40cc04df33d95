#include "mailauth/rsa_key.hpp"

#include <bit>

namespace gatepost::mailauth {
namespace {

constexpr char kInteger = 0x02;
constexpr char kBitString = 0x03;
constexpr char kObjectIdentifier = 0x06;
constexpr char kSequence = 0x30;
constexpr std::string_view kRsaEncryption = "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01";

std::size_t octet(char c) {
  return static_cast<unsigned char>(c);
}

// Takes one element of this tag from the start of `rest`: its contents.
std::optional<std::string_view> take(std::string_view& rest, char tag) {
  if (rest.size() < 2 || rest[0] != tag) return {};
  std::size_t length = octet(rest[1]);
  rest.remove_prefix(2);
  if (length >= 0x80) {
    const std::size_t octets = length - 0x80;
    if (octets == 0 || octets > 2 || rest.size() < octets) return {};
    length = 0;
    for (std::size_t i = 0; i < octets; ++i)
      length = length << 8U | octet(rest[i]);
    rest.remove_prefix(octets);
  }
  if (length > rest.size()) return {};
  const std::string_view contents = rest.substr(0, length);
  rest.remove_prefix(length);
  return contents;
}

// A positive odd number.
std::optional<std::string_view> take_odd(std::string_view& rest) {
  auto number = take(rest, kInteger);
  if (!number || number->empty() || octet(number->front()) >= 0x80) return {};
  const auto first = number->find_first_not_of('\0');
  if (first == std::string_view::npos || octet(number->back()) % 2 == 0) return {};
  return number->substr(first);
}

std::optional<RsaNumbers> read_bare(std::string_view der) {
  auto sequence = take(der, kSequence);
  if (!sequence || !der.empty()) return {};
  const auto modulus = take_odd(*sequence);
  const auto exponent = take_odd(*sequence);
  if (!modulus || !exponent || !sequence->empty()) return {};
  constexpr std::size_t kLongestExponent = 8;
  if (exponent->size() > kLongestExponent || *exponent == "\x01") return {};
  return RsaNumbers{*modulus, *exponent};
}

// The RSAPublicKey inside a SubjectPublicKeyInfo.
std::optional<std::string_view> unwrapped(std::string_view der) {
  auto outer = take(der, kSequence);
  if (!outer || !der.empty()) return {};
  auto algorithm = take(*outer, kSequence);
  if (!algorithm || take(*algorithm, kObjectIdentifier) != kRsaEncryption) return {};
  const auto bits = take(*outer, kBitString);
  if (!bits || bits->empty() || bits->front() != '\0' || !outer->empty()) return {};
  return bits->substr(1);
}

}  // namespace

std::size_t RsaNumbers::bits() const {
  return 8 * modulus.size() -
         static_cast<std::size_t>(std::countl_zero(static_cast<unsigned char>(modulus.front())));
}

std::optional<RsaNumbers> read_rsa_key(std::string_view der) {
  const auto inner = unwrapped(der);
  return read_bare(inner ? *inner : der);
}

}  // namespace gatepost::mailauth
