#include "mailauth/body_hashes.hpp"

#include <algorithm>

namespace gatepost::mailauth {

std::optional<std::size_t> BodyHashes::want(Canonicalization form,
                                            std::optional<std::uint64_t> length) {
  const auto same = std::find_if(hashes_.begin(), hashes_.end(), [&](const Hash& hash) {
    return hash.form == form && hash.length == length;
  });
  if (same != hashes_.end()) return static_cast<std::size_t>(same - hashes_.begin());
  if (hashes_.size() == kMost) return {};
  of(form).wanted = true;
  hashes_.push_back({.form = form, .length = length});
  return hashes_.size() - 1;
}

void BodyHashes::add(std::string_view chunk) {
  for (const auto form : {Canonicalization::simple, Canonicalization::relaxed}) {
    if (!of(form).wanted) continue;
    of(form).canonicalizer.add(chunk, [&](std::string_view octets) { take(form, octets); });
  }
}

void BodyHashes::finish() {
  for (const auto form : {Canonicalization::simple, Canonicalization::relaxed}) {
    if (!of(form).wanted) continue;
    of(form).canonicalizer.finish([&](std::string_view octets) { take(form, octets); });
    flush(form);
  }
  for (Hash& hash : hashes_) {
    // Of the whole body, or of a length that it does not have.
    if (!hash.taken) hash.digest = of(hash.form).running.so_far();
    hash.taken = true;
  }
}

std::uint64_t BodyHashes::body_length(std::size_t number) const {
  return of(hashes_[number].form).octets;
}

// Lines are short, hashing likes long pieces.
void BodyHashes::take(Canonicalization form, std::string_view octets) {
  Form& state = of(form);
  state.octets += octets.size();
  if (octets.size() >= kPiece) {
    flush(form);
    hash(form, octets);
    return;
  }
  if (state.waiting.size() + octets.size() > kPiece) flush(form);
  state.waiting.append(octets);
}

void BodyHashes::flush(Canonicalization form) {
  hash(form, of(form).waiting);
  of(form).waiting.clear();
}

// Every length is the running hash as it stands there.
void BodyHashes::hash(Canonicalization form, std::string_view octets) {
  Form& state = of(form);
  const auto add = [&](std::uint64_t size) {
    state.running.add(octets.substr(0, size));
    state.hashed += size;
    octets.remove_prefix(size);
  };
  for (Hash* next = next_length(form); next != nullptr; next = next_length(form)) {
    if (*next->length - state.hashed > octets.size()) break;
    add(*next->length - state.hashed);
    next->digest = state.running.so_far();
    next->taken = true;
  }
  add(octets.size());
}

// The shortest length of this form that is still ahead, or null.
BodyHashes::Hash* BodyHashes::next_length(Canonicalization form) {
  Hash* out = nullptr;
  for (Hash& hash : hashes_) {
    if (hash.form != form || !hash.length || hash.taken) continue;
    if (out == nullptr || *hash.length < *out->length) out = &hash;
  }
  return out;
}

}  // namespace gatepost::mailauth
