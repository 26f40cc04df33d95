#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace gatepost::admin {

/// What a program printed and how it ended.
struct ProgramResult {
  int status = 0;      ///< exit status; 128 + n where signal n ended it
  std::string output;  ///< standard output; standard error is left to the terminal
};

/// Runs `words[0]`, found by PATH, without a shell. Nothing where it could not be started, or took
/// longer than `patience` (it is then killed).
std::optional<ProgramResult> run_program(const std::vector<std::string>& words,
                                         std::chrono::milliseconds patience);

}  // namespace gatepost::admin
