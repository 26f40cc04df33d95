#include "store/redis_keys.hpp"

namespace gatepost::store {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";
constexpr unsigned char kFirstPrintable = 0x20;
constexpr unsigned char kDelete = 0x7F;

bool is_plain(unsigned char c) {
  return c >= kFirstPrintable && c != kDelete && c != '{' && c != '}' && c != '%';
}

}  // namespace

std::string key_part(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(byte)) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    }
  }
  return out;
}

std::string subject_key(const Subject& subject, std::string_view name) {
  std::string out = "gatepost:{";
  out += key_part(subject.text());
  out += "}:";
  out += name;
  return out;
}

}  // namespace gatepost::store
