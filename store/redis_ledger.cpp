#include "store/redis_ledger.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "store/redis_keys.hpp"

namespace gatepost::store {
namespace {

using std::chrono::milliseconds;

// A year: nothing lives longer, and the sums of the script stay exact.
constexpr milliseconds kOldest = std::chrono::hours(24 * 366);

char letter_of(Unit unit) {
  switch (unit) {
    case Unit::messages: return 'm';
    case Unit::recipients: return 'r';
  }
  return '?';
}

std::string name_of(const Counter& counter) {
  if (counter.window.is_calendar_day()) return {letter_of(counter.unit), 'd'};
  return letter_of(counter.unit) + std::to_string(counter.window.length.count());
}

std::string text_of(Time time) {
  return std::to_string(time.time_since_epoch().count());
}

// Keys and arguments of look.lua and settle.lua.
std::vector<std::string> words_of(std::vector<std::string> keys, const LedgerRequest& request,
                                  const Clock& clock, std::string age) {
  std::vector<std::string> out = std::move(keys);
  out.reserve(out.size() + 6 + 5 * request.charges.size());
  out.push_back(clock ? text_of(clock()) : std::string());
  out.push_back(std::move(age));
  for (const Time start : request.days.starts)
    out.push_back(text_of(start));
  for (const Charge& charge : request.charges) {
    out.push_back(name_of(charge.counter));
    out.push_back(std::to_string(milliseconds(charge.counter.window.length).count()));
    out.push_back(std::to_string(charge.amount));
    out.push_back(charge.limit ? std::to_string(*charge.limit) : std::string());
    out.emplace_back(charge.enforced ? "1" : "0");
  }
  return out;
}

std::vector<std::string_view> views_of(const std::vector<std::string>& words) {
  return {words.begin(), words.end()};
}

// Reads numbers separated by single spaces.
class Numbers {
public:
  explicit Numbers(std::string_view text) : text_(text) {}

  std::optional<std::int64_t> next() {
    std::int64_t value = 0;
    const char* const end = text_.data() + text_.size();
    const auto [after, error] = std::from_chars(text_.data(), end, value);
    if (error != std::errc{}) return {};
    text_.remove_prefix(static_cast<std::size_t>(after - text_.data()));
    if (!text_.empty()) text_.remove_prefix(1);
    return value;
  }

  std::optional<Time> next_time() {
    const auto value = next();
    if (!value || *value == 0) return {};
    return Time(milliseconds(*value));
  }

private:
  std::string_view text_;
};

struct ScriptAnswer {
  Settlement settlement;
  std::optional<std::int64_t> charged;  ///< counters a late charge went to; nothing: repeated
};

std::optional<ScriptAnswer> parse(const RedisReply& reply, std::size_t counters) {
  if (reply.kind != RedisReply::Kind::text) return {};
  Numbers numbers(reply.text);
  const auto repeated = numbers.next();
  const auto now = numbers.next();
  const auto refused = numbers.next();
  if (!repeated || !now || !refused) return {};
  ScriptAnswer out{.settlement = {.now = Time(milliseconds(*now)),
                                  .refused = *refused == 1,
                                  .repeated = *repeated == 1,
                                  .source = Source::store,
                                  .readings = {}},
                   .charged = {}};
  out.settlement.readings.reserve(counters);
  for (std::size_t i = 0; i < counters; ++i) {
    const auto used = numbers.next();
    const auto over = numbers.next();
    if (!used || !over) return {};
    Reading& reading = out.settlement.readings.emplace_back();
    reading.used = *used;
    reading.over = *over == 1;
    reading.clears_at = numbers.next_time();
    reading.resets_at = numbers.next_time();
  }
  out.charged = numbers.next();
  return out;
}

Answer<Settlement> settlement_of(Answer<RedisReply>&& answer, std::size_t counters) {
  if (auto* away = std::get_if<Unavailable>(&answer)) return std::move(*away);
  auto parsed = parse(std::get<RedisReply>(answer), counters);
  if (!parsed) return Unavailable{"redis answered what is no settlement"};
  return std::move(parsed->settlement);
}

std::string token_key(const Subject& subject, Token token) {
  return subject_key(subject, fmt::format("t:{:016x}", token.bits));
}

// The request that pays the charge: its counters and amounts, and no limits.
LedgerRequest payable(const LocalCharge& charge, const Subject& subject) {
  LedgerRequest out{
      .subject = subject, .charges = charge.shape->charges, .days = charge.shape->days};
  for (std::size_t i = 0; i < out.charges.size(); ++i) {
    out.charges[i].amount = charge.amounts[i];
    out.charges[i].limit = {};
  }
  return out;
}

}  // namespace

Answer<Settlement> RedisLedger::look(const LedgerRequest& request) {
  const auto words = words_of({subject_key(request.subject, "c")}, request, clock_, {});
  return settlement_of(redis_.run(RedisScript::look, 1, views_of(words)), request.charges.size());
}

Answer<Settlement> RedisLedger::settle(const LedgerRequest& request, Token token) {
  const auto words = words_of(
      {subject_key(request.subject, "c"), token_key(request.subject, token)}, request, clock_, {});
  return settlement_of(redis_.run(RedisScript::settle, 2, views_of(words)), request.charges.size());
}

Answer<std::vector<Payment>> RedisLedger::pay(const Subject& subject,
                                              const std::vector<LocalCharge>& charges, Time now) {
  RedisCommands commands;
  for (const LocalCharge& charge : charges) {
    const milliseconds age = std::clamp(milliseconds(now - charge.when), milliseconds(0), kOldest);
    const auto words = words_of({subject_key(subject, "c"), token_key(subject, charge.token)},
                                payable(charge, subject), clock_, std::to_string(age.count()));
    std::vector<std::string_view> command = {"EVALSHA", sha_of(RedisScript::settle), "2"};
    command.insert(command.end(), words.begin(), words.end());
    commands.add(command);
  }
  const auto answer = redis_.call_script(RedisScript::settle, commands);
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  std::vector<Payment> out;
  const auto& replies = std::get<Redis::Replies>(answer);
  for (std::size_t i = 0; i < charges.size(); ++i) {
    if (replies[i].is_error()) {  // this subject's key is beyond use; trying again would not help
      out.push_back(Payment::dropped);
      continue;
    }
    const auto parsed = parse(replies[i], charges[i].amounts.size());
    if (!parsed) return Unavailable{"redis answered what is no settlement: " + replies[i].text};
    const bool dropped = parsed->charged && *parsed->charged == 0;
    out.push_back(dropped ? Payment::dropped : Payment::charged);
  }
  return out;
}

}  // namespace gatepost::store
