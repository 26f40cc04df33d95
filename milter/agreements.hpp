#pragma once

#include <cstddef>
#include <map>

#include "session/guarded.hpp"

namespace gatepost::milter {

/// What was negotiated on one connection of the MTA. It holds for all its SMTP sessions.
struct Agreement {
  bool body = false;           ///< bodies are given, and each piece is answered
  bool leading_space = false;  ///< values keep the white space after the colon, in both directions
  bool skip = false;           ///< the answer to a piece may be that no more is wanted
};

/// The agreements by libmilter's handle of the connection. An MTA may keep a connection for another
/// SMTP session without negotiating again, but libmilter has us give up all that belongs to it at
/// the end of the first one, as if it were closed. So an agreement stays until the next connection
/// with the same handle negotiates. Bounded; thread-safe.
class Agreements {
public:
  static constexpr std::size_t kMost = 10'000;

  void note(const void* connection, const Agreement& agreed);
  /// Nothing agreed where the connection is unknown: then messages are not verified.
  Agreement of(const void* connection) const;

private:
  Guarded<std::map<const void*, Agreement>> known_;
};

}  // namespace gatepost::milter
