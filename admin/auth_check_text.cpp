// SPF, DKIM, DMARC and ARC of one message in the words of people.

#include <algorithm>

#include "admin/auth_check_view.hpp"
#include "admin/auth_check_words.hpp"
#include "policy/explain.hpp"

namespace gatepost::admin {
namespace {

constexpr std::size_t kSignaturesShown = 20;

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts)
    out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string name_of(const std::optional<Domain>& domain) {
  return domain ? domain->ascii() : "?";
}

template <typename Outcome>
std::string why_of(Language language, const Outcome& outcome) {
  const std::string phrase(phrase_in(language, outcome.cause));
  if (outcome.detail.empty()) return phrase;
  return auth_say(language, AuthWord::heading,
                  {{"mechanism", phrase}, {"result", shown(outcome.detail)}});
}

// `spf=pass, dkim=fail`
std::string found_text(const AuthResults& found) {
  std::vector<std::string> out;
  for (const AuthMethod& method : found.methods)
    out.push_back(shown(method.method + "=" + method.result));
  return joined(out);
}

AuthWord word_of(Action action) {
  switch (action) {
    case Action::refuse: return AuthWord::action_refuse;
    case Action::defer: return AuthWord::action_defer;
    case Action::hold: return AuthWord::action_hold;
    case Action::junk: return AuthWord::action_junk;
    case Action::suspicious: return AuthWord::action_suspicious;
    case Action::proceed: break;
  }
  return AuthWord::action_proceed;
}

AuthWord word_of(DmarcPolicy policy) {
  switch (policy) {
    case DmarcPolicy::none: break;
    case DmarcPolicy::quarantine: return AuthWord::asks_quarantine;
    case DmarcPolicy::reject: return AuthWord::asks_reject;
  }
  return AuthWord::asks_none;
}

// One message's page.
class Page {
public:
  Page(const AuthCheckView& view, Language language)
      : view_(view), found_(view.found), language_(language) {}

  std::string text() && {
    tell_message();
    tell_spf();
    tell_dkim();
    tell_arc();
    tell_dmarc();
    if (view_.incomplete()) add(AuthWord::missing);
    tell_rules();
    return std::move(out_);
  }

private:
  std::string words(AuthWord word, std::initializer_list<TextArgument> arguments = {}) const {
    return auth_say(language_, word, arguments);
  }

  void add(AuthWord word, std::initializer_list<TextArgument> arguments = {}) {
    out_ += words(word, arguments) + '\n';
  }

  void item(AuthWord word, std::initializer_list<TextArgument> arguments = {}) {
    out_ += "  ";
    add(word, arguments);
  }

  void part(AuthWord word, std::initializer_list<TextArgument> arguments = {}) {
    out_ += "   ";
    item(word, arguments);
  }

  void heading(const std::string& mechanism, const std::string& result) {
    add(AuthWord::heading, {{"mechanism", mechanism}, {"result", result}});
  }

  void hint(std::string_view text, bool of_signature = false) {
    if (text.empty()) return;
    if (of_signature) out_ += "   ";
    item(AuthWord::usually, {{"hint", std::string(text)}});
  }

  void tell_message() {
    std::vector<std::string> authors;
    for (const Domain& author : view_.authors.domains)
      authors.push_back(author.ascii());
    add(AuthWord::message,
        {{"domains", authors.empty() ? words(AuthWord::no_author) : joined(authors)}});
    tell_client();
    tell_sender();
    if (view_.dns_servers.empty()) {
      add(AuthWord::dns_system);
    } else {
      add(AuthWord::dns_configured, {{"servers", joined(view_.dns_servers)}});
    }
    if (!view_.configuration_trouble.empty()) {
      add(AuthWord::no_configuration, {{"why", shown(view_.configuration_trouble)}});
    }
  }

  void tell_client() {
    if (!view_.client) return add(AuthWord::no_client);
    const TextArgument client{"client", view_.client->text()};
    if (view_.helo.empty()) return add(AuthWord::client_without_helo, {client});
    add(AuthWord::client, {client, {"helo", shown(view_.helo)}});
  }

  void tell_sender() {
    const std::string sender =
        view_.sender.empty() ? words(AuthWord::null_sender) : shown(view_.sender);
    switch (view_.sender_source) {
      case SenderSource::given: add(AuthWord::sender, {{"sender", sender}}); break;
      case SenderSource::return_path:
        add(AuthWord::sender_from_return_path, {{"sender", sender}});
        break;
      case SenderSource::unknown: add(AuthWord::sender_unknown); break;
    }
  }

  void tell_spf() {
    const SpfOutcome& spf = found_.spf;
    heading("SPF", std::string(name(spf.result)));
    if (!view_.client) return item(AuthWord::not_asked);
    if (spf.identity == SpfIdentity::helo) {
      item(AuthWord::asked_helo,
           {{"domain", spf.domain ? spf.domain->ascii() : shown(spf.sender)}});
    } else {
      item(AuthWord::asked_mail_from, {{"sender", shown(spf.sender)}});
    }
    item(AuthWord::why, {{"why", why_text(language_, spf)}});
    const bool refused = spf.cause == SpfCause::matched && spf.result != SpfResult::pass;
    hint(hint_in(language_, refused ? SpfCause::nothing_matched : spf.cause));
  }

  void tell_dkim() {
    if (found_.dkim.empty()) return heading("DKIM", words(AuthWord::not_signed));
    heading("DKIM", words(AuthWord::signatures, {{"count", std::to_string(found_.dkim.size())}}));
    const std::size_t count = std::min(found_.dkim.size(), kSignaturesShown);
    for (std::size_t i = 0; i < count; ++i)
      tell_signature(i + 1, found_.dkim[i]);
    if (count < found_.dkim.size()) out_ += "  ...\n";
  }

  void tell_signature(std::size_t number, const DkimOutcome& outcome) {
    const TextArgument position{"number", std::to_string(number)};
    const TextArgument result{"result", std::string(name(outcome.result))};
    if (outcome.domain) {
      item(AuthWord::signature, {position,
                                 result,
                                 {"domain", outcome.domain->ascii()},
                                 {"selector", shown(outcome.selector)}});
    } else {
      item(AuthWord::unreadable_signature, {position, result});
    }
    const TextArgument algorithm{"algorithm", shown(outcome.algorithm)};
    if (outcome.key_bits != 0) {
      part(AuthWord::bits, {algorithm, {"bits", std::to_string(outcome.key_bits)}});
    } else if (!outcome.algorithm.empty()) {
      part(AuthWord::algorithm, {algorithm});
    }
    part(AuthWord::why, {{"why", why_text(language_, outcome)}});
    hint(hint_in(language_, outcome.cause), true);
  }

  void tell_arc() {
    const ArcOutcome& arc = found_.arc;
    heading("ARC", std::string(name(arc.result)));
    item(AuthWord::why, {{"why", why_text(language_, arc)}});
    hint(hint_in(language_, arc.cause));
    if (!arc.sets.empty()) {
      item(AuthWord::seals);
      for (const ArcSet& set : arc.sets)
        tell_set(set);
    } else if (!view_.seals.empty()) {
      item(AuthWord::written_seals);
      for (const WrittenSeal& seal : view_.seals) {
        part(AuthWord::written_seal, {{"number", shown(seal.instance)},
                                      {"sealer", shown(seal.sealer)},
                                      {"chain", shown(seal.chain)}});
      }
    }
  }

  void tell_set(const ArcSet& set) {
    const TextArgument number{"number", std::to_string(set.instance)};
    const TextArgument sealer{"sealer", name_of(set.sealer)};
    const std::string found = found_text(set.found);
    if (found.empty()) {
      part(AuthWord::sealed_by, {number, sealer});
    } else {
      part(AuthWord::sealer_found, {number, sealer, {"found", found}});
    }
  }

  void tell_dmarc() {
    const DmarcOutcome& dmarc = found_.dmarc;
    heading("DMARC", std::string(name(dmarc.result)));
    if (dmarc.author) item(AuthWord::author_domain, {{"domain", dmarc.author->ascii()}});
    if (view_.authors.domains.size() > 1) item(AuthWord::several_authors);
    if (dmarc.organizational) {
      item(AuthWord::organizational_domain, {{"domain", dmarc.organizational->ascii()}});
    }
    if (dmarc.record_at) {
      item(AuthWord::record,
           {{"domain", dmarc.record_at->ascii()}, {"record", shown(dmarc.detail)}});
      item(AuthWord::policy, {{"policy", std::string(name(dmarc.policy))}});
      if (dmarc.testing) item(AuthWord::testing);
    } else if (dmarc.cause == DmarcCause::no_record) {
      item(AuthWord::no_record);
    }
    tell_alignment();
    item(AuthWord::why, {{"why", why_text(language_, dmarc)}});
    hint(hint_in(language_, dmarc.cause));
    const bool passes = dmarc.result == DmarcResult::pass;
    if (!view_.client && dmarc.record_at && !passes) item(AuthWord::without_spf);
    if (dmarc.result == DmarcResult::fail) {
      item(AuthWord::owner_asks, {{"policy", words(word_of(disposition_of(dmarc)))}});
    }
  }

  // What passes, and whether it counts for the author domain.
  void tell_alignment() {
    const DmarcOutcome& dmarc = found_.dmarc;
    if (!dmarc.author || !dmarc.record_at) return;
    const TextArgument author{"author", dmarc.author->ascii()};
    if (found_.spf.result == SpfResult::pass) {
      item(dmarc.spf_aligned ? AuthWord::spf_aligned : AuthWord::spf_other_domain,
           {{"domain", name_of(found_.spf.domain)}, author});
    }
    std::vector<std::string> signers;
    for (const DkimOutcome& outcome : found_.dkim) {
      const std::string signer = name_of(outcome.domain);
      const bool told = std::find(signers.begin(), signers.end(), signer) != signers.end();
      if (outcome.result == DkimResult::pass && !told) signers.push_back(signer);
    }
    if (signers.empty()) return;
    item(dmarc.dkim_aligned ? AuthWord::dkim_aligned : AuthWord::dkim_other_domain,
         {{"domain", joined(signers)}, author});
  }

  void tell_rules() {
    if (view_.rules.empty()) return;
    if (view_.configuration.empty()) {
      add(AuthWord::rule_default);
    } else {
      add(AuthWord::rule_configured, {{"file", shown(view_.configuration)}});
    }
    for (const RuleAnswer& rule : view_.rules)
      tell_rule(rule);
  }

  void tell_rule(const RuleAnswer& rule) {
    out_ += "  " + finding_line(language_, rule.finding) + '\n';
    if (rule.finding.outcome == Outcome::pass) return;
    part(AuthWord::would, {{"action", words(word_of(rule.action))}});
    if (rule.observed) part(AuthWord::observed);
  }

  const AuthCheckView& view_;
  const Authentication& found_;
  Language language_;
  std::string out_;
};

}  // namespace

bool AuthCheckView::incomplete() const {
  const auto failed = [](const DkimOutcome& outcome) {
    return outcome.result == DkimResult::temperror;
  };
  return found.spf.result == SpfResult::temperror ||
         std::any_of(found.dkim.begin(), found.dkim.end(), failed) ||
         found.dmarc.result == DmarcResult::temperror ||
         found.arc.cause == ArcCause::key_dns_failed;
}

DmarcPolicy disposition_of(const DmarcOutcome& outcome) {
  return outcome.result == DmarcResult::fail ? outcome.policy : DmarcPolicy::none;
}

std::string why_text(Language language, const SpfOutcome& outcome) {
  return why_of(language, outcome);
}

std::string why_text(Language language, const DkimOutcome& outcome) {
  return why_of(language, outcome);
}

std::string why_text(Language language, const ArcOutcome& outcome) {
  return why_of(language, outcome);
}

// The record is shown beside it.
std::string why_text(Language language, const DmarcOutcome& outcome) {
  if (!outcome.record_at) return why_of(language, outcome);
  return std::string(phrase_in(language, outcome.cause));
}

std::string not_asked_text(Language language) {
  return auth_say(language, AuthWord::not_asked);
}

std::string text_of(const AuthCheckView& view, Language language) {
  return Page(view, language).text();
}

}  // namespace gatepost::admin
