// `gatepost whitelist list`, `gatepost whitelist who`

#include <ostream>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "admin/cli/commands.hpp"
#include "admin/json_values.hpp"
#include "policy/explain.hpp"
#include "policy/whitelist_view.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts)
    out += (out.empty() ? "" : ", ") + text;
  return out;
}

std::vector<std::string> names_of(const std::vector<RuleId>& rules) {
  std::vector<std::string> out;
  for (const RuleId rule : rules)
    out.emplace_back(name(rule));
  return out;
}

Text text_of(Meets meets) {
  switch (meets) {
    case Meets::login: return Text::whitelist_as_login;
    case Meets::address: return Text::whitelist_as_address;
    case Meets::account_domain: return Text::whitelist_as_account_domain;
    case Meets::envelope_domain: return Text::whitelist_as_domain;
    case Meets::author_domain: return Text::whitelist_as_author_domain;
    case Meets::proving_domain: return Text::whitelist_as_proving_domain;
    case Meets::member: return Text::whitelist_as_member;
    case Meets::client: return Text::whitelist_as_client;
  }
  return Text::whitelist_as_login;
}

// Entries in the words of people: a head line each, and what it says below.
class Page {
public:
  Page(Language language, const Calendar& calendar) : language_(language), calendar_(calendar) {}

  void add(const ListedEntry& entry) {
    head(entry, "");
    body(entry);
  }

  void add(const MatchedEntry& matched) {
    const auto& before = matched.overridden_by;
    head(matched.entry,
         before ? say(language_, Text::whitelist_overridden, {{"place", before->text()}}) : "");
    line(labelled(language_, Text::label_meets, say(language_, text_of(matched.meets))));
    if (!matched.lifts.empty()) {
      line(labelled(language_, Text::label_lifts, joined(names_of(matched.lifts))));
    }
    body(matched.entry);
  }

  void add(Text text, std::initializer_list<TextArgument> arguments = {}) {
    out_ += say(language_, text, arguments) + '\n';
  }

  std::string text() && { return std::move(out_); }

private:
  void line(const std::string& text) { out_ += "    " + text + '\n'; }

  void line(Text label, const std::string& value) {
    if (!value.empty()) line(labelled(language_, label, value));
  }

  void head(const ListedEntry& entry, const std::string& note) {
    std::string text = fmt::format("{} {} {}", entry.section, entry.key, entry.who);
    const auto remark = [&](const std::string& next) {
      if (!next.empty()) text = say(language_, Text::clause, {{"before", text}, {"next", next}});
    };
    if (entry.info.expires) {
      const Text end = entry.expired ? Text::whitelist_expired : Text::whitelist_until;
      remark(say(language_, end, {{"time", calendar_.text(*entry.info.expires)}}));
    }
    remark(note);
    out_ += text + '\n';
  }

  void body(const ListedEntry& entry) {
    for (const EntryLine& each : entry.says)
      line(each.key + ": " + joined(each.values));
    line(Text::label_reason, entry.info.reason);
    line(Text::label_owner, entry.info.owner);
    if (!entry.info.place.file.empty()) line(Text::label_place, entry.info.place.text());
  }

  Language language_;
  const Calendar& calendar_;
  std::string out_;
};

json::object json_of_entry(const ListedEntry& entry) {
  json::object says;
  for (const EntryLine& line : entry.says) {
    if (line.is_list) {
      says[line.key] = json_of(line.values);
    } else {
      says[line.key] = line.values.front();
    }
  }
  json::object out{{"section", entry.section},
                   {"key", entry.key},
                   {"who", entry.who},
                   {"says", std::move(says)},
                   {"reason", entry.info.reason},
                   {"owner", entry.info.owner},
                   {"expires", json_of(entry.info.expires)},
                   {"expired", entry.expired},
                   {"place", nullptr}};
  if (!entry.info.place.file.empty()) out["place"] = entry.info.place.text();
  return out;
}

json::object json_of_match(const MatchedEntry& matched) {
  json::object out = json_of_entry(matched.entry);
  out["meets"] = name(matched.meets);
  out["lifts"] = json_of(names_of(matched.lifts));
  out["in_force"] = matched.in_force();
  out["overridden_by"] = nullptr;
  if (matched.overridden_by) out["overridden_by"] = matched.overridden_by->text();
  return out;
}

template <typename Entries, typename ToJson>
json::array json_list(const Entries& entries, const ToJson& to_json) {
  json::array out;
  for (const auto& entry : entries)
    out.push_back(to_json(entry));
  return out;
}

std::string minutes_text(Language language, std::chrono::minutes span) {
  return span_text(language, std::chrono::duration_cast<std::chrono::seconds>(span));
}

// Who is asked about, in its canonical form.
struct Asked {
  std::string subject;
  bool is_client = false;
  std::vector<MatchedEntry> entries;
};

std::optional<Asked> ask(const Settings& settings, const std::string& who, Time now) {
  if (const auto client = IpAddress::parse(who)) {
    return Asked{client->text(), true, entries_about(settings, *client, now)};
  }
  const auto login = Login::parse(who, settings.site.logins);
  if (!login || (!login->address() && who.find('@') != std::string::npos)) return {};
  return Asked{login->text(), false, entries_about(settings, *login, now)};
}

}  // namespace

ExitStatus run_whitelist_list(const WhitelistListCommand& command, const Output& output) {
  const Time now = current_time();
  const auto result = config::load(output.options.config_file(), now);
  if (const auto* mistakes = std::get_if<config::Diagnostics>(&result)) {
    return show_mistakes(*mistakes, output);
  }
  const Settings& settings = *std::get<config::Loaded>(result).settings;
  auto entries = whitelist_entries(settings, now);
  if (command.expiring) entries = expiring_entries(std::move(entries), now + *command.expiring);
  if (output.options.json) {
    output.out << json::serialize(json::object{{"entries", json_list(entries, json_of_entry)}})
               << '\n';
    return ExitStatus::ok;
  }
  const Language language = output.options.language;
  Page page(language, *settings.site.calendar);
  for (const ListedEntry& entry : entries)
    page.add(entry);
  if (entries.empty() && command.expiring) {
    page.add(Text::whitelist_none_expiring, {{"span", minutes_text(language, *command.expiring)}});
  } else if (entries.empty()) {
    page.add(Text::whitelist_empty);
  }
  output.out << std::move(page).text();
  return ExitStatus::ok;
}

ExitStatus run_whitelist_who(const WhitelistWhoCommand& command, const Output& output) {
  const Time now = current_time();
  const auto result = config::load(output.options.config_file(), now);
  if (const auto* mistakes = std::get_if<config::Diagnostics>(&result)) {
    return show_mistakes(*mistakes, output);
  }
  const Settings& settings = *std::get<config::Loaded>(result).settings;
  const auto asked = ask(settings, command.who, now);
  if (!asked) {
    output.problem(
        fmt::format("'{}' is neither an account or address nor an IP address", command.who),
        "write it as alice@example.com, 192.0.2.1 or 2001:db8::1");
    return ExitStatus::usage;
  }
  const ExitStatus status = asked->entries.empty() ? ExitStatus::negative : ExitStatus::ok;
  if (output.options.json) {
    output.out << json::serialize(
                      json::object{{"who", asked->subject},
                                   {"entries", json_list(asked->entries, json_of_match)}})
               << '\n';
    return status;
  }
  Page page(output.options.language, *settings.site.calendar);
  page.add(asked->entries.empty() ? Text::whitelist_who_none : Text::whitelist_who_title,
           {{"subject", asked->subject}});
  for (const MatchedEntry& matched : asked->entries)
    page.add(matched);
  if (!asked->is_client) page.add(Text::whitelist_who_frozen);
  output.out << std::move(page).text();
  return status;
}

}  // namespace gatepost::admin
