#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/facts.hpp"
#include "policy/settings.hpp"
#include "session/header_edits.hpp"

namespace gatepost::session {

/// The name that our Authentication-Results field bears (RFC 8601 2.5), lower case: the configured
/// one, or what the MTA calls itself, or `host`.
std::string own_authserv_id(const Settings& settings, const Connection& connection,
                            const std::string& host);

/// Finds the Authentication-Results fields of a message that bear our name, as its fields stream
/// in: nobody but us may write them. One whose name cannot be read is taken for one where ours
/// stands anywhere in it: other readers are bolder. Bounded, however many there are.
class ForgedResults {
public:
  explicit ForgedResults(std::string authserv_id) : authserv_id_(std::move(authserv_id)) {}

  /// One field; linear in its arguments.
  void header(std::string_view name, std::string_view value);

  const std::string& authserv_id() const { return authserv_id_; }

  /// Which of the Authentication-Results fields, from 1, ascending, at most kMostRemoved.
  const std::vector<std::size_t>& positions() const { return positions_; }

private:
  std::string authserv_id_;
  std::size_t count_ = 0;
  std::vector<std::size_t> positions_;
};

/// What becomes of the fields about a message's origin when it passes: forged ones are taken out,
/// from the last to the first, where others could have put them in; of mail from outside that was
/// verified ours goes on top, and Received-SPF if the site wants it. Nothing while the site
/// observes. `trace` holds what each rule found. A pure function.
std::vector<HeaderEdit> origin_edits(const Settings& settings, const Facts& facts,
                                     const ForgedResults& forged, std::string_view helo,
                                     const std::vector<Finding>& trace);

}  // namespace gatepost::session
