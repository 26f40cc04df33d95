#include "policy/catalogue.hpp"

#include "policy/catalogue_tables.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost {
namespace {

const TextArgument* argument_named(std::initializer_list<TextArgument> arguments,
                                   std::string_view name) {
  for (const TextArgument& argument : arguments) {
    if (argument.name == name) return &argument;
  }
  return nullptr;
}

}  // namespace

std::optional<Language> language_from_name(std::string_view name) {
  const std::string folded = ascii::lower(name.substr(0, 2));
  const bool whole = name.size() <= 2 || name[2] == '_' || name[2] == '-' || name[2] == '.';
  if (!whole) return {};
  if (folded == "zh") return Language::chinese;
  if (folded == "en") return Language::english;
  return {};
}

std::string_view name(Language language) {
  return language == Language::chinese ? "zh" : "en";
}

std::string_view catalogue_text(Language language, Text text) {
  return language == Language::chinese ? chinese_text(text) : english_text(text);
}

std::string say(Language language, Text text, std::initializer_list<TextArgument> arguments) {
  std::string_view rest = catalogue_text(language, text);
  std::string out;
  for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    const auto close = rest.find('}', open);
    if (close == std::string_view::npos) break;
    out += rest.substr(0, open);
    const TextArgument* found = argument_named(arguments, rest.substr(open + 1, close - open - 1));
    out += found != nullptr ? found->value : rest.substr(open, close - open + 1);
    rest.remove_prefix(close + 1);
  }
  return out.append(rest);
}

}  // namespace gatepost
