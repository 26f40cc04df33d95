#include "policy/rules/from_outside.hpp"

#include <algorithm>

#include "policy/mail/authentication_words.hpp"
#include "policy/rules/make_finding.hpp"
#include "policy/rules/sender_checks.hpp"

namespace gatepost {
namespace {

Finding excepted(const NamedMailbox& field) {
  return make_finding(OwnDomainsFromOutside::kId, Outcome::pass, Reason::from_excepted,
                      field.one()->address.text(),
                      field.right.place ? field.right.place->text() : "");
}

// An address of ours that a field shows, or may show to some readers.
struct OwnAddress {
  std::string text;
  bool excepted = false;  // the sender may use it
};

std::optional<OwnAddress> own_address(const NamedMailbox& field) {
  if (field.shows_ours) return OwnAddress{field.shows_ours->text(), false};
  if (!field.site_domain) return {};
  return OwnAddress{field.one()->address.text(), static_cast<bool>(field.right)};
}

// A name that shows an address of From's own organization shows nothing foreign.
bool is_near(const Domain& a, const Domain& b) {
  return a.is_or_under(b) || b.is_or_under(a);
}

// One message that shows an address of ours, held against what was found of its origin.
class OwnDomainCheck {
public:
  OwnDomainCheck(const Facts& facts, const HeaderFacts& headers)
      : facts_(facts),
        headers_(headers),
        known_(facts.authentication ? &*facts.authentication : nullptr) {}

  Finding run() const {
    const auto from = own_address(headers_.from);
    const auto sender = headers_.sender ? own_address(*headers_.sender) : std::nullopt;
    if (!from && !sender) return finding(Outcome::pass, Reason::not_our_domain);
    if (headers_.forwarder) {
      return finding(Outcome::pass, Reason::brought_by_forwarder, headers_.forwarder->text());
    }
    const bool proven = from && is_author_proven();
    const auto exception = from && !from->excepted && !proven ? exception_of_from() : std::nullopt;
    if (from && !from->excepted && !proven && !exception) return unproven(from->text);
    if (sender && !sender->excepted && !is_sender_proven()) {
      const auto exempt = exception_of_sender();
      if (!exempt) {
        return finding(Outcome::unknown, Reason::own_sender_field_unproven, sender->text);
      }
      if (!from) {
        return finding(Outcome::pass, Reason::from_excepted, sender->text, exempt->text());
      }
    }
    if (from && from->excepted) return excepted(headers_.from);
    if (exception) {
      return finding(Outcome::pass, Reason::from_excepted, from->text, exception->text());
    }
    if (from) return finding(Outcome::pass, Reason::own_domain_proven, from->text);
    if (sender->excepted) return excepted(*headers_.sender);
    return finding(Outcome::pass, Reason::own_domain_proven, sender->text);
  }

private:
  static Finding finding(Outcome outcome, Reason reason, std::string about = {},
                         std::string detail = {}) {
    return make_finding(OwnDomainsFromOutside::kId, outcome, reason, std::move(about),
                        std::move(detail));
  }

  // Of a From that does not name one mailbox nothing is proven: readers may see another one.
  bool is_found_of_from() const {
    const Mailbox* from = headers_.from.one();
    return known_ != nullptr && from != nullptr &&
           known_->found.dmarc.author == from->address.domain();
  }

  bool is_author_proven() const { return is_found_of_from() && author_proven(known_->found); }

  std::optional<Place> exception_of_from() const {
    if (!is_found_of_from()) return {};
    return known_->trusted_sealer ? known_->trusted_sealer : known_->known_list;
  }

  // A sealer vouches for the author alone, a list for what it brings.
  std::optional<Place> exception_of_sender() const {
    if (known_ == nullptr || headers_.sender->one() == nullptr) return {};
    return known_->known_list;
  }

  // SPF or a signature passes for the domain of Sender itself, or one above or below it.
  bool is_sender_proven() const {
    const Mailbox* sender = headers_.sender->one();
    if (known_ == nullptr || sender == nullptr) return false;
    const auto fits = [&](const std::optional<Domain>& domain) {
      return domain && is_near(*domain, sender->address.domain());
    };
    const Authentication& found = known_->found;
    if (found.spf.result == SpfResult::pass && fits(found.spf.domain)) return true;
    return std::any_of(found.dkim.begin(), found.dkim.end(), [&](const DkimOutcome& outcome) {
      return outcome.result == DkimResult::pass && fits(outcome.domain);
    });
  }

  Finding unproven(const std::string& address) const {
    const bool told =
        is_found_of_from() && known_->found.author_provable && !known_->found.incomplete;
    if (!told) {
      return finding(Outcome::unknown,
                     headers_.list ? Reason::own_domain_on_list : Reason::own_domain_unproven,
                     address);
    }
    return finding(
        Outcome::hit, headers_.list ? Reason::own_domain_broken_on_list : Reason::own_domain_forged,
        address, evidence_in_words(known_->found, facts_.connection.client, headers_.list_id));
  }

  const Facts& facts_;
  const HeaderFacts& headers_;
  const AuthenticationFacts* known_;
};

}  // namespace

Finding judge(const OwnDomainsFromOutside& /*rule*/, Stage /*stage*/, const Facts& facts,
              const Usage& /*usage*/) {
  constexpr RuleId kId = OwnDomainsFromOutside::kId;
  if (facts.envelope.channel != Channel::inbound) {
    return make_finding(kId, Outcome::pass, Reason::does_not_apply);
  }
  if (!facts.headers) return make_finding(kId, Outcome::unknown, Reason::headers_not_seen);
  return OwnDomainCheck(facts, *facts.headers).run();
}

Finding judge(const AmbiguousFrom& /*rule*/, Stage /*stage*/, const Facts& facts,
              const Usage& /*usage*/) {
  constexpr RuleId kId = AmbiguousFrom::kId;
  if (facts.envelope.channel != Channel::inbound) {
    return make_finding(kId, Outcome::pass, Reason::does_not_apply);
  }
  if (!facts.headers) return make_finding(kId, Outcome::unknown, Reason::headers_not_seen);
  if (const NoMailbox* fault = facts.headers->from.fault()) {
    return make_finding(kId, Outcome::hit, reason_of(fault->fault), fault->shown);
  }
  return make_finding(kId, Outcome::pass, Reason::from_readable);
}

Finding judge(const DisplayName& /*rule*/, Stage /*stage*/, const Facts& facts,
              const Usage& /*usage*/) {
  constexpr RuleId kId = DisplayName::kId;
  const Channel channel = facts.envelope.channel;
  if (channel == Channel::relay || channel == Channel::local) {
    return make_finding(kId, Outcome::pass, Reason::does_not_apply);
  }
  if (!facts.headers) return make_finding(kId, Outcome::unknown, Reason::headers_not_seen);
  const Mailbox* from = facts.headers->from.one();
  if (from == nullptr) return make_finding(kId, Outcome::pass, Reason::does_not_apply);
  const ShownAddress* foreign = nullptr;
  for (const ShownAddress& shown : facts.headers->shown) {
    if (shown.allowed) continue;
    if (shown.ours) {
      return make_finding(kId, Outcome::hit, Reason::name_shows_ours, shown.address.text(),
                          from->address.text());
    }
    if (foreign == nullptr && !is_near(shown.address.domain(), from->address.domain())) {
      foreign = &shown;
    }
  }
  if (foreign == nullptr) return make_finding(kId, Outcome::pass, Reason::name_shows_no_address);
  return make_finding(kId, Outcome::hit, Reason::name_shows_other, foreign->address.text(),
                      from->address.text());
}

}  // namespace gatepost
