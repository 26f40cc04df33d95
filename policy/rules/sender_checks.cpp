#include "policy/rules/sender_checks.hpp"

#include "policy/rules/make_finding.hpp"

namespace gatepost {
namespace {

// What names the sender to people: the login, or the server.
std::string sender_name(const Envelope& envelope) {
  return envelope.login ? envelope.login->text() : envelope.server;
}

std::string place_text(const Right& right) {
  return right.place ? right.place->text() : "";
}

// A sub-address belongs to its base on both sides.
bool same_mailbox(const Address& a, const Address& b) {
  return a.base() == b.base();
}

// An envelope sender that is somebody else's proves nothing, whatever sender_is_login is set to.
bool is_envelope_sender(const Envelope& envelope, const Address& address) {
  return envelope.sender_right && envelope.sender.address &&
         same_mailbox(*envelope.sender.address, address);
}

// The domain From is held against: of the envelope sender, or where it proves nothing the login's.
const Domain* sender_domain(const Envelope& envelope) {
  if (envelope.sender.address && envelope.sender_right) return &envelope.sender.address->domain();
  if (envelope.login && envelope.login->address()) return &envelope.login->address()->domain();
  return nullptr;
}

bool is_near_enough(FromMatch match, const Envelope& envelope, const NamedMailbox& from) {
  switch (match) {
    case FromMatch::address: return false;
    case FromMatch::domain: {
      const Domain* domain = sender_domain(envelope);
      return domain != nullptr && *domain == from.one()->address.domain();
    }
    case FromMatch::organization:
      return from.site_domain && from.site_domain == envelope.site_domain;
  }
  return false;
}

// One message's From, held against its envelope.
class FromCheck {
public:
  FromCheck(const FromIsSender& rule, const Envelope& envelope, const HeaderFacts& headers)
      : rule_(rule), envelope_(envelope), headers_(headers), who_(sender_name(envelope)) {}

  Finding run() const {
    if (const NoMailbox* fault = headers_.from.fault()) {
      return hit(reason_of(fault->fault), fault->shown);
    }
    if (is_from_allowed()) return check_sender_field();
    if (headers_.from.right) return check_exception();
    const std::string from = headers_.from.one()->address.text();
    if (is_redirect()) {
      if (rule_.allow_resent) return pass(Reason::from_redirected, from);
      return hit(Reason::from_is_redirect, from);
    }
    return hit(envelope_.login ? Reason::from_not_sender : Reason::from_not_server, from);
  }

private:
  Finding pass(Reason reason, std::string about = {}, std::string detail = {}) const {
    return make_finding(FromIsSender::kId, Outcome::pass, reason, std::move(about),
                        std::move(detail));
  }

  Finding hit(Reason reason, std::string about) const {
    return make_finding(FromIsSender::kId, Outcome::hit, reason, std::move(about), who_);
  }

  // Without an exception. One that requires a Sender field does so whatever the envelope says.
  bool is_from_allowed() const {
    const NamedMailbox& from = headers_.from;
    if (from.right.sender_field == SenderField::require) return false;
    return is_envelope_sender(envelope_, from.one()->address) ||
           from.right.kind == Right::Kind::own || is_near_enough(rule_.match, envelope_, from);
  }

  Finding check_exception() const {
    const Right& right = headers_.from.right;
    const std::string from = headers_.from.one()->address.text();
    if (right.sender_field == SenderField::require && !names_who_sends()) {
      return hit(Reason::sender_field_missing, from);
    }
    // Where the field is added for those without it, it may not name another either.
    if (right.sender_field == SenderField::add && headers_.sender && !names_who_sends()) {
      return hit(Reason::sender_field_not_login, sender_text());
    }
    Finding out = check_sender_field();
    if (out.outcome == Outcome::hit) return out;
    return pass(Reason::from_excepted, from, place_text(right));
  }

  // A Sender field with an address that is the sender's itself, not one he may use for others.
  bool names_who_sends() const {
    if (!headers_.sender) return false;
    const Right::Kind kind = headers_.sender->right.kind;
    return kind != Right::Kind::none && kind != Right::Kind::on_behalf;
  }

  std::string sender_text() const {
    const NamedMailbox& sender = *headers_.sender;
    return sender.one() != nullptr ? sender.one()->address.text() : sender.fault()->shown;
  }

  // Some readers show Sender beside From, or before it.
  Finding check_sender_field() const {
    const std::string from = headers_.from.one()->address.text();
    if (!headers_.sender) return pass(Reason::from_matches, from);
    const NamedMailbox& sender = *headers_.sender;
    const bool allowed = sender.one() != nullptr &&
                         (sender.right || is_envelope_sender(envelope_, sender.one()->address) ||
                          is_near_enough(rule_.match, envelope_, sender));
    if (allowed) return pass(Reason::from_matches, from);
    return hit(Reason::sender_field_not_login, sender_text());
  }

  bool is_redirect() const {
    if (!headers_.resent_from || headers_.resent_from->one() == nullptr) return false;
    return headers_.resent_from->right ||
           is_envelope_sender(envelope_, headers_.resent_from->one()->address);
  }

  const FromIsSender& rule_;
  const Envelope& envelope_;
  const HeaderFacts& headers_;
  std::string who_;
};

}  // namespace

Finding judge(const SenderIsLogin& /*rule*/, Stage /*stage*/, const Facts& facts,
              const Usage& /*usage*/) {
  const Envelope& envelope = facts.envelope;
  if (envelope.channel != Channel::submission) {
    return make_finding(SenderIsLogin::kId, Outcome::pass, Reason::does_not_apply);
  }
  if (envelope.sender.null) {
    return make_finding(SenderIsLogin::kId, Outcome::pass, Reason::sender_is_null);
  }
  const std::string sender =
      envelope.sender.address ? envelope.sender.address->text() : envelope.sender.text;
  switch (envelope.sender_right.kind) {
    case Right::Kind::none:
      return make_finding(SenderIsLogin::kId, Outcome::hit, Reason::sender_not_login, sender,
                          sender_name(envelope));
    case Right::Kind::own:
      return make_finding(SenderIsLogin::kId, Outcome::pass, Reason::sender_is_own, sender);
    case Right::Kind::alias:
    case Right::Kind::login_map:
    case Right::Kind::on_behalf:
    case Right::Kind::server_sender: break;
  }
  return make_finding(SenderIsLogin::kId, Outcome::pass, Reason::sender_excepted, sender,
                      place_text(envelope.sender_right));
}

Finding judge(const FromIsSender& rule, Stage /*stage*/, const Facts& facts,
              const Usage& /*usage*/) {
  const Channel channel = facts.envelope.channel;
  const bool applies = channel == Channel::submission || channel == Channel::server;
  if (!applies) {
    return make_finding(FromIsSender::kId, Outcome::pass, Reason::does_not_apply);
  }
  if (!facts.headers) {
    return make_finding(FromIsSender::kId, Outcome::unknown, Reason::headers_not_seen);
  }
  return FromCheck(rule, facts.envelope, *facts.headers).run();
}

std::string_view name(FromMatch match) {
  switch (match) {
    case FromMatch::address: return "address";
    case FromMatch::domain: return "domain";
    case FromMatch::organization: return "organization";
  }
  return "";
}

Reason reason_of(MailboxFault fault) {
  switch (fault) {
    case MailboxFault::missing: return Reason::from_missing;
    case MailboxFault::hidden: return Reason::from_hidden;
    case MailboxFault::repeated: return Reason::from_repeated;
    case MailboxFault::several: return Reason::from_several;
    case MailboxFault::group: return Reason::from_group;
    case MailboxFault::empty: return Reason::from_empty;
    case MailboxFault::unreadable: break;
  }
  return Reason::from_unreadable;
}

}  // namespace gatepost
