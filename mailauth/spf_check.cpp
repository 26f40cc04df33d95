#include "mailauth/spf_check.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "policy/mail/ascii.hpp"

namespace gatepost::mailauth {
namespace {

constexpr int kMostLookups = 10;  // RFC 7208 4.6.4
constexpr int kMostVoid = 2;

SpfResult result_of(Qualifier qualifier) {
  switch (qualifier) {
    case Qualifier::pass: return SpfResult::pass;
    case Qualifier::fail: return SpfResult::fail;
    case Qualifier::softfail: return SpfResult::softfail;
    case Qualifier::neutral: return SpfResult::neutral;
  }
  return SpfResult::neutral;
}

}  // namespace

std::string shown_to_people(std::string_view text) {
  constexpr std::size_t kLongest = 100;
  std::string out(text.substr(0, kLongest));
  for (char& c : out) {
    if (ascii::is_control(c) || ascii::is_high(c)) c = '?';
  }
  return text.size() > kLongest ? out + "..." : out;
}

bool is_void(const DnsAnswer& answer) {
  return answer.status == DnsStatus::no_data || answer.status == DnsStatus::no_name;
}

SpfVerdict dns_failed(DnsType type, std::string_view domain, const DnsAnswer& answer) {
  return {SpfResult::temperror, SpfCause::dns_failed,
          fmt::format("{} of {}: {}", name(type), shown_to_people(domain), answer.why)};
}

std::string SpfPlace::text() const {
  return fmt::format("{} of {}", shown_to_people(term), shown_to_people(domain));
}

// RFC 7208 4.4, 4.5, 4.6
std::optional<std::variant<SpfRecord, SpfVerdict>> SpfCheck::record_of(const std::string& domain) {
  const DnsAnswer* answer = answers_.find(domain, DnsType::txt);
  if (answer == nullptr) return {};
  if (answer->status == DnsStatus::failed) return dns_failed(DnsType::txt, domain, *answer);
  if (answer->status == DnsStatus::no_name)
    return SpfVerdict{SpfResult::none, SpfCause::no_such_domain, shown_to_people(domain)};
  const std::string* record = nullptr;
  for (const std::string& text : answer->texts) {
    if (!is_spf_record(text)) continue;
    if (record != nullptr)
      return SpfVerdict{SpfResult::permerror, SpfCause::several_records, shown_to_people(domain)};
    record = &text;
  }
  if (record == nullptr)
    return SpfVerdict{SpfResult::none, SpfCause::no_record, shown_to_people(domain)};
  auto parsed = parse_spf_record(*record);
  if (const auto* fault = std::get_if<SpfFault>(&parsed)) {
    return SpfVerdict{SpfResult::permerror, SpfCause::bad_syntax,
                      fmt::format("{} at octet {} of the record of {}", fault->what, fault->at + 1,
                                  shown_to_people(domain))};
  }
  return std::get<SpfRecord>(std::move(parsed));
}

// RFC 7208 4.6.2: the first mechanism that matches decides.
SpfStep SpfCheck::first_match(const SpfRecord& record, const std::string& domain) {
  for (const SpfDirective& directive : record.directives) {
    const SpfPlace place{directive.text, domain};
    SpfStep step = std::visit([&](const auto& mechanism) { return match(mechanism, place); },
                              directive.mechanism);
    if (std::holds_alternative<SpfNoMatch>(step)) continue;
    const auto* matched = std::get_if<SpfMatch>(&step);
    if (matched == nullptr) return step;
    std::string detail = place.text();
    if (!matched->by.empty()) {
      detail = directive.qualifier == Qualifier::pass ? matched->by
                                                      : fmt::format("{} ({})", detail, matched->by);
    }
    return SpfVerdict{result_of(directive.qualifier), SpfCause::matched, std::move(detail)};
  }
  return SpfNoMatch{};
}

std::optional<SpfVerdict> SpfCheck::check_host(std::string domain) {
  std::optional<SpfVerdict> if_none;  // what a missing record means, once redirected
  for (;;) {
    auto found = record_of(domain);
    if (!found) return {};
    if (auto* verdict = std::get_if<SpfVerdict>(&*found))
      return if_none && verdict->result == SpfResult::none ? *if_none : std::move(*verdict);
    const auto& record = std::get<SpfRecord>(*found);
    SpfStep step = first_match(record, domain);
    if (std::holds_alternative<SpfWaiting>(step)) return {};
    if (auto* verdict = std::get_if<SpfVerdict>(&step)) return std::move(*verdict);
    if (!record.redirect) {  // RFC 7208 4.7
      return SpfVerdict{SpfResult::neutral, SpfCause::nothing_matched,
                        "the record of " + shown_to_people(domain)};
    }
    // RFC 7208 6.1: the other record takes the place of this one.
    const SpfPlace place{record.redirect->text, domain};
    if (auto verdict = count_lookup(place)) return verdict;
    if_none = SpfVerdict{SpfResult::permerror, SpfCause::no_record_included, place.text()};
    SpfTarget next = target(record.redirect->domain, domain);
    if (std::holds_alternative<SpfWaiting>(next)) return {};
    auto* name = std::get_if<std::string>(&next);
    if (name == nullptr || name->find('.') == std::string::npos) return if_none;
    domain = std::move(*name);
  }
}

std::optional<SpfVerdict> SpfCheck::count_lookup(const SpfPlace& place) {
  if (++lookups_ <= kMostLookups) return {};
  return SpfVerdict{SpfResult::permerror, SpfCause::too_many_lookups, place.text()};
}

SpfStep SpfCheck::count_void(const SpfPlace& place) {
  if (++voids_ <= kMostVoid) return SpfNoMatch{};
  return SpfVerdict{SpfResult::permerror, SpfCause::too_many_void, place.text()};
}

SpfTarget SpfCheck::target(const std::optional<MacroString>& spec, std::string_view domain) {
  if (!spec) return std::string(domain);
  return target(*spec, domain);
}

SpfTarget SpfCheck::target(const MacroString& spec, std::string_view domain) {
  const bool has_local_part = uses_macro(spec, 'l') || uses_macro(spec, 's');
  if (has_local_part && !ascii::is_ascii(local_part_)) return SpfNeverMatches{};
  std::string validated;
  if (uses_macro(spec, 'p')) {
    auto name = validated_name(domain);
    if (!name) return SpfWaiting{};
    validated = *std::move(name);
  }
  auto name = expand_to_name(
      spec, {local_part_, sender_domain_, domain, input_.helo, validated, input_.client});
  if (!name) return SpfNoName{};
  return *std::move(name);
}

}  // namespace gatepost::mailauth
