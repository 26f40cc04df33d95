#include "store/redis_case_book.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "store/redis_keys.hpp"

namespace gatepost::store {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::string_view kAll = "gatepost:cases";
// People wait for these, and they may carry a lot; nobody's mail does.
constexpr std::chrono::milliseconds kPatience{2000};
constexpr std::size_t kHoursAtOnce = 24;

std::string case_key(std::string_view reference) {
  return "gatepost:case:" + std::string(reference);
}

std::string hour_key(Time when) {
  return "gatepost:would:" +
         fmt::format("{:%Y%m%d%H}", fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

hours kept(Channel channel) {
  return channel == Channel::inbound ? CaseBook::kKeptInbound : CaseBook::kKept;
}

std::string seconds_text(hours span) {
  return std::to_string(seconds(span).count());
}

std::optional<Unavailable> trouble_in(const Answer<Redis::Replies>& answer) {
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  for (const RedisReply& reply : *value_of(answer)) {
    if (reply.is_error()) return Unavailable{"redis: " + reply.text};
  }
  return {};
}

using Sums = std::map<std::string, std::int64_t, std::less<>>;

void add_up(const RedisReply& hash, Sums& sums) {
  for (std::size_t i = 0; i + 1 < hash.elements.size(); i += 2) {
    sums[hash.elements[i].text] += std::strtoll(hash.elements[i + 1].text.c_str(), nullptr, 10);
  }
}

std::vector<WouldRefuse> most_first(const Sums& sums) {
  std::vector<WouldRefuse> out;
  for (const auto& [field, count] : sums) {
    const auto space = std::min(field.find(' '), field.size());
    const auto rule = rule_from_name(std::string_view(field).substr(0, space));
    if (!rule) continue;  // of a newer version
    out.push_back({*rule, space == field.size() ? "" : field.substr(space + 1), count});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  return out;
}

}  // namespace

bool RedisCaseBook::is_kept(const Case& record) const {
  return record.last + kept(record.channel) > clock_();
}

Answer<bool> RedisCaseBook::record(const Case& record) {
  const std::string reference = record.reference.text();
  const std::string of_subject = subject_key(record.subject, "cases");
  const std::string time = std::to_string(record.last.time_since_epoch().count());
  const std::string oldest = "(" + std::to_string((clock_() - kKept).time_since_epoch().count());
  RedisCommands commands;
  commands.add(
      {"SET", case_key(reference), encode(record), "EX", seconds_text(kept(record.channel))});
  commands.add({"ZADD", of_subject, time, reference});
  // As long as the case of it that is kept longest.
  const std::string life = seconds_text(kept(record.channel));
  commands.add({"EXPIRE", of_subject, life, "NX"});
  commands.add({"EXPIRE", of_subject, life, "GT"});
  commands.add({"ZADD", kAll, time, reference});
  commands.add({"ZREMRANGEBYSCORE", kAll, "-inf", oldest});
  commands.add({"ZCARD", of_subject});
  commands.add({"ZCARD", kAll});
  const auto answer = redis_.call(commands);
  if (auto trouble = trouble_in(answer)) return std::move(*trouble);
  const auto& replies = *value_of(answer);
  const auto cards = replies.end() - 2;
  return trim(of_subject, cards[0].integer - static_cast<std::int64_t>(kPerSubject),
              cards[1].integer - static_cast<std::int64_t>(most_));
}

// Drops the oldest cases of the subject and of all, so many of each.
Answer<bool> RedisCaseBook::trim(const std::string& subject_cases, std::int64_t of_subject,
                                 std::int64_t in_all) {
  RedisCommands pops;
  if (of_subject > 0) pops.add({"ZPOPMIN", subject_cases, std::to_string(of_subject)});
  if (in_all > 0) pops.add({"ZPOPMIN", kAll, std::to_string(in_all)});
  if (pops.empty()) return true;
  const auto popped = redis_.call(pops);
  if (auto trouble = trouble_in(popped)) return std::move(*trouble);
  RedisCommands reads;
  RedisCommands drops;
  for (const RedisReply& reply : *value_of(popped)) {
    for (std::size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
      const std::string& reference = reply.elements[i].text;
      reads.add({"GET", case_key(reference)});
      drops.add({"DEL", case_key(reference)});
      drops.add({"ZREM", kAll, reference});
    }
  }
  const auto cases = redis_.call(reads);
  if (auto trouble = trouble_in(cases)) return std::move(*trouble);
  for (const RedisReply& reply : *value_of(cases)) {
    const auto each = decode_case(reply.text);  // nothing: it has expired, and its list with it
    if (!each) continue;
    drops.add({"ZREM", subject_key(each->subject, "cases"), each->reference.text()});
  }
  if (auto trouble = trouble_in(redis_.call(drops))) return std::move(*trouble);
  return true;
}

Answer<bool> RedisCaseBook::tally(RuleId rule, const Subject& subject, std::int64_t count,
                                  Time when) {
  const std::string key = hour_key(when);
  const std::string together = std::string(name(rule));
  const std::string field = together + ' ' + subject.text();
  const std::string amount = std::to_string(count);
  const std::string most = std::to_string(kTalliesAnHour);
  const std::string life = seconds_text(kKept);
  const std::vector<std::string_view> words = {key, field, amount, most, together, life};
  const auto answer = redis_.run(RedisScript::tally, 1, words);
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  return true;
}

Answer<std::optional<Case>> RedisCaseBook::find(const Reference& reference) {
  const auto answer = redis_.call({"GET", case_key(reference.text())});
  if (const auto* away = std::get_if<Unavailable>(&answer)) return *away;
  auto found = decode_case(value_of(answer)->text);
  if (found && !is_kept(*found)) found.reset();
  return found;
}

Answer<std::vector<Case>> RedisCaseBook::recent(const Subject& subject, std::size_t most) {
  std::vector<Case> out;
  if (most == 0) return out;
  const auto references = redis_.call(
      {"ZREVRANGE", subject_key(subject, "cases"), "0", std::to_string(kPerSubject - 1)});
  if (const auto* away = std::get_if<Unavailable>(&references)) return *away;
  RedisCommands gets;
  for (const RedisReply& reference : value_of(references)->elements) {
    gets.add({"GET", case_key(reference.text)});
  }
  const auto answer = redis_.call(gets, kPatience);
  if (auto trouble = trouble_in(answer)) return std::move(*trouble);
  for (const RedisReply& reply : *value_of(answer)) {
    auto each = decode_case(reply.text);  // some of the list may have expired
    if (each && is_kept(*each) && out.size() < most) out.push_back(std::move(*each));
  }
  return out;
}

Answer<std::vector<WouldRefuse>> RedisCaseBook::would_refuse(Time since) {
  const Time now = clock_();
  Time hour = std::chrono::floor<hours>(std::max(since, now - kKept));
  Sums sums;
  while (hour <= now) {
    RedisCommands reads;
    for (; hour <= now && reads.count() < kHoursAtOnce; hour += hours(1)) {
      reads.add({"HGETALL", hour_key(hour)});
    }
    const auto answer = redis_.call(reads, kPatience);
    if (auto trouble = trouble_in(answer)) return std::move(*trouble);
    for (const RedisReply& hash : *value_of(answer))
      add_up(hash, sums);
  }
  return most_first(sums);
}

}  // namespace gatepost::store
