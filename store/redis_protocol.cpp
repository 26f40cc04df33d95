#include "store/redis_protocol.hpp"

#include <algorithm>
#include <array>
#include <new>

#include <fmt/format.h>
#include <hiredis/hiredis.h>

namespace gatepost::store {
namespace {

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

constexpr std::string_view kLineEnd = "\r\n";

// How many words follow, or how long the next is. Written here because hiredis prints each of them
// with sprintf, which was a tenth of what a message costs.
void add_number(std::string& bytes, char kind, std::size_t number) {
  const fmt::format_int digits(number);
  bytes += kind;
  bytes.append(digits.data(), digits.size()).append(kLineEnd);
}

RedisReply value_of_reply(const redisReply& reply) {
  RedisReply out;
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      out.kind = RedisReply::Kind::integer;
      out.integer = reply.integer;
      break;
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_STRING:
      out.kind = RedisReply::Kind::text;
      out.text.assign(reply.str, static_cast<std::size_t>(reply.len));
      break;
    case REDIS_REPLY_ERROR:
      out.kind = RedisReply::Kind::error;
      out.text.assign(reply.str, static_cast<std::size_t>(reply.len));
      break;
    case REDIS_REPLY_ARRAY:
      out.kind = RedisReply::Kind::array;
      out.elements.reserve(reply.elements);
      for (std::size_t i = 0; i < reply.elements; ++i) {
        out.elements.push_back(value_of_reply(*reply.element[i]));
      }
      break;
    default: break;
  }
  return out;
}

// CRC-16/XMODEM, as the Cluster specification has it: polynomial 0x1021, no reflection, from 0.
constexpr std::array<std::uint16_t, 256> crc_table() {
  std::array<std::uint16_t, 256> out{};
  for (unsigned byte = 0; byte < out.size(); ++byte) {
    unsigned crc = byte << 8U;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 0x8000U) != 0 ? (crc << 1U) ^ 0x1021U : crc << 1U;
    out[byte] = static_cast<std::uint16_t>(crc);
  }
  return out;
}

constexpr auto kCrc = crc_table();
constexpr unsigned kSlots = 16384;

// The key of a command as this project sends them; empty: it has none.
std::string_view key_of(std::span<const std::string_view> words) {
  static constexpr std::array<std::string_view, 14> kKeyless = {
      "ASKING", "AUTH",  "CLIENT", "CLUSTER", "CONFIG", "ECHO",   "EXEC",
      "INFO",   "MULTI", "PING",   "ROLE",    "SCRIPT", "SELECT", "SENTINEL"};
  if (words.size() < 2) return {};
  if (words[0] == "EVALSHA") return words.size() > 3 && words[2] != "0" ? words[3] : "";
  const bool keyless = std::find(kKeyless.begin(), kKeyless.end(), words[0]) != kKeyless.end();
  return keyless ? std::string_view() : words[1];
}

}  // namespace

std::uint16_t slot_of_key(std::string_view key) {
  const auto open = key.find('{');
  if (open != std::string_view::npos) {
    const auto close = key.find('}', open + 1);
    if (close != std::string_view::npos && close > open + 1) {
      key = key.substr(open + 1, close - open - 1);
    }
  }
  unsigned crc = 0;
  for (const char c : key)
    crc = ((crc << 8U) & 0xFFFFU) ^ kCrc[((crc >> 8U) ^ static_cast<unsigned char>(c)) & 0xFFU];
  return static_cast<std::uint16_t>(crc % kSlots);
}

void RedisCommands::add(const RedisCommands& others, std::size_t index) {
  const std::size_t begin = index == 0 ? 0 : others.commands_[index - 1].end;
  const Command& command = others.commands_[index];
  bytes_.append(others.bytes_, begin, command.end - begin);
  commands_.push_back({.end = bytes_.size(), .slot = command.slot});
}

void RedisCommands::add(std::span<const std::string_view> words) {
  add_number(bytes_, '*', words.size());
  for (const std::string_view word : words) {
    add_number(bytes_, '$', word.size());
    bytes_.append(word).append(kLineEnd);
  }
  const std::string_view key = key_of(words);
  const std::uint16_t before = commands_.empty() ? std::uint16_t{0} : commands_.back().slot;
  commands_.push_back({.end = bytes_.size(), .slot = key.empty() ? before : slot_of_key(key)});
}

void RedisReader::Free::operator()(redisReader* reader) const {
  redisReaderFree(reader);
}

RedisReader::RedisReader() : reader_(redisReaderCreate()) {
  if (reader_ == nullptr) throw std::bad_alloc();
}

void RedisReader::feed(std::string_view bytes) {
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) broken_ = true;
}

std::optional<RedisReply> RedisReader::next() {
  if (broken_) return {};
  void* reply = nullptr;
  if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK) {
    broken_ = true;
    return {};
  }
  if (reply == nullptr) return {};
  const std::unique_ptr<redisReply, FreeReply> owner(static_cast<redisReply*>(reply));
  return value_of_reply(*owner);
}

bool means_away(std::string_view error) {
  static constexpr std::array<std::string_view, 13> kWords = {
      "OOM",  "READONLY",   "LOADING", "WRONGPASS",   "NOAUTH", "MISCONF",   "NOREPLICAS",
      "BUSY", "MASTERDOWN", "NOPERM",  "CLUSTERDOWN", "MOVED",  "UNKILLABLE"};
  const std::string_view word = error.substr(0, error.find(' '));
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace gatepost::store
