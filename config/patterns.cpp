#include "config/patterns.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/source_text.hpp"

namespace gatepost::config {
namespace {

constexpr std::string_view kShapes =
    "write user@example.com, \"*@example.com\" or \"*@*.example.com\"";

bool has_several_labels(const Domain& domain) {
  return domain.ascii().find('.') != std::string::npos;
}

// `example.com` and `*.example.com`: all addresses there are most likely meant.
std::optional<Mistake> as_domain(std::string_view text) {
  const bool below = text.starts_with("*.");
  const auto domain = Domain::parse(below ? text.substr(2) : text);
  if (!domain || !has_several_labels(*domain)) return {};
  return Mistake{fmt::format("{} is a domain: write \"*@{}\" for all of its addresses",
                             in_quotes(text), shown(text))};
}

// What is wrong with the domain of a pattern.
Mistake wrong_domain(std::string_view text, std::string_view local, std::string_view domain) {
  if (domain == "*" || domain == "*.") {
    return {fmt::format("{} names no domain: {}", in_quotes(text), kShapes)};
  }
  const auto parent = Domain::parse(domain.starts_with("*.") ? domain.substr(2) : domain);
  if (domain.starts_with("*.") && parent) {
    return {fmt::format("{} would match all of the top-level domain {}: name the domains, {}",
                        in_quotes(text), parent->ascii(), kShapes)};
  }
  const auto star = domain.rfind('*');
  if (star != std::string_view::npos) {
    const std::string_view rest = domain.substr(star + 1);
    const auto dot = rest.find('.');
    const auto whole = Domain::parse(dot == 0 ? rest.substr(1) : rest);
    const std::string example =
        whole && has_several_labels(*whole) ? whole->ascii() : "example.com";
    return {
        fmt::format("{} cuts a label of the domain: a '*' there stands for whole labels at its "
                    "start, \"{}@*.{}\"",
                    in_quotes(text), shown(local), example)};
  }
  return {fmt::format("{} has no domain name after the @: {}", in_quotes(text), kShapes)};
}

Mistake what_is_wrong(std::string_view text) {
  if (text == "*" || text == "*@*") {
    return {fmt::format("{} would be everybody: {}", in_quotes(text), kShapes)};
  }
  if (text.find('<') != std::string_view::npos) {
    return {fmt::format("{} has more than the address: write what is between < and > alone",
                        in_quotes(text))};
  }
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) {
    if (auto mistake = as_domain(text)) return *std::move(mistake);
    return {fmt::format("{} is no address: {}", in_quotes(text), kShapes)};
  }
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  if (local.empty() && Domain::parse(domain)) {
    return {fmt::format("{} has nothing before the @: write \"*@{}\" for all of the domain",
                        in_quotes(text), shown(domain))};
  }
  if (!AddressPattern::parse(fmt::format("x@{}", domain))) return wrong_domain(text, local, domain);
  return {fmt::format("{} is no address: {}", in_quotes(text), kShapes)};
}

}  // namespace

Parsed<AddressPattern> parse_pattern(std::string_view text) {
  if (auto pattern = AddressPattern::parse(text)) return *std::move(pattern);
  return what_is_wrong(text);
}

bool covers_our_domain(const AddressPattern& pattern, const Site& site) {
  if (pattern.is_exact() || !pattern.text().starts_with("*@")) return false;
  return std::any_of(site.domains.begin(), site.domains.end(), [&](const Domain& ours) {
    return pattern.is_below() ? ours.is_or_under(pattern.domain()) : ours == pattern.domain();
  });
}

}  // namespace gatepost::config
