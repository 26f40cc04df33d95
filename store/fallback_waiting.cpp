#include "store/fallback_waiting.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::store {

// The request without what differs from message to message.
const WaitingCharges::Shape& WaitingCharges::shape_of(const LedgerRequest& request) {
  LedgerRequest bare{.subject = Subject::local(), .charges = request.charges, .days = request.days};
  for (Charge& charge : bare.charges) {
    charge.amount = 0;
    charge.limit = {};
    charge.enforced = false;
  }
  const bool same = shape_ && shape_->charges == bare.charges && shape_->days == bare.days;
  if (!same) shape_ = std::make_shared<const LedgerRequest>(std::move(bare));
  return shape_;
}

bool WaitingCharges::add(const LedgerRequest& request, Token token,
                         std::vector<std::int64_t> amounts, Time when, bool in_doubt) {
  const std::lock_guard lock(mutex_);
  if (size_ >= most_) return false;
  auto [place, is_new] = charges_.try_emplace(request.subject.text());
  if (is_new) line_.push_back(place->first);
  place->second.push_back({.id = ++last_id_,
                           .token = token,
                           .when = when,
                           .in_doubt = in_doubt,
                           .amounts = std::move(amounts),
                           .shape = shape_of(request)});
  ++size_;
  return true;
}

bool WaitingCharges::has(const Subject& subject) const {
  const std::lock_guard lock(mutex_);
  return size_ > 0 && charges_.find(subject.text()) != charges_.end();
}

std::vector<LocalCharge> WaitingCharges::of(const Subject& subject) const {
  const std::lock_guard lock(mutex_);
  const auto found = charges_.find(subject.text());
  if (found == charges_.end()) return {};
  const auto& all = found->second;
  const auto count = static_cast<std::ptrdiff_t>(std::min(all.size(), kAtOnce));
  return {all.begin(), all.begin() + count};
}

bool WaitingCharges::remove(const Subject& subject, std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = charges_.find(subject.text());
  if (found == charges_.end()) return false;
  auto& all = found->second;
  const auto charge =
      std::find_if(all.begin(), all.end(), [&](const LocalCharge& each) { return each.id == id; });
  if (charge == all.end()) return false;
  all.erase(charge);
  --size_;
  if (all.empty()) charges_.erase(found);  // next() drops it from the line
  return true;
}

std::optional<Subject> WaitingCharges::next() {
  const std::lock_guard lock(mutex_);
  while (!line_.empty()) {
    std::string text = std::move(line_.front());
    line_.pop_front();
    if (charges_.find(text) == charges_.end()) continue;
    line_.push_back(text);
    return Subject::from_text(std::move(text));
  }
  return {};
}

std::size_t WaitingCharges::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

}  // namespace gatepost::store
