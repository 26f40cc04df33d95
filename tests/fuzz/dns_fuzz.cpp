// Records as any name server may send them: read or refused, nothing beyond their bounds, and no
// host that could be mistaken for another one.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mailauth/dns_rdata.hpp"
#include "policy/mail/ascii.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::mailauth;
using gatepost::fuzz::check;

// Octets that all texts of an answer hold.
std::size_t octets_of(const std::vector<std::string>& all) {
  std::size_t out = 0;
  for (const std::string& each : all)
    out += each.size();
  return out;
}

bool is_host(const std::string& host) {
  return host.size() <= 253 && host.find("..") == std::string::npos &&
         (host.empty() || (host.front() != '.' && host.back() != '.')) &&
         std::none_of(host.begin(), host.end(), [](char c) {
           return ascii::is_high(c) || ascii::is_control(c) || c == ' ' || c == '\\' ||
                  ascii::is_upper(c);
         });
}

void check_answer(DnsType type, const std::vector<std::string_view>& records, std::size_t size) {
  const DnsAnswer answer = read_records(type, records);
  if (answer.status != DnsStatus::found) {
    check(answer.status == DnsStatus::failed && !answer.why.empty());
    check(answer.texts.empty() && answer.addresses.empty());
    return;
  }
  check(answer.why.empty());
  check(octets_of(answer.texts) <= size);
  check(answer.texts.size() + answer.addresses.size() <= records.size());
  if (type == DnsType::mx || type == DnsType::ptr) {
    check(std::all_of(answer.texts.begin(), answer.texts.end(), is_host));
  } else {
    check(answer.texts.size() + answer.addresses.size() == records.size());
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  // Each record stands behind its length, as on the wire.
  std::vector<std::string> owned;
  while (!rest.empty()) {
    const std::size_t length = static_cast<unsigned char>(rest.front());
    owned.emplace_back(rest.substr(1, length));
    rest.remove_prefix(std::min(rest.size(), length + 1));
  }
  const std::vector<std::string_view> records(owned.begin(), owned.end());
  for (const DnsType type : {DnsType::a, DnsType::aaaa, DnsType::mx, DnsType::ptr, DnsType::txt})
    check_answer(type, records, size);
  return 0;
}
