#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "store/failure_record.hpp"

namespace gatepost::store {
namespace {

constexpr std::size_t kSources = 4;
constexpr auto kLoginLog = static_cast<std::size_t>(LoginSource::login_log);
constexpr auto kPolicy = static_cast<std::size_t>(LoginSource::auth_policy);

using BySource = std::array<std::int64_t, kSources>;

std::size_t most_told(const BySource& told) {
  return static_cast<std::size_t>(std::max_element(told.begin(), told.end()) - told.begin());
}

}  // namespace

struct FailureRecord::Group {
  LoginService service;
  LoginName login;
  BySource told{};
  bool has_policy = false;

  // The source that tells the most. With distinct passwords, auth-policy where it tells anything.
  // The login processes' log names one login for all attempts of a connection: what it says of a
  // login goes behind what others say.
  std::size_t decisive(CountedFailures count) const {
    if (count == CountedFailures::distinct_passwords && has_policy) return kPolicy;
    BySource others = told;
    others.at(kLoginLog) = 0;
    const std::size_t most = most_told(others);
    return others.at(most) > 0 ? most : kLoginLog;
  }
};

std::vector<std::int64_t> FailureRecord::contributions(CountedFailures count) const {
  std::vector<std::int64_t> out;
  out.reserve(entries_.size());
  std::set<std::pair<LoginName, std::uint64_t>> seen;
  for (const Entry& entry : entries_) {
    std::int64_t own = entry.counting();
    if (own > 0 && count == CountedFailures::distinct_passwords && entry.guess != 0) {
      own = seen.emplace(entry.login, entry.guess).second ? 1 : 0;
    }
    out.push_back(own);
  }
  return out;
}

std::vector<FailureRecord::Group> FailureRecord::groups(CountedFailures count) const {
  std::map<std::pair<LoginService, LoginName>, Group> by_key;
  const auto own = contributions(count);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    Group& group = by_key[{entry.service, entry.login}];
    group.service = entry.service;
    group.login = entry.login;
    group.told.at(static_cast<std::size_t>(entry.source)) += own[i];
    if (entry.source == LoginSource::auth_policy && entry.counting() > 0) group.has_policy = true;
  }
  std::vector<Group> out;
  out.reserve(by_key.size());
  for (auto& [key, group] : by_key)
    out.push_back(std::move(group));
  return out;
}

std::int64_t FailureRecord::count(CountedFailures count) const {
  struct Total {
    std::int64_t named = 0;
    std::int64_t nameless_policy = 0;
    bool has_policy = false;
    BySource told{};
  };

  std::map<LoginService, Total> totals;
  for (const Group& group : groups(count)) {
    Total& total = totals[group.service];
    total.has_policy = total.has_policy || group.has_policy;
    for (std::size_t i = 0; i < kSources; ++i)
      total.told.at(i) += group.told.at(i);
    if (group.login.text.empty()) {
      total.nameless_policy += group.told.at(kPolicy);
    } else {
      total.named += group.told.at(group.decisive(count));
    }
  }
  std::int64_t sum = 0;
  for (const auto& [service, total] : totals) {
    const bool logs_know_less = count == CountedFailures::distinct_passwords && total.has_policy;
    sum += logs_know_less ? total.named + total.nameless_policy
                          : std::max(total.named, total.told.at(most_told(total.told)));
  }
  return sum;
}

bool FailureRecord::is_shared(const LockoutTerms& terms) const {
  return terms.shared.users > 0 && good_.size() >= static_cast<std::size_t>(terms.shared.users);
}

std::optional<std::int64_t> FailureRecord::limit(const LockoutTerms& terms) const {
  if (!terms.failures || !is_shared(terms)) return terms.failures;
  return std::max(*terms.failures, terms.shared.failures);
}

// Those with the most failures.
std::vector<LoginName> FailureRecord::logins_of_lock() const {
  std::map<LoginName, std::int64_t> by_login;
  for (const Entry& entry : entries_) {
    if (entry.counting() > 0) by_login[entry.login] += entry.counting() + entry.repeats;
  }
  std::vector<std::pair<std::int64_t, LoginName>> ordered;
  for (const auto& [login, times] : by_login)
    ordered.emplace_back(-times, login);
  std::sort(ordered.begin(), ordered.end());
  std::vector<LoginName> out;
  for (const auto& [times, login] : ordered) {
    if (out.size() == kMostLockLogins) break;
    out.push_back(login);
  }
  return out;
}

std::vector<FailureLine> FailureRecord::lines(CountedFailures count) const {
  std::map<std::pair<LoginService, LoginName>, LoginSource> decisive;
  for (const Group& group : groups(count)) {
    decisive.emplace(std::pair(group.service, group.login),
                     static_cast<LoginSource>(group.decisive(count)));
  }
  std::map<std::tuple<LoginName, LoginService, LoginSource, std::string>, FailureLine> by_kind;
  const auto own = contributions(count);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    const auto [first, last] = std::minmax_element(entry.times.begin(), entry.times.end());
    const Time begin = entry.repeats > 0 ? std::min(entry.first, *first) : *first;
    FailureLine line{.login = entry.login,
                     .service = entry.service,
                     .source = entry.source,
                     .protocol = entry.protocol,
                     .times = static_cast<std::int64_t>(entry.times.size()) + entry.repeats,
                     .counted = 0,
                     .first = begin,
                     .last = *last};
    if (decisive.at({entry.service, entry.login}) == entry.source) line.counted = own[i];
    const auto [at, is_new] =
        by_kind.try_emplace({entry.login, entry.service, entry.source, entry.protocol}, line);
    if (is_new) continue;
    at->second.times += line.times;
    at->second.counted += line.counted;
    at->second.first = std::min(at->second.first, line.first);
    at->second.last = std::max(at->second.last, line.last);
  }
  std::vector<FailureLine> out;
  out.reserve(by_kind.size());
  for (auto& [kind, line] : by_kind)
    out.push_back(std::move(line));
  std::stable_sort(out.begin(), out.end(),
                   [](const FailureLine& a, const FailureLine& b) { return a.last > b.last; });
  return out;
}

NetworkStanding FailureRecord::standing(const LockoutTerms& terms, Time now) const {
  FailureRecord aged = *this;
  aged.begin(terms, now);
  NetworkStanding out;
  out.counted = aged.count(terms.count);
  out.failures = aged.lines(terms.count);
  for (auto each = aged.good_.rbegin(); each != aged.good_.rend(); ++each)
    out.good_logins.push_back(each->login);
  out.lock = aged.lock_;
  return out;
}

std::optional<ClientLock> FailureRecord::lock_at(Time now) const {
  return lock_ && lock_->holds(now) ? lock_ : std::nullopt;
}

bool FailureRecord::empty() const {
  return entries_.empty() && good_.empty() && !lock_ && !last_until_ && !settled_ && !unlocked_ &&
         !last_failure_;
}

// What tells of a password goes with the span of its failure, and takes the rest along.
std::optional<Time> FailureRecord::guesses_until() const {
  std::optional<Time> out;
  for (const Entry& entry : entries_) {
    if (entry.guess == 0) continue;
    const Time end = entry.times.back() + spans_.within;
    out = std::max(out.value_or(end), end);
  }
  return out;
}

Time FailureRecord::forget_at() const {
  if (const auto end = guesses_until()) return *end;
  Time out{};
  const auto keep = [&](const std::optional<Time>& when, std::chrono::seconds span) {
    if (when) out = std::max(out, *when + span);
  };
  for (const Entry& entry : entries_)
    keep(*std::max_element(entry.times.begin(), entry.times.end()), spans_.within);
  for (const GoodLogin& each : good_)
    keep(each.last, spans_.shared);
  if (lock_) keep(lock_->until, std::chrono::seconds(0));
  keep(last_until_, spans_.remembered);
  keep(settled_, spans_.within);
  keep(unlocked_, spans_.within);
  keep(last_failure_, spans_.within);
  return out;
}

}  // namespace gatepost::store
