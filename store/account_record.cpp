#include "store/account_record.hpp"

#include <algorithm>

#include "store/packed.hpp"

namespace gatepost::store {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kLongestProtocol = 32;  // of all that are named

// `smtp, imap`
void add_protocol(std::string& all, const std::string& one) {
  if (one.empty() || (", " + all + ", ").find(", " + one + ", ") != std::string::npos) return;
  const std::string longer = all.empty() ? one : all + ", " + one;
  if (longer.size() <= kLongestProtocol) all = longer;
}

}  // namespace

void AccountRecord::fail(const Network& network, const LoginAttempt& attempt,
                         std::chrono::seconds span, Time now) {
  span_ = span;
  const Time when = now - std::max(attempt.age, std::chrono::milliseconds(0));
  for (Entry& each : networks_)
    each.last = std::min(each.last, now);
  networks_.erase(std::remove_if(networks_.begin(), networks_.end(),
                                 [&](const Entry& each) { return each.last <= now - span; }),
                  networks_.end());
  if (when <= now - span) return;
  const auto found = std::find_if(networks_.begin(), networks_.end(),
                                  [&](const Entry& each) { return each.network == network; });
  Entry entry{network, {}, when, {}};
  if (found != networks_.end()) {
    entry = *found;
    networks_.erase(found);
  }
  ++entry.told.at(static_cast<std::size_t>(attempt.source));
  entry.last = std::max(entry.last, when);
  add_protocol(entry.protocol, attempt.protocol);
  const auto place =
      std::upper_bound(networks_.begin(), networks_.end(), entry.last,
                       [](Time last, const Entry& each) { return last < each.last; });
  networks_.insert(place, std::move(entry));
  if (networks_.size() > kMostNetworks) networks_.erase(networks_.begin());
}

bool AccountRecord::forget(const Network& network) {
  const auto end = std::remove_if(networks_.begin(), networks_.end(),
                                  [&](const Entry& each) { return each.network == network; });
  const bool forgot = end != networks_.end();
  networks_.erase(end, networks_.end());
  return forgot;
}

std::vector<LoginFailures> AccountRecord::failures(std::chrono::seconds span, Time now) const {
  std::vector<LoginFailures> out;
  for (auto each = networks_.rbegin(); each != networks_.rend(); ++each) {
    if (each->last <= now - span) continue;
    out.push_back({each->network, *std::max_element(each->told.begin(), each->told.end()),
                   each->last, each->protocol});
  }
  return out;
}

Time AccountRecord::forget_at() const {
  return networks_.empty() ? Time{} : networks_.back().last + span_;
}

std::string AccountRecord::encode() const {
  if (networks_.empty()) return {};
  PackedWriter out;
  out.put(kVersion);
  out.put_signed(span_.count());
  out.put(std::uint64_t{networks_.size()});
  for (const Entry& each : networks_) {
    out.put(std::string_view(each.network.text()));
    for (const std::int64_t times : each.told)
      out.put_signed(times);
    out.put(each.last);
    out.put(std::string_view(each.protocol));
  }
  return std::move(out).take();
}

AccountRecord AccountRecord::decode(std::string_view bytes) {
  PackedReader in(bytes);
  if (in.number() != kVersion) return {};
  AccountRecord record;
  record.span_ = std::chrono::seconds(in.signed_number());
  const std::size_t count = in.count();
  while (record.networks_.size() < count) {
    const auto network = Network::parse(in.text());
    if (!network) return {};
    Entry entry{*network, {}, {}, {}};
    for (std::int64_t& times : entry.told)
      times = in.signed_number();
    entry.last = in.time();
    entry.protocol = in.text();
    if (!in.is_good()) return {};
    record.networks_.push_back(std::move(entry));
  }
  return in.is_done() ? record : AccountRecord();
}

}  // namespace gatepost::store
