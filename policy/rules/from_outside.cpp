#include "policy/rules/from_outside.hpp"

#include "policy/rules/sender_checks.hpp"

namespace gatepost {
namespace {

Finding finding(RuleId rule, Outcome outcome, Reason reason, std::string about = {},
                std::string detail = {}) {
  return {.rule = rule,
          .outcome = outcome,
          .reason = reason,
          .figures = {},
          .about = std::move(about),
          .detail = std::move(detail)};
}

Finding judge_own_domain(const HeaderFacts& headers) {
  constexpr RuleId kId = OwnDomainsFromOutside::kId;
  const NamedMailbox& from = headers.from;
  const bool from_ours = from.site_domain.has_value();
  const bool sender_ours = headers.sender && headers.sender->site_domain;
  if (!from_ours && !sender_ours) return finding(kId, Outcome::pass, Reason::not_our_domain);
  if (headers.forwarder) {
    return finding(kId, Outcome::pass, Reason::brought_by_forwarder, headers.forwarder->text());
  }
  if (from_ours) {
    const std::string address = from.one()->address.text();
    if (from.right) {
      return finding(kId, Outcome::pass, Reason::from_excepted, address,
                     from.right.place ? from.right.place->text() : "");
    }
    return finding(kId, Outcome::unknown,
                   headers.list ? Reason::own_domain_on_list : Reason::own_domain_unproven,
                   address);
  }
  if (headers.sender->right) {
    return finding(kId, Outcome::pass, Reason::from_excepted,
                   headers.sender->one()->address.text());
  }
  return finding(kId, Outcome::unknown, Reason::own_sender_field_unproven,
                 headers.sender->one()->address.text());
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
    return finding(kId, Outcome::pass, Reason::does_not_apply);
  }
  if (!facts.headers) return finding(kId, Outcome::unknown, Reason::headers_not_seen);
  return judge_own_domain(*facts.headers);
}

Finding judge(const AmbiguousFrom& /*rule*/, Stage stage, const Facts& facts,
              const Usage& /*usage*/) {
  constexpr RuleId kId = AmbiguousFrom::kId;
  if (stage != Stage::content || facts.envelope.channel != Channel::inbound) {
    return finding(kId, Outcome::pass, Reason::does_not_apply);
  }
  if (!facts.headers) return finding(kId, Outcome::unknown, Reason::headers_not_seen);
  if (const NoMailbox* fault = facts.headers->from.fault()) {
    return finding(kId, Outcome::hit, reason_of(fault->fault), fault->shown);
  }
  return finding(kId, Outcome::pass, Reason::from_readable);
}

Finding judge(const DisplayName& /*rule*/, Stage stage, const Facts& facts,
              const Usage& /*usage*/) {
  constexpr RuleId kId = DisplayName::kId;
  const Channel channel = facts.envelope.channel;
  if (stage != Stage::content || channel == Channel::relay || channel == Channel::local) {
    return finding(kId, Outcome::pass, Reason::does_not_apply);
  }
  if (!facts.headers) return finding(kId, Outcome::unknown, Reason::headers_not_seen);
  const Mailbox* from = facts.headers->from.one();
  if (from == nullptr) return finding(kId, Outcome::pass, Reason::does_not_apply);
  const ShownAddress* foreign = nullptr;
  for (const ShownAddress& shown : facts.headers->shown) {
    if (shown.allowed) continue;
    if (shown.ours) {
      return finding(kId, Outcome::hit, Reason::name_shows_ours, shown.address.text(),
                     from->address.text());
    }
    if (foreign == nullptr && !is_near(shown.address.domain(), from->address.domain())) {
      foreign = &shown;
    }
  }
  if (foreign == nullptr) return finding(kId, Outcome::pass, Reason::name_shows_no_address);
  return finding(kId, Outcome::hit, Reason::name_shows_other, foreign->address.text(),
                 from->address.text());
}

}  // namespace gatepost
