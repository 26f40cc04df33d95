#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tests/milter_client/wire.hpp"

namespace gatepost::test {

/// The macro values an MTA knows at one moment, by their names on the wire. A name without a value
/// is never sent.
using MacroValues = std::map<std::string, std::string, std::less<>>;

/// Which macros go with which stage: Postfix' defaults, each list replaced where the filter asked
/// for one of its own.
class MacroLists {
public:
  explicit MacroLists(const Negotiated& negotiated = {});

  /// The macros of `stage` that have a value, in the list's order.
  Macros select(Stage stage, const MacroValues& values) const;

private:
  std::map<Stage, std::vector<std::string>> names_;
};

/// The address of MAIL or RCPT as Postfix puts it into {mail_addr} and {rcpt_addr}: no brackets, no
/// source route, lower case.
std::string macro_address(std::string_view typed);

}  // namespace gatepost::test
