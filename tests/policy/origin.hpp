#pragma once

#include <string>

#include "policy/facts.hpp"
#include "tests/policy/site.hpp"

/// Results of mail authentication for tests.
namespace gatepost::test {

inline SpfOutcome spf(SpfResult result, const std::string& text, SpfCause cause = SpfCause::matched,
                      std::string detail = "-all") {
  return {.result = result,
          .cause = cause,
          .identity = SpfIdentity::mail_from,
          .domain = domain(text),
          .sender = "bounce@" + text,
          .detail = std::move(detail)};
}

inline DkimOutcome dkim(DkimResult result, const std::string& text,
                        DkimCause cause = DkimCause::verified) {
  DkimOutcome out;
  out.result = result;
  out.cause = cause;
  out.domain = domain(text);
  return out;
}

/// A message of `author` that fails DMARC under `policy`: SPF fails, and its signature is broken.
inline Authentication failed(const std::string& author, DmarcPolicy policy) {
  Authentication out;
  out.spf = spf(SpfResult::fail, "bounce.test");
  out.dkim = {dkim(DkimResult::fail, author, DkimCause::body_changed)};
  out.dmarc.result = DmarcResult::fail;
  out.dmarc.cause = DmarcCause::nothing_passed;
  out.dmarc.author = domain(author);
  out.dmarc.record_at = domain(author);
  out.dmarc.policy = policy;
  out.author_provable = true;
  return out;
}

/// One set of a chain that holds: `sealer` found `method` to be `result` for `property`.
inline ArcSet sealed(int instance, const std::string& sealer, AuthMethod method) {
  return {.instance = instance,
          .sealer = domain(sealer),
          .found = {.authserv_id = "mx." + sealer, .methods = {std::move(method)}}};
}

inline ArcOutcome chain(std::vector<ArcSet> sets) {
  return {.result = ArcResult::pass,
          .cause = ArcCause::verified,
          .sets = std::move(sets),
          .detail = {}};
}

/// `dmarc=pass header.from=AUTHOR`
inline AuthMethod dmarc_pass(const std::string& author) {
  return {"dmarc", "pass", {{"header.from", author}}};
}

}  // namespace gatepost::test
