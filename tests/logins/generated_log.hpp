#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "logins/login_event.hpp"

namespace gatepost::logins::test {

/// An event in one word after the other: what tests compare.
std::string words_of(const LoginEvent& event);

/// A mail log that was made up, and the events that its lines tell of.
struct GeneratedLog {
  std::vector<std::string> lines;     ///< without line feeds
  std::map<std::string, int> events;  ///< words_of -> how often
};

/// Lines of Postfix, Dovecot and Sendmail in random order: failures, successes and refusals of
/// ours, of which no two are alike, noise, and whatever clients may write into either.
GeneratedLog generate_log(std::size_t lines, std::uint32_t seed);

}  // namespace gatepost::logins::test
