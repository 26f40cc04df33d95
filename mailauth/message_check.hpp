#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "mailauth/answers.hpp"
#include "mailauth/arc.hpp"
#include "mailauth/body_hashes.hpp"
#include "mailauth/dkim.hpp"
#include "mailauth/raw_header.hpp"
#include "mailauth/spf.hpp"
#include "policy/mail/authentication.hpp"

namespace gatepost::mailauth {

/// What a filter before us says of a message, taken instead of looking for oneself.
struct GivenResults {
  std::string authserv_id;
  SpfOutcome spf;
  std::vector<DkimOutcome> dkim;
};

/// SPF, DKIM, ARC and DMARC of one message as it streams by. Knows no network and no threads: what
/// it must know of the DNS it notes in `Answers`. Memory is bounded by RawHeader, however large the
/// message is. Not thread-safe.
class MessageCheck {
public:
  MessageCheck(SpfInput envelope, std::chrono::sys_seconds now);

  /// One header field, as it stood there (RawHeader::add).
  void header(std::string_view name, std::string_view value);
  /// The header is complete. `authors`: the domains in From.
  void end_of_header(AuthorDomains authors);
  /// The same where another filter has looked at SPF and DKIM. The body is not wanted then, and
  /// ARC is not looked at.
  void end_of_header(AuthorDomains authors, GivenResults given);
  /// Whether any signature needs the body. After end_of_header.
  bool wants_body() const;
  void body(std::string_view chunk);
  /// The message is complete.
  void end_of_body();

  /// Goes as far as `answers` allow and notes there what is missing. All results, once the message
  /// is complete and nothing is missing.
  std::optional<Authentication> advance(Answers& answers);

private:
  void look_ahead(Answers& answers) const;
  std::optional<DmarcOutcome> dmarc_of_authors(const SpfOutcome& spf,
                                               const std::vector<DkimOutcome>& dkim,
                                               Answers& answers) const;
  std::optional<bool> author_provable(const Authentication& found, Answers& answers) const;

  SpfInput envelope_;
  std::chrono::sys_seconds now_;
  RawHeader header_;
  BodyHashes hashes_;
  std::optional<GivenResults> given_;
  std::optional<SpfOutcome> spf_;
  std::optional<DkimCheck> dkim_;
  std::optional<ArcCheck> arc_;
  AuthorDomains authors_;
  bool header_complete_ = false;
  bool complete_ = false;
};

}  // namespace gatepost::mailauth
