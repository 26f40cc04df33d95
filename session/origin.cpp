#include "session/origin.hpp"

#include <chrono>
#include <utility>

#include "mailauth/raw_header.hpp"
#include "policy/read_header.hpp"
#include "session/given_results.hpp"

namespace gatepost::session {
namespace {

// The mailbox that SPF is asked about; empty: null (RFC 7208 2.4).
std::string mail_from_of(const EnvelopePath& sender) {
  if (sender.null) return {};
  return sender.address ? sender.address->text() : sender.text;
}

}  // namespace

Origin::Origin(mailauth::Resolver& resolver, std::shared_ptr<const Settings> settings,
               OriginInput input)
    : resolver_(resolver),
      settings_(std::move(settings)),
      client_(input.client),
      sender_(std::move(input.sender)),
      now_(std::chrono::floor<std::chrono::seconds>(input.now)),
      behind_filter_(brings_mail_of_filter(settings_->authentication, client_)) {
  // SPF of a filter's own address would be wrong.
  if (behind_filter_) return;
  verification_ = mailauth::Verification::start(resolver_,
                                                {.client = client_,
                                                 .helo = std::move(input.helo),
                                                 .mail_from = mail_from_of(sender_),
                                                 .receiver = std::move(input.receiver)},
                                                now_);
}

void Origin::header(std::string_view name, std::string_view value) {
  signed_ = signed_ || mailauth::same_field_name(name, "DKIM-Signature");
  if (verification_) verification_->header(name, value);
}

void Origin::end_of_header(const MessageHeader& header) {
  AuthorDomains authors = author_domains(header);
  const GivenAbout about{
      .client = client_, .sender = sender_, .authors = authors.domains, .is_signed = signed_};
  auto given = given_results(settings_->authentication, header, about);
  if (verification_) {
    verification_->end_of_header(std::move(authors), std::move(given));
  } else if (given) {
    verification_ =
        mailauth::Verification::start_with(resolver_, std::move(authors), *std::move(given), now_);
  }
}

bool Origin::body(std::string_view chunk) {
  if (!verification_ || !verification_->wants_body()) return false;
  verification_->body(chunk);
  return true;
}

std::optional<Authentication> Origin::conclude(mailauth::WaitingRoom& room) {
  if (!verification_) return {};
  return verification_->conclude(room, settings_->authentication.budget);
}

}  // namespace gatepost::session
