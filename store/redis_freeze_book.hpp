#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "policy/freeze_book.hpp"
#include "store/redis.hpp"

namespace gatepost::store {

/// Frozen accounts in Redis: the hash `gatepost:{frozen}`, and `gatepost:{frozen}:v`, which counts
/// its changes. The copy is refreshed when that number moves, twice a second; while Redis is away
/// the last copy stays in force, and where Redis comes back without its memory, or with an older
/// one, what the copy holds is frozen there again: nobody gets loose because a Redis was restarted.
class RedisFreezeBook final : public FreezeBook {
public:
  static constexpr std::chrono::milliseconds kPoll{500};

  /// Reads the copy once, if Redis answers. `redis` must outlive the book.
  explicit RedisFreezeBook(Redis& redis);
  ~RedisFreezeBook() override;
  RedisFreezeBook(const RedisFreezeBook&) = delete;
  RedisFreezeBook& operator=(const RedisFreezeBook&) = delete;

  std::optional<FrozenAccount> frozen(std::string_view account) const override;
  std::vector<FrozenAccount> all_frozen() const override;
  Answer<bool> freeze(const FrozenAccount& entry) override;
  Answer<bool> unfreeze(std::string_view account) override;

private:
  using Copy = std::map<std::string, FrozenAccount, std::less<>>;

  void poll();
  void refresh();
  bool put_back(Copy& there);
  Answer<bool> change(const std::vector<std::string_view>& words,
                      const std::function<void(Copy&)>& apply);
  std::shared_ptr<const Copy> copy() const;
  void replace(Copy copy);

  Redis& redis_;

  // Held over each exchange with Redis, so that a poll never undoes a newer write of ours.
  std::mutex exchange_;
  std::string version_;  // of the copy; guarded by exchange_
  bool known_ = false;   // the copy was read at least once; guarded by exchange_

  mutable std::mutex mutex_;  // of the copy and of stopping_
  std::shared_ptr<const Copy> copy_ = std::make_shared<const Copy>();
  std::condition_variable stop_;
  bool stopping_ = false;

  std::thread poller_;
};

}  // namespace gatepost::store
