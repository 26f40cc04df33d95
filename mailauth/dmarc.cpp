#include "mailauth/dmarc.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace gatepost::mailauth {
namespace {

std::size_t label_count(std::string_view name) {
  return static_cast<std::size_t>(std::count(name.begin(), name.end(), '.')) + 1;
}

// `name` without its first labels, so that `count` are left. `count` is at most what it has.
std::string_view last_labels(std::string_view name, std::size_t count) {
  for (std::size_t labels = label_count(name); labels > count; --labels)
    name.remove_prefix(name.find('.') + 1);
  return name;
}

// The names that a tree walk from `start` asks about, at most 8 (RFC 9989 4.10).
std::vector<std::string_view> walk_names(const Domain& start) {
  constexpr std::size_t kMostAbove = 7;
  std::vector<std::string_view> out{start.ascii()};
  for (std::size_t left = std::min(label_count(start.ascii()) - 1, kMostAbove); left > 0; --left)
    out.push_back(last_labels(start.ascii(), left));
  return out;
}

// The record at one name: nothing while it is not known.
struct Lookup {
  bool known = true;
  bool failed = false;
  std::string why;
  std::optional<DmarcRecord> record;
};

Lookup look_up(std::string_view name, Answers& answers) {
  constexpr std::size_t kLongestName = 253;  // RFC 1035 2.3.4
  const std::string at = fmt::format("_dmarc.{}", name);
  Lookup out;
  if (at.size() > kLongestName) return out;
  const DnsAnswer* answer = answers.find(at, DnsType::txt);
  if (answer == nullptr) {
    out.known = false;
    return out;
  }
  if (answer->status == DnsStatus::failed) {
    out.failed = true;
    out.why = fmt::format("TXT of {}: {}", at, answer->why);
    return out;
  }
  for (const std::string& text : answer->texts) {
    auto record = parse_dmarc_record(text);
    if (!record) continue;
    if (out.record) {  // several: none of them counts (RFC 9989 4.10, step 2)
      out.record.reset();
      break;
    }
    out.record = std::move(record);
  }
  return out;
}

struct Found {
  std::string_view name;
  DmarcRecord record;
};

// A tree walk. Names are views into the domain it started at.
struct Walk {
  bool known = true;
  std::vector<Found> records;     // from the longest name to the shortest
  std::string_view organization;  // by the records that are known
  /// The topmost name that could not be asked about: the organization may be any name from the
  /// start up to this one.
  std::optional<std::string_view> failed_at;
  std::string why;
};

// RFC 9989 4.10.2
std::string_view organization_of(const Domain& start, const std::vector<Found>& records) {
  for (const Found& found : records) {
    if (found.record.public_suffix == PublicSuffix::no) return found.name;
    if (found.record.public_suffix == PublicSuffix::yes && found.name != start.ascii())
      return last_labels(start.ascii(), label_count(found.name) + 1);
  }
  return records.empty() ? std::string_view(start.ascii()) : records.back().name;
}

// All of it is asked for at once; where the walk stops early the rest is not looked at.
Walk walk_tree(const Domain& start, Answers& answers) {
  Walk out;
  const auto names = walk_names(start);
  std::vector<Lookup> lookups;
  lookups.reserve(names.size());
  for (const std::string_view name : names)
    lookups.push_back(look_up(name, answers));
  for (std::size_t i = 0; i < names.size(); ++i) {
    Lookup& found = lookups[i];
    if (!found.known) {
      out.known = false;
      return out;
    }
    if (found.failed) {
      out.failed_at = names[i];
      if (out.why.empty()) out.why = std::move(found.why);
    }
    if (!found.record) continue;
    const bool last = found.record->public_suffix != PublicSuffix::unknown;
    out.records.push_back({names[i], *std::move(found.record)});
    if (last) break;
  }
  out.organization = organization_of(start, out.records);
  return out;
}

const Found* record_at(const Walk& walk, std::string_view name) {
  const auto found = std::find_if(walk.records.begin(), walk.records.end(),
                                  [&](const Found& each) { return each.name == name; });
  return found == walk.records.end() ? nullptr : &*found;
}

// The record in force: of the author domain, of its organization, of the public suffix above (RFC
// 9989 4.10.1). Null where there is none.
const Found* policy_record(const Domain& author, const Walk& walk) {
  if (const Found* own = record_at(walk, author.ascii())) return own;
  if (const Found* organization = record_at(walk, walk.organization)) return organization;
  const bool below_suffix =
      !walk.records.empty() && walk.records.back().record.public_suffix == PublicSuffix::yes;
  return below_suffix ? &walk.records.back() : nullptr;
}

DmarcPolicy one_lower(DmarcPolicy policy) {
  return policy == DmarcPolicy::reject ? DmarcPolicy::quarantine : DmarcPolicy::none;
}

enum class Existence { exists, does_not, missing, failed };

// RFC 9989 3.2.14: what the DNS has no name for (RFC 8020).
Existence existence_of(const Domain& domain, Answers& answers) {
  const DnsAnswer* answer = answers.find(domain.ascii(), DnsType::a);
  if (answer == nullptr) return Existence::missing;
  if (answer->status == DnsStatus::failed) return Existence::failed;
  return answer->status == DnsStatus::no_name ? Existence::does_not : Existence::exists;
}

// What `record` asks for the author domain (RFC 9989 4.7, 4.10.1).
struct Asked {
  DmarcPolicy policy = DmarcPolicy::none;
  Existence author = Existence::exists;
};

Asked asked_policy(const Domain& author, const Found& found, Answers& answers) {
  const DmarcRecord& record = found.record;
  Asked out;
  if (record.bad_policy || !record.policy) return out;  // as if p=none
  out.policy = *record.policy;
  if (found.name == author.ascii()) return out;
  const DmarcPolicy existing = record.subdomains.value_or(out.policy);
  const DmarcPolicy nonexistent = record.nonexistent.value_or(existing);
  out.policy = existing;
  if (existing == nonexistent) return out;
  out.author = existence_of(author, answers);
  if (out.author == Existence::does_not) out.policy = nonexistent;
  return out;
}

enum class Aligned { no, yes, undecided, missing };

// Holds identifiers against one author domain.
class Aligner {
public:
  Aligner(const Domain& author, const Walk& walk) : author_(author), walk_(walk) {}

  // Whether an identifier that passed is aligned (RFC 9989 4.10.2).
  Aligned aligned(const Domain& domain, Alignment mode, Answers& answers) const {
    if (domain == author_) return Aligned::yes;
    if (!possible(domain, mode)) return Aligned::no;
    if (walk_.failed_at) return Aligned::undecided;
    const Walk walk = walk_tree(domain, answers);
    if (!walk.known) return Aligned::missing;
    if (walk.failed_at) return Aligned::undecided;
    return walk.organization == walk_.organization ? Aligned::yes : Aligned::no;
  }

  // Whether an identifier could be aligned if it passed. The organization of a name is that name or
  // one above it: a name that is not below the author's organization belongs to another one.
  bool possible(const Domain& domain, Alignment mode) const {
    if (domain == author_) return true;
    if (mode == Alignment::strict) return false;
    const std::string_view top = walk_.failed_at.value_or(walk_.organization);
    return is_or_under(domain.ascii(), top) || is_or_under(domain.ascii(), walk_.organization);
  }

private:
  static bool is_or_under(std::string_view name, std::string_view parent) {
    if (!name.ends_with(parent)) return false;
    return name.size() == parent.size() || name[name.size() - parent.size() - 1] == '.';
  }

  const Domain& author_;
  const Walk& walk_;
};

// What the identifiers of one message amount to.
struct Tally {
  bool missing = false;
  bool undecided = false;
  bool any_passed = false;

  // One that passed: whether it is aligned.
  bool count(Aligned aligned) {
    any_passed = true;
    if (aligned == Aligned::missing) missing = true;
    if (aligned == Aligned::undecided) undecided = true;
    return aligned == Aligned::yes;
  }
};

DmarcOutcome temporary(DmarcOutcome out, DmarcCause cause, std::string detail) {
  out.result = DmarcResult::temperror;
  out.cause = cause;
  out.detail = std::move(detail);
  return out;
}

// Which identifiers are aligned, into `out`.
Tally tally(const Aligner& aligner, const DmarcRecord& record, const SpfOutcome& spf,
            const std::vector<DkimOutcome>& dkim, Answers& answers, DmarcOutcome& out) {
  Tally all;
  if (spf.domain && spf.result == SpfResult::pass) {
    out.spf_aligned = all.count(aligner.aligned(*spf.domain, record.spf, answers));
  } else if (spf.domain && spf.result == SpfResult::temperror) {
    all.undecided |= aligner.possible(*spf.domain, record.spf);
  }
  for (const DkimOutcome& signature : dkim) {
    if (!signature.domain) continue;
    if (signature.result == DkimResult::pass) {
      out.dkim_aligned |= all.count(aligner.aligned(*signature.domain, record.dkim, answers));
    } else if (signature.result == DkimResult::temperror) {
      all.undecided |= aligner.possible(*signature.domain, record.dkim);
    }
  }
  return all;
}

// The result, where nothing is missing (RFC 9989 5.3.5).
void judge(const Tally& all, DmarcOutcome& out) {
  if (out.spf_aligned || out.dkim_aligned) {
    out.result = DmarcResult::pass;
    out.cause = DmarcCause::aligned;
  } else if (all.undecided) {
    out.result = DmarcResult::temperror;
    out.cause = DmarcCause::undecided;
  } else {
    out.result = DmarcResult::fail;
    out.cause = all.any_passed ? DmarcCause::nothing_aligned : DmarcCause::nothing_passed;
  }
}

}  // namespace

void ask_dmarc(const Domain& author, Answers& answers) {
  for (const std::string_view name : walk_names(author))
    look_up(name, answers);
}

std::optional<DmarcOutcome> check_dmarc(const Domain& author, const SpfOutcome& spf,
                                        const std::vector<DkimOutcome>& dkim, Answers& answers) {
  const Walk walk = walk_tree(author, answers);
  if (!walk.known) return {};
  DmarcOutcome out;
  out.author = author;
  out.organizational = Domain::parse(walk.organization);
  const Found* found = policy_record(author, walk);
  // What could not be asked about may be the record in force, unless the author domain has its own.
  const bool own = found != nullptr && found->name == author.ascii();
  if (walk.failed_at && !own) return temporary(std::move(out), DmarcCause::dns_failed, walk.why);
  if (found == nullptr) {
    out.cause = DmarcCause::no_record;
    return out;
  }
  out.detail = found->record.text;
  if (found->record.bad_policy && !found->record.wants_reports) {
    out.cause = DmarcCause::unusable_record;
    return out;
  }
  out.record_at = Domain::parse(found->name);
  const Asked asked = asked_policy(author, *found, answers);
  out.testing = found->record.testing;
  out.policy = out.testing ? one_lower(asked.policy) : asked.policy;
  const Tally all = tally(Aligner(author, walk), found->record, spf, dkim, answers, out);
  if (all.missing || asked.author == Existence::missing) return {};
  judge(all, out);
  if (asked.author == Existence::failed && out.result == DmarcResult::fail)
    return temporary(std::move(out), DmarcCause::dns_failed,
                     fmt::format("A of {} failed, so its policy is not known", author.ascii()));
  return out;
}

}  // namespace gatepost::mailauth
