// `gatepost`: see docs/gatepost.1.md.

#include <cstdlib>
#include <exception>
#include <iostream>

#include "admin/cli/invocation.hpp"

namespace {

// What the environment says of the user's language, by the order of POSIX.
std::string locale_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

}  // namespace

int main(int argc, char** argv) {
  namespace admin = gatepost::admin;
  try {
    const auto parsed =
        admin::parse_arguments(argc, argv, locale_of_environment(), std::cout, std::cerr);
    if (const auto* status = std::get_if<admin::ExitStatus>(&parsed)) {
      return static_cast<int>(*status);
    }
    return static_cast<int>(admin::run(std::get<admin::Invocation>(parsed), std::cout, std::cerr));
  } catch (const std::exception& bug) {
    std::cerr << "gatepost: internal error: " << bug.what() << '\n';
    return static_cast<int>(admin::ExitStatus::negative);
  }
}
