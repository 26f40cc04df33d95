#pragma once

#include <string>
#include <vector>

#include "policy/answer.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// One change that a person made through the admin sockets.
struct AuditRecord {
  Time when;
  std::string actor;   ///< the peer's system user (SO_PEERCRED)
  std::string action;  ///< `account freeze`, `reload`, ...
  std::string target;
  std::string reason;
  std::string result;  ///< `done`, or why not

  friend bool operator==(const AuditRecord&, const AuditRecord&) = default;
};

/// The record of who changed what. Thread-safe.
class AuditLog {
public:
  virtual ~AuditLog() = default;
  /// True once it is durable; a change is only carried out after its record is.
  virtual Answer<bool> append(const AuditRecord& record) = 0;
  /// The newest first, at most `most`.
  virtual Answer<std::vector<AuditRecord>> newest(std::size_t most) = 0;
};

}  // namespace gatepost
