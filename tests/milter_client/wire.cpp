#include "tests/milter_client/wire.hpp"

#include <stdexcept>

namespace gatepost::test {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::uint32_t kLongestPacket = 16U << 20U;

void append_u32(std::string& out, std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    out.push_back(static_cast<char>((value >> shift) & 0xffU));
  }
}

std::uint32_t read_u32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, kLengthBytes)) {
    value = (value << 8U) | static_cast<unsigned char>(c);
  }
  return value;
}

/// Opens a packet whose data will be `size` bytes.
void open_packet(std::string& out, Command command, std::size_t size) {
  append_u32(out, static_cast<std::uint32_t>(size + 1));
  out.push_back(static_cast<char>(command));
}

void append_terminated(std::string& out, std::string_view text) {
  out.append(text);
  out.push_back('\0');
}

}  // namespace

std::string Reply::text() const {
  if (code != ReplyCode::reply_code) return {};
  std::string out;
  for (std::size_t i = 0; i < data.size() && data[i] != '\0'; ++i) {
    if (data[i] == '%') {
      ++i;
      if (i == data.size() || data[i] == '\0') break;
    }
    out.push_back(data[i]);
  }
  return out;
}

bool Reply::passes() const {
  return code == ReplyCode::continue_ || code == ReplyCode::accept || code == ReplyCode::skip;
}

int Reply::refusal_class() const {
  switch (code) {
    case ReplyCode::reject: return 5;
    case ReplyCode::tempfail:
    case ReplyCode::connection_failure:
    case ReplyCode::shutdown: return 4;
    case ReplyCode::reply_code: return data.empty() ? 0 : data.front() - '0';
    default: return 0;
  }
}

std::string describe(const Reply& reply) {
  std::string out(1, static_cast<char>(reply.code));
  if (reply.code == ReplyCode::reply_code) return out + " " + reply.text();
  if (!reply.data.empty()) out += " " + reply.data;
  if (!reply.awaited) out += " (no reply asked for)";
  return out;
}

std::optional<Negotiated> parse_negotiated(std::string_view data) {
  if (data.size() < 3 * kLengthBytes) return std::nullopt;
  Negotiated result;
  result.version = read_u32(data);
  result.actions = read_u32(data.substr(kLengthBytes));
  result.steps = read_u32(data.substr(2 * kLengthBytes));
  data.remove_prefix(3 * kLengthBytes);
  while (data.size() > kLengthBytes) {
    const auto stage = static_cast<Stage>(read_u32(data));
    data.remove_prefix(kLengthBytes);
    const std::size_t end = data.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    result.macro_lists[stage] = std::string(data.substr(0, end));
    data.remove_prefix(end + 1);
  }
  return result;
}

void append_packet(std::string& out, Command command, std::string_view data) {
  open_packet(out, command, data.size());
  out.append(data);
}

void append_negotiate(std::string& out, std::uint32_t actions, std::uint32_t steps) {
  open_packet(out, Command::negotiate, 3 * kLengthBytes);
  append_u32(out, kVersion);
  append_u32(out, actions);
  append_u32(out, steps);
}

void append_macros(std::string& out, Command command, const Macros& macros) {
  std::size_t size = 1;
  for (const auto& [name, value] : macros)
    size += name.size() + value.size() + 2;
  open_packet(out, Command::macro, size);
  out.push_back(static_cast<char>(command));
  for (const auto& [name, value] : macros) {
    append_terminated(out, name);
    append_terminated(out, value);
  }
}

void append_connect(std::string& out, std::string_view host, Family family, std::uint16_t port,
                    std::string_view address) {
  if (family == Family::unknown) {
    open_packet(out, Command::connect, host.size() + 2);
    append_terminated(out, host);
    out.push_back(static_cast<char>(family));
    return;
  }
  open_packet(out, Command::connect, host.size() + address.size() + 5);
  append_terminated(out, host);
  out.push_back(static_cast<char>(family));
  out.push_back(static_cast<char>(port >> 8U));
  out.push_back(static_cast<char>(port & 0xffU));
  append_terminated(out, address);
}

void append_string(std::string& out, Command command, std::string_view value) {
  open_packet(out, command, value.size() + 1);
  append_terminated(out, value);
}

void append_arguments(std::string& out, Command command, std::string_view address,
                      const std::vector<std::string>& arguments) {
  std::size_t size = address.size() + 1;
  for (const std::string& argument : arguments)
    size += argument.size() + 1;
  open_packet(out, command, size);
  append_terminated(out, address);
  for (const std::string& argument : arguments)
    append_terminated(out, argument);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  open_packet(out, Command::header, name.size() + value.size() + 2);
  append_terminated(out, name);
  append_terminated(out, value);
}

void PacketReader::feed(std::string_view bytes) {
  if (start_ == buffer_.size()) {
    buffer_.clear();
    start_ = 0;
  }
  buffer_.append(bytes);
}

std::optional<Reply> PacketReader::next() {
  const std::string_view rest = std::string_view(buffer_).substr(start_);
  if (rest.size() < kLengthBytes) return std::nullopt;
  const std::uint32_t size = read_u32(rest);
  if (size == 0 || size > kLongestPacket) {
    throw std::runtime_error("the filter sent a packet of length " + std::to_string(size));
  }
  if (rest.size() < kLengthBytes + size) return std::nullopt;
  start_ += kLengthBytes + size;
  return Reply{.code = static_cast<ReplyCode>(rest[kLengthBytes]),
               .data = std::string(rest.substr(kLengthBytes + 1, size - 1)),
               .awaited = true};
}

}  // namespace gatepost::test
