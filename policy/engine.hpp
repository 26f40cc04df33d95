#pragma once

#include <optional>
#include <vector>

#include "policy/ledger.hpp"
#include "policy/rules/rule.hpp"
#include "policy/settings.hpp"
#include "policy/verdict.hpp"

/// The decision, in three steps: what to count (request_for), one call of the ledger by the
/// caller, and what the answer means (decide). Pure functions, safe on every thread.
namespace gatepost {

/// What the ledger is asked about this message as it stands: every counter configured anywhere,
/// with the limits of the rules that apply. Nothing where the channel is not counted.
std::optional<LedgerRequest> request_for(const Settings& settings, const Facts& facts);

/// Whether any rule that costs something looks at header fields: what the MTA has to be asked for.
bool needs_headers(const Settings& settings);

/// Whether mail from outside has to be verified: a rule that costs something, or only reports what
/// it would have cost, goes by it, or an exception that such a rule looks at.
bool needs_authentication(const Settings& settings);

/// Asks every rule. The first enforced hit or unknown that refuses is the verdict, or else the
/// first that holds; what only marks is the mark. The trace holds every rule's finding all the
/// same. `earlier` is the trace of the stages before, of the same settings: a rule that has nothing
/// to say at this stage keeps what it said there.
Decision decide(const Settings& settings, Stage stage, const Facts& facts, const Usage& usage,
                std::vector<Finding> earlier = {});

/// Whether this rule only reports: by its own mode or the site's.
bool observes(const Settings& settings, const RuleSettings& rule);

}  // namespace gatepost
