#pragma once

#include <compare>
#include <string>
#include <variant>

namespace gatepost::config {

/// A position in a text. Both count from 1; columns count characters, not octets.
struct Mark {
  int line = 1;
  int column = 1;

  friend auto operator<=>(const Mark&, const Mark&) = default;
};

/// What is wrong with a value, as a sentence for the admin that begins with the value itself.
struct Mistake {
  std::string text;

  friend bool operator==(const Mistake&, const Mistake&) = default;
};

/// What a parser of one value gives.
template <typename Value>
using Parsed = std::variant<Value, Mistake>;

/// A mistake and where it is.
struct MarkedMistake {
  Mark mark;
  std::string text;

  friend bool operator==(const MarkedMistake&, const MarkedMistake&) = default;
};

}  // namespace gatepost::config
