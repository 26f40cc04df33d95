#include "tests/milter_client/milter_client.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

namespace gatepost::test {
namespace {

[[noreturn]] void fail(const std::string& what, int error) {
  throw MilterError(what + ": " + std::system_category().message(error));
}

}  // namespace

MilterClient::MilterClient(const FilterAddress& filter, std::chrono::milliseconds deadline)
    : socket_(connect_to_filter(filter)), deadline_(deadline) {}

void MilterClient::wait_for(short events) {
  pollfd waiting{.fd = socket_.fd(), .events = events, .revents = 0};
  const int ready = ::poll(&waiting, 1, static_cast<int>(deadline_.count()));
  if (ready < 0 && errno != EINTR) fail("poll", errno);
  if (ready == 0) throw MilterError("the filter let the deadline pass");
}

void MilterClient::flush() {
  std::string_view rest = out_;
  while (!rest.empty()) {
    const ssize_t sent =
        ::send(socket_.fd(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait_for(POLLOUT);
    } else if (errno != EINTR) {
      out_.clear();
      fail("the filter takes no more", errno);
    }
  }
  out_.clear();
}

Reply MilterClient::read_reply() {
  flush();
  std::array<char, 4096> chunk{};
  for (;;) {
    if (std::optional<Reply> reply = in_.next()) return *std::move(reply);
    wait_for(POLLIN);
    const ssize_t got = ::recv(socket_.fd(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got == 0) throw MilterError("the filter closed the connection");
    if (got > 0) {
      in_.feed({chunk.data(), static_cast<std::size_t>(got)});
    } else if (errno != EAGAIN && errno != EINTR) {
      fail("the connection to the filter broke", errno);
    }
  }
}

bool MilterClient::closed_by_filter() {
  std::array<char, 4096> chunk{};
  try {
    flush();
    for (;;) {
      wait_for(POLLIN);
      const ssize_t got = ::recv(socket_.fd(), chunk.data(), chunk.size(), MSG_DONTWAIT);
      if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return true;
    }
  } catch (const MilterError&) {
    pollfd state{.fd = socket_.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
  }
}

void MilterClient::send_raw(std::string_view bytes) {
  out_.append(bytes);
  flush();
}

void MilterClient::drop() {
  socket_.close();
}

const Negotiated& MilterClient::negotiate(std::uint32_t actions, std::uint32_t steps) {
  append_negotiate(out_, actions, steps);
  const Reply reply = read_reply();
  std::optional<Negotiated> negotiated;
  if (reply.code == ReplyCode::negotiate) negotiated = parse_negotiated(reply.data);
  if (!negotiated) throw MilterError("the filter did not negotiate: " + describe(reply));
  if (negotiated->version > kVersion || (negotiated->actions & ~actions) != 0 ||
      (negotiated->steps & ~steps) != 0) {
    throw MilterError("the filter asks for what was not offered");
  }
  negotiated_ = *std::move(negotiated);
  lists_ = MacroLists(negotiated_);
  return negotiated_;
}

}  // namespace gatepost::test
