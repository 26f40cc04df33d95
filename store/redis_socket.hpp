#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "policy/store_settings.hpp"

namespace gatepost::store {

/// The bytes of one connection at a time, over TCP or a unix socket, carried by a thread of its
/// own. Knows nothing of Redis' protocol.
class RedisSocket {
public:
  /// Whom the socket tells what happens. All calls come from the socket's thread.
  class Listener {
  public:
    virtual ~Listener() = default;
    virtual void connected() = 0;
    virtual void received(std::string_view bytes) = 0;
    /// The connection could not be made, was lost, or was not settled in time. None is open now.
    virtual void lost(const std::string& why) = 0;
    /// What is to be written now; empty where there is nothing.
    virtual std::string take_output() = 0;
  };

  explicit RedisSocket(Listener& listener);
  /// Stops the thread; no call of the listener is under way afterwards.
  ~RedisSocket();
  RedisSocket(const RedisSocket&) = delete;
  RedisSocket& operator=(const RedisSocket&) = delete;

  /// Closes the connection if there is one, waits, and connects anew, to `address`. The connection
  /// counts as lost unless settled() is called within `patience` of its beginning. Any thread;
  /// returns at once.
  void connect_after(RedisAddress address, std::chrono::milliseconds wait,
                     std::chrono::milliseconds patience);
  /// The connection is good: it may be silent from now on. Only from within a listener's call.
  void settled();
  /// There is output to be taken. Any thread; returns at once.
  void kick();

private:
  struct Io;

  std::unique_ptr<Io> io_;
};

}  // namespace gatepost::store
