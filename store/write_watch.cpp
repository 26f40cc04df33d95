#include "store/write_watch.hpp"

#include <utility>

namespace gatepost::store {

WriteWatch::WriteWatch(std::string where, Clock clock, Log log)
    : clock_(std::move(clock)), log_(std::move(log)) {
  status_.kind = "memory";
  status_.where = std::move(where);
  status_.since = clock_();
}

void WriteWatch::called() {
  const std::lock_guard lock(mutex_);
  ++status_.calls;
}

void WriteWatch::charged(const Answer<bool>& written) {
  const auto* failure = std::get_if<Unavailable>(&written);
  std::string line;
  {
    const std::lock_guard lock(mutex_);
    if (failure != nullptr) {
      ++status_.failed;
      ++status_.unanswered;
      status_.last_error = failure->why;
    }
    if (status_.away == (failure != nullptr)) return;
    status_.away = failure != nullptr;
    status_.since = clock_();
    line = status_.away ? failure->why +
                              ". Until that is mended nobody counts, and on_unknown of the rules "
                              "decides about messages that would be charged."
                        : status_.where + " can be written to again: counting goes on.";
  }
  log_(line);
}

void WriteWatch::synced(const Answer<bool>& synced) {
  const auto* failure = std::get_if<Unavailable>(&synced);
  {
    const std::lock_guard lock(mutex_);
    if (failure != nullptr) status_.last_error = failure->why;
    if (sync_fails_ == (failure != nullptr)) return;
    sync_fails_ = failure != nullptr;
  }
  log_(failure != nullptr ? failure->why +
                                ". Charges of the last moments would be lost in a power "
                                "failure; the file will be written anew."
                          : status_.where + " is durable again.");
}

StoreStatus WriteWatch::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

}  // namespace gatepost::store
