#include "admin/server.hpp"

#include <stdexcept>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

#include "admin/api.hpp"
#include "admin/json_values.hpp"
#include "admin/unix_socket.hpp"

namespace gatepost::admin {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Local = asio::local::stream_protocol;
using Tcp = asio::ip::tcp;

constexpr std::uint32_t kLargestHeader = 16 * 1024;

// What all connections share; touched by the loop's thread only.
struct Shared {
  const ServerSettings& settings;
  Daemon& daemon;
  std::size_t open = 0;
};

// One connection: reads one request, answers it, closes. Keeps itself alive through its handlers.
template <typename Protocol>
class Conversation : public std::enable_shared_from_this<Conversation<Protocol>> {
public:
  Conversation(typename Protocol::socket socket, Shared& shared, Door door, std::string actor)
      : stream_(std::move(socket)), shared_(shared), door_(door), actor_(std::move(actor)) {
    ++shared_.open;
    parser_.header_limit(kLargestHeader);
    parser_.body_limit(shared_.settings.largest_body);
  }

  ~Conversation() { --shared_.open; }

  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  Conversation(Conversation&&) = delete;
  Conversation& operator=(Conversation&&) = delete;

  void start() {
    stream_.expires_after(shared_.settings.request_time);
    http::async_read(stream_, buffer_, parser_,
                     [self = this->shared_from_this()](error_code error, std::size_t /*read*/) {
                       self->on_read(error);
                     });
  }

private:
  void on_read(error_code error) {
    if (!error) return send(answer(shared_.daemon, request()));
    if (error == http::error::body_limit || error == http::error::header_limit) {
      return send(problem(413, "the request is too large",
                          fmt::format("a body may have {} octets", shared_.settings.largest_body)));
    }
    const bool gone = error == http::error::end_of_stream || error == beast::error::timeout ||
                      error.category() == asio::error::get_system_category();
    if (gone) return;
    send(problem(400, "this is no HTTP request: " + error.message(), "see docs/api.md"));
  }

  Request request() {
    auto& message = parser_.get();
    return {.method = std::string(message.method_string()),
            .target = std::string(message.target()),
            .body = std::move(message.body()),
            .actor = actor_,
            .door = door_};
  }

  void send(Response response) {
    reply_.version(11);
    reply_.result(static_cast<unsigned>(response.status));
    reply_.set(http::field::content_type, response.content_type);
    reply_.set(http::field::cache_control, "no-store");
    reply_.keep_alive(false);
    reply_.body() = std::move(response.body);
    reply_.prepare_payload();
    stream_.expires_after(shared_.settings.request_time);
    http::async_write(stream_, reply_,
                      [self = this->shared_from_this()](
                          error_code /*error*/, std::size_t /*written*/) { self->hang_up(); });
  }

  void hang_up() {
    error_code ignored;
    stream_.socket().shutdown(Protocol::socket::shutdown_both, ignored);
    stream_.close();
  }

  beast::basic_stream<Protocol> stream_;
  beast::flat_buffer buffer_;
  http::request_parser<http::string_body> parser_;
  http::response<http::string_body> reply_;
  Shared& shared_;
  Door door_;
  std::string actor_;
};

std::string actor_of(Local::socket& socket) {
  return peer_user(socket.native_handle());
}

std::string actor_of(Tcp::socket& /*socket*/) {
  return "metrics";
}

// Takes connections of one listener for as long as the loop runs.
template <typename Protocol>
class Listener {
public:
  Listener(typename Protocol::acceptor acceptor, Shared& shared, Door door)
      : acceptor_(std::move(acceptor)),
        retry_(acceptor_.get_executor()),
        shared_(shared),
        door_(door) {}

  void accept() {
    acceptor_.async_accept([this](error_code error, typename Protocol::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return accept_later();
      if (shared_.open < shared_.settings.most_connections) {
        std::string actor = actor_of(socket);
        std::make_shared<Conversation<Protocol>>(std::move(socket), shared_, door_,
                                                 std::move(actor))
            ->start();
      }
      accept();
    });
  }

  typename Protocol::acceptor& acceptor() { return acceptor_; }

private:
  // Out of descriptors or memory: accepting at once again would only burn the processor.
  void accept_later() {
    constexpr std::chrono::milliseconds kPause{100};
    retry_.expires_after(kPause);
    retry_.async_wait([this](error_code error) {
      if (!error) accept();
    });
  }

  typename Protocol::acceptor acceptor_;
  asio::steady_timer retry_;
  Shared& shared_;
  Door door_;
};

Tcp::acceptor listen_on_tcp(asio::io_context& context, const MetricsAddress& address) {
  try {
    return Tcp::acceptor(context,
                         Tcp::endpoint(asio::ip::make_address(address.host), address.port));
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error(fmt::format("cannot listen for metrics on {} port {}: {}",
                                         address.host, address.port, error.code().message()));
  }
}

}  // namespace

class Server::Loop {
public:
  Loop(const ServerSettings& settings, Daemon& daemon, store::Log log)
      : settings_(settings), log_(std::move(log)), shared_{settings_, daemon} {
    try {
      open();
    } catch (...) {
      close_sockets();
      throw;
    }
    thread_ = std::thread([this] { run(); });
  }

  ~Loop() {
    context_.stop();
    thread_.join();
    close_sockets();
  }

  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  Loop(Loop&&) = delete;
  Loop& operator=(Loop&&) = delete;

  std::uint16_t metrics_port() const { return metrics_port_; }

private:
  struct UnixListener {
    std::filesystem::path path;
    Listener<Local> listener;
  };

  void open() {
    open_unix(settings_.admin_socket, settings_.admin_group, Door::admin);
    if (!settings_.support_socket.empty()) {
      open_unix(settings_.support_socket, settings_.support_group, Door::support);
    }
    if (settings_.metrics) {
      metrics_ = std::make_unique<Listener<Tcp>>(listen_on_tcp(context_, *settings_.metrics),
                                                 shared_, Door::metrics);
      metrics_port_ = metrics_->acceptor().local_endpoint().port();
      metrics_->accept();
    }
  }

  void open_unix(const std::filesystem::path& path, const std::string& group, Door door) {
    Local::acceptor acceptor(context_, Local(), listen_on_unix(path, group));
    unix_listeners_.push_back(std::make_unique<UnixListener>(
        UnixListener{path, Listener<Local>(std::move(acceptor), shared_, door)}));
    unix_listeners_.back()->listener.accept();
  }

  // A handler that throws is a bug; the daemon goes on without that one conversation.
  void run() {
    while (!context_.stopped()) {
      try {
        context_.run();
      } catch (const std::exception& bug) {
        log_(fmt::format("admin: a request failed: {}", bug.what()));
      }
    }
  }

  void close_sockets() {
    for (const auto& one : unix_listeners_) {
      close_unix_socket(one->path, one->listener.acceptor().release());
    }
    unix_listeners_.clear();
  }

  const ServerSettings settings_;
  store::Log log_;
  Shared shared_;
  // Destroyed before `shared_`, with all conversations that are still open.
  asio::io_context context_{1};
  std::vector<std::unique_ptr<UnixListener>> unix_listeners_;
  std::unique_ptr<Listener<Tcp>> metrics_;
  std::uint16_t metrics_port_ = 0;
  std::thread thread_;
};

Server::Server(const ServerSettings& settings, Daemon& daemon, store::Log log)
    : loop_(std::make_unique<Loop>(settings, daemon, std::move(log))) {}

Server::~Server() = default;

std::uint16_t Server::metrics_port() const {
  return loop_->metrics_port();
}

}  // namespace gatepost::admin
