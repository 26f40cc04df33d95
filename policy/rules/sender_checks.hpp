#pragma once

#include "policy/rules/settings.hpp"
#include "policy/rules/usage.hpp"

namespace gatepost {

/// R6: the envelope sender belongs to the login.
struct SenderIsLogin {
  static constexpr RuleId kId = RuleId::sender_is_login;
  static constexpr Stages kStages{Stage::mail};
  RuleSettings settings;

  friend bool operator==(const SenderIsLogin&, const SenderIsLogin&) = default;
};

/// How much of header From must be the sender's.
enum class FromMatch : std::uint8_t {
  address,
  domain,
  organization,  ///< both below one entry of `site.domains`
};

/// `address`
std::string_view name(FromMatch match);

/// R7, "fake sender": header From is the envelope sender's, or another address of the login.
struct FromIsSender {
  static constexpr RuleId kId = RuleId::from_is_sender;
  static constexpr Stages kStages{Stage::content};
  RuleSettings settings;
  FromMatch match = FromMatch::address;
  bool allow_resent = false;  ///< a redirect passes whose Resent-From is the sender's

  friend bool operator==(const FromIsSender&, const FromIsSender&) = default;
};

/// `about` is the envelope sender, `detail` the login.
Finding judge(const SenderIsLogin& rule, Stage stage, const Facts& facts, const Usage& usage);

/// `about` is what From (or the field that is wrong) shows, `detail` the login or the server.
Finding judge(const FromIsSender& rule, Stage stage, const Facts& facts, const Usage& usage);

/// The reason for a From field that does not name one mailbox.
Reason reason_of(MailboxFault fault);

}  // namespace gatepost
