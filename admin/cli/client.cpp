#include "admin/cli/client.hpp"

#include <chrono>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

#include "config/load.hpp"

namespace gatepost::admin {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Local = asio::local::stream_protocol;

constexpr std::chrono::seconds kConnectTime{3};
constexpr std::chrono::seconds kAnswerTime{30};  // a reload reads all files
constexpr std::uint64_t kLargestAnswer = 64ULL * 1024 * 1024;
constexpr std::size_t kLongestPath = 107;  // sun_path of unix(7)

constexpr const char* kDefaultAdmin = "/run/gatepost/admin.sock";
constexpr const char* kDefaultSupport = "/run/gatepost/support.sock";

// One request and its answer over one socket, with deadlines.
class Exchange {
public:
  explicit Exchange(const std::filesystem::path& path) : path_(path) {
    parser_.body_limit(kLargestAnswer);
  }

  // The error of connecting; none once connected.
  error_code connect() {
    error_code result = asio::error::name_too_long;
    if (path_.native().size() > kLongestPath) return result;
    stream_.expires_after(kConnectTime);
    stream_.async_connect(Local::endpoint(path_.native()),
                          [&result](error_code error) { result = error; });
    run();
    return result;
  }

  std::variant<Reply, error_code> ask(std::string_view method, const std::string& target,
                                      const std::string& body) {
    http::request<http::string_body> request;
    request.version(11);
    request.method_string({method.data(), method.size()});
    request.target(target);
    request.set(http::field::host, "gatepostd");
    request.body() = body;
    request.prepare_payload();
    error_code result;
    stream_.expires_after(kAnswerTime);
    http::async_write(stream_, request, [&](error_code error, std::size_t /*written*/) {
      on_written(error, result);
    });
    run();
    if (result) return result;
    auto& answer = parser_.get();
    return Reply{static_cast<int>(answer.result_int()), std::move(answer.body())};
  }

private:
  void on_written(error_code error, error_code& result) {
    result = error;
    if (error) return;
    http::async_read(stream_, buffer_, parser_,
                     [&result](error_code read, std::size_t /*read*/) { result = read; });
  }

  void run() {
    context_.restart();
    context_.run();
  }

  const std::filesystem::path& path_;
  asio::io_context context_{1};
  beast::basic_stream<Local> stream_{context_};
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
};

std::string hint_for(error_code error, const std::filesystem::path& path) {
  if (error == asio::error::access_denied) {
    return "your user may not use it: admins are in the group gatepost-admin, support staff in "
           "gatepost-support; log in again after you were added";
  }
  if (error == boost::system::errc::no_such_file_or_directory) {
    return fmt::format(
        "is gatepostd running (systemctl status gatepostd)? Does `admin:` in the "
        "configuration name {}? --config and --socket say where to look",
        path.string());
  }
  if (error == asio::error::connection_refused) {
    return "the socket file is there but nobody listens: is gatepostd running (systemctl status "
           "gatepostd)?";
  }
  if (error == beast::error::timeout) {
    return "gatepostd is running but does not answer in time; see its log";
  }
  return "see the log of gatepostd";
}

bool may_try_next(error_code error) {
  return error == asio::error::access_denied ||
         error == boost::system::errc::no_such_file_or_directory ||
         error == asio::error::connection_refused;
}

Unreachable unreachable(const std::filesystem::path& path, error_code error) {
  return {fmt::format("cannot reach gatepostd at {}: {}", path.string(), error.message()),
          hint_for(error, path)};
}

}  // namespace

ClientAnswer Client::ask(std::string_view method, const std::string& target,
                         const std::string& body) const {
  Unreachable first{"cannot reach gatepostd: the file that --config names is not there",
                    "name the right file, or ask a socket itself with --socket PATH"};
  for (const auto& path : sockets_) {
    Exchange exchange(path);
    const error_code error = exchange.connect();
    if (!error) {
      auto answer = exchange.ask(method, target, body);
      if (auto* reply = std::get_if<Reply>(&answer)) return std::move(*reply);
      return unreachable(path, std::get<error_code>(answer));
    }
    // The first socket is the one that this is about: its trouble is told.
    if (&path == &sockets_.front()) first = unreachable(path, error);
    if (!may_try_next(error)) break;
  }
  return first;
}

std::vector<std::filesystem::path> sockets_of(const CommonOptions& options) {
  if (options.socket) return {*options.socket};
  std::error_code unknown;  // a folder that may not be searched: the file may well be there
  const bool named = options.config.has_value();
  if (named && !std::filesystem::exists(*options.config, unknown) && !unknown) return {};
  const Time now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const config::Attempt found = config::attempt(options.config_file(), {}, now);
  const auto& daemon = found.loaded.daemon;
  const auto or_default = [](const std::filesystem::path& path, const char* otherwise) {
    return path.empty() ? std::filesystem::path(otherwise) : path;
  };
  return {or_default(daemon.admin.path, kDefaultAdmin),
          or_default(daemon.support.path, kDefaultSupport)};
}

}  // namespace gatepost::admin
