#include "store/redis_socket.hpp"

#include <array>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "store/redis_tls.hpp"

namespace gatepost::store {
namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;
using Protocol = asio::generic::stream_protocol;

constexpr std::size_t kReadSize = 65'536;

// One connection from its beginning to its end. Handlers hold it, so that those of an old one
// find it is no longer the current one.
struct Link {
  explicit Link(asio::io_context& context) : socket(context), resolver(context) {}

  std::string why(const Error& error) {
    if (tls) return tls->why(error);
    const bool ended = error == asio::error::eof || error == asio::error::connection_reset;
    if (!ended || heard) return error.message();
    return error.message() + " before any answer: does the port speak TLS (rediss://, store.tls)?";
  }

  Protocol::socket socket;
  std::unique_ptr<TlsStream> tls;  // none: in the clear
  asio::ip::tcp::resolver resolver;
  std::array<char, kReadSize> read{};
  std::string writing;
  bool open = false;
  bool heard = false;
  bool settled = false;
};

// Hands `use` what the bytes go through.
template <typename Use>
void with_stream(Link& link, const Use& use) {
  if (link.tls) {
    use(link.tls->stream());
  } else {
    use(link.socket);
  }
}

}  // namespace

struct RedisSocket::Io {
  explicit Io(Listener& told) : listener(told), timer(context), work(context.get_executor()) {}

  void connect(std::chrono::milliseconds patience);
  void dial(const std::shared_ptr<Link>& current, const std::vector<Protocol::endpoint>& targets);
  void shake_hands(const std::shared_ptr<Link>& current);
  void open(const std::shared_ptr<Link>& current);
  void read(const std::shared_ptr<Link>& current);
  void flush();
  void close();
  void lose(const std::shared_ptr<Link>& current, const std::string& why);

  RedisAddress address;
  Listener& listener;
  asio::io_context context{1};
  asio::steady_timer timer;  // until a connection begins, then until it must be settled
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::shared_ptr<Link> link;
  std::atomic<bool> kicked{false};
  std::thread thread;
};

void RedisSocket::Io::connect(std::chrono::milliseconds patience) {
  link = std::make_shared<Link>(context);
  timer.expires_after(patience);
  timer.async_wait([this, current = link, patience](Error error) {
    if (error || current->settled) return;
    const bool shaking = current->tls && !current->open;
    lose(current, (shaking ? "TLS: no handshake within " : "no usable answer within ") +
                      std::to_string(patience.count()) + " ms" +
                      (shaking ? ": is this the port where it speaks TLS?" : ""));
  });
  if (address.host.empty()) {
    try {
      dial(link, {asio::local::stream_protocol::endpoint(address.unix_path)});
    } catch (const boost::system::system_error& error) {  // the path is too long
      lose(link, error.code().message());
    }
    return;
  }
  link->resolver.async_resolve(
      address.host, std::to_string(address.port),
      [this, current = link](Error error, const asio::ip::tcp::resolver::results_type& found) {
        if (error) return lose(current, error.message());
        std::vector<Protocol::endpoint> targets;
        for (const auto& entry : found)
          targets.emplace_back(entry.endpoint());
        dial(current, targets);
      });
}

void RedisSocket::Io::dial(const std::shared_ptr<Link>& current,
                           const std::vector<Protocol::endpoint>& targets) {
  if (current != link) return;
  asio::async_connect(current->socket, targets,
                      [this, current](Error error, const Protocol::endpoint& /*target*/) {
                        if (error) return lose(current, error.message());
                        const bool tls = address.tls && !address.host.empty();
                        if (current == link && tls) return shake_hands(current);
                        open(current);
                      });
}

void RedisSocket::Io::shake_hands(const std::shared_ptr<Link>& current) {
  auto made = TlsStream::make(current->socket, address);
  if (const auto* wrong = std::get_if<std::string>(&made)) return lose(current, *wrong);
  current->tls = std::get<std::unique_ptr<TlsStream>>(std::move(made));
  current->tls->stream().async_handshake(asio::ssl::stream_base::client,
                                         [this, current](Error error) {
                                           if (current != link) return;
                                           if (error) return lose(current, current->why(error));
                                           open(current);
                                         });
}

void RedisSocket::Io::open(const std::shared_ptr<Link>& current) {
  if (current != link) return;
  if (!address.host.empty()) {
    Error ignored;  // a connection without them is slower to notice, not wrong
    current->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    current->socket.set_option(asio::socket_base::keep_alive(true), ignored);
  }
  current->open = true;
  listener.connected();
  read(current);
  flush();
}

void RedisSocket::Io::read(const std::shared_ptr<Link>& current) {
  if (current != link) return;
  with_stream(*current, [&](auto& stream) {
    stream.async_read_some(asio::buffer(current->read),
                           [this, current](Error error, std::size_t size) {
                             if (current != link) return;
                             if (error) return lose(current, current->why(error));
                             current->heard = true;
                             listener.received({current->read.data(), size});
                             read(current);
                           });
  });
}

void RedisSocket::Io::flush() {
  const auto current = link;
  if (!current || !current->open || !current->writing.empty()) return;
  current->writing = listener.take_output();
  if (current->writing.empty()) return;
  with_stream(*current, [&](auto& stream) {
    asio::async_write(stream, asio::buffer(current->writing),
                      [this, current](Error error, std::size_t /*size*/) {
                        if (current != link) return;
                        current->writing.clear();
                        if (!error) return flush();
                        // A server that wants our certificate says so after its handshake, and
                        // ends it all: the read under way ends with what it said.
                        if (!current->tls || current->settled) lose(current, current->why(error));
                      });
  });
}

void RedisSocket::Io::close() {
  timer.cancel();
  if (!link) return;
  Error ignored;
  link->resolver.cancel();
  link->socket.close(ignored);
  link.reset();
}

void RedisSocket::Io::lose(const std::shared_ptr<Link>& current, const std::string& why) {
  if (current != link) return;
  close();
  listener.lost(why);
}

RedisSocket::RedisSocket(Listener& listener) : io_(std::make_unique<Io>(listener)) {
  io_->thread = std::thread([this] { io_->context.run(); });
}

RedisSocket::~RedisSocket() {
  io_->context.stop();
  io_->thread.join();
}

void RedisSocket::connect_after(RedisAddress address, std::chrono::milliseconds wait,
                                std::chrono::milliseconds patience) {
  asio::post(io_->context, [this, address = std::move(address), wait, patience]() mutable {
    io_->close();
    io_->address = std::move(address);
    io_->timer.expires_after(wait);
    io_->timer.async_wait([this, patience](Error error) {
      if (!error) io_->connect(patience);
    });
  });
}

void RedisSocket::settled() {
  if (!io_->link) return;
  io_->link->settled = true;
  io_->timer.cancel();
}

void RedisSocket::kick() {
  if (io_->kicked.exchange(true)) return;
  asio::post(io_->context, [this] {
    io_->kicked = false;
    io_->flush();
  });
}

}  // namespace gatepost::store
