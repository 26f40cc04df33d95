#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "config/load_parts.hpp"
#include "config/source_text.hpp"
#include "config/suggest.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::config {
namespace {

// Unknown zones are compared with all there are, which takes a while: only then.
Mistake no_such_zone(std::string_view text) {
  const auto names = zone_names();
  if (names.empty()) {
    return {
        fmt::format("{} cannot be looked up: there is no time zone database "
                    "(apt install tzdata)",
                    in_quotes(text))};
  }
  return {fmt::format("{} is no time zone{}", in_quotes(text),
                      did_you_mean(text, {names.begin(), names.end()}))};
}

Parsed<std::shared_ptr<const ZoneCalendar>> parse_zone(std::string_view text) {
  auto calendar = ZoneCalendar::of_zone(std::string(text));
  if (calendar == nullptr) return no_such_zone(text);
  return calendar;
}

// It ends up in SMTP replies: printable ASCII and short.
Parsed<std::string> parse_help_url(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  const bool web = text.starts_with("https://") || text.starts_with("http://");
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!web || !printable) {
    return Mistake{
        fmt::format("{} is no link: write https://mail.example.com/why/{{ref}}", in_quotes(text))};
  }
  if (text.size() > kLongest) {
    return Mistake{fmt::format("is longer than {} characters", kLongest)};
  }
  std::string rest(text);
  const auto ref = rest.find("{ref}");
  if (ref != std::string::npos) rest.erase(ref, 5);
  if (rest.find_first_of("{}") != std::string::npos) {
    return Mistake{
        fmt::format("{} holds braces: the only word in them is {{ref}}, once", in_quotes(text))};
  }
  return std::string(text);
}

std::vector<Domain> read_domains(const Section& section, std::string_view key) {
  std::vector<Domain> domains;
  const auto items = section.read_list(key, parse_domain);
  if (!items) return domains;
  std::set<Domain> seen;
  for (const auto& item : *items) {
    if (seen.insert(item.value).second) {
      domains.push_back(item.value);
    } else {
      section.error(key, item.mark, fmt::format("{} is listed twice", item.value.ascii()));
    }
  }
  return domains;
}

void check_realms(const Section& logins, const Site& site) {
  if (!site.logins.realms.empty() && !site.logins.bare_domain && !site.domains.empty()) {
    logins.error("realms", logins.mark_of("realms"),
                 "need bare: first_domain, which says what they stand for");
  }
  for (const Domain& realm : site.logins.realms) {
    const bool ours =
        std::find(site.domains.begin(), site.domains.end(), realm) != site.domains.end();
    if (!ours) continue;
    logins.error("realms", logins.mark_of("realms"),
                 fmt::format("{} is one of site.domains: its accounts would become those of {}",
                             in_quotes(realm.ascii()), site.domains.front().ascii()));
  }
}

void read_login_map_key(const Section& logins, const std::filesystem::path& folder, Draft& draft) {
  const auto written = logins.text("map");
  if (!written) return;
  if (written->empty()) {
    logins.error("map", logins.mark_of("map"), "has no value: name a file, or leave it out");
    return;
  }
  draft.login_map = (folder / std::filesystem::path(*written)).lexically_normal();
  draft.login_map_mark = logins.mark_of("map");
}

void load_logins(const Section& section, const std::filesystem::path& folder, Draft& draft) {
  Site& site = draft.settings.site;
  const Section logins = section.section("logins", keys::logins());
  bool first_domain = true;
  logins.read_into(first_domain, "bare", [](std::string_view text) {
    return parse_choice<bool>(text, {{"first_domain", true}, {"none", false}});
  });
  if (first_domain && !site.domains.empty()) site.logins.bare_domain = site.domains.front();
  if (logins.has("realms")) site.logins.realms = read_domains(logins, "realms");
  check_realms(logins, site);
  read_login_map_key(logins, folder, draft);
}

}  // namespace

void load_site(const Section& root, const std::filesystem::path& folder, Draft& draft) {
  Site& site = draft.settings.site;
  const Section section = root.section("site", keys::site());
  section.read_into(site.mode, "mode", [](std::string_view text) {
    return parse_choice<Mode>(text, {{"enforce", Mode::enforce}, {"observe", Mode::observe}});
  });
  const std::vector<YamlNode>* listed = section.has("domains") ? section.list("domains") : nullptr;
  if (listed != nullptr) site.domains = read_domains(section, "domains");
  if (!section.has("domains") || (listed != nullptr && listed->empty())) {
    section.missing("domains", "list the mail domains of your site, domains: [example.com]");
  }
  load_logins(section, folder, draft);
  draft.calendar = ZoneCalendar::of_system();
  section.read_into(draft.calendar, "time_zone", parse_zone);
  site.calendar = draft.calendar;
  site.time_zone = draft.calendar->name();
  section.read_into(site.help_url, "help_url", parse_help_url);
}

}  // namespace gatepost::config
