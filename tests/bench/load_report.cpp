#include "tests/bench/load_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gatepost::bench {
namespace {

/// `450 4.7.1` of `450 4.7.1 You have sent ...`.
std::string_view codes_of(std::string_view reply) {
  const std::size_t first = reply.find(' ');
  if (first == std::string_view::npos) return reply;
  return reply.substr(0, reply.find(' ', first + 1));
}

}  // namespace

void Latencies::add(std::chrono::steady_clock::duration taken) {
  const auto count = std::chrono::duration_cast<std::chrono::microseconds>(taken).count();
  microseconds_.push_back(static_cast<std::uint32_t>(std::max<std::int64_t>(0, count)));
  sorted_ = false;
}

double Latencies::at(double share) const {
  if (microseconds_.empty()) return 0;
  if (!sorted_) std::sort(microseconds_.begin(), microseconds_.end());
  sorted_ = true;
  const double last = static_cast<double>(microseconds_.size() - 1);
  return microseconds_[static_cast<std::size_t>(std::ceil(share * last))] / 1000.0;
}

void LoadReport::count(std::string_view stage, const test::Reply& reply) {
  std::string kind(stage);
  kind += ' ';
  if (reply.code == test::ReplyCode::reply_code) {
    kind += codes_of(reply.text());
  } else {
    kind += static_cast<char>(reply.code);
  }
  ++replies[kind];
}

std::string LoadReport::text() const {
  std::string out = fmt::format(
      "messages answered  {} in {:.2f} s: {:.0f}/s\n"
      "passed             {}\n"
      "connections broken {}\n"
      "sessions           {}, steps negotiated {:#x}\n"
      "message latency    p50 {:.2f} ms  p99 {:.2f} ms  max {:.2f} ms\n"
      "MAIL latency       p50 {:.2f} ms  p99 {:.2f} ms  max {:.2f} ms\n"
      "CPU of the load    {:.3f} s per 1000 messages\n"
      "replies\n",
      answered, seconds, rate(), passed, lost, sessions, steps, message.at(0.5), message.at(0.99),
      message.at(1), mail.at(0.5), mail.at(0.99), mail.at(1),
      answered > 0 ? load_cpu_seconds * 1000 / static_cast<double>(answered) : 0);
  for (const auto& [kind, n] : replies)
    out += fmt::format("  {:<20} {}\n", kind, n);
  return out;
}

std::string LoadReport::json() const {
  std::string kinds;
  for (const auto& [kind, n] : replies) {
    if (!kinds.empty()) kinds += ", ";
    kinds += fmt::format(R"("{}": {})", kind, n);
  }
  return fmt::format(
      R"({{"answered": {}, "passed": {}, "lost": {}, "sessions": {}, "steps": {}, "seconds": {:.4f}, )"
      R"("rate": {:.1f}, "message_ms": {{"p50": {:.3f}, "p99": {:.3f}, "max": {:.3f}}}, )"
      R"("mail_ms": {{"p50": {:.3f}, "p99": {:.3f}, "max": {:.3f}}}, )"
      R"("load_cpu_seconds": {:.3f}, "replies": {{{}}}}})",
      answered, passed, lost, sessions, steps, seconds, rate(), message.at(0.5), message.at(0.99),
      message.at(1), mail.at(0.5), mail.at(0.99), mail.at(1), load_cpu_seconds, kinds);
}

}  // namespace gatepost::bench
