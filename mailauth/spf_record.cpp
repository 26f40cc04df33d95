#include "mailauth/spf_record.hpp"

#include <algorithm>
#include <utility>

#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

constexpr std::string_view kVersion = "v=spf1";

using MechanismOrFault = std::variant<SpfMechanism, SpfFault>;

/// A part of the record with its place in it, so that faults can say where they are.
struct Piece {
  std::string_view text;
  std::size_t at = 0;

  Piece from(std::size_t begin) const { return {text.substr(begin), at + begin}; }

  SpfFault fault(std::string what) const { return {at, std::move(what)}; }
};

// A prefix length without leading zeros (RFC 7208 5.6).
std::optional<int> parse_prefix(std::string_view digits, int most) {
  if (digits.empty() || digits.size() > 3) return {};
  if (digits.size() > 1 && digits.front() == '0') return {};
  int value = 0;
  for (const char c : digits) {
    if (!ascii::is_digit(c)) return {};
    value = value * 10 + (c - '0');
  }
  if (value > most) return {};
  return value;
}

// Where the digits at the end of `text` begin; its end where it has none.
std::size_t final_digits(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && ascii::is_digit(text[begin - 1]))
    --begin;
  return begin;
}

std::variant<MacroString, SpfFault> domain_spec(Piece piece) {
  auto out = parse_domain_spec(piece.text);
  if (auto* fault = std::get_if<SpfFault>(&out)) fault->at += piece.at;
  return out;
}

// Takes the dual-cidr-length (RFC 7208 5.3) off the end of `rest`. Slashes may stand in the domain
// too: what is no length is left for it to judge.
template <typename Mechanism>
std::optional<SpfFault> take_prefixes(Piece& rest, Mechanism& out) {
  const auto take = [&rest](std::string_view slashes, int most, int& prefix, const char* what) {
    const std::size_t digits = final_digits(rest.text);
    if (digits == rest.text.size() || !rest.text.substr(0, digits).ends_with(slashes))
      return std::optional<SpfFault>();
    const auto given = parse_prefix(rest.text.substr(digits), most);
    if (!given) return std::optional<SpfFault>(rest.from(digits).fault(what));
    prefix = *given;
    rest.text = rest.text.substr(0, digits - slashes.size());
    return std::optional<SpfFault>();
  };
  if (auto fault = take("//", 128, out.prefix6, "no IPv6 prefix length")) return fault;
  return take("/", 32, out.prefix4, "no IPv4 prefix length");
}

// [ ":" domain-spec ] [ dual-cidr-length ]; `rest` begins behind the name.
template <typename Mechanism>
MechanismOrFault parse_address_mechanism(Piece rest) {
  Mechanism out;
  if (auto fault = take_prefixes(rest, out)) return *std::move(fault);
  if (rest.text.empty()) return out;
  if (rest.text.front() != ':') return rest.fault("no prefix length");
  auto domain = domain_spec(rest.from(1));
  if (auto* fault = std::get_if<SpfFault>(&domain)) return std::move(*fault);
  out.domain = std::get<MacroString>(std::move(domain));
  return out;
}

MechanismOrFault parse_ptr(Piece rest) {
  SpfPtr out;
  if (rest.text.empty()) return out;
  if (rest.text.front() != ':') return rest.fault("ptr has no prefix length");
  auto domain = domain_spec(rest.from(1));
  if (auto* fault = std::get_if<SpfFault>(&domain)) return std::move(*fault);
  out.domain = std::get<MacroString>(std::move(domain));
  return out;
}

// ":" domain-spec
template <typename Mechanism>
MechanismOrFault parse_with_domain(Piece rest) {
  if (!rest.text.starts_with(':')) return rest.fault("no domain");
  auto domain = domain_spec(rest.from(1));
  if (auto* fault = std::get_if<SpfFault>(&domain)) return std::move(*fault);
  return Mechanism{std::get<MacroString>(std::move(domain))};
}

// ":" address [ "/" prefix ]. The family is that of the text: v4-mapped ones are IPv6 here.
template <typename Mechanism>
MechanismOrFault parse_network(Piece rest, bool v6) {
  const Piece argument = rest.from(std::min<std::size_t>(1, rest.text.size()));
  if (!rest.text.starts_with(':')) return rest.fault("no address");
  const auto slash = argument.text.find('/');
  const std::string_view address_text = argument.text.substr(0, slash);
  const auto address = IpAddress::parse(address_text);
  if (!address || (address_text.find(':') != std::string_view::npos) != v6)
    return argument.fault(v6 ? "no IPv6 address" : "no IPv4 address");
  Mechanism out{*address};
  if (slash == std::string_view::npos) return out;
  const auto prefix = parse_prefix(argument.text.substr(slash + 1), v6 ? 128 : 32);
  if (!prefix) return argument.from(slash + 1).fault("no prefix length");
  out.prefix = *prefix;
  return out;
}

MechanismOrFault parse_mechanism(Piece term) {
  const auto end = std::min(term.text.find_first_of(":/"), term.text.size());
  const std::string name = ascii::lower(term.text.substr(0, end));
  const Piece rest = term.from(end);
  if (name == "all") {
    if (!rest.text.empty()) return rest.fault("all has nothing behind it");
    return SpfMechanism(SpfAll{});
  }
  if (name == "include") return parse_with_domain<SpfInclude>(rest);
  if (name == "a") return parse_address_mechanism<SpfA>(rest);
  if (name == "mx") return parse_address_mechanism<SpfMx>(rest);
  if (name == "ptr") return parse_ptr(rest);
  if (name == "ip4") return parse_network<SpfIp4>(rest, false);
  if (name == "ip6") return parse_network<SpfIp6>(rest, true);
  if (name == "exists") return parse_with_domain<SpfExists>(rest);
  return term.fault("an unknown mechanism");
}

std::optional<Qualifier> qualifier_of(char c) {
  switch (c) {
    case '+': return Qualifier::pass;
    case '-': return Qualifier::fail;
    case '~': return Qualifier::softfail;
    case '?': return Qualifier::neutral;
    default: return {};
  }
}

// Where the `=` of a modifier stands (RFC 7208 4.6.1: name); nothing where the term is none.
std::optional<std::size_t> modifier_equals(std::string_view term) {
  const auto first_other = std::find_if_not(term.begin(), term.end(), [](char c) {
    return ascii::is_alnum(c) || c == '-' || c == '_' || c == '.';
  });
  if (first_other == term.end() || *first_other != '=') return {};
  if (!ascii::is_alnum(term.front()) || ascii::is_digit(term.front())) return {};
  return static_cast<std::size_t>(first_other - term.begin());
}

// Adds `name`=`value`; a fault where that is not allowed.
std::optional<SpfFault> add_modifier(SpfRecord& out, Piece term, std::size_t equals) {
  const std::string name = ascii::lower(term.text.substr(0, equals));
  const Piece value = term.from(equals + 1);
  if (name != "redirect" && name != "exp") {
    auto text = parse_macro_string(value.text);
    if (const auto* fault = std::get_if<SpfFault>(&text))
      return SpfFault{value.at + fault->at, fault->what};
    out.unknown.push_back({name});
    return {};
  }
  const bool redirect = name == "redirect";
  // RFC 7208 6: neither may stand there twice.
  if (redirect ? out.redirect.has_value() : out.explanation.has_value())
    return term.fault(redirect ? "a second redirect=" : "a second exp=");
  auto domain = domain_spec(value);
  if (auto* fault = std::get_if<SpfFault>(&domain)) return std::move(*fault);
  auto& spec = std::get<MacroString>(domain);
  if (redirect) {
    out.redirect = SpfRedirect{std::move(spec), std::string(term.text)};
  } else {
    out.explanation = SpfExplanation{std::move(spec)};
  }
  return {};
}

std::optional<SpfFault> add_term(SpfRecord& out, Piece term) {
  if (const auto equals = modifier_equals(term.text)) return add_modifier(out, term, *equals);
  const auto qualifier = qualifier_of(term.text.front());
  auto mechanism = parse_mechanism(qualifier ? term.from(1) : term);
  if (auto* fault = std::get_if<SpfFault>(&mechanism)) return std::move(*fault);
  out.directives.push_back({qualifier.value_or(Qualifier::pass),
                            std::get<SpfMechanism>(std::move(mechanism)), std::string(term.text)});
  return {};
}

}  // namespace

bool is_spf_record(std::string_view text) {
  return ascii::lower(text.substr(0, kVersion.size())) == kVersion &&
         (text.size() == kVersion.size() || text[kVersion.size()] == ' ');
}

std::variant<SpfRecord, SpfFault> parse_spf_record(std::string_view text) {
  SpfRecord out;
  std::size_t at = std::min(kVersion.size(), text.size());
  for (;;) {
    at = std::min(text.find_first_not_of(' ', at), text.size());
    if (at == text.size()) return out;
    const auto end = std::min(text.find(' ', at), text.size());
    if (auto fault = add_term(out, {text.substr(at, end - at), at})) return *std::move(fault);
    at = end;
  }
}

}  // namespace gatepost::mailauth
