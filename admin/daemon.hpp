#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "policy/settings.hpp"
#include "policy/store_status.hpp"
#include "policy/time.hpp"
#include "store/stores.hpp"

namespace gatepost::admin {

/// How reloads ended since the start: by command, by signal, and of a file that was saved.
struct ReloadCounts {
  std::uint64_t applied = 0;
  std::uint64_t refused = 0;      ///< the files have mistakes
  std::uint64_t unconfirmed = 0;  ///< the whitelist loses many entries, and nobody said yes
};

/// What is in force, and what was last refused.
struct ConfigState {
  std::string gatepost_file;
  std::string whitelist_file;         ///< empty: none configured
  Time loaded_at;                     ///< of what is in force
  std::string mode;                   ///< `enforce` or `observe` (site)
  bool from_last_good = false;        ///< the whitelist in force is the last good one, not the file
  std::vector<std::string> problems;  ///< mistakes of the newest edit, which is not in force
  std::vector<std::string> warnings;  ///< of what is in force: expired entries and the like
  ReloadCounts reloads{};
};

/// Messages and recipients decided, for the metrics.
struct DecisionCount {
  std::string rule;  ///< empty for `continue`
  std::string channel;
  std::string verdict;  ///< name(Verdict), or `would_refuse`
  std::uint64_t count = 0;
};

/// Who tells of logins, and what keeps it from telling; empty: nothing does.
struct LoginSourceStatus {
  std::string name;  ///< for people: `auth_policy on inet:9997@127.0.0.1`, a log's path
  std::string problem;
};

/// How many attempts of a source ended how.
struct LoginCountLine {
  std::string source;  ///< name(LoginSource)
  std::string result;  ///< `success`, `failure`, `denied`, ...
  std::uint64_t count = 0;
};

/// How R5 is doing.
struct LoginsStatus {
  std::vector<LoginSourceStatus> sources;
  bool idle = false;  ///< no source is configured: nothing counts
  std::size_t locks = 0;
  bool observed = false;  ///< nobody is kept out
  std::vector<LoginCountLine> counts;
};

/// How the DNS answers, for the verification of mail from outside (R9).
struct DnsStatus {
  std::uint64_t asked = 0;            ///< questions to the name servers
  std::uint64_t from_cache = 0;       ///< questions answered by what is kept
  std::uint64_t shared = 0;           ///< questions that joined one under way
  std::uint64_t failed = 0;           ///< questions without a usable answer
  std::uint64_t failed_in_a_row = 0;  ///< of them, the last ones without any answer between
  std::size_t under_way = 0;
  std::size_t waiting = 0;        ///< messages that wait for answers now
  std::uint64_t turned_away = 0;  ///< messages judged without waiting: too many waited
  std::uint64_t out_of_time = 0;  ///< messages whose answers did not come within the budget
};

/// What `gatepost status` tells.
struct Status {
  std::string version;
  Time started;
  Time now;
  std::string listen;
  bool draining = false;
  std::uint64_t sessions_open = 0;
  std::uint64_t sessions_total = 0;
  std::uint64_t messages_open = 0;
  std::uint64_t cases_lost = 0;  ///< records given up because the queue was full or the store away
  ConfigState config;
  StoreStatus store;
  std::vector<std::string> warnings;  ///< listeners that cannot be judged, missing macros, ...
  std::vector<DecisionCount> decisions;
  LoginsStatus logins;
  DnsStatus dns;
};

struct ReloadOutcome {
  bool accepted = false;
  std::vector<std::string> messages;  ///< mistakes, or what is worth knowing of the new one
};

/// The running daemon as the admin sockets see it. All methods are thread-safe.
class Daemon {
public:
  virtual ~Daemon() = default;

  virtual std::shared_ptr<const Settings> settings() const = 0;
  virtual store::Stores& stores() = 0;
  virtual Status status() const = 0;
  /// Reads all files again. `yes` confirms a whitelist that loses many entries.
  virtual ReloadOutcome reload(bool yes) = 0;
};

}  // namespace gatepost::admin
