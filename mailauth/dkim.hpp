#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mailauth/answers.hpp"
#include "mailauth/body_hashes.hpp"
#include "mailauth/raw_header.hpp"
#include "mailauth/signature.hpp"
#include "policy/mail/authentication.hpp"

namespace gatepost::mailauth {

/// All DKIM signatures of one message (RFC 6376 6, 8301, 8463). What they sign of the header is
/// hashed at once, so the header is not needed any more. Not thread-safe.
class DkimCheck {
public:
  /// Signatures of one message that are verified; those of the authors' organizations first, then
  /// from the top. No stranger makes us look at more.
  static constexpr std::size_t kMostSignatures = 8;

  /// When the header is complete. `authors` are the domains in From. What the signatures need of
  /// the body is asked of `hashes`.
  DkimCheck(const RawHeader& header, const std::vector<Domain>& authors,
            std::chrono::sys_seconds now, BodyHashes& hashes);

  /// Notes the keys that will be needed.
  void ask_keys(Answers& answers) const;

  /// One outcome a field, in message order. Nothing while a key is missing; it is noted. After
  /// hashes.finish(). Each signature is verified once, however often this is called.
  std::optional<std::vector<DkimOutcome>> conclude(const BodyHashes& hashes, Answers& answers);

private:
  // One DKIM-Signature field.
  struct Field {
    DkimOutcome outcome;
    bool decided = false;
    // While it is not decided:
    Signature signature;
    std::optional<Domain> identity_domain;
    Digest digest{};
    std::size_t body_hash = 0;
  };

  static void look_at(Field& field, const RawHeader& header, const RawField& raw,
                      std::chrono::sys_seconds now, BodyHashes& hashes);
  static void decide(Field& field, SignatureFault fault);
  static SignatureFault judge(const Field& field, const PublicKey& key, const BodyHashes& hashes);
  static void verify(Field& field, const BodyHashes& hashes, Answers& answers);

  std::vector<Field> fields_;
};

}  // namespace gatepost::mailauth
