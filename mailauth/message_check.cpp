#include "mailauth/message_check.hpp"

#include <algorithm>
#include <utility>

#include "mailauth/dmarc.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

// How badly a message fares with one of its author domains; the worst counts (RFC 9989 5.3.1).
int weight(const DmarcOutcome& outcome) {
  switch (outcome.result) {
    case DmarcResult::fail:
      switch (outcome.policy) {
        case DmarcPolicy::reject: return 6;
        case DmarcPolicy::quarantine: return 5;
        case DmarcPolicy::none: return 2;
      }
      return 2;
    case DmarcResult::temperror: return 4;  // its policy may be any
    case DmarcResult::permerror: return 3;
    case DmarcResult::none: return 1;
    case DmarcResult::pass: return 0;
  }
  return 0;
}

bool looks_like_spf(const std::string& record) {
  constexpr std::string_view kVersion = "v=spf1";
  if (ascii::lower(std::string_view(record).substr(0, kVersion.size())) != kVersion) return false;
  return record.size() == kVersion.size() || record[kVersion.size()] == ' ';
}

bool is_near(const std::optional<Domain>& domain, const Domain& author) {
  return domain && (domain->is_or_under(author) || author.is_or_under(*domain));
}

// Whether an answer is missing that could prove the author domain.
bool could_be_proven(const Authentication& found) {
  const auto& author = found.dmarc.author;
  if (!author) return false;
  if (found.dmarc.result == DmarcResult::temperror) return true;
  if (found.spf.result == SpfResult::temperror && is_near(found.spf.domain, *author)) return true;
  return std::any_of(found.dkim.begin(), found.dkim.end(), [&](const DkimOutcome& outcome) {
    return outcome.result == DkimResult::temperror && is_near(outcome.domain, *author);
  });
}

}  // namespace

MessageCheck::MessageCheck(SpfInput envelope, std::chrono::sys_seconds now)
    : envelope_(std::move(envelope)), now_(now) {}

void MessageCheck::header(std::string_view name, std::string_view value) {
  header_.add(name, value);
}

void MessageCheck::end_of_header(AuthorDomains authors) {
  authors_ = std::move(authors);
  dkim_.emplace(header_, authors_.domains, now_, hashes_);
  arc_.emplace(header_, hashes_);
  header_.clear();
  header_complete_ = true;
}

void MessageCheck::end_of_header(AuthorDomains authors, GivenResults given) {
  authors_ = std::move(authors);
  given_ = std::move(given);
  header_.clear();
  header_complete_ = true;
}

bool MessageCheck::wants_body() const {
  return header_complete_ && !hashes_.empty();
}

void MessageCheck::body(std::string_view chunk) {
  if (wants_body()) hashes_.add(chunk);
}

void MessageCheck::end_of_body() {
  if (!header_complete_) end_of_header(AuthorDomains{});
  if (!hashes_.empty()) hashes_.finish();
  complete_ = true;
}

std::optional<Authentication> MessageCheck::advance(Answers& answers) {
  if (!spf_ && !given_) spf_ = check_spf(envelope_, answers);
  if (header_complete_) look_ahead(answers);
  if (!complete_) return {};
  Authentication out;
  if (given_) {
    out.spf = given_->spf;
    out.dkim = given_->dkim;
    out.taken_from = given_->authserv_id;
  } else {
    auto dkim = dkim_->conclude(hashes_, answers);
    auto arc = arc_->conclude(hashes_, answers);
    if (!spf_ || !dkim || !arc) return {};
    out.spf = *spf_;
    out.dkim = *std::move(dkim);
    out.arc = *std::move(arc);
  }
  auto dmarc = dmarc_of_authors(out.spf, out.dkim, answers);
  if (!dmarc) return {};
  out.dmarc = *std::move(dmarc);
  const auto provable = author_provable(out, answers);
  if (!provable) return {};
  out.author_provable = *provable;
  out.incomplete = could_be_proven(out);
  return out;
}

// Everything that will be asked for certain is asked together.
void MessageCheck::look_ahead(Answers& answers) const {
  if (dkim_) dkim_->ask_keys(answers);
  if (arc_) arc_->ask_keys(answers);
  for (const Domain& author : authors_.domains)
    ask_dmarc(author, answers);
}

std::optional<DmarcOutcome> MessageCheck::dmarc_of_authors(const SpfOutcome& spf,
                                                           const std::vector<DkimOutcome>& dkim,
                                                           Answers& answers) const {
  DmarcOutcome worst;
  bool first = true;
  bool missing = false;
  for (const Domain& author : authors_.domains) {
    auto outcome = check_dmarc(author, spf, dkim, answers);
    if (!outcome) {
      missing = true;
    } else if (first || weight(*outcome) > weight(worst)) {
      worst = *std::move(outcome);
      first = false;
    }
  }
  if (missing) return {};
  // What was not looked at may be the name that people see.
  const bool fine = worst.result == DmarcResult::pass || worst.result == DmarcResult::none;
  if (!authors_.complete && fine) {
    worst.result = DmarcResult::permerror;
    worst.cause = DmarcCause::too_many_authors;
  }
  return worst;
}

std::optional<bool> MessageCheck::author_provable(const Authentication& found,
                                                  Answers& answers) const {
  const auto& author = found.dmarc.author;
  if (!author) return false;
  if (found.dmarc.record_at) return true;
  if (found.spf.result != SpfResult::none && is_near(found.spf.domain, *author)) return true;
  const bool signed_by_author =
      std::any_of(found.dkim.begin(), found.dkim.end(),
                  [&](const DkimOutcome& outcome) { return is_near(outcome.domain, *author); });
  if (signed_by_author) return true;
  const DnsAnswer* texts = answers.find(author->ascii(), DnsType::txt);
  if (texts == nullptr) return {};
  return std::any_of(texts->texts.begin(), texts->texts.end(), looks_like_spf);
}

}  // namespace gatepost::mailauth
