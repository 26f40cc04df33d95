#include "mailauth/canonical.hpp"

#include <algorithm>
#include <iterator>

#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

constexpr std::string_view kCrlf = "\r\n";
constexpr std::string_view kLineEnds = "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n";

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t';
}

// What relaxed bodies may be changed at; everything else is copied.
constexpr bool is_plain(char c) {
  return !is_space(c) && c != '\r';
}

// The octets at the start of `text` that relaxed bodies keep as they stand: words with one space
// between them.
std::size_t plain_run(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size()) {
    if (!is_plain(text[end]) &&
        !(text[end] == ' ' && end + 1 < text.size() && is_plain(text[end + 1])))
      break;
    ++end;
  }
  return end;
}

// RFC 6376 3.4.2: unfolded, white space in one space each, none at both ends.
void append_relaxed_value(std::string& out, std::string_view value) {
  const std::size_t start = out.size();
  bool space = false;
  while (!value.empty()) {
    std::size_t run = plain_run(value);
    if (run == 0) {
      if (is_space(value.front())) {
        space = true;
        value.remove_prefix(1);
        continue;
      }
      if (value.starts_with(kCrlf)) {
        value.remove_prefix(kCrlf.size());
        continue;
      }
      run = 1;  // a CR alone is data
    }
    // A run may itself begin with the one space that stands there.
    if (value.front() == ' ') {
      space = true;
      value.remove_prefix(1);
      --run;
    }
    if (space && out.size() > start) out.push_back(' ');
    space = false;
    out.append(value.substr(0, run));
    value.remove_prefix(run);
  }
}

}  // namespace

void append_canonical(std::string& out, const RawField& field, Canonicalization form) {
  if (form == Canonicalization::simple) {
    out.append(field.name).append(":").append(field.value).append(kCrlf);
    return;
  }
  const auto last = field.name.find_last_not_of(" \t\r\n");
  const std::size_t length = last == std::string::npos ? 0 : last + 1;
  std::transform(field.name.begin(), field.name.begin() + static_cast<std::ptrdiff_t>(length),
                 std::back_inserter(out), [](char c) { return ascii::lower(c); });
  out.push_back(':');
  append_relaxed_value(out, field.value);
  out.append(kCrlf);
}

void BodyCanonicalizer::add(std::string_view chunk, const Sink& sink) {
  if (chunk.empty()) return;
  if (cr_pending_) {
    cr_pending_ = false;
    if (chunk.front() == '\n') {
      end_line();
      chunk.remove_prefix(1);
    } else {
      data("\r", sink);
    }
  }
  if (chunk.ends_with('\r')) {
    cr_pending_ = true;
    chunk.remove_suffix(1);
  }
  if (form_ == Canonicalization::simple) {
    add_simple(chunk, sink);
  } else {
    add_relaxed(chunk, sink);
  }
}

// RFC 6376 3.4.3: all but line ends at the end is handed on as it stands.
void BodyCanonicalizer::add_simple(std::string_view chunk, const Sink& sink) {
  std::size_t lines = 0;
  for (; chunk.ends_with(kCrlf); chunk.remove_suffix(kCrlf.size()))
    ++lines;
  if (!chunk.empty()) data(chunk, sink);
  line_ends_ += lines;
}

// RFC 6376 3.4.4: white space at the end of a line goes, other white space becomes one space.
void BodyCanonicalizer::add_relaxed(std::string_view chunk, const Sink& sink) {
  while (!chunk.empty()) {
    std::size_t run = plain_run(chunk);
    if (run == 0) {
      if (is_space(chunk.front())) {
        space_pending_ = true;
        chunk.remove_prefix(1);
        continue;
      }
      if (chunk.starts_with(kCrlf)) {
        end_line();
        chunk.remove_prefix(kCrlf.size());
        continue;
      }
      run = 1;  // a CR alone is data
    }
    if (space_pending_ && chunk.front() == ' ') {
      chunk.remove_prefix(1);
      --run;
    }
    data(chunk.substr(0, run), sink);
    chunk.remove_prefix(run);
  }
}

void BodyCanonicalizer::end_line() {
  space_pending_ = false;
  ++line_ends_;
}

// Octets of a line: what was held back before them is inside the body.
void BodyCanonicalizer::data(std::string_view octets, const Sink& sink) {
  any_ = true;
  while (line_ends_ > 0) {
    const std::size_t lines = std::min(line_ends_, kLineEnds.size() / kCrlf.size());
    sink(kLineEnds.substr(0, lines * kCrlf.size()));
    line_ends_ -= lines;
  }
  if (space_pending_) sink(" ");
  space_pending_ = false;
  sink(octets);
}

void BodyCanonicalizer::finish(const Sink& sink) {
  if (cr_pending_) data("\r", sink);
  // White space goes at the end of lines; after the last line end there is no line to end.
  if (space_pending_) data({}, sink);
  cr_pending_ = false;
  line_ends_ = 0;
  // An empty body is one line end in the simple form (RFC 6376 3.4.3), nothing in the relaxed one.
  if (any_ || form_ == Canonicalization::simple) sink(kCrlf);
}

}  // namespace gatepost::mailauth
