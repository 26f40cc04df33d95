#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mailauth/answers.hpp"
#include "mailauth/body_hashes.hpp"
#include "mailauth/raw_header.hpp"
#include "mailauth/signature.hpp"
#include "policy/mail/authentication.hpp"

namespace gatepost::mailauth {

/// The ARC chain of one message (RFC 8617 5.2): its structure is judged and all that it signs of
/// the header hashed at once, so the header is not needed any more. The newest message signature
/// and all seals are verified. Not thread-safe.
class ArcCheck {
public:
  static constexpr int kMostSets = 50;  ///< RFC 8617 4.2.1

  /// When the header is complete.
  ArcCheck(const RawHeader& header, BodyHashes& hashes);

  /// Notes the keys that will be needed.
  void ask_keys(Answers& answers) const;

  /// Nothing while a key is missing; it is noted. After hashes.finish().
  std::optional<ArcOutcome> conclude(const BodyHashes& hashes, Answers& answers);

private:
  // What has to verify: the newest message signature, or one seal.
  struct Signed {
    KeyType key_type = KeyType::rsa;
    std::optional<Domain> domain;
    std::string selector;
    std::string value;
    Digest digest{};
  };

  // The fields of one instance.
  struct Fields;

  std::optional<ArcOutcome> read(const RawHeader& header, BodyHashes& hashes);
  std::optional<ArcOutcome> read_message_signature(const RawHeader& header, const RawField& field,
                                                   BodyHashes& hashes);
  std::optional<ArcOutcome> read_seals(const std::vector<Fields>& fields);
  bool keys_known(Answers& answers) const;
  ArcOutcome judge(const BodyHashes& hashes, Answers& answers) const;

  std::optional<ArcOutcome> decided_;
  std::vector<ArcSet> sets_;                  // by instance
  std::vector<Signed> seals_;                 // by instance
  Signed message_;                            // the message signature of the last set
  Digest body_digest_{};                      // its bh=
  std::optional<std::uint64_t> body_length_;  // its l=
  std::size_t body_hash_ = 0;
};

}  // namespace gatepost::mailauth
