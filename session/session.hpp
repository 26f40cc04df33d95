#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "policy/engine.hpp"
#include "policy/ledger.hpp"
#include "policy/lock_book.hpp"
#include "policy/mail/smtp_reply.hpp"
#include "session/case_desk.hpp"
#include "session/decision_record.hpp"
#include "session/listener_watch.hpp"
#include "session/random.hpp"
#include "session/tally.hpp"

namespace gatepost::session {

/// What all sessions of the daemon share. The referenced objects outlive every session and are
/// thread-safe.
struct Services {
  std::function<std::shared_ptr<const Settings>()> settings;  ///< the snapshot in force
  Ledger& ledger;
  LockBook& locks;
  CaseDesk& cases;
  Tally& tally;
  ListenerWatch& watch;
  std::function<Time()> clock;
  Random random;
  std::function<bool()> draining;  ///< true: no new messages
  std::function<void(const DecisionRecord&)> log;
  std::function<void(int)> messages_open;  ///< +1 when a message begins, -1 when it is over
  std::string host;                        ///< this machine's name, for case records
};

/// MAIL FROM as the MTA hands it on.
struct MailCommand {
  std::string path;                     ///< as typed, with or without brackets
  std::vector<std::string> parameters;  ///< ESMTP parameters: `SIZE=100`
  std::string login;                    ///< `{auth_authen}`; empty: not logged in
  std::string queue_id;                 ///< may be empty
};

/// RCPT TO as the MTA hands it on.
struct RcptCommand {
  std::string path;
  std::string queue_id;  ///< absent at the first recipient
};

struct Proceed {};

struct HoldMessage {
  std::string reason;
};

/// What the MTA is told about one step.
using Response = std::variant<Proceed, SmtpReply, HoldMessage>;

/// One SMTP session: stages of the dialogue in, responses out. Knows nothing of libmilter. Not
/// thread-safe, but not bound to a thread either: each call may come from another one.
class Session {
public:
  /// `services` must outlive the session.
  explicit Session(const Services& services) : services_(services) {}

  ~Session();

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// A client connected; also starts anew when the MTA keeps its connection over sessions.
  void connect(Connection connection);
  Response mail(const MailCommand& command);
  Response recipient(const RcptCommand& command);
  Response data();
  /// The whole message has arrived: checks and charges. `queue_id` may be empty.
  Response end_of_message(const std::string& queue_id);
  /// RSET, a failed DATA, or the end of a message: what was known of it is forgotten.
  void abort();

private:
  // One message, from MAIL to its end. Replaced as a whole, so nothing leaks into the next.
  struct Message {
    std::shared_ptr<const Settings> settings;
    Facts facts;
    Token token;
    std::optional<LedgerRequest> request;
    Answer<Settlement> usage = Unavailable{};
    std::string queue_id;
    std::optional<SmtpReply> refused;  // sticks: every further step gets it
    std::set<RuleId> would_refuse;
    std::optional<std::string> hold;
    bool content_awaited = false;  // DATA passed, and the end is to come
  };

  Envelope envelope_of(const Settings& settings, const MailCommand& command, Time now) const;
  void watch_listener(const Message& message) const;
  Usage usage_of(const Message& message) const;
  Response apply(Message& message, Stage stage, const Decision& decision);
  SmtpReply turn_away(Message& message, Stage stage, const Decision& decision,
                      const Refusal& refusal);
  void report(const Message& message, Stage stage, const Decision& decision,
              const std::optional<Reference>& reference, const std::string& reply);
  void begin(Message message);
  void finish();

  const Services& services_;
  Connection connection_;
  std::optional<Message> message_;
};

}  // namespace gatepost::session
