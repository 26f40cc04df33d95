#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "mailauth/raw_header.hpp"

/// Canonicalization of header and body (RFC 6376 3.4).
namespace gatepost::mailauth {

enum class Canonicalization : std::uint8_t { simple, relaxed };

/// Appends the field in its canonical form, with the final CRLF (RFC 6376 3.4.1, 3.4.2).
void append_canonical(std::string& out, const RawField& field, Canonicalization form);

/// The body as it streams by (RFC 6376 3.4.3, 3.4.4): keeps a few octets and a count of empty
/// lines, never the body.
class BodyCanonicalizer {
public:
  using Sink = std::function<void(std::string_view)>;

  explicit BodyCanonicalizer(Canonicalization form) : form_(form) {}

  /// Hands the canonical form of what is certain by now to `sink`. Chunks may end anywhere, also
  /// between CR and LF. A bare LF or CR is data, as it stands.
  void add(std::string_view chunk, const Sink& sink);
  /// The body is over.
  void finish(const Sink& sink);

private:
  void add_simple(std::string_view chunk, const Sink& sink);
  void add_relaxed(std::string_view chunk, const Sink& sink);
  void end_line();
  void data(std::string_view octets, const Sink& sink);

  Canonicalization form_;
  std::size_t line_ends_ = 0;   // seen, and not yet known to be inside the body
  bool space_pending_ = false;  // white space that counts if the line goes on; relaxed only
  bool cr_pending_ = false;     // a CR whose LF may come
  bool any_ = false;            // anything was handed on
};

}  // namespace gatepost::mailauth
