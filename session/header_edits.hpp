#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "policy/facts.hpp"
#include "policy/mail/message_header.hpp"
#include "policy/reference.hpp"
#include "policy/rules/settings.hpp"
#include "policy/verdict.hpp"

namespace gatepost::session {

/// One change to the header of a message that passes. To be made in the order given.
struct HeaderEdit {
  std::string name;
  /// Of a field that is put in: what follows the colon and its space, folded with `\n` and a tab.
  /// Nothing: the field is taken out.
  std::optional<std::string> value;
  std::size_t index = 0;  ///< which of that name is taken out, from 1
  bool on_top = false;    ///< put in above all other fields; else below them

  friend bool operator==(const HeaderEdit&, const HeaderEdit&) = default;
};

/// Whether others can put fields into messages of this channel: our own machines hand on what we
/// wrote ourselves.
bool is_from_others(Channel channel);

/// At most so many forged fields of one name are taken out; what a stranger can add beyond that
/// only says worse things of his own message.
inline constexpr std::size_t kMostRemoved = 100;

/// What becomes of the header of a message that passes: fields that only Gatepost may write are
/// taken out where others could have put them in, from the last to the first; a Sender field is
/// added where the exception in use asks for it; X-Gatepost-Verdict tells the delivery agent what
/// was found (POLICIES R17). Nothing while the site observes: it changes no mail. A pure function.
std::vector<HeaderEdit> header_edits(Mode site_mode, const Facts& facts,
                                     const MessageHeader& header, const std::optional<Mark>& mark,
                                     const std::optional<Reference>& reference);

/// `junk; rule=display_name; ref=7K3F-9QXM`, or `clean`.
std::string verdict_field(const std::optional<Mark>& mark,
                          const std::optional<Reference>& reference);

}  // namespace gatepost::session
