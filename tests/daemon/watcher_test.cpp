#include "daemon/watcher.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/daemon/scratch_folder.hpp"

namespace gatepost::daemon {
namespace {

class Calls {
public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }

  bool wait_for(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return count_ >= count; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

TEST(Watcher, SeesAFileWrittenRenamedIntoPlaceAndGone) {
  const test::ScratchFolder folder;
  Calls calls;
  const Watcher watcher(folder.path() / "whitelist.yaml", [&] { calls.add(); });
  folder.write("whitelist.yaml", "a: 1\n");
  EXPECT_TRUE(calls.wait_for(1));
  std::filesystem::rename(folder.write("draft", "b: 2\n"), folder.path() / "whitelist.yaml");
  EXPECT_TRUE(calls.wait_for(2));
  std::filesystem::remove(folder.path() / "whitelist.yaml");
  EXPECT_TRUE(calls.wait_for(3));
}

TEST(Watcher, StopsAtOnceWhileAChangeWaits) {
  const test::ScratchFolder folder;
  const Watcher watcher(folder.path() / "whitelist.yaml", [] {});
  folder.write("whitelist.yaml", "a: 1\n");
}

TEST(Watcher, SaysWhenTheFolderIsNotThere) {
  EXPECT_THROW(Watcher("/nonexistent/whitelist.yaml", [] {}), std::runtime_error);
}

}  // namespace
}  // namespace gatepost::daemon
