#include "policy/rules/usage.hpp"

#include <algorithm>

namespace gatepost {

const Reading* Usage::reading(const Counter& counter) const {
  const Settlement* answered = settlement();
  if (answered == nullptr) return nullptr;
  const auto& charges = request_->charges;
  const auto found = std::find_if(charges.begin(), charges.end(),
                                  [&](const Charge& charge) { return charge.counter == counter; });
  if (found == charges.end()) return nullptr;
  const auto index = static_cast<std::size_t>(found - charges.begin());
  return index < answered->readings.size() ? &answered->readings[index] : nullptr;
}

const Unavailable* Usage::unavailable() const {
  return answer_ == nullptr ? nullptr : std::get_if<Unavailable>(answer_);
}

const Settlement* Usage::settlement() const {
  return answer_ == nullptr ? nullptr : std::get_if<Settlement>(answer_);
}

}  // namespace gatepost
