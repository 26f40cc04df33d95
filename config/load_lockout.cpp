// `rules.login_lockout` of gatepost.yaml (R5).

#include <map>

#include <fmt/format.h>

#include "config/load_parts.hpp"
#include "config/source_text.hpp"

namespace gatepost::config {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds kShortest{1};
constexpr seconds kLongestSpan = hours(24 * 7);
constexpr seconds kLongestMemory = hours(24 * 31);
constexpr seconds kLongestTarpit{9};
constexpr std::int64_t kMostFailures = 1000;

Parsed<seconds> parse_short_span(std::string_view text) {
  return parse_span(text, kShortest, kLongestSpan);
}

Parsed<seconds> parse_long_span(std::string_view text) {
  return parse_span(text, kShortest, kLongestMemory);
}

Parsed<seconds> parse_tarpit(std::string_view text) {
  if (text == "0") return seconds(0);
  auto parsed = parse_span(text, seconds(0), kLongestMemory);
  const auto* length = std::get_if<seconds>(&parsed);
  if (length == nullptr || *length <= kLongestTarpit) return parsed;
  return Mistake{fmt::format("{} is more than {}: after 10 seconds Postfix gives the login up",
                             in_quotes(text), duration_text(kLongestTarpit))};
}

// How many users or addresses make something special. One would be everybody.
Parsed<int> parse_several(std::string_view text) {
  const auto parsed = parse_number(text, 0, kMostFailures);
  if (const auto* wrong = std::get_if<Mistake>(&parsed)) return *wrong;
  const auto several = std::get<std::int64_t>(parsed);
  if (several == 1) return Mistake{"'1' would be everybody: write 2 or more, or 0 for none"};
  return static_cast<int>(several);
}

// A parser of whole numbers as the rule keeps them.
auto between(int least, int most) {
  return [=](std::string_view text) -> Parsed<int> {
    const auto parsed = parse_number(text, least, most);
    if (const auto* wrong = std::get_if<Mistake>(&parsed)) return *wrong;
    return static_cast<int>(std::get<std::int64_t>(parsed));
  };
}

Parsed<std::int64_t> parse_failures(std::string_view text) {
  return parse_number(text, 1, kMostFailures);
}

void load_growth(const Section& section, LoginLockout& rule) {
  LockGrowth& growth = rule.growth;
  section.read_into(growth.factor, "factor", between(1, 10));
  section.read_into(growth.longest, "longest", parse_long_span);
  section.read_into(growth.remembered, "remembered", parse_long_span);
  if (!section.has("longest")) {
    growth.longest = std::max(growth.longest, rule.lock);
  } else if (growth.longest < rule.lock) {
    section.error("longest", section.mark_of("longest"),
                  fmt::format("{} is shorter than the first lock, {}",
                              duration_text(growth.longest), duration_text(rule.lock)));
  }
  for (const std::string_view key : {"longest", "remembered"}) {
    if (!section.has(key) || section.has("factor")) continue;
    section.report().warning(section.mark_of(key),
                             section.name_of(key) + " does nothing without factor");
  }
}

void load_shared_address(const Section& section, LoginLockout& rule) {
  SharedAddress& shared = rule.shared;
  section.read_into(shared.users, "users", parse_several);
  section.read_into(shared.within, "within", parse_short_span);
  section.read_into(shared.tarpit, "tarpit", parse_tarpit);
  const auto failures = section.read("failures", parse_failures);
  shared.failures = failures.value_or(2 * rule.failures);
  if (failures && *failures < rule.failures) {
    section.error("failures", section.mark_of("failures"),
                  fmt::format("{} is less than the {} of others: a shared address is locked later, "
                              "not sooner",
                              *failures, rule.failures));
  }
}

void load_attacked_account(const Section& section, AttackedAccount& out) {
  section.read_into(out.addresses, "addresses", parse_several);
  section.read_into(out.tarpit, "tarpit", parse_tarpit);
}

using Blocks = std::map<Network, Mark>;

// A wider block of the list that holds `block` as well.
const Blocks::value_type* around(const Network& block, const Blocks& blocks) {
  for (int prefix = block.prefix() - 1; prefix >= 0; --prefix) {
    const auto found = blocks.find(Network::around(block.address(), prefix));
    if (found != blocks.end()) return &*found;
  }
  return nullptr;
}

Blocks load_exempt(const Section& section, std::string_view key, NetworkMap<Place>& out) {
  Blocks blocks;
  const auto items = section.read_list(key, parse_trusted_network);
  if (!items) return blocks;
  for (const auto& item : *items) {
    if (out.insert(item.value, section.report().place(item.mark))) {
      blocks.emplace(item.value, item.mark);
    } else {
      section.error(key, item.mark, item.value.text() + " is listed twice");
    }
  }
  for (const auto& [block, mark] : blocks) {
    const auto* wider = around(block, blocks);
    if (wider == nullptr) continue;
    section.report().warning(
        mark, fmt::format("{}: {} lies in {}, which is listed too", section.name_of(key),
                          block.text(), wider->first.text()));
  }
  return blocks;
}

void load_exempts(const Section& section, LoginLockout& rule) {
  const Blocks trusted = load_exempt(section, "trusted", rule.trusted);
  for (const auto& [block, mark] : load_exempt(section, "webmail", rule.webmail)) {
    if (trusted.count(block) == 0) continue;
    section.report().warning(mark, fmt::format("{}: {} need not be in trusted too: webmail hosts "
                                               "are never locked",
                                               section.name_of("webmail"), block.text()));
  }
}

}  // namespace

void load_login_lockout(const Section& section, LoginLockout& rule) {
  section.read_into(rule.failures, "failures", parse_failures);
  section.read_into(rule.within, "within", parse_short_span);
  section.read_into(rule.lock, "lock", parse_short_span);
  section.read_into(rule.ipv4_prefix, "ipv4_prefix", between(16, 32));
  section.read_into(rule.ipv6_prefix, "ipv6_prefix", between(32, 128));
  section.read_into(rule.count, "count", [](std::string_view text) {
    return parse_choice<CountedFailures>(
        text, {{"failures", CountedFailures::failures},
               {"distinct_passwords", CountedFailures::distinct_passwords}});
  });
  section.read_into(rule.prolong, "prolong", parse_bool);
  load_growth(section.section("growth", keys::lock_growth()), rule);
  load_shared_address(section.section("shared_address", keys::shared_address()), rule);
  load_attacked_account(section.section("attacked_account", keys::attacked_account()),
                        rule.account);
  load_exempts(section, rule);
  section.read_into(rule.on_inbound, "on_inbound", [](std::string_view text) {
    return parse_choice<Action>(text, {{"continue", Action::proceed}, {"defer", Action::defer}});
  });
}

}  // namespace gatepost::config
