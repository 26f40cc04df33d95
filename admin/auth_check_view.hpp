#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/catalogue.hpp"
#include "policy/finding.hpp"
#include "policy/mail/authentication.hpp"
#include "policy/mail/network.hpp"
#include "policy/rules/settings.hpp"

/// What an admin is told of a message's SPF, DKIM, DMARC and ARC.
namespace gatepost::admin {

/// Where the envelope sender that was asked about comes from.
enum class SenderSource : std::uint8_t {
  given,
  return_path,  ///< the message's own field
  unknown,      ///< neither; taken for null
};

/// A set of an ARC chain as the message writes it, whether its seal holds or not.
struct WrittenSeal {
  std::string instance;
  std::string sealer;
  std::string chain;  ///< cv=

  friend bool operator==(const WrittenSeal&, const WrittenSeal&) = default;
};

/// What a rule that reads all this says of the message, as mail from outside.
struct RuleAnswer {
  Finding finding;
  Action action = Action::proceed;  ///< what it would cost
  bool observed = false;            ///< only reported, by the rule's or the site's mode
};

/// One message, checked.
struct AuthCheckView {
  Authentication found;
  std::optional<IpAddress> client;  ///< nothing: SPF was not asked
  std::string helo;
  std::string sender;  ///< without brackets; empty: null
  SenderSource sender_source = SenderSource::given;
  AuthorDomains authors;                 ///< in From
  std::vector<WrittenSeal> seals;        ///< of the message, in its order; the first few
  std::vector<RuleAnswer> rules;         ///< those that have something to say
  std::string configuration;             ///< the file; empty: Gatepost's defaults decide
  std::string configuration_trouble;     ///< why the usual file was not used; empty: it was
  std::vector<std::string> dns_servers;  ///< empty: as resolv.conf says

  /// Some answer was missing: asked again, all of it may turn out otherwise.
  bool incomplete() const;
};

/// What the owner of the author domain asks for this very message: nothing where it passes.
DmarcPolicy disposition_of(const DmarcOutcome& outcome);

/// The phrase and what is known beyond it: `the DNS gave no answer: ...`. One line, fit to be
/// shown.
std::string why_text(Language language, const SpfOutcome& outcome);
std::string why_text(Language language, const DkimOutcome& outcome);
std::string why_text(Language language, const ArcOutcome& outcome);
std::string why_text(Language language, const DmarcOutcome& outcome);

/// That SPF was not asked, and why.
std::string not_asked_text(Language language);

/// The view for people, as lines.
std::string text_of(const AuthCheckView& view, Language language);

}  // namespace gatepost::admin
