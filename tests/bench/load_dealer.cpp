#include "tests/bench/load_dealer.hpp"

#include <thread>

#include <fmt/format.h>

#include "tests/bench/load_content.hpp"

namespace gatepost::bench {
namespace {

/// A step of splitmix64.
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

}  // namespace

void Dealer::start(SteadyTime now) {
  started_ = true;
  begun_ = now;
  end_ = now + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                   std::chrono::duration<double>(options_.seconds));
}

std::optional<std::string> Dealer::next_login(SteadyTime now) {
  const bool over = options_.messages > 0 ? dealt_ >= options_.messages : now >= end_;
  if (over) return std::nullopt;
  if (options_.rate > 0) {
    const std::chrono::duration<double> due(static_cast<double>(dealt_) / options_.rate);
    std::this_thread::sleep_until(
        begun_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(due));
  }
  const std::uint64_t number = options_.in_turn ? dealt_ : next_random(random_);
  ++dealt_;
  std::string login = options_.login;
  const std::size_t mark = login.find('%');
  if (mark != std::string::npos) {
    login.replace(mark, 1, std::to_string(number % options_.users));
  }
  return login;
}

std::string Dealer::next_queue_id() {
  return fmt::format("{:0{}X}", ++queue_ids_, LoadContent::kQueueIdSize);
}

}  // namespace gatepost::bench
