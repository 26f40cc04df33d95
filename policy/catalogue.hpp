#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "policy/text.hpp"

namespace gatepost {

/// The languages that people are spoken to in.
enum class Language : std::uint8_t { english, chinese };

/// `en`, `zh`; also what LANG says: `zh_CN.UTF-8`. Nothing for a language that has no catalogue.
std::optional<Language> language_from_name(std::string_view name);
/// `en`, `zh`
std::string_view name(Language language);

/// The text as the catalogue has it, with its `{placeholders}`.
std::string_view catalogue_text(Language language, Text text);

/// One value for a placeholder.
struct TextArgument {
  std::string_view name;
  std::string value;
};

/// The text with its placeholders replaced. A placeholder without a value stays visible, which a
/// test takes for the mistake it is. Values are never read as placeholders themselves.
std::string say(Language language, Text text, std::initializer_list<TextArgument> arguments = {});

}  // namespace gatepost
