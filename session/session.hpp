#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/engine.hpp"
#include "policy/freeze_book.hpp"
#include "policy/ledger.hpp"
#include "policy/lock_book.hpp"
#include "policy/mail/message_header.hpp"
#include "policy/mail/smtp_reply.hpp"
#include "session/case_desk.hpp"
#include "session/decision_record.hpp"
#include "session/envelope.hpp"
#include "session/header_edits.hpp"
#include "session/listener_watch.hpp"
#include "session/origin.hpp"
#include "session/origin_edits.hpp"
#include "session/random.hpp"
#include "session/tally.hpp"

namespace gatepost::session {

/// What all sessions of the daemon share. The referenced objects outlive every session and are
/// thread-safe.
struct Services {
  std::function<std::shared_ptr<const Settings>()> settings;  ///< the snapshot in force
  Ledger& ledger;
  FreezeBook& freezes;
  LockBook& locks;
  CaseDesk& cases;
  Tally& tally;
  ListenerWatch& watch;
  std::function<Time()> clock;
  Random random;
  std::function<bool()> draining;  ///< true: no new messages
  std::function<void(const DecisionRecord&)> log;
  std::function<void(int)> messages_open;         ///< +1 when a message begins, -1 when it is over
  std::string host;                               ///< this machine's name, for case records
  mailauth::Resolver* resolver = nullptr;         ///< null: nothing is verified
  mailauth::WaitingRoom* waiting_room = nullptr;  ///< null: likewise
};

/// Whether mail from outside is verified under these settings.
bool verifies(const Services& services, const Settings& settings);

/// RCPT TO as the MTA hands it on.
struct RcptCommand {
  std::string path;
  std::string queue_id;  ///< absent at the first recipient
};

struct Proceed {};

/// What the MTA is told about one step.
using Response = std::variant<Proceed, SmtpReply>;

/// The message passes: into the MTA's hold queue where there is a reason to hold it.
struct Deliver {
  std::vector<HeaderEdit> edits;
  std::optional<std::string> hold_reason;
};

/// What the MTA is told at the end of a message.
using EndResponse = std::variant<Deliver, SmtpReply>;

/// One SMTP session: stages of the dialogue in, responses out. Knows nothing of libmilter. Not
/// thread-safe, but not bound to a thread either: each call may come from another one.
class Session {
public:
  /// `services` must outlive the session.
  explicit Session(const Services& services) : services_(services) {}

  ~Session();

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// What the MTA gives of messages on this connection. Without the body no signature can be
  /// verified, so nothing is.
  void gives_body(bool given) { body_given_ = given; }

  /// A client connected; also starts anew when the MTA keeps its connection over sessions.
  void connect(Connection connection);
  /// HELO or EHLO with the name the client gives itself, also the one after STARTTLS.
  Response hello(std::string name);
  Response mail(const MailCommand& command);
  Response recipient(const RcptCommand& command);
  Response data();
  /// One header field, as it stands in the message: `value` with the white space after the colon.
  void header(std::string_view name, std::string_view value);
  /// The header is complete. Without this call the MTA was not asked for it.
  void end_of_header();
  /// The next octets of the body. False: no more of it is wanted.
  bool body(std::string_view chunk);
  /// The whole message has arrived: checks and charges. `queue_id` may be empty.
  EndResponse end_of_message(const std::string& queue_id);
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
    std::vector<Finding> trace;        // the last thing that each rule had to say
    std::set<RuleId> would_refuse;
    MessageHeader header;
    bool header_given = false;
    std::unique_ptr<Origin> origin;       // of mail from outside that is verified
    std::optional<ForgedResults> forged;  // where the site verifies at all
    std::optional<Mark> mark;             // the heaviest so far
    std::optional<Refusal> hold;          // why it is held, if it passes
    bool content_awaited = false;         // DATA passed, and the end is to come
  };

  std::optional<SmtpReply> turn_away_locked();
  void watch_listener(const Message& message) const;
  void verify_origin(Message& message) const;
  void read_content(Message& message) const;
  Usage usage_of(const Message& message) const;
  Response judge(Message& message, Stage stage);
  void note_observed(Message& message, const Decision& decision);
  SmtpReply turn_away(const Message& message, Stage stage, const Verdict& verdict,
                      const Refusal& refusal);
  Deliver let_pass(const Message& message);
  Case case_of(const Message& message, const Reference& reference, const Finding& decisive) const;
  void report(const Message& message, const DecisionRecord& record);
  void begin(Message message);
  void finish();

  const Services& services_;
  Connection connection_;
  std::string helo_;
  bool greeted_ = false;
  bool body_given_ = false;
  std::optional<Message> message_;
};

}  // namespace gatepost::session
