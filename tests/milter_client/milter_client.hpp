#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/milter_client/macros.hpp"
#include "tests/milter_client/protocol.hpp"
#include "tests/milter_client/socket.hpp"
#include "tests/milter_client/wire.hpp"

namespace gatepost::test {

/// The SMTP session as Postfix tells it at CONNECT.
struct ClientInfo {
  std::string host = "client.example.test";  ///< the reverse name, or `[ADDRESS]`
  Family family = Family::inet;
  std::uint16_t port = 40000;  ///< 0: the MTA's own pickup
  std::string address = "127.0.0.9";
  std::string daemon_name = "SUBMISSION";  ///< {daemon_name} of the listener
  std::string daemon_port = "587";         ///< {daemon_port}, sent only if the filter asks for it
  std::string mta = "mx.example.test";     ///< j, and {daemon_name} at the late stages
};

/// One message as the SMTP client sends it. Addresses are as typed, brackets included.
struct Message {
  std::string login = {};  ///< {auth_authen}; empty: the client has not logged in
  std::string sender = "<alice@example.test>";
  std::vector<std::string> mail_arguments = {};  ///< `SIZE=100`
  std::vector<std::string> recipients = {"<bob@example.test>"};
  std::vector<std::pair<std::string, std::string>> headers = {
      {"From", "alice@example.test"}, {"To", "bob@example.test"}, {"Subject", "greetings"}};
  std::string body = "Hello.\r\n";
};

/// What became of a message.
struct Outcome {
  Reply mail;
  std::vector<Reply> recipients;     ///< one for each RCPT that was sent
  std::optional<Reply> data;         ///< nothing: DATA was never reached
  std::optional<Reply> end;          ///< the final reply; nothing: it was never reached
  std::vector<Reply> modifications;  ///< what the filter asked for at end of message

  /// True where the MTA delivers the message to someone.
  bool passed() const { return end && end->passes(); }

  /// The reply that refused the whole message: of MAIL, DATA, a header or the end; else of the
  /// first refused recipient; nothing where all went through.
  std::optional<Reply> refusal() const;
};

/// Plays Postfix on one milter connection, blocking, one SMTP session. It offers all that Postfix
/// offers and honours the answer: steps switched off are not sent, replies not promised are not
/// awaited, macro lists are replaced. Like Postfix it sends the macros of the SMTP commands even
/// where the command itself is switched off.
///
/// Every wait has the deadline given at construction; passing it, or a closed connection, throws
/// MilterError. Not thread-safe; objects are independent of each other.
class MilterClient {
public:
  explicit MilterClient(const FilterAddress& filter,
                        std::chrono::milliseconds deadline = std::chrono::seconds(10));

  /// The opening: negotiates. Must come first.
  const Negotiated& negotiate(std::uint32_t actions = kAllActions, std::uint32_t steps = kAllSteps);

  const Negotiated& negotiated() const { return negotiated_; }

  /// The steps of a session, each with its macros before it.
  Reply connect(const ClientInfo& info = {});
  Reply helo(std::string_view name);
  /// `login` empty: no {auth_...} macros. `sender` as typed, with its brackets.
  Reply mail(std::string_view sender, const std::vector<std::string>& arguments = {},
             std::string_view login = {});
  Reply rcpt(std::string_view recipient, const std::vector<std::string>& arguments = {});
  /// A recipient that the MTA itself refuses, which is sent only where the filter negotiated to
  /// see them. {rcpt_mailer} is `error`.
  Reply rejected_rcpt(std::string_view recipient, std::string_view code, std::string_view text);
  Reply data();
  Reply header(std::string_view name, std::string_view value);
  Reply end_of_headers();
  /// One chunk, at most 65535 bytes as MTAs send them; longer is sent as given.
  Reply body(std::string_view chunk);
  /// Sends the end and collects what the filter asks for, up to its final reply.
  Reply end_of_message(std::vector<Reply>* modifications = nullptr);
  Reply unknown(std::string_view command);
  /// Ends the transaction: after each message, at RSET, when something else refused it.
  void abort();
  void quit();
  /// Sendmail's way of keeping the connection for another SMTP session; connect() comes next.
  void quit_new_connection();

  /// A whole message as Postfix sends it: stops where it is refused, goes on to DATA only with a
  /// recipient accepted, and ends with ABORT either way.
  Outcome send(const Message& message);

  /// Macro values beside or instead of the client's own, from now on ({tls_version}, `i`, ...).
  /// An empty optional makes the MTA not know the macro.
  void set_macro(const std::string& name, std::optional<std::string> value);

  /// For the tests of broken peers: sends bytes as they are, at once.
  void send_raw(std::string_view bytes);
  /// The next packet whatever it is.
  Reply read_reply();
  /// True if the filter closes the connection within the deadline; what it sends before is dropped.
  bool closed_by_filter();
  /// Closes our side without QUIT, as an MTA that died.
  void drop();

private:
  /// The filter's answer to what was just appended; none is awaited where `unanswered` is agreed.
  Reply answer(std::uint32_t unanswered);
  /// Appends the macros of `stage`, as sent before `command`.
  void macros(Command command, Stage stage);
  void note_login(std::string_view login);
  void flush();
  void wait_for(short events);
  /// True where the MTA goes on to DATA.
  bool send_recipients(const Message& message, Outcome& outcome);
  /// Sends header, body chunks and end of `message`.
  void send_content(const Message& message, Outcome& outcome);

  Socket socket_;
  std::chrono::milliseconds deadline_;
  Negotiated negotiated_;
  MacroLists lists_;
  MacroValues values_;
  std::map<std::string, std::optional<std::string>, std::less<>> overrides_;
  std::string queue_id_;
  unsigned messages_ = 0;
  std::string out_;
  PacketReader in_;
};

/// A client that has negotiated, connected and said HELO.
MilterClient open_session(const FilterAddress& filter, const ClientInfo& info = {},
                          std::chrono::milliseconds deadline = std::chrono::seconds(10));

}  // namespace gatepost::test
