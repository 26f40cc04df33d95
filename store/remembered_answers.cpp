#include "store/remembered_answers.hpp"

namespace gatepost::store {
namespace {

/// Two messages of one key would make one of them forgotten early, nothing worse: what is found is
/// compared in full.
std::uint64_t key_of(std::string_view subject, Token token) {
  return token.bits ^ (std::hash<std::string_view>{}(subject)*0x9e37'79b9'7f4a'7c15U);
}

}  // namespace

std::optional<Settlement> RememberedAnswers::find(std::string_view subject, Token token,
                                                  Time now) const {
  std::optional<JournalRecord> record;
  {
    const std::lock_guard lock(mutex_);
    const auto found = contents_.find(key_of(subject, token));
    if (found == contents_.end()) return {};
    record = decode_record(found->second);
  }
  if (!record || !record->answer || record->subject != subject) return {};
  if (record->answer->token != token || record->answer->settlement.now + kKept <= now) return {};
  return std::move(record->answer->settlement);
}

void RememberedAnswers::remember(std::string_view subject, const JournalAnswer& answer) {
  const Entry entry{key_of(subject, answer.token), answer.settlement.now};
  std::string content =
      encode({.sequence = 0, .subject = std::string(subject), .portions = {}, .answer = answer});
  const bool is_refusal = answer.settlement.refused;
  const std::lock_guard lock(mutex_);
  trim(charged_, is_refusal ? kMostCharged : kMostCharged - 1, entry.when);
  trim(refused_, is_refusal ? kMostRefused - 1 : kMostRefused, entry.when);
  if (!contents_.try_emplace(entry.key, std::move(content)).second) return;
  (is_refusal ? refused_ : charged_).push_back(entry);
}

void RememberedAnswers::trim(Queue& queue, std::size_t most, Time now) {
  while (!queue.empty() && (queue.size() > most || queue.front().when + kKept <= now)) {
    contents_.erase(queue.front().key);
    queue.pop_front();
  }
}

void RememberedAnswers::emit(Time now,
                             const std::function<void(std::string_view content)>& emit) const {
  std::vector<std::string> good;
  {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : charged_) {
      if (entry.when + kKept > now) good.push_back(contents_.at(entry.key));
    }
  }
  for (const std::string& content : good)
    emit(content);
}

std::size_t RememberedAnswers::size() const {
  const std::lock_guard lock(mutex_);
  return contents_.size();
}

}  // namespace gatepost::store
