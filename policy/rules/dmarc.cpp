#include "policy/rules/dmarc.hpp"

#include "policy/mail/authentication_words.hpp"
#include "policy/rules/make_finding.hpp"

namespace gatepost {
namespace {

Finding finding(Outcome outcome, Reason reason, std::string about, std::string detail = {}) {
  return make_finding(Dmarc::kId, outcome, reason, std::move(about), std::move(detail));
}

// The exception that holds for mail that fails, if one does.
std::optional<Finding> exception(const HeaderFacts& headers, const AuthenticationFacts& known,
                                 const std::string& author) {
  const auto by = [&](Reason reason, const Place& place) {
    return finding(Outcome::pass, reason, author, place.text());
  };
  if (headers.forwarder) {
    return finding(Outcome::pass, Reason::brought_by_forwarder, headers.forwarder->text());
  }
  // Whoever may use an address of ours by the whitelist has it from the domain's owner.
  if (headers.from.site_domain && headers.from.right.place) {
    return by(Reason::dmarc_excepted, *headers.from.right.place);
  }
  if (known.excepted_domain) return by(Reason::dmarc_excepted, *known.excepted_domain);
  if (known.trusted_sealer) return by(Reason::dmarc_trusted_chain, *known.trusted_sealer);
  if (known.known_list) return by(Reason::dmarc_known_list, *known.known_list);
  return {};
}

// The actions are ordered by weight, the heaviest first.
bool costs_more(Action action, Action than) {
  return action < than;
}

Finding judge_failed(const Dmarc& rule, const Facts& facts, const std::string& author) {
  const HeaderFacts& headers = *facts.headers;
  const Authentication& found = facts.authentication->found;
  if (auto pass = exception(headers, *facts.authentication, author)) return *std::move(pass);
  const DmarcPolicy policy = found.dmarc.policy;
  std::string what = evidence_in_words(found, facts.connection.client, headers.list_id);
  if (policy == DmarcPolicy::none) {
    return finding(Outcome::pass, Reason::dmarc_asks_nothing, author, std::move(what));
  }
  const bool rejects = policy == DmarcPolicy::reject;
  const Action price = rejects ? rule.settings.on_hit : rule.on_quarantine;
  if (headers.list && !costs_more(rule.on_list_mail, price)) {
    return finding(Outcome::hit, Reason::dmarc_broken_on_list, author, std::move(what));
  }
  return finding(Outcome::hit, rejects ? Reason::dmarc_asks_reject : Reason::dmarc_asks_quarantine,
                 author, std::move(what));
}

}  // namespace

Finding judge(const Dmarc& rule, Stage /*stage*/, const Facts& facts, const Usage& /*usage*/) {
  if (facts.envelope.channel != Channel::inbound) {
    return finding(Outcome::pass, Reason::does_not_apply, {});
  }
  if (!facts.headers) return finding(Outcome::unknown, Reason::headers_not_seen, {});
  if (!facts.authentication) {
    return finding(Outcome::unknown, Reason::dmarc_not_known, {}, "the message was not verified");
  }
  const DmarcOutcome& dmarc = facts.authentication->found.dmarc;
  const std::string author = dmarc.author ? dmarc.author->ascii() : "";
  switch (dmarc.result) {
    case DmarcResult::pass: return finding(Outcome::pass, Reason::dmarc_passed, author);
    case DmarcResult::none:
    case DmarcResult::permerror:
      if (dmarc.cause == DmarcCause::too_many_authors) {
        return finding(Outcome::hit, Reason::dmarc_too_many_authors, author);
      }
      return finding(Outcome::pass, Reason::dmarc_no_policy, author,
                     std::string(phrase(dmarc.cause)));
    case DmarcResult::temperror:
      return finding(Outcome::unknown, Reason::dmarc_not_known, author,
                     missing_in_words(facts.authentication->found));
    case DmarcResult::fail: break;
  }
  return judge_failed(rule, facts, author);
}

}  // namespace gatepost
