#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace gatepost::store {

/// One reply of a Redis server, as a plain value.
struct RedisReply {
  enum class Kind : std::uint8_t { nil, integer, text, array, error };

  Kind kind = Kind::nil;
  std::int64_t integer = 0;
  std::string text;  ///< of `text` (simple and bulk strings) and `error`
  std::vector<RedisReply> elements;

  bool is_error() const { return kind == Kind::error; }

  friend bool operator==(const RedisReply&, const RedisReply&) = default;
};

/// Where in a Cluster a key lies: CRC16 of its hash tag, or of all of it, modulo 16384.
std::uint16_t slot_of_key(std::string_view key);

/// Commands that are sent together, already in the form of the wire.
class RedisCommands {
public:
  /// Appends one command with its arguments; any byte is allowed in them. A script's key is the
  /// first of its keys, any other command's its second word.
  void add(std::span<const std::string_view> words);

  void add(std::initializer_list<std::string_view> words) {
    add(std::span<const std::string_view>(words.begin(), words.size()));
  }

  /// Appends the command with this index of others.
  void add(const RedisCommands& others, std::size_t index);

  const std::string& bytes() const { return bytes_; }

  /// The slot of one command's key; of a command that has none that of the one before it, and 0 at
  /// the beginning.
  std::uint16_t slot(std::size_t index) const { return commands_[index].slot; }

  /// How many replies they get.
  std::size_t count() const { return commands_.size(); }

  bool empty() const { return commands_.empty(); }

private:
  struct Command {
    std::size_t end = 0;  // of its bytes
    std::uint16_t slot = 0;
  };

  std::string bytes_;
  std::vector<Command> commands_;
};

/// Cuts the bytes of one connection into replies. Not thread-safe.
class RedisReader {
public:
  RedisReader();

  void feed(std::string_view bytes);
  /// The next whole reply; nothing while more bytes are needed, and ever after broken().
  std::optional<RedisReply> next();

  /// The bytes are no Redis protocol.
  bool broken() const { return broken_; }

private:
  struct Free {
    void operator()(redisReader* reader) const;
  };

  std::unique_ptr<redisReader, Free> reader_;
  bool broken_ = false;
};

/// Whether an error reply says that the server as a whole cannot serve us now (out of memory, read
/// only, loading, no permission...), rather than that this one command was wrong.
bool means_away(std::string_view error);

}  // namespace gatepost::store
