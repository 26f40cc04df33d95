#pragma once

#include <string_view>

#include "policy/catalogue.hpp"

namespace gatepost {

/// The tables behind catalogue_text, one a language. Each is a switch without a default, so a
/// text that a language lacks does not compile.
std::string_view english_text(Text text);
std::string_view chinese_text(Text text);

}  // namespace gatepost
