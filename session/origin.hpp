#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mailauth/verification.hpp"
#include "policy/mail/address.hpp"
#include "policy/mail/authentication.hpp"
#include "policy/mail/message_header.hpp"
#include "policy/settings.hpp"
#include "policy/time.hpp"

namespace gatepost::session {

/// What SPF and everything after it start from, known at MAIL.
struct OriginInput {
  IpAddress client;
  std::string helo;
  EnvelopePath sender;
  std::string receiver;  ///< this host, for SPF's macro %{r}
  Time now;
};

/// Where one message from outside comes from, found out while it comes in: SPF, DKIM, ARC and DMARC
/// of it, or the word of a filter before us that the site trusts. Replaced with its message; DNS
/// answers that come later go nowhere. Not thread-safe.
class Origin {
public:
  /// Begins with SPF, unless the client brings mail of a trusted filter. `resolver` must outlive
  /// its questions.
  Origin(mailauth::Resolver& resolver, std::shared_ptr<const Settings> settings, OriginInput input);

  /// One header field, `value` with the white space after the colon.
  void header(std::string_view name, std::string_view value);
  /// The header is complete; `header` is what the rules see of it.
  void end_of_header(const MessageHeader& header);
  /// A piece of the body. False: no more of it is wanted.
  bool body(std::string_view chunk);
  /// The message is complete. Waits for the DNS as Verification::conclude does. Nothing where a
  /// client brings mail of a filter without the filter's word: it is not verified. Once.
  std::optional<Authentication> conclude(mailauth::WaitingRoom& room);

private:
  mailauth::Resolver& resolver_;
  std::shared_ptr<const Settings> settings_;
  IpAddress client_;
  EnvelopePath sender_;
  std::chrono::sys_seconds now_;
  std::shared_ptr<mailauth::Verification> verification_;  // null: not verified
  bool behind_filter_;
  bool signed_ = false;
};

}  // namespace gatepost::session
