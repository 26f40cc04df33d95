#pragma once

#include <cstddef>
#include <string>

namespace gatepost::mailauth::testing {

/// `spf-rfc7208: 203 of 203` on standard output.
void print_figure(const std::string& corpus, std::size_t right, std::size_t all);

}  // namespace gatepost::mailauth::testing
