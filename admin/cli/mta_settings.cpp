#include "admin/cli/mta_settings.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "admin/cli/run_program.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::admin {
namespace {

constexpr int kDeepestExpansion = 20;
constexpr std::size_t kServiceColumns = 8;

template <typename Take>
void for_each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    take(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

bool is_separator(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',';
}

// White-space separated words; `{ ... }` is one word, without its braces.
std::vector<std::string> words_of(std::string_view line, bool comma_separates) {
  std::vector<std::string> words;
  std::string word;
  int depth = 0;
  const auto finish = [&] {
    const std::string_view trimmed = ascii::trim(word);
    if (!trimmed.empty()) words.emplace_back(trimmed);
    word.clear();
  };
  for (const char c : line) {
    const bool separates = depth == 0 && is_separator(c) && (c != ',' || comma_separates);
    if (c == '}') --depth;
    const bool brace = (c == '{' && depth == 0) || (c == '}' && depth == 0);
    if (c == '{') ++depth;
    if (separates) {
      finish();
    } else if (!brace) {
      word += c;
    }
  }
  finish();
  return words;
}

// `name = value` or `name=value`; an empty name where it is neither.
std::pair<std::string, std::string> setting_of(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return {};
  return {std::string(ascii::trim(text.substr(0, equals))),
          std::string(ascii::trim(text.substr(equals + 1)))};
}

bool is_name_character(char c) {
  return ascii::is_alnum(c) || c == '_';
}

// The name after a `$` at the start of `text`, and how much of `text` it takes. `$name`,
// `${name}`, `$(name)`; anything more is left alone.
std::pair<std::string_view, std::size_t> reference_at(std::string_view text) {
  if (text.size() < 2) return {{}, 1};
  const char open = text[1];
  if (open == '{' || open == '(') {
    const auto close = text.find(open == '{' ? '}' : ')');
    if (close == std::string_view::npos) return {{}, 1};
    return {text.substr(2, close - 2), close + 1};
  }
  std::size_t end = 1;
  while (end < text.size() && is_name_character(text[end]))
    ++end;
  return {text.substr(1, end - 1), end};
}

MtaService service_of(const std::vector<std::string>& words) {
  MtaService service{
      .name = words[0], .type = words[1], .chroot = words[4], .program = words[7], .overrides = {}};
  for (std::size_t i = kServiceColumns; i + 1 < words.size(); ++i) {
    if (words[i] != "-o") continue;
    auto [name, value] = setting_of(words[i + 1]);
    if (!name.empty()) service.overrides[name] = value;
  }
  return service;
}

}  // namespace

std::vector<std::string> list_of(std::string_view text) {
  return words_of(text, true);
}

MtaSettings MtaSettings::parse(std::string_view postconf, std::string_view postconf_m) {
  MtaSettings out;
  for_each_line(postconf, [&](std::string_view line) {
    auto [name, value] = setting_of(line);
    if (!name.empty()) out.main_[name] = value;
  });
  for_each_line(postconf_m, [&](std::string_view line) {
    const auto words = words_of(line, false);
    if (words.size() >= kServiceColumns) out.services_.push_back(service_of(words));
  });
  return out;
}

std::string MtaSettings::value(std::string_view name) const {
  return expanded(raw(name, nullptr), nullptr, 0);
}

std::string MtaSettings::value(const MtaService& service, std::string_view name) const {
  return expanded(raw(name, &service), &service, 0);
}

std::string MtaSettings::raw(std::string_view name, const MtaService* service) const {
  if (service != nullptr) {
    const auto own = service->overrides.find(std::string(name));
    if (own != service->overrides.end()) return own->second;
  }
  const auto found = main_.find(name);
  return found == main_.end() ? std::string() : found->second;
}

std::string MtaSettings::expanded(std::string_view text, const MtaService* service,
                                  int depth) const {
  if (depth > kDeepestExpansion) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const auto dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    const auto [name, size] = reference_at(text);
    if (name.empty()) {
      out += text.substr(0, size);
    } else {
      out += expanded(raw(name, service), service, depth + 1);
    }
    text.remove_prefix(size);
  }
  return out;
}

std::vector<MtaService> MtaSettings::smtp_listeners() const {
  std::vector<MtaService> out;
  std::copy_if(services_.begin(), services_.end(), std::back_inserter(out),
               [](const MtaService& service) {
                 const bool network = service.type == "inet" || service.type == "pass";
                 return network && service.program == "smtpd";
               });
  return out;
}

std::variant<MtaSettings, std::string> read_mta(const std::string& postconf,
                                                const std::string& postfix) {
  constexpr std::chrono::seconds kPatience{20};
  std::vector<std::string> command = {postconf};
  if (!postfix.empty()) command.insert(command.end(), {"-c", postfix});
  std::vector<std::string> services = command;
  services.emplace_back("-M");
  const auto main = run_program(command, kPatience);
  const auto master = main ? run_program(services, kPatience) : std::nullopt;
  if (!main || !master) {
    return fmt::format(
        "cannot run {}: is Postfix installed? --postfix DIR names its "
        "configuration folder",
        postconf);
  }
  if (main->status != 0 || master->status != 0) {
    return fmt::format(
        "{} failed with status {}: --postfix DIR names Postfix' configuration "
        "folder",
        postconf, main->status != 0 ? main->status : master->status);
  }
  return MtaSettings::parse(main->output, master->output);
}

}  // namespace gatepost::admin
