#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/finding.hpp"

namespace gatepost {

/// Why somebody is turned away: codes and the finding behind them. The session gives it a
/// reference, and reply_text.hpp the words.
struct Refusal {
  int code;              ///< SMTP reply code
  const char* enhanced;  ///< RFC 3463, same class as the code; a literal
  Finding finding;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// Nothing stands against going on. There is no early accept: an MTA would stop asking.
struct Continue {
  friend bool operator==(const Continue&, const Continue&) = default;
};

/// This recipient alone is refused; the others get the message.
struct RefuseRecipient {
  Refusal refusal;
  friend bool operator==(const RefuseRecipient&, const RefuseRecipient&) = default;
};

/// The whole message is refused for good (5xx), whatever the client still sends of it.
struct RefuseMessage {
  Refusal refusal;
  friend bool operator==(const RefuseMessage&, const RefuseMessage&) = default;
};

/// The whole message is refused for now (4xx), whatever the client still sends of it.
struct Defer {
  Refusal refusal;
  friend bool operator==(const Defer&, const Defer&) = default;
};

/// The message goes to the MTA's hold queue at its end.
struct Hold {
  Refusal refusal;
  friend bool operator==(const Hold&, const Hold&) = default;
};

using Verdict = std::variant<Continue, RefuseRecipient, RefuseMessage, Defer, Hold>;

/// The refusal in a verdict, or null for Continue.
const Refusal* refusal_of(const Verdict& verdict);

/// `continue`, `refuse_recipient`, ...: as logs and metrics say it.
std::string_view name(const Verdict& verdict);

/// What X-Gatepost-Verdict says of a message that passes (POLICIES R17). Ordered by weight.
enum class MarkLevel : std::uint8_t { suspicious, junk };

/// `suspicious`, `junk`
std::string_view name(MarkLevel level);

/// A message goes on, but its header tells the delivery agent what was found.
struct Mark {
  MarkLevel level;
  Finding finding;

  friend bool operator==(const Mark&, const Mark&) = default;
};

/// The engine's answer for one stage: the verdict, every rule's finding in the order they were
/// asked, and what rules in observe mode would have refused, held or marked.
struct Decision {
  Verdict verdict;
  std::optional<Mark> mark;  ///< the heaviest; of several the first
  std::vector<Finding> trace;
  std::vector<Refusal> would_refuse;
};

}  // namespace gatepost
