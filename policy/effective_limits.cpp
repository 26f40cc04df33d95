#include "policy/effective_limits.hpp"

#include <algorithm>
#include <set>

namespace gatepost {
namespace {

constexpr std::chrono::seconds kDay = std::chrono::hours(24);

// Takes what `set` gives and `limits` does not have yet from a nearer entry.
class Resolution {
public:
  explicit Resolution(EffectiveLimits defaults) : limits_(std::move(defaults)) {}

  void take(const LimitSet& set, const Origin& origin) {
    take_one(limits_.message_rate, set.message_rate, origin);
    take_one(limits_.recipients_per_message, set.recipients_per_message, origin);
    take_one(limits_.recipients_per_day, set.recipients_per_day, origin);
    take_one(limits_.message_size, set.message_size, origin);
  }

  EffectiveLimits result() && { return std::move(limits_); }

private:
  static void take_one(EffectiveLimit& current, const std::optional<Limit>& given,
                       const Origin& origin) {
    const bool is_default =
        current.origin.kind == Origin::Kind::built_in || current.origin.kind == Origin::Kind::site;
    const bool both_groups =
        current.origin.kind == Origin::Kind::group && origin.kind == Origin::Kind::group;
    if (!given) return;
    if (is_default || (both_groups && allows_more(*given, current.limit))) {
      current = {*given, origin};
    }
  }

  EffectiveLimits limits_;
};

std::vector<std::size_t> group_indexes(const Settings& settings, const Login& login) {
  std::set<std::size_t> found;
  const auto collect = [&](const std::string& member) {
    const auto groups = settings.groups_of.find(member);
    if (groups != settings.groups_of.end())
      found.insert(groups->second.begin(), groups->second.end());
  };
  collect(login.text());
  if (login.address()) collect("*@" + login.address()->domain().ascii());
  return {found.begin(), found.end()};
}

void collect_windows(std::set<Counter>& counters, const LimitSet& set) {
  if (set.message_rate) counters.insert({Unit::messages, set.message_rate->window});
  if (set.recipients_per_day) counters.insert({Unit::recipients, set.recipients_per_day->window});
}

}  // namespace

bool allows_more(const Limit& a, const Limit& b) {
  if (!a.count || !b.count) return !a.count && b.count;
  const auto seconds = [](const Limit& limit) {
    return (limit.window.is_calendar_day() ? kDay : limit.window.length).count();
  };
  const auto left = *a.count * seconds(b);
  const auto right = *b.count * seconds(a);
  return left != right ? left > right : seconds(a) > seconds(b);
}

EffectiveLimits default_limits(const Settings& settings) {
  return {.message_rate = rule_of<MessageRate>(settings.rules).limit,
          .recipients_per_message = rule_of<RecipientsPerMessage>(settings.rules).limit,
          .recipients_per_day = rule_of<RecipientsPerDay>(settings.rules).limit,
          .message_size = rule_of<MessageSize>(settings.rules).limit};
}

EffectiveLimits limits_of_login(const Settings& settings, const Login& login, Time now) {
  Resolution resolution(default_limits(settings));
  const auto [first, last] = settings.whitelist.group_senders.equal_range(login.text());
  for (auto entry = first; entry != last; ++entry) {
    const GroupSender& sender = entry->second;
    if (!sender.info.applies(now)) continue;
    resolution.take(sender.limits, {Origin::Kind::account, sender.account, sender.info.place});
  }
  for (const std::size_t index : group_indexes(settings, login)) {
    const Group& group = settings.groups[index];
    resolution.take(group.limits, {Origin::Kind::group, group.name, group.place});
  }
  if (login.address()) {
    const auto domain = settings.domains.find(login.address()->domain());
    if (domain != settings.domains.end()) {
      resolution.take(domain->second.limits,
                      {Origin::Kind::domain, domain->first.ascii(), domain->second.place});
    }
  }
  return std::move(resolution).result();
}

EffectiveLimits limits_of_server(const Settings& settings, const Server& server) {
  Resolution resolution(default_limits(settings));
  resolution.take(server.limits, {Origin::Kind::server, server.name, server.info.place});
  return std::move(resolution).result();
}

std::vector<std::string> groups_of(const Settings& settings, const Login& login) {
  std::vector<std::string> names;
  for (const std::size_t index : group_indexes(settings, login)) {
    names.push_back(settings.groups[index].name);
  }
  return names;
}

std::vector<Counter> configured_counters(const Settings& settings) {
  const EffectiveLimits defaults = default_limits(settings);
  std::set<Counter> counters = {{Unit::messages, defaults.message_rate.limit.window},
                                {Unit::recipients, defaults.recipients_per_day.limit.window}};
  for (const Group& group : settings.groups)
    collect_windows(counters, group.limits);
  for (const auto& [domain, entry] : settings.domains)
    collect_windows(counters, entry.limits);
  for (const auto& [account, entry] : settings.whitelist.group_senders) {
    collect_windows(counters, entry.limits);
  }
  for (const Server& server : settings.whitelist.servers)
    collect_windows(counters, server.limits);
  return {counters.begin(), counters.end()};
}

}  // namespace gatepost
