#include "mailauth/shared_resolver.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace gatepost::mailauth {
namespace {

// How long an answer may be used again.
std::chrono::seconds keeping_time(const DnsAnswer& answer) {
  switch (answer.status) {
    case DnsStatus::found: return std::min(answer.time_to_live, SharedResolver::kLongestKept);
    case DnsStatus::no_data:
    case DnsStatus::no_name: return std::min(answer.time_to_live, SharedResolver::kNothingKept);
    case DnsStatus::failed: return SharedResolver::kFailureKept;
  }
  return {};
}

// About what keeping it takes: the name stands in two containers.
std::size_t size_of(const DnsQuestion& question, const DnsAnswer& answer) {
  constexpr std::size_t kNodes = 400;
  std::size_t out = kNodes + 2 * question.name.size() + answer.why.size() +
                    answer.addresses.size() * sizeof(IpAddress);
  for (const std::string& text : answer.texts)
    out += sizeof text + text.size();
  return out;
}

}  // namespace

// Thread-safe.
class SharedResolver::State {
public:
  explicit State(Clock clock) : clock_(std::move(clock)) {}

  // `ask_behind`: asks the resolver behind.
  template <typename AskBehind>
  SharedAnswer ask(const DnsQuestion& question, Done done, const AskBehind& ask_behind);
  void answered(const DnsQuestion& question, const SharedAnswer& answer);
  void fail_all();
  DnsCounters counters() const;

private:
  struct Kept {
    SharedAnswer answer;
    std::chrono::steady_clock::time_point until;
    std::size_t octets = 0;
    std::list<DnsQuestion>::iterator use;
  };

  using KeptAnswers = std::map<DnsQuestion, Kept>;

  SharedAnswer find(const DnsQuestion& question);
  void keep(const DnsQuestion& question, const SharedAnswer& answer);
  void forget(KeptAnswers::iterator kept);
  void count(const DnsAnswer& answer);

  Clock clock_;
  mutable std::mutex mutex_;
  KeptAnswers kept_;
  std::size_t octets_ = 0;         // of kept_
  std::list<DnsQuestion> by_use_;  // the last used first
  std::map<DnsQuestion, std::vector<Done>> under_way_;
  bool stopping_ = false;
  DnsCounters counters_;
};

template <typename AskBehind>
SharedAnswer SharedResolver::State::ask(const DnsQuestion& question, Done done,
                                        const AskBehind& ask_behind) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return failed_answer("the resolver stops");
  ++counters_.asked;
  if (auto known = find(question)) {
    ++counters_.from_cache;
    return known;
  }
  const auto same = under_way_.find(question);
  if (same != under_way_.end()) {
    ++counters_.shared;
    same->second.push_back(std::move(done));
    return nullptr;
  }
  if (under_way_.size() >= kMostUnderWay) {
    ++counters_.failed;
    return failed_answer("too many questions are under way");
  }
  // Under the lock, so that nobody joins before it is known whether the answer comes at once; the
  // resolver behind never calls back from here.
  auto known = ask_behind();
  if (!known) {
    under_way_[question].push_back(std::move(done));
    return nullptr;
  }
  count(*known);
  keep(question, known);
  return known;
}

SharedAnswer SharedResolver::State::find(const DnsQuestion& question) {
  const auto kept = kept_.find(question);
  if (kept == kept_.end()) return nullptr;
  if (kept->second.until <= clock_()) {
    forget(kept);
    return nullptr;
  }
  by_use_.splice(by_use_.begin(), by_use_, kept->second.use);
  return kept->second.answer;
}

void SharedResolver::State::keep(const DnsQuestion& question, const SharedAnswer& answer) {
  const auto time = keeping_time(*answer);
  if (time.count() <= 0 || kept_.count(question) != 0) return;
  const std::size_t octets = size_of(question, *answer);
  by_use_.push_front(question);
  kept_.emplace(question, Kept{answer, clock_() + time, octets, by_use_.begin()});
  octets_ += octets;
  while (kept_.size() > kMostAnswers || octets_ > kMostOctets)
    forget(kept_.find(by_use_.back()));
}

void SharedResolver::State::forget(KeptAnswers::iterator kept) {
  octets_ -= kept->second.octets;
  by_use_.erase(kept->second.use);
  kept_.erase(kept);
}

void SharedResolver::State::count(const DnsAnswer& answer) {
  if (answer.status == DnsStatus::failed) {
    ++counters_.failed;
    ++counters_.failed_in_a_row;
  } else {
    counters_.failed_in_a_row = 0;
  }
}

void SharedResolver::State::answered(const DnsQuestion& question, const SharedAnswer& answer) {
  std::vector<Done> waiting;
  {
    const std::lock_guard lock(mutex_);
    const auto asked = under_way_.find(question);
    if (asked == under_way_.end()) return;
    count(*answer);
    keep(question, answer);
    waiting = std::move(asked->second);
    under_way_.erase(asked);
  }
  for (const Done& done : waiting)
    done(question, answer);
}

void SharedResolver::State::fail_all() {
  std::map<DnsQuestion, std::vector<Done>> failed;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    failed.swap(under_way_);
  }
  const auto answer = failed_answer("the resolver stops");
  for (const auto& [question, waiting] : failed) {
    for (const Done& done : waiting)
      done(question, answer);
  }
}

DnsCounters SharedResolver::State::counters() const {
  const std::lock_guard lock(mutex_);
  DnsCounters out = counters_;
  out.under_way = under_way_.size();
  return out;
}

SharedResolver::SharedResolver(Resolver& behind, Clock clock)
    : behind_(behind), state_(std::make_shared<State>(std::move(clock))) {}

SharedResolver::~SharedResolver() {
  state_->fail_all();
}

SharedAnswer SharedResolver::ask(const DnsQuestion& question, Done done) {
  return state_->ask(question, std::move(done), [&] {
    return behind_.ask(question, [weak = std::weak_ptr(state_)](const DnsQuestion& asked,
                                                                const SharedAnswer& answer) {
      if (const auto state = weak.lock()) state->answered(asked, answer);
    });
  });
}

DnsCounters SharedResolver::counters() const {
  return state_->counters();
}

}  // namespace gatepost::mailauth
