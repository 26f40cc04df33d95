#include "mailauth/signature.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

using Fault = std::optional<SignatureFault>;

SignatureFault syntax(std::string detail) {
  return {DkimResult::permerror, DkimCause::bad_syntax, std::move(detail)};
}

bool is_field_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7F' && c != ';';  // RFC 5322 3.6.8, RFC 6376 2.10
  });
}

// h=, at most as many names as a header has fields, and each once more.
Fault read_signed_fields(std::string_view text, EmptyNames empty, Signature& out) {
  constexpr std::size_t kMostNames = 2 * RawHeader::kMostFields;
  for (bool more = true; more;) {
    const auto colon = text.find(':');
    more = colon != std::string_view::npos;
    const std::string_view name = ascii::trim(text.substr(0, colon));
    if (more) text.remove_prefix(colon + 1);
    if (name.empty() && empty == EmptyNames::sign_nothing) continue;
    if (!is_field_name(name)) return syntax("h= is no list of field names");
    if (out.signed_fields.size() == kMostNames) return syntax("h= is too long");
    out.signed_fields.push_back(ascii::lower(name));
  }
  return {};
}

std::optional<Canonicalization> form_from_name(std::string_view name) {
  const std::string lower = ascii::lower(name);
  if (lower == "simple") return Canonicalization::simple;
  if (lower == "relaxed") return Canonicalization::relaxed;
  return {};
}

// c=: of the body simple, where it is not said (RFC 6376 3.5).
Fault read_forms(std::string_view text, Signature& out) {
  const auto slash = text.find('/');
  const auto header = form_from_name(ascii::trim(text.substr(0, slash)));
  const auto body = slash == std::string_view::npos
                        ? Canonicalization::simple
                        : form_from_name(ascii::trim(text.substr(slash + 1)));
  if (!header || !body)
    return SignatureFault{DkimResult::permerror, DkimCause::unknown_canonicalization, {}};
  out.header_form = *header;
  out.body_form = *body;
  return {};
}

// l=: 1*76DIGIT. What is more than a number can be is more than any body has.
Fault read_length(std::string_view text, Signature& out) {
  constexpr std::size_t kMostDigits = 76;
  if (text.empty() || text.size() > kMostDigits ||
      !std::all_of(text.begin(), text.end(), ascii::is_digit))
    return syntax("l= is no number");
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  out.body_length = error == std::errc() ? number : std::numeric_limits<std::uint64_t>::max();
  return {};
}

// d= and s=.
Fault read_names(const TagList& tags, Signature& out) {
  const auto d = tags.find("d");
  const auto s = tags.find("s");
  if (!d) return syntax("there is no d=");
  if (!s) return syntax("there is no s=");
  out.domain = Domain::parse(*d);
  // domain-name of RFC 6376 3.5 has two labels at least.
  if (!out.domain || out.domain->ascii().find('.') == std::string::npos)
    return syntax("d= is no domain");
  const auto selector = Domain::parse(*s);
  if (!selector) return syntax("s= is no selector");
  out.selector = selector->ascii();
  return {};
}

// b= and bh=.
Fault read_values(const TagList& tags, Signature& out) {
  const auto b = tags.find("b");
  const auto bh = tags.find("bh");
  if (!b) return syntax("there is no b=");
  if (!bh) return syntax("there is no bh=");
  auto value = decode_base64(*b);
  if (!value || value->empty()) return syntax("b= is no base64");
  out.value = *std::move(value);
  out.value_start = signature_start(*b);
  const auto body_hash = decode_base64(*bh);
  if (!body_hash || body_hash->size() != out.body_hash.size())
    return syntax("bh= is no SHA-256 in base64");
  std::copy(body_hash->begin(), body_hash->end(), out.body_hash.begin());
  return {};
}

std::string key_of(std::string_view name) {
  const auto last = name.find_last_not_of(" \t\r\n");
  return ascii::lower(last == std::string_view::npos ? std::string_view()
                                                     : name.substr(0, last + 1));
}

// The fields of a header by name, each name from the bottom up: no h= makes us look at all of them
// for each of its names.
class FieldsByName {
public:
  FieldsByName(const RawHeader& header, const RawField& own) {
    entries_.reserve(header.fields().size());
    for (const RawField& field : header.fields()) {
      // The signature's own field is signed by itself, never by h= (RFC 6376 3.5).
      if (&field != &own) entries_.push_back({key_of(field.name), &field, entries_.size(), 0});
    }
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return a.name != b.name ? a.name < b.name : a.position > b.position;
    });
  }

  // The lowest one of this name that was not taken, or null.
  const RawField* take(std::string_view name) {
    const auto first = std::lower_bound(
        entries_.begin(), entries_.end(), name,
        [](const Entry& entry, std::string_view wanted) { return entry.name < wanted; });
    if (first == entries_.end() || first->name != name) return nullptr;
    const auto next = first + static_cast<std::ptrdiff_t>(first->taken);
    if (next == entries_.end() || next->name != name) return nullptr;
    ++first->taken;
    return next->field;
  }

private:
  struct Entry {
    std::string name;
    const RawField* field;
    std::size_t position;
    std::size_t taken;  // of this name, counted in its first entry
  };

  std::vector<Entry> entries_;
};

}  // namespace

std::variant<KeyType, SignatureFault> read_algorithm(std::string_view a) {
  const std::string name = ascii::lower(a);
  if (name == "rsa-sha256") return KeyType::rsa;
  if (name == "ed25519-sha256") return KeyType::ed25519;  // RFC 8463 3
  if (name == "rsa-sha1")                                 // RFC 8301 3.1
    return SignatureFault{DkimResult::permerror, DkimCause::historic_algorithm, {}};
  return SignatureFault{DkimResult::permerror, DkimCause::unknown_algorithm, {}};
}

std::variant<Signature, SignatureFault> read_signature(const TagList& tags, EmptyNames empty) {
  Signature out;
  const auto a = tags.find("a");
  if (!a) return syntax("there is no a=");
  const auto algorithm = read_algorithm(*a);
  if (const auto* fault = std::get_if<SignatureFault>(&algorithm)) return *fault;
  out.key_type = std::get<KeyType>(algorithm);
  const auto h = tags.find("h");
  if (!h) return syntax("there is no h=");
  if (auto fault = read_names(tags, out)) return *std::move(fault);
  if (const auto c = tags.find("c")) {
    if (auto fault = read_forms(*c, out)) return *std::move(fault);
  }
  if (auto fault = read_values(tags, out)) return *std::move(fault);
  if (auto fault = read_signed_fields(*h, empty, out)) return *std::move(fault);
  if (const auto l = tags.find("l")) {
    if (auto fault = read_length(*l, out)) return *std::move(fault);
  }
  return out;
}

std::string signature_start(std::string_view b) {
  constexpr std::size_t kOctets = 8;  // RFC 6008 3
  std::string out;
  for (const char c : b) {
    if (!ascii::is_alnum(c) && c != '+' && c != '/' && c != '=') continue;
    out.push_back(c);
    if (out.size() == kOctets) break;
  }
  return out;
}

std::string without_signature(std::string_view value) {
  for (std::size_t start = 0;;) {
    const auto end = std::min(value.find(';', start), value.size());
    const auto equals = value.substr(0, end).find('=', start);
    if (equals != std::string_view::npos && ascii::trim(value.substr(start, equals - start)) == "b")
      return std::string(value.substr(0, equals + 1)).append(value.substr(end));
    if (end == value.size()) return std::string(value);
    start = end + 1;
  }
}

Digest header_digest(const RawHeader& header, const Signature& signature, const RawField& own) {
  constexpr std::size_t kPiece = 16'384;
  FieldsByName fields(header, own);
  Sha256 hash;
  std::string waiting;
  for (const std::string& name : signature.signed_fields) {
    // A name without a field left signs that there is none (RFC 6376 5.4.2).
    if (const RawField* field = fields.take(name))
      append_canonical(waiting, *field, signature.header_form);
    if (waiting.size() < kPiece) continue;
    hash.add(waiting);
    waiting.clear();
  }
  append_canonical(waiting, {own.name, without_signature(own.value)}, signature.header_form);
  waiting.resize(waiting.size() - 2);
  hash.add(waiting);
  return hash.finish();
}

}  // namespace gatepost::mailauth
