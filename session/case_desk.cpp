#include "session/case_desk.hpp"

#include <iterator>
#include <utility>

namespace gatepost::session {
namespace {

// A flood fills one batch while the one before is written: records of the same reference meet here.
constexpr std::chrono::milliseconds kBetweenBatches{50};
constexpr std::chrono::milliseconds kBeforeAnotherTry{1000};  // the store is away

std::string key_of(const Subject& subject, RuleId rule, int code, std::string_view about) {
  return subject.text() + '\n' + std::to_string(static_cast<int>(rule)) + '\n' +
         std::to_string(code) + '\n' + std::string(about);
}

}  // namespace

CaseDesk::CaseDesk(CaseBook& book, Random random)
    : book_(book), random_(std::move(random)), writer_([this] { write_batches(); }) {}

CaseDesk::~CaseDesk() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  writer_.join();
}

Reference CaseDesk::reference_for(const Subject& subject, RuleId rule, int code, Time now,
                                  std::string_view about) {
  std::string key = key_of(subject, rule, code, about);
  const std::lock_guard lock(mutex_);
  const auto known = by_key_.find(key);
  if (known != by_key_.end()) {
    const auto shared = known->second;
    if (now - shared->first < kShared && now >= shared->first) {
      ++shared->count;
      recent_.splice(recent_.begin(), recent_, shared);
      return shared->reference;
    }
    by_reference_.erase(shared->reference);
    recent_.erase(shared);
    by_key_.erase(known);
  }
  const Reference reference = Reference::from_bits(random_());
  recent_.push_front({reference, now, 1, key});
  by_key_.emplace(std::move(key), recent_.begin());
  by_reference_.insert_or_assign(reference, recent_.begin());
  if (recent_.size() > kRemembered) {
    by_key_.erase(recent_.back().key);
    by_reference_.erase(recent_.back().reference);
    recent_.pop_back();
  }
  return reference;
}

void CaseDesk::file(Case record) {
  {
    const std::lock_guard lock(mutex_);
    const auto shared = by_reference_.find(record.reference);
    if (shared != by_reference_.end()) {
      record.first = shared->second->first;
      record.count = shared->second->count;
    }
    if (waiting_.cases.size() >= kWaiting && waiting_.cases.count(record.reference) == 0) {
      ++lost_;
      return;
    }
    waiting_.cases.insert_or_assign(record.reference, std::move(record));
  }
  wake_.notify_one();
}

void CaseDesk::would_refuse(RuleId rule, const Subject& subject, Time now) {
  TallyKey key{rule, subject.text(), std::chrono::floor<std::chrono::hours>(now)};
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.tallies.size() >= kWaiting && waiting_.tallies.count(key) == 0) {
      ++lost_;
      return;
    }
    ++waiting_.tallies[std::move(key)];
  }
  wake_.notify_one();
}

std::uint64_t CaseDesk::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

void CaseDesk::write_batches() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Batch batch = std::exchange(waiting_, {});
    lock.unlock();
    write(batch);
    lock.lock();
    const bool all_written = batch.empty();
    if (!all_written && stopping_) lost_ += batch.cases.size() + batch.tallies.size();
    if (!all_written && !stopping_) put_back(std::move(batch));
    wake_.wait_for(lock, all_written ? kBetweenBatches : kBeforeAnotherTry,
                   [this] { return stopping_; });
  }
}

void CaseDesk::write(Batch& batch) {
  for (auto next = batch.cases.begin(); next != batch.cases.end();) {
    if (value_of(book_.record(next->second)) == nullptr) return;
    next = batch.cases.erase(next);
  }
  for (auto next = batch.tallies.begin(); next != batch.tallies.end();) {
    const auto& [rule, subject, hour] = next->first;
    const auto answer = book_.tally(rule, Subject::from_text(subject), next->second, hour);
    if (value_of(answer) == nullptr) return;
    next = batch.tallies.erase(next);
  }
}

void CaseDesk::put_back(Batch batch) {
  for (auto& [key, count] : batch.tallies)
    waiting_.tallies[key] += count;
  waiting_.cases.merge(batch.cases);  // what came in meanwhile is newer and stays
  while (waiting_.cases.size() > kWaiting) {
    waiting_.cases.erase(std::prev(waiting_.cases.end()));
    ++lost_;
  }
}

}  // namespace gatepost::session
