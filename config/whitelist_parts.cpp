#include "config/whitelist_parts.hpp"

#include <unordered_set>

#include <fmt/format.h>

#include "config/patterns.hpp"
#include "config/source_text.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::config {
namespace {

// An entry that ends within this is worth a word.
constexpr std::chrono::hours kSoon{14 * 24};

Parsed<std::string> parse_line(std::string_view text) {
  if (ascii::trim(text).empty()) return Mistake{"is empty"};
  // What is one line in the log and in an explanation stays one.
  std::string line(ascii::trim(text));
  std::replace_if(line.begin(), line.end(), ascii::is_control, ' ');
  return line;
}

Time end_of(const CivilTime& civil, const ZoneCalendar& calendar) {
  if (civil.time_of_day) return calendar.instant(civil.date, *civil.time_of_day);
  return calendar.start_of(std::chrono::sys_days(civil.date) + std::chrono::days(1));
}

std::string date_text(const CivilTime& civil) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(civil.date.year()),
                     static_cast<unsigned>(civil.date.month()),
                     static_cast<unsigned>(civil.date.day()));
}

// What a message calls the entry: its account or name as it is written.
std::string entry_name(const Section& entry, std::string_view key) {
  const YamlNode* node = entry.find(key);
  const bool written = node != nullptr && node->kind == YamlNode::Kind::scalar;
  return written ? shown(node->text) : "the entry";
}

void read_expiry(const Section& entry, const std::string& what, const WhitelistReading& reading,
                 EntryInfo& info) {
  const auto civil = entry.read("expires", parse_civil_time);
  if (!civil) return;
  info.expires = end_of(*civil, reading.calendar);
  const Mark mark = entry.mark_of("expires");
  if (!info.applies(reading.now)) {
    reading.report.warning(
        mark, fmt::format("{} expired on {}, no longer applies", what, date_text(*civil)));
  } else if (!info.applies(reading.now + kSoon)) {
    reading.report.warning(mark, fmt::format("{} expires on {}", what, date_text(*civil)));
  }
}

// The value as messages and look-ups tell it from others.
std::string text_of(const Network& network) {
  return network.text();
}

std::string text_of(const AddressPattern& pattern) {
  return pattern.text();
}

// The values of a list that has to be there and to hold something, none of them twice.
template <typename Parse>
auto read_filled(const Section& entry, std::string_view key, Parse parse, const std::string& why) {
  using Value = std::variant_alternative_t<0, decltype(parse(std::string_view()))>;
  std::vector<Value> values;
  if (!entry.has(key)) entry.missing(key, why);
  const auto items = entry.read_list(key, parse);
  if (!items) return values;
  if (entry.list(key)->empty()) entry.error(key, entry.mark_of(key), "is empty: " + why);
  std::unordered_set<std::string> seen;
  for (const auto& item : *items) {
    if (seen.insert(text_of(item.value)).second) {
      values.push_back(item.value);
    } else {
      entry.report().warning(item.mark, fmt::format("{}: {} is listed twice", entry.name_of(key),
                                                    in_quotes(text_of(item.value))));
    }
  }
  return values;
}

}  // namespace

void each_entry(const Section& root, const SectionKeys& keys,
                const std::function<void(const Section&)>& read) {
  const YamlNode* node = root.find(keys.path);
  if (node == nullptr || node->kind == YamlNode::Kind::empty) return;
  const std::vector<YamlNode>* entries = root.list(keys.path);
  if (entries == nullptr) return;
  for (const YamlNode& entry : *entries) {
    if (entry.kind != YamlNode::Kind::map) {
      root.error(keys.path, entry.mark, "an entry must hold lines of 'name: value' after its '-'");
    } else {
      read(Section(&entry, keys, std::string(keys.path), root.report()));
    }
  }
}

EntryInfo read_info(const Section& entry, std::string_view key, const WhitelistReading& reading) {
  EntryInfo info;
  info.place = reading.report.place(entry.mark());
  if (entry.has("reason")) {
    entry.read_into(info.reason, "reason", parse_line);
  } else {
    entry.missing("reason", "say why, and who asked for it");
  }
  entry.read_into(info.owner, "owner", parse_line);
  read_expiry(entry, entry_name(entry, key), reading, info);
  return info;
}

std::vector<Network> read_clients(const Section& entry, const std::string& why) {
  return read_filled(entry, "clients", parse_trusted_network, why);
}

AddressPatterns read_patterns(const Section& entry, std::string_view key, const std::string& why) {
  return AddressPatterns(read_filled(entry, key, parse_pattern, why));
}

Parsed<Proof> parse_proof(std::string_view text) {
  return parse_choice<Proof>(text, {{"spf", Proof::spf}, {"dkim", Proof::dkim}});
}

bool never_counts(const EntryInfo& first, const EntryInfo& later, Time now) {
  if (!later.applies(now) || !first.applies(now)) return false;
  return !first.expires || (later.expires && *later.expires <= *first.expires);
}

}  // namespace gatepost::config
