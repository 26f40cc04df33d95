// Where every figure of the corpora tests is printed the same way.
#include "tests/mailauth/corpora_figures.hpp"

#include <iostream>

namespace gatepost::mailauth::testing {

void print_figure(const std::string& corpus, std::size_t right, std::size_t all) {
  std::cout << corpus << ": " << right << " of " << all << '\n';
}

}  // namespace gatepost::mailauth::testing
