#pragma once

#include <optional>
#include <vector>

#include "mailauth/answers.hpp"
#include "mailauth/dmarc_record.hpp"
#include "policy/mail/authentication.hpp"

namespace gatepost::mailauth {

/// Notes what check_dmarc will ask about `author` in any case, so that it is under way early.
void ask_dmarc(const Domain& author, Answers& answers);

/// DMARC for one author domain (RFC 9989): discovers the policy and organizational domains by the
/// DNS tree walk and holds what passed against the author domain. Nothing while answers are
/// missing; they are noted. A pure function of its arguments.
std::optional<DmarcOutcome> check_dmarc(const Domain& author, const SpfOutcome& spf,
                                        const std::vector<DkimOutcome>& dkim, Answers& answers);

}  // namespace gatepost::mailauth
