#include "policy/rules/from_outside.hpp"

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

Finding judge_own_domain(const HeaderFacts& headers) {
  constexpr RuleId kId = OwnDomainsFromOutside::kId;
  const auto from = own_address(headers.from);
  const auto sender = headers.sender ? own_address(*headers.sender) : std::nullopt;
  if (!from && !sender) return make_finding(kId, Outcome::pass, Reason::not_our_domain);
  if (headers.forwarder) {
    return make_finding(kId, Outcome::pass, Reason::brought_by_forwarder,
                        headers.forwarder->text());
  }
  if (from && !from->excepted) {
    return make_finding(kId, Outcome::unknown,
                        headers.list ? Reason::own_domain_on_list : Reason::own_domain_unproven,
                        from->text);
  }
  if (sender && !sender->excepted) {
    return make_finding(kId, Outcome::unknown, Reason::own_sender_field_unproven, sender->text);
  }
  return excepted(from ? headers.from : *headers.sender);
}

// A name that shows an address of From's own organization shows nothing foreign.
bool is_near(const Domain& a, const Domain& b) {
  return a.is_or_under(b) || b.is_or_under(a);
}

}  // namespace

Finding judge(const OwnDomainsFromOutside& /*rule*/, Stage stage, const Facts& facts,
              const Usage& /*usage*/) {
  constexpr RuleId kId = OwnDomainsFromOutside::kId;
  if (stage != Stage::content || facts.envelope.channel != Channel::inbound) {
    return make_finding(kId, Outcome::pass, Reason::does_not_apply);
  }
  if (!facts.headers) return make_finding(kId, Outcome::unknown, Reason::headers_not_seen);
  return judge_own_domain(*facts.headers);
}

Finding judge(const AmbiguousFrom& /*rule*/, Stage stage, const Facts& facts,
              const Usage& /*usage*/) {
  constexpr RuleId kId = AmbiguousFrom::kId;
  if (stage != Stage::content || facts.envelope.channel != Channel::inbound) {
    return make_finding(kId, Outcome::pass, Reason::does_not_apply);
  }
  if (!facts.headers) return make_finding(kId, Outcome::unknown, Reason::headers_not_seen);
  if (const NoMailbox* fault = facts.headers->from.fault()) {
    return make_finding(kId, Outcome::hit, reason_of(fault->fault), fault->shown);
  }
  return make_finding(kId, Outcome::pass, Reason::from_readable);
}

Finding judge(const DisplayName& /*rule*/, Stage stage, const Facts& facts,
              const Usage& /*usage*/) {
  constexpr RuleId kId = DisplayName::kId;
  const Channel channel = facts.envelope.channel;
  if (stage != Stage::content || channel == Channel::relay || channel == Channel::local) {
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
