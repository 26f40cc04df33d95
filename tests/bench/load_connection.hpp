#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load_content.hpp"
#include "tests/bench/load_dealer.hpp"
#include "tests/bench/load_options.hpp"
#include "tests/bench/load_report.hpp"
#include "tests/milter_client/macros.hpp"
#include "tests/milter_client/socket.hpp"
#include "tests/milter_client/wire.hpp"

namespace gatepost::bench {

/// One milter connection after another to one filter, as the processes of an MTA open them, without
/// ever blocking. It plays what MilterClient plays; the waiting is the caller's.
class LoadConnection {
public:
  LoadConnection(const LoadOptions& options, test::FilterAddress filter, Dealer& dealer,
                 LoadReport& report);

  /// Opens a session: connects and negotiates. Throws MilterError.
  void open();

  int fd() const { return socket_.fd(); }

  /// True after open() until the last message is answered.
  bool is_open() const { return socket_.fd() >= 0; }

  /// Stands before its first MAIL, waiting for the dealer to start.
  bool ready() const { return stage_ == Stage::idle; }

  bool wants_to_write() const { return sent_ < out_.size(); }

  /// The session ended where the run goes on: open() another.
  bool wants_new_session() const { return wants_new_session_; }

  /// Begins the next message, or ends the session where there is none.
  void next_message();
  /// Reads what has come and answers it. A connection that breaks is counted, and closed.
  void on_readable();

  void on_writable() { flush(); }

private:
  enum class Stage : std::uint8_t {
    closed,
    negotiate,
    connect,
    helo,
    idle,
    mail,
    rcpt,
    data,
    content
  };

  void handle(const test::Reply& reply);
  void on_negotiated(const test::Reply& reply);
  void say_connect();
  void say_helo();
  void say_mail(const std::string& login);
  void say_rcpt();
  void say_data();
  void say_content();
  void on_content(const test::Reply& reply);
  void on_rcpt(const test::Reply& reply);
  /// The message got its final answer.
  void finish(bool passed);
  void end_session();
  void broken();
  void append_macros(test::Command command, test::Stage stage);
  void flush();

  const LoadOptions& options_;
  test::FilterAddress filter_;
  Dealer& dealer_;
  LoadReport& report_;
  test::Socket socket_;
  test::PacketReader in_;
  std::string out_;
  std::size_t sent_ = 0;
  Stage stage_ = Stage::closed;
  test::Negotiated negotiated_;
  test::MacroLists lists_;
  test::MacroValues values_;
  std::optional<LoadContent> content_;
  std::string queue_id_;
  SteadyTime mail_sent_;
  std::size_t messages_ = 0;    ///< of this session
  std::size_t recipients_ = 0;  ///< of this message, sent so far
  std::size_t accepted_ = 0;
  std::size_t piece_ = 0;
  bool wants_new_session_ = false;
};

}  // namespace gatepost::bench
