#include "store/failure_record.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::store {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLongestProtocol = 32;
constexpr std::int64_t kNeverLockedEntries = 50;
constexpr std::int64_t kNeverLockedTimes = 20;
constexpr std::int64_t kEntriesForEach = 5;  // sources and protocols that tell of one attempt
constexpr std::chrono::minutes kNotedAgain{10};
constexpr std::size_t kFewGoodLogins = 16;

// FNV-1a; never 0.
std::uint64_t digest(const std::string& text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3ULL;
  }
  return hash == 0 ? 1 : hash;
}

Time time_of(const LoginAttempt& attempt, Time now) {
  return now - std::max(attempt.age, milliseconds(0));
}

milliseconds lock_length(const LockoutTerms& terms, std::int64_t offence) {
  const milliseconds longest = std::max(terms.lock, terms.growth.longest);
  milliseconds length = terms.lock;
  for (std::int64_t i = 1; i < offence && terms.growth.factor > 1 && length < longest; ++i) {
    length = length > longest / terms.growth.factor ? longest : length * terms.growth.factor;
  }
  return length;
}

void clear_before(std::optional<Time>& when, Time end) {
  if (when && *when <= end) when.reset();
}

}  // namespace

bool FailureRecord::Entry::same_kind(const Entry& other) const {
  return guess == other.guess && service == other.service && source == other.source &&
         login == other.login && protocol == other.protocol;
}

void FailureRecord::begin(const LockoutTerms& terms, Time now) {
  spans_ = {terms.within, terms.shared.within, terms.growth.remembered, terms.count};
  age(now);
}

void FailureRecord::age(Time now) {
  age_entries(now);
  if (lock_ && !lock_->holds(now)) lock_.reset();
  for (GoodLogin& each : good_)
    each.last = std::min(each.last, now);
  good_.erase(
      std::remove_if(good_.begin(), good_.end(),
                     [&](const GoodLogin& each) { return each.last <= now - spans_.shared; }),
      good_.end());
  clear_before(last_until_, now - spans_.remembered);
  if (!last_until_) offences_ = 0;
  clear_before(settled_, now - spans_.within);
  clear_before(unlocked_, now - spans_.within);
  clear_before(last_failure_, now - spans_.within);
  if (!last_failure_) tokens_.clear();
}

void FailureRecord::age_entries(Time now) {
  const Time begin = now - spans_.within;
  for (Entry& entry : entries_) {
    std::vector<Time> kept;
    std::size_t spent = 0;
    for (std::size_t i = 0; i < entry.times.size(); ++i) {
      if (entry.times[i] <= begin) continue;
      kept.push_back(std::min(entry.times[i], now));
      if (i < entry.spent) ++spent;
    }
    entry.times = std::move(kept);
    entry.spent = spent;
  }
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(),
                                [](const Entry& entry) { return entry.times.empty(); }),
                 entries_.end());
}

FailureRecord::Counted FailureRecord::fail(const LoginAttempt& attempt, const LockoutTerms& terms,
                                           const Reference& reference, Time now) {
  begin(terms, now);
  Counted out;
  out.outcome.shared = is_shared(terms);
  if (lock_) {
    out.changed = prolong(terms, now);
    out.outcome.lock = lock_;
    return out;
  }
  const Time when = time_of(attempt, now);
  const bool counts = when > now - terms.within && !is_late(attempt, now);
  if (counts && !told_before(attempt.token)) {
    out.changed = true;
    last_failure_ = now;
    add(attempt, when);
    keep_in_bounds(terms);
  }
  out.outcome.counted = count(terms.count);
  const auto most = limit(terms);
  if (!out.changed || !most || out.outcome.counted < *most) return out;
  make_lock(terms, reference, out.outcome.counted, now);
  out.outcome.new_lock = true;
  out.outcome.lock = lock_;
  return out;
}

FailureRecord::Counted FailureRecord::turned_away(const LockoutTerms& terms, Time now) {
  begin(terms, now);
  Counted out;
  out.changed = prolong(terms, now);
  out.outcome.lock = lock_;
  out.outcome.counted = count(terms.count);
  out.outcome.shared = is_shared(terms);
  return out;
}

bool FailureRecord::is_late(const LoginAttempt& attempt, Time now) const {
  if (attempt.age <= milliseconds(0)) return false;
  const Time when = time_of(attempt, now);
  if (settled_ && when < *settled_) return true;
  return std::any_of(good_.begin(), good_.end(), [&](const GoodLogin& each) {
    return each.login == attempt.login && when <= each.last;
  });
}

bool FailureRecord::told_before(const Token& token) {
  if (token.bits == 0) return false;
  if (std::find(tokens_.begin(), tokens_.end(), token.bits) != tokens_.end()) return true;
  tokens_.push_back(token.bits);
  if (tokens_.size() > kMostTokens) tokens_.erase(tokens_.begin());
  return false;
}

void FailureRecord::add(const LoginAttempt& attempt, Time when) {
  const bool by_guess =
      spans_.count == CountedFailures::distinct_passwords && !attempt.guess.empty();
  const Entry made{.login = attempt.login,
                   .service = attempt.service,
                   .source = attempt.source,
                   .protocol = attempt.protocol.substr(0, kLongestProtocol),
                   .guess = by_guess ? digest(attempt.guess) : 0,
                   .times = {when},
                   .spent = 0,
                   .repeats = 0,
                   .first = when};
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& each) { return each.same_kind(made); });
  if (found == entries_.end()) {
    entries_.push_back(made);
  } else if (by_guess) {
    add_repeat(*found, when);
  } else {
    const auto counting = found->times.begin() + static_cast<std::ptrdiff_t>(found->spent);
    found->times.insert(std::upper_bound(counting, found->times.end(), when), when);
  }
}

void FailureRecord::add_repeat(Entry& entry, Time when) {
  entry.first = std::min(entry.first, when);
  entry.times.front() = std::max(entry.times.front(), when);
  entry.spent = 0;
  ++entry.repeats;
}

void FailureRecord::keep_in_bounds(const LockoutTerms& terms) {
  const std::int64_t most =
      terms.failures ? std::max({std::int64_t{1}, *terms.failures, terms.shared.failures}) : 0;
  const auto most_times = static_cast<std::size_t>(
      most == 0 ? kNeverLockedTimes : std::min(most, std::int64_t{kMostTimes}));
  const auto most_entries = static_cast<std::size_t>(
      most == 0 ? kNeverLockedEntries
                : std::min(most, std::int64_t{kMostEntries} / kEntriesForEach) * kEntriesForEach);
  for (Entry& entry : entries_) {
    if (entry.times.size() <= most_times) continue;
    const std::size_t over = entry.times.size() - most_times;
    entry.times.erase(entry.times.begin(), entry.times.begin() + static_cast<std::ptrdiff_t>(over));
    entry.spent -= std::min(entry.spent, over);
  }
  while (entries_.size() > most_entries) {
    entries_.erase(
        std::min_element(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
          return std::pair(a.counting() != 0, a.times.back()) <
                 std::pair(b.counting() != 0, b.times.back());
        }));
  }
}

void FailureRecord::make_lock(const LockoutTerms& terms, const Reference& reference,
                              std::int64_t failures, Time now) {
  ++offences_;
  const Time since = after_unlock(now);
  const Time until = since + lock_length(terms, offences_);
  lock_ = ClientLock{.network = terms.network,
                     .reference = reference,
                     .since = since,
                     .until = until,
                     .actor = {},
                     .reason = {},
                     .failures = failures,
                     .within = terms.within,
                     .logins = logins_of_lock(),
                     .offence = offences_};
  last_until_ = until;
  settled_ = until;
  spend();
}

bool FailureRecord::prolong(const LockoutTerms& terms, Time now) {
  if (!lock_ || lock_->by_hand() || !terms.prolong) return false;
  const Time until = now + lock_length(terms, lock_->offence);
  if (until <= lock_->until) return false;
  lock_->until = until;
  last_until_ = until;
  settled_ = until;
  return true;
}

Time FailureRecord::after_unlock(Time now) const {
  return unlocked_ ? std::max(now, *unlocked_ + milliseconds(1)) : now;
}

void FailureRecord::spend() {
  for (Entry& entry : entries_) {
    entry.spent = entry.times.size();
    entry.guess = 0;  // what counts no more is compared with nothing
  }
}

ClientLock FailureRecord::lock(ClientLock lock, Time now) {
  age(now);
  const auto length = lock.until - lock.since;
  lock.since = after_unlock(now);
  lock.until = lock.since + length;
  settled_ = lock.until;
  lock_ = lock;
  spend();
  return lock;
}

FailureRecord::Unlocked FailureRecord::unlock(Time now) {
  age(now);
  Unlocked out;
  out.lock = lock_;
  out.at = lock_ ? std::max(now, lock_->since) : now;
  for (Entry& entry : entries_) {
    entry.spent = 0;
    if (std::find(out.logins.begin(), out.logins.end(), entry.login) == out.logins.end()) {
      out.logins.push_back(entry.login);
    }
  }
  out.failures = count(spans_.count);
  entries_.clear();
  lock_.reset();
  offences_ = 0;
  last_until_.reset();
  settled_ = now;
  unlocked_ = out.at;
  return out;
}

FailureRecord::Succeeded FailureRecord::succeed(const LoginAttempt& attempt,
                                                const LockoutTerms& terms, Time now) {
  begin(terms, now);
  const Time when = time_of(attempt, now);
  if (attempt.login.text.empty() || when <= now - terms.within) return {};
  const bool forgot = forget_login(attempt.login, when);
  return {note_good(attempt.login, when, forgot, terms) || forgot, forgot};
}

bool FailureRecord::forget_login(const LoginName& login, Time until) {
  // How many attempts each source told of, by service.
  std::int64_t told[2][4] = {};
  bool forgot = false;
  for (Entry& entry : entries_) {
    if (entry.login != login) continue;
    const auto kept = std::remove_if(entry.times.begin(), entry.times.end(),
                                     [&](Time each) { return each <= until; });
    const auto dropped = entry.times.end() - kept;
    if (dropped == 0) continue;
    told[static_cast<std::size_t>(entry.service)][static_cast<std::size_t>(entry.source)] +=
        dropped + entry.repeats;
    entry.times.erase(kept, entry.times.end());
    entry.spent -= std::min(entry.spent, static_cast<std::size_t>(dropped));
    forgot = true;
  }
  for (std::size_t service = 0; service < 2; ++service) {
    const std::int64_t most = *std::max_element(std::begin(told[service]), std::end(told[service]));
    for (std::size_t source = 0; source < 4; ++source) {
      forget_nameless(static_cast<LoginService>(service), static_cast<LoginSource>(source),
                      most - told[service][source], until);
    }
  }
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(),
                                [](const Entry& entry) { return entry.times.empty(); }),
                 entries_.end());
  return forgot;
}

// A log that tells no names told of the same attempts: the newest before the success.
void FailureRecord::forget_nameless(LoginService service, LoginSource source, std::int64_t most,
                                    Time until) {
  for (Entry& entry : entries_) {
    if (!entry.login.text.empty() || entry.service != service || entry.source != source) continue;
    for (std::size_t i = entry.times.size(); i > entry.spent && most > 0; --i) {
      const auto at = entry.times.begin() + static_cast<std::ptrdiff_t>(i - 1);
      if (*at > until) continue;
      entry.times.erase(at);
      --most;
    }
  }
}

bool FailureRecord::note_good(const LoginName& login, Time when, bool at_once,
                              const LockoutTerms& terms) {
  const auto found = std::find_if(good_.begin(), good_.end(),
                                  [&](const GoodLogin& each) { return each.login == login; });
  if (found != good_.end()) {
    const auto again = std::min<milliseconds>(kNotedAgain, terms.shared.within / 2);
    if (when <= found->last || (!at_once && when < found->last + again)) return false;
    good_.erase(found);
  }
  const auto place =
      std::upper_bound(good_.begin(), good_.end(), when,
                       [](Time time, const GoodLogin& each) { return time < each.last; });
  good_.insert(place, {login, when});
  const auto most = static_cast<std::size_t>(std::max(0, terms.shared.users));
  if (good_.size() > std::clamp(most, kFewGoodLogins, kMostGoodLogins)) good_.erase(good_.begin());
  return true;
}

}  // namespace gatepost::store
