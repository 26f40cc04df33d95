#include "store/redis_protocol.hpp"

#include <algorithm>
#include <array>
#include <new>

#include <hiredis/hiredis.h>

namespace gatepost::store {
namespace {

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

struct FreeText {
  void operator()(char* text) const { redisFreeCommand(text); }
};

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

}  // namespace

void RedisCommands::add(std::span<const std::string_view> words) {
  std::vector<const char*> starts;
  std::vector<std::size_t> lengths;
  starts.reserve(words.size());
  lengths.reserve(words.size());
  for (const std::string_view word : words) {
    starts.push_back(word.data());
    lengths.push_back(word.size());
  }
  char* text = nullptr;
  const auto length =
      redisFormatCommandArgv(&text, static_cast<int>(words.size()), starts.data(), lengths.data());
  if (length < 0) throw std::bad_alloc();
  const std::unique_ptr<char, FreeText> owner(text);
  bytes_.append(text, static_cast<std::size_t>(length));
  ++count_;
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
