#include "mailauth/verification.hpp"

#include <string>
#include <utility>

namespace gatepost::mailauth {
namespace {

// Gives its seat back.
class Seat {
public:
  explicit Seat(WaitingRoom& room) : room_(room), taken_(room.enter()) {}

  ~Seat() {
    if (taken_) room_.leave();
  }

  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  bool taken() const { return taken_; }

private:
  WaitingRoom& room_;
  bool taken_;
};

}  // namespace

bool WaitingRoom::enter() {
  std::size_t waiting = waiting_.load();
  while (waiting < seats_) {
    if (!waiting_.compare_exchange_weak(waiting, waiting + 1)) continue;
    if (sits_down_) sits_down_();
    return true;
  }
  turned_away_.fetch_add(1);
  return false;
}

std::shared_ptr<Verification> Verification::start(Resolver& resolver, SpfInput envelope,
                                                  std::chrono::sys_seconds now) {
  auto out = std::make_shared<Verification>(Private{}, resolver, std::move(envelope), now);
  const std::lock_guard lock(out->mutex_);
  out->advance();
  return out;
}

std::shared_ptr<Verification> Verification::start_with(Resolver& resolver, AuthorDomains authors,
                                                       GivenResults given,
                                                       std::chrono::sys_seconds now) {
  SpfInput nobody{IpAddress::v4({}), {}, {}, {}};
  auto out = std::make_shared<Verification>(Private{}, resolver, std::move(nobody), now);
  const std::lock_guard lock(out->mutex_);
  out->check_.end_of_header(std::move(authors), std::move(given));
  out->advance();
  return out;
}

Verification::Verification(Private, Resolver& resolver, SpfInput envelope,
                           std::chrono::sys_seconds now)
    : resolver_(resolver), check_(std::move(envelope), now) {}

void Verification::header(std::string_view name, std::string_view value) {
  const std::lock_guard lock(mutex_);
  check_.header(name, value);
}

void Verification::end_of_header(AuthorDomains authors, std::optional<GivenResults> given) {
  const std::lock_guard lock(mutex_);
  if (given) {
    check_.end_of_header(std::move(authors), *std::move(given));
  } else {
    check_.end_of_header(std::move(authors));
  }
  advance();
}

bool Verification::wants_body() const {
  const std::lock_guard lock(mutex_);
  return check_.wants_body();
}

void Verification::body(std::string_view chunk) {
  const std::lock_guard lock(mutex_);
  check_.body(chunk);
}

// Asks what is missing, over again until nothing new turns up: an answer that is known at once may
// lead to the next question.
std::optional<Authentication> Verification::advance() {
  for (;;) {
    auto found = check_.advance(answers_);
    if (found) return found;
    const auto missing = answers_.take_missing();
    bool any_known = false;
    for (const DnsQuestion& question : missing) {
      auto known = resolver_.ask(
          question, [weak = weak_from_this()](const DnsQuestion& asked, SharedAnswer answer) {
            if (const auto self = weak.lock()) self->answered(asked, std::move(answer));
          });
      if (known) {
        answers_.put(question, std::move(known));
        any_known = true;
      } else {
        ++under_way_;
      }
    }
    if (!any_known) return {};
  }
}

// Signatures are verified by the session's own thread, at the end: the resolver's is for answers.
void Verification::answered(const DnsQuestion& question, SharedAnswer answer) {
  const std::lock_guard lock(mutex_);
  --under_way_;
  answers_.put(question, std::move(answer));
  if (concluding_) {
    arrived_.notify_one();
  } else {
    advance();
  }
}

Authentication Verification::conclude(WaitingRoom& room, std::chrono::milliseconds budget) {
  std::unique_lock lock(mutex_);
  concluding_ = true;
  check_.end_of_body();
  if (auto found = advance()) return *std::move(found);
  if (auto found = wait(lock, room, budget)) return *std::move(found);
  auto found = check_.advance(answers_);
  return found ? *std::move(found) : Authentication{};
}

std::optional<Authentication> Verification::wait(std::unique_lock<std::mutex>& lock,
                                                 WaitingRoom& room,
                                                 std::chrono::milliseconds budget) {
  const Seat seat(room);
  if (!seat.taken()) {
    answers_.give_up("too many messages wait for the DNS");
    return {};
  }
  const auto until = std::chrono::steady_clock::now() + budget;
  while (under_way_ != 0) {
    const std::size_t before = under_way_;
    if (!arrived_.wait_until(lock, until, [&] { return under_way_ < before; })) break;
    if (auto found = advance()) return found;
  }
  room.count_out_of_time();
  answers_.give_up("no answer in time");
  return {};
}

}  // namespace gatepost::mailauth
