#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "policy/facts.hpp"
#include "policy/freeze_book.hpp"
#include "policy/ledger.hpp"
#include "policy/mail/message_header.hpp"
#include "policy/rules/usage.hpp"
#include "policy/settings.hpp"
#include "policy/verdict.hpp"
#include "session/header_edits.hpp"

/// What would become of a message: the same rules as the daemon's, charging nothing.
namespace gatepost::admin {

struct SimulatedMessage {
  Connection connection;
  std::string login;  ///< empty: not logged in
  std::string sender;
  std::vector<std::string> recipients;
  std::optional<std::int64_t> size;
  std::optional<MessageHeader> header;  ///< nothing: only the envelope is looked at
};

/// Where a simulation gets what it cannot know itself.
struct SimulatedWorld {
  std::function<Answer<Settlement>(const LedgerRequest&)> look;
  const FreezeBook& freezes;
  Time now;
};

/// What one stage came to.
struct SimulatedStage {
  Stage stage = Stage::mail;
  std::string recipient;  ///< of the recipient stage
  Decision decision;
};

struct Simulation {
  Channel channel = Channel::inbound;
  Subject subject = Subject::local();
  std::vector<SimulatedStage> stages;
  std::size_t accepted = 0;        ///< recipients
  std::optional<Verdict> refused;  ///< the message as a whole; nothing: it passes
  std::optional<Refusal> hold;     ///< why it would be held
  std::optional<Mark> mark;        ///< how it would be marked; the heaviest
  bool header_given = false;
  std::vector<session::HeaderEdit> edits;  ///< to the header of a message that passes

  /// At least one recipient would get it, though perhaps held or marked.
  bool passes() const { return !refused && accepted > 0; }
};

/// What stands for the reference of a case in a simulation: nothing is recorded.
Reference no_reference();

/// Walks through MAIL, each RCPT and the end of the message, as the daemon would; stops where the
/// whole message is refused. Nothing where the login is no login.
std::optional<Simulation> simulate(const Settings& settings, const SimulatedMessage& message,
                                   const SimulatedWorld& world);

/// `MAIL`, `RCPT`, `content`, `end of message`
std::string_view name(Stage stage);

}  // namespace gatepost::admin
