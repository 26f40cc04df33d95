#pragma once

#include <string_view>

#include "policy/catalogue.hpp"

namespace gatepost {

/// The tables behind catalogue_text, one a language. Empty for a text that the language lacks,
/// which a test takes for the mistake it is.
std::string_view english_text(Text text);
std::string_view chinese_text(Text text);

/// The part of each table about rules: their names, what they saw, what to do about it.
std::string_view english_rule_text(Text text);
std::string_view chinese_rule_text(Text text);

/// The part about failed logins and locks (R5).
std::string_view english_login_text(Text text);
std::string_view chinese_login_text(Text text);

}  // namespace gatepost
