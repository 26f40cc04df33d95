#include "tests/mailauth/dns_server.hpp"

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gatepost::mailauth::testing {
namespace {

constexpr std::size_t kMostUdp = 1232;
constexpr std::size_t kMostTcp = 65535;
constexpr std::size_t kHeader = 12;
constexpr int kTypeOpt = 41;

void require(bool done, const char* what) {
  if (!done) throw std::system_error(errno, std::generic_category(), what);
}

void add16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value & 0xFFU);
}

void add32(std::string& out, unsigned value) {
  add16(out, value >> 16U);
  add16(out, value & 0xFFFFU);
}

unsigned get16(const std::string& text, std::size_t at) {
  return static_cast<unsigned char>(text.at(at)) * 256U +
         static_cast<unsigned char>(text.at(at + 1));
}

std::string wire_name(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const auto dot = std::min(name.find('.'), name.size());
    out += static_cast<char>(dot);
    out += name.substr(0, dot);
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return out + '\0';
}

struct Question {
  std::string name;  // lower case, without the final dot
  int type = 0;
  std::size_t end = 0;  // in the query
};

Question question_of(const std::string& query) {
  Question out;
  std::size_t at = kHeader;
  for (;;) {
    const auto length = static_cast<unsigned char>(query.at(at++));
    if (length == 0) break;
    if (!out.name.empty()) out.name += '.';
    out.name += query.substr(at, length);
    at += length;
  }
  out.name = ask_for(out.name, DnsType::txt).name;
  out.type = static_cast<int>(get16(query, at));
  out.end = at + 4;
  return out;
}

std::optional<DnsType> type_of(int number) {
  switch (number) {
    case 1: return DnsType::a;
    case 12: return DnsType::ptr;
    case 15: return DnsType::mx;
    case 16: return DnsType::txt;
    case 28: return DnsType::aaaa;
    default: return {};
  }
}

int number_of(DnsType type) {
  for (const int number : {1, 12, 15, 16, 28}) {
    if (type_of(number) == type) return number;
  }
  return 0;
}

void add_record(std::string& out, std::string_view name, int type, unsigned ttl,
                const std::string& rdata) {
  out += wire_name(name);
  add16(out, static_cast<unsigned>(type));
  add16(out, 1);
  add32(out, ttl);
  add16(out, static_cast<unsigned>(rdata.size()));
  out += rdata;
}

std::string text_rdata(std::string_view text) {
  std::string out;
  do {
    const std::string_view part = text.substr(0, 255);
    out += static_cast<char>(part.size());
    out += part;
    text.remove_prefix(part.size());
  } while (!text.empty());
  return out;
}

std::string address_rdata(const IpAddress& address, DnsType type) {
  const auto& bytes = address.bytes();
  const std::string all(bytes.begin(), bytes.end());
  return type == DnsType::a ? all.substr(12) : all;
}

std::vector<std::string> rdata_of(const DnsAnswer& answer, DnsType type) {
  std::vector<std::string> out;
  for (const IpAddress& address : answer.addresses)
    out.push_back(address_rdata(address, type));
  for (const std::string& text : answer.texts) {
    std::string rdata;
    if (type == DnsType::mx) add16(rdata, 10U * static_cast<unsigned>(out.size() + 1));
    rdata += type == DnsType::txt ? text_rdata(text) : wire_name(text);
    out.push_back(std::move(rdata));
  }
  return out;
}

// A reply of `code` whose records are in `answer`, to a query whose question ends at `end`.
std::string message(const std::string& query, std::size_t end, int code, const std::string& answer,
                    std::size_t records, bool with_soa) {
  std::string out = query.substr(0, 2);
  add16(out, 0x8180U | static_cast<unsigned>(code));  // QR, RD, RA
  add16(out, 1);
  add16(out, static_cast<unsigned>(records));
  add16(out, with_soa ? 1 : 0);
  add16(out, 1);
  out += query.substr(kHeader, end - kHeader);
  out += answer;
  if (with_soa) {
    std::string soa(2, '\0');
    for (const unsigned number : {1U, 3600U, 600U, 86400U, 60U})
      add32(soa, number);
    add_record(out, "", 6, 60, soa);
  }
  out += '\0';
  add16(out, kTypeOpt);
  add16(out, kMostUdp);
  out += std::string(6, '\0');
  return out;
}

bool read_all(int descriptor, char* data, std::size_t size) {
  while (size > 0) {
    const auto got = recv(descriptor, data, size, 0);
    if (got <= 0) return false;
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

DnsServer::DnsServer(const Zone& zone)
    : zone_(zone),
      udp_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
      tcp_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      wake_(eventfd(0, EFD_CLOEXEC)) {
  require(udp_ >= 0 && tcp_ >= 0 && wake_ >= 0, "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  require(bind(tcp_, raw, size) == 0 && listen(tcp_, 64) == 0, "listen");
  require(getsockname(tcp_, raw, &size) == 0, "getsockname");
  require(bind(udp_, raw, size) == 0, "bind");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

DnsServer::~DnsServer() {
  stop_ = true;
  eventfd_write(wake_, 1);
  thread_.join();
  for (const int descriptor : {udp_, tcp_, wake_})
    close(descriptor);
}

DnsSettings DnsServer::settings(std::chrono::milliseconds timeout) const {
  return {{{*IpAddress::parse("127.0.0.1"), port_}}, timeout};
}

void DnsServer::alias(std::string_view name, std::string_view target) {
  const std::lock_guard lock(mutex_);
  aliases_[std::string(name)] = std::string(target);
}

void DnsServer::records(std::string_view name, int type,
                        std::vector<std::pair<int, std::string>> all) {
  const std::lock_guard lock(mutex_);
  records_[{std::string(name), type}] = std::move(all);
}

void DnsServer::rcode(std::string_view name, int code) {
  const std::lock_guard lock(mutex_);
  codes_[std::string(name)] = code;
}

void DnsServer::hold(std::string_view name) {
  const std::lock_guard lock(mutex_);
  gates_.insert(std::string(name));
}

void DnsServer::release() {
  std::vector<Held> held;
  {
    const std::lock_guard lock(mutex_);
    gates_.clear();
    held.swap(held_);
  }
  for (const Held& each : held)
    send_to(each);
}

std::size_t DnsServer::asked(std::string_view name, DnsType type) const {
  const std::lock_guard lock(mutex_);
  const auto found = asked_.find({std::string(name), number_of(type)});
  return found == asked_.end() ? 0 : found->second;
}

std::size_t DnsServer::asked_by_tcp() const {
  const std::lock_guard lock(mutex_);
  return by_tcp_;
}

void DnsServer::wait_for_question(std::string_view name) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return names_asked_.count(std::string(name)) != 0; });
}

void DnsServer::run() {
  std::array<pollfd, 3> watched{{{udp_, POLLIN, 0}, {tcp_, POLLIN, 0}, {wake_, POLLIN, 0}}};
  while (!stop_) {
    if (poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[0].revents != 0) read_datagram();
    if (watched[1].revents != 0) serve_stream();
  }
}

// False: nothing is to be said now.
bool DnsServer::note(const std::string& query, bool tcp) {
  const Question question = question_of(query);
  const std::lock_guard lock(mutex_);
  ++asked_[{question.name, question.type}];
  names_asked_.insert(question.name);
  if (tcp) ++by_tcp_;
  changed_.notify_all();
  return !silent_ && gates_.count(question.name) == 0;
}

void DnsServer::read_datagram() {
  std::array<char, 4096> buffer{};
  Held held;
  socklen_t size = sizeof held.from;
  const auto got = recvfrom(udp_, buffer.data(), buffer.size(), 0,
                            reinterpret_cast<sockaddr*>(&held.from), &size);
  if (got < static_cast<ssize_t>(kHeader)) return;
  held.query.assign(buffer.data(), static_cast<std::size_t>(got));
  if (note(held.query, false)) {
    send_to(held);
  } else if (!silent_) {
    const std::lock_guard lock(mutex_);
    held_.push_back(std::move(held));
  }
}

void DnsServer::send_to(const Held& to) {
  const std::string out = reply(to.query, kMostUdp);
  sendto(udp_, out.data(), out.size(), 0, reinterpret_cast<const sockaddr*>(&to.from),
         sizeof to.from);
}

// One question a connection.
void DnsServer::serve_stream() {
  const int stream = accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
  if (stream < 0) return;
  const timeval limit{5, 0};
  setsockopt(stream, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  std::string query(2, '\0');
  if (read_all(stream, query.data(), 2)) {
    query.resize(get16(query, 0));
    if (read_all(stream, query.data(), query.size()) && note(query, true)) {
      const std::string answer = reply(query, kMostTcp);
      std::string out;
      add16(out, static_cast<unsigned>(answer.size()));
      out += answer;
      send(stream, out.data(), out.size(), MSG_NOSIGNAL);
    }
  }
  close(stream);
}

std::string DnsServer::reply(const std::string& query, std::size_t most) {
  const Question question = question_of(query);
  std::string records;
  std::size_t count = 0;
  int code = 0;
  bool found = false;
  std::string name = question.name;
  {
    const std::lock_guard lock(mutex_);
    for (auto alias = aliases_.find(name); alias != aliases_.end() && count < 20;
         alias = aliases_.find(name)) {
      add_record(records, name, 5, 300, wire_name(alias->second));
      name = alias->second;
      ++count;
    }
    const auto fixed = codes_.find(name);
    if (fixed != codes_.end()) code = fixed->second;
    const auto own = records_.find({name, question.type});
    if (own != records_.end()) {
      found = true;
      for (const auto& [number, rdata] : own->second) {
        add_record(records, name, number, 300, rdata);
        ++count;
      }
    }
  }
  const auto type = type_of(question.type);
  if (code == 0 && type && !found) {
    const SharedAnswer answer = zone_.answer({name, *type});
    if (answer->status == DnsStatus::no_name) code = 3;
    if (answer->status == DnsStatus::failed) code = 2;
    found = answer->status == DnsStatus::found;
    for (const std::string& rdata : rdata_of(*answer, *type)) {
      add_record(records, name, question.type, static_cast<unsigned>(answer->time_to_live.count()),
                 rdata);
      ++count;
    }
  }
  const bool with_soa = !found && (code == 0 || code == 3);
  std::string out = message(query, question.end, code, records, count, with_soa);
  if (out.size() <= most) return out;
  out = message(query, question.end, code, "", 0, false);
  out[2] = static_cast<char>(static_cast<unsigned char>(out[2]) | 0x02U);  // TC
  return out;
}

}  // namespace gatepost::mailauth::testing
