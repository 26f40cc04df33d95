#include "tests/mailauth/zone.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "mailauth/dns.hpp"

namespace gatepost::mailauth::testing {

void Zone::add_name(std::string_view name) {
  std::string rest = ask_for(name, DnsType::txt).name;
  for (;;) {
    names_.insert(rest);
    const auto dot = rest.find('.');
    if (dot == std::string::npos) return;
    rest.erase(0, dot + 1);
  }
}

DnsAnswer& Zone::records(std::string_view name, DnsType type) {
  add_name(name);
  DnsAnswer& out = records_[ask_for(name, type)];
  out.status = DnsStatus::found;
  out.time_to_live = std::chrono::seconds(300);
  return out;
}

Zone& Zone::txt(std::string_view name, std::string text) {
  records(name, DnsType::txt).texts.push_back(std::move(text));
  return *this;
}

Zone& Zone::address(std::string_view name, std::string_view text) {
  const auto address = IpAddress::parse(text);
  if (!address) throw std::invalid_argument("no address: " + std::string(text));
  // A v4-mapped address in an AAAA record is one of that family all the same.
  const bool v6 = text.find(':') != std::string_view::npos;
  records(name, v6 ? DnsType::aaaa : DnsType::a).addresses.push_back(*address);
  return *this;
}

Zone& Zone::mx(std::string_view name, int preference, std::string_view host) {
  DnsAnswer& answer = records(name, DnsType::mx);
  auto& preferences = preferences_[ask_for(name, DnsType::mx)];
  const auto place = std::upper_bound(preferences.begin(), preferences.end(), preference);
  answer.texts.insert(answer.texts.begin() + (place - preferences.begin()),
                      ask_for(host, DnsType::a).name);
  preferences.insert(place, preference);
  return *this;
}

Zone& Zone::ptr(std::string_view name, std::string_view host) {
  records(name, DnsType::ptr).texts.push_back(ask_for(host, DnsType::a).name);
  return *this;
}

Zone& Zone::alias(std::string_view name, std::string_view target) {
  add_name(name);
  aliases_[ask_for(name, DnsType::a).name] = ask_for(target, DnsType::a).name;
  return *this;
}

Zone& Zone::fault(std::string_view name, DnsType type) {
  add_name(name);
  faults_.insert(ask_for(name, type));
  return *this;
}

Zone& Zone::fault(std::string_view name) {
  add_name(name);
  faulty_names_.insert(ask_for(name, DnsType::txt).name);
  return *this;
}

SharedAnswer Zone::answer(const DnsQuestion& asked) const {
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(asked);
  }
  DnsQuestion question = asked;
  constexpr int kMostAliases = 8;
  for (int i = 0; aliases_.count(question.name) != 0; ++i) {
    if (i == kMostAliases) return failed_answer("aliases of each other");
    question.name = aliases_.at(question.name);
  }
  if (faults_.count(question) != 0) return failed_answer("no answer");
  const auto found = records_.find(question);
  if (found != records_.end()) return std::make_shared<const DnsAnswer>(found->second);
  if (faulty_names_.count(question.name) != 0) return failed_answer("no answer");
  DnsAnswer none;
  none.status = names_.count(question.name) != 0 ? DnsStatus::no_data : DnsStatus::no_name;
  none.time_to_live = std::chrono::seconds(60);
  return std::make_shared<const DnsAnswer>(std::move(none));
}

std::vector<DnsQuestion> Zone::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

}  // namespace gatepost::mailauth::testing
