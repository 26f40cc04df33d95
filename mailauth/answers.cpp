#include "mailauth/answers.hpp"

#include <utility>

namespace gatepost::mailauth {

const DnsAnswer* Answers::find(const DnsQuestion& question) {
  const auto known = known_.find(question);
  if (known != known_.end()) return known->second.get();
  if (failure_) return failure_.get();
  if (noted_.count(question) != 0) return nullptr;
  if (noted_.size() >= kMostQuestions) {
    if (!too_many_) too_many_ = failed_answer("this message asks too many questions");
    return too_many_.get();
  }
  noted_.insert(question);
  missing_.push_back(question);
  return nullptr;
}

void Answers::put(const DnsQuestion& question, SharedAnswer answer) {
  noted_.insert(question);
  known_.emplace(question, std::move(answer));
}

std::vector<DnsQuestion> Answers::take_missing() {
  return std::exchange(missing_, {});
}

void Answers::give_up(std::string why) {
  missing_.clear();
  failure_ = failed_answer(std::move(why));
}

}  // namespace gatepost::mailauth
