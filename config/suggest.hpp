#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatepost::config {

/// The name among `known` that `typed` was probably meant to be: the nearest by insertions,
/// deletions, changes and swaps of neighbours, not more than a third of its length away; else the
/// only one whose first words it is (`password` of `password_file`). Empty where none is near.
std::string_view nearest(std::string_view typed, const std::vector<std::string_view>& known);

/// ` (did you mean 'window'?)`, or nothing.
std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& known);

}  // namespace gatepost::config
