#include "policy/rules/login_lockout.hpp"

#include "policy/lockout.hpp"
#include "policy/rules/make_finding.hpp"

namespace gatepost {

Finding judge(const LoginLockout& /*rule*/, Stage /*stage*/, const Facts& facts,
              const Usage& /*usage*/) {
  if (!facts.lock) {
    return make_finding(LoginLockout::kId, Outcome::pass, Reason::client_not_locked);
  }
  Finding finding = finding_of(*facts.lock);
  if (facts.envelope.channel != Channel::submission) {
    finding.reason = Reason::locked_client_elsewhere;
  }
  return finding;
}

}  // namespace gatepost
