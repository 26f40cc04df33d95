#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "logins/login_guard.hpp"
#include "policy/engine.hpp"
#include "tests/policy/fake_lock_book.hpp"
#include "tests/policy/site.hpp"

namespace gatepost::test {

/// A guard at example.com, with what it needs in the test's hands.
struct GuardedSite {
  explicit GuardedSite(LockBook* other_book = nullptr)
      : guard({.settings = [this] { return std::make_shared<const Settings>(settings); },
               .locks = other_book == nullptr ? static_cast<LockBook&>(book) : *other_book,
               .clock = [this] { return now; },
               .random = [this] { return ++random; },
               .file_case = [this](Case filed) { cases.push_back(std::move(filed)); },
               .note = [this](const logins::LoginNote& note) { notes.push_back(note); },
               .host = "mx1"}) {
    book.clock = now;
  }

  LoginLockout& rule() {
    for (Rule& one : settings.rules) {
      if (auto* found = std::get_if<LoginLockout>(&one)) return *found;
    }
    throw std::logic_error("there is no such rule");
  }

  void pass(std::chrono::seconds time) {
    now += time;
    book.clock = now;
  }

  /// `denied 3`: what the counts say of one result of auth-policy.
  std::uint64_t count(std::string_view result) const {
    for (const logins::LoginCount& one : guard.counts()) {
      if (one.source == name(LoginSource::auth_policy) && one.result == result) return one.count;
    }
    return 0;
  }

  Settings settings = example_site();
  FakeLockBook book;
  Time now = kNoon;
  std::atomic<std::uint64_t> random = 0;
  std::vector<Case> cases;
  std::vector<logins::LoginNote> notes;
  logins::LoginGuard guard;
};

}  // namespace gatepost::test
