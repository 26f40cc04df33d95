#include "policy/mail/auth_results.hpp"

#include <algorithm>
#include <cstddef>

#include "policy/mail/ascii.hpp"

namespace gatepost {
namespace {

constexpr std::size_t kMostMethods = 100;
constexpr std::size_t kMostProperties = 20;

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Of Keyword (RFC 5321 4.1.2), and the underscore that some methods have in their names.
constexpr bool is_keyword(char c) {
  return ascii::is_alnum(c) || c == '-' || c == '_';
}

// Of token (RFC 2045 5.1), and UTF-8 (RFC 8601 2.2).
constexpr bool is_token(char c) {
  return !is_space(c) && !ascii::is_control(c) &&
         std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

// Of a property's value. Wider than RFC 8601 2.2, which wants most of this quoted: addresses in
// brackets, IPv6 addresses and base64 are often written bare.
constexpr bool is_bare_value(char c) {
  return !is_space(c) && !ascii::is_control(c) && c != ';' && c != '(' && c != '"';
}

// Reads the value of the field from its start. What it cannot read it does not go beyond.
class Reader {
public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool at(char c) const { return !rest_.empty() && rest_.front() == c; }

  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // White space and comments (CFWS, RFC 5322 3.2.2). False where a comment has no end.
  bool skip_cfws() {
    for (;;) {
      while (!rest_.empty() && is_space(rest_.front()))
        rest_.remove_prefix(1);
      if (!at('(')) return true;
      if (!skip_comment()) return false;
    }
  }

  // CFWS, `c`, CFWS.
  bool take_between(char c) { return skip_cfws() && take(c) && skip_cfws(); }

  template <typename Test>
  std::string_view run(Test test) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), test);
    const std::string_view out = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(out.size());
    return out;
  }

  // Lower case; empty where there is none.
  std::string keyword() { return ascii::lower(run(is_keyword)); }

  // The contents of a quoted-string (RFC 5322 3.2.4), unfolded. Appended to `out`; false where it
  // has no end.
  bool quoted(std::string& out) {
    if (!take('"')) return false;
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (c == '\\') {
        if (rest_.empty()) return false;
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      if (c == '\r' || c == '\n') continue;
      if (ascii::is_control(c) && c != '\t') return false;
      out.push_back(c);
    }
    return false;
  }

  // A property's value: bare text and quoted-strings, `"a b"@example.com`.
  bool value(std::string& out) {
    while (!rest_.empty()) {
      if (at('"')) {
        if (!quoted(out)) return false;
      } else {
        const std::string_view bare = run(is_bare_value);
        if (bare.empty()) break;
        out.append(bare);
      }
    }
    return at_end() || at(';') || at('(') || is_space(rest_.front());
  }

private:
  bool skip_comment() {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (c == '\\') {
        ++i;
      } else if (c == '(') {
        ++depth;
      } else if (c == ')' && --depth == 0) {
        rest_.remove_prefix(i + 1);
        return true;
      }
    }
    return false;
  }

  std::string_view rest_;
};

// authserv-id: a token or a quoted-string. A method's name is none.
std::optional<std::string> read_id(Reader& reader) {
  if (!reader.skip_cfws()) return {};
  std::string out;
  if (reader.at('"')) {
    if (!reader.quoted(out)) return {};
  } else {
    out = reader.run(is_token);
  }
  if (out.empty()) return {};
  return ascii::lower(out);
}

// `smtp.mailfrom=a@example.com`, `reason="..."`. What has no property type is read and left out:
// the reason, and what some write besides the standard.
bool read_property(Reader& reader, AuthMethod& method) {
  std::string name = reader.keyword();
  if (name.empty() || !reader.skip_cfws()) return false;
  const bool typed = reader.take('.');
  if (typed) {
    if (!reader.skip_cfws()) return false;
    const std::string property = reader.keyword();
    if (property.empty()) return false;
    name += '.' + property;
  }
  std::string value;
  if (!reader.take_between('=') || !reader.value(value)) return false;
  if (typed && method.properties.size() < kMostProperties)
    method.properties.emplace_back(std::move(name), std::move(value));
  return true;
}

// resinfo behind its `;`, up to the next one or the end.
bool read_method(Reader& reader, AuthMethod& method) {
  method.method = reader.keyword();
  if (method.method.empty() || !reader.skip_cfws()) return false;
  if (reader.take('/')) {
    if (!reader.skip_cfws() || reader.run(ascii::is_digit).empty()) return false;
  }
  if (!reader.take_between('=')) return false;
  method.result = reader.keyword();
  if (method.result.empty() || !reader.skip_cfws()) return false;
  while (!reader.at_end() && !reader.at(';')) {
    if (!read_property(reader, method) || !reader.skip_cfws()) return false;
  }
  return true;
}

// no-result: `none` and nothing else.
bool is_no_result(Reader reader) {
  return reader.keyword() == "none" && reader.skip_cfws() && reader.at_end();
}

}  // namespace

const std::string* AuthMethod::property(std::string_view name) const {
  const auto found = std::find_if(properties.begin(), properties.end(),
                                  [&](const auto& property) { return property.first == name; });
  return found == properties.end() ? nullptr : &found->second;
}

std::optional<AuthResults> parse_auth_results(std::string_view value) {
  Reader reader(value);
  AuthResults out;
  auto id = read_id(reader);
  if (!id || !reader.skip_cfws()) return {};
  out.authserv_id = *std::move(id);
  reader.run(ascii::is_digit);  // authres-version
  if (!reader.skip_cfws() || !reader.at(';')) return {};
  while (reader.take(';')) {
    if (!reader.skip_cfws()) return {};
    if (reader.at_end() || reader.at(';')) continue;  // an empty one says nothing
    if (out.methods.empty() && is_no_result(reader)) return out;
    AuthMethod method;
    if (!read_method(reader, method)) return {};
    if (out.methods.size() < kMostMethods) out.methods.push_back(std::move(method));
  }
  if (!reader.at_end()) return {};
  return out;
}

std::optional<std::string> authserv_id_of(std::string_view value) {
  Reader reader(value);
  auto id = read_id(reader);
  if (!id) return {};
  if (reader.skip_cfws() && reader.at('=')) return {};
  return id;
}

}  // namespace gatepost
