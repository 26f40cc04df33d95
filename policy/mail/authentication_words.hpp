#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/mail/authentication.hpp"
#include "policy/mail/network.hpp"

/// What was found of a message's origin in plain English words, for findings. All of it is one
/// line without control characters, at most 500 octets. Pure functions.
namespace gatepost {

/// Who else stands behind a message that fails, as `evidence_in_words` names them in front.
struct Evidence {
  std::string list;              ///< its List-Id; empty: none
  std::optional<Domain> sealer;  ///< of the newest ARC set, who saw the author's domain proven

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

/// `list dev.lists.example, sealed by lists.example: SPF fail for bounce.example: 192.0.2.7 is not
/// allowed (-all); DKIM of example.com: the body was changed`. `list` is the List-Id, or empty.
std::string evidence_in_words(const Authentication& found, const std::optional<IpAddress>& client,
                              const std::string& list);

/// What stands in front of words that `evidence_in_words` made.
Evidence evidence_of(std::string_view words);

/// Which answers are missing: `the DMARC policy: the DNS gave no answer`.
std::string missing_in_words(const Authentication& found);

/// Whether a set of a chain says that the author's domain was proven when it came to its sealer:
/// DMARC passed for it, or, where the set says nothing of DMARC, SPF or a signature did.
bool saw_author_proven(const AuthResults& found, const Domain& author);

}  // namespace gatepost
