// The parsers against the cases of others (GATEPOST_CORPORA): figures, and every difference named.

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json/src.hpp>
#include <gtest/gtest.h>

#include "policy/mail/ascii.hpp"
#include "policy/mail/mailbox.hpp"
#include "tests/policy/corpora_differences.hpp"

namespace gatepost {
namespace {

namespace json = boost::json;

std::vector<json::object> cases_of(const std::string& file) {
  const char* folder = std::getenv("GATEPOST_CORPORA");
  std::ifstream in(std::string(folder == nullptr ? "" : folder) + '/' + file);
  std::vector<json::object> out;
  for (std::string line; std::getline(in, line);)
    out.push_back(json::parse(line).as_object());
  return out;
}

std::string text_of(const json::value& value) {
  return std::string(value.as_string());
}

std::string base64(const json::value& value) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text_of(value)) {
    if (c == '=') break;
    bits = (bits << 6U) | static_cast<std::uint32_t>(kDigits.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 0xFFU);
  }
  return out;
}

std::string key_of(const json::object& each) {
  return text_of(each.at("suite")) + ' ' + text_of(each.at("id"));
}

// Differences found against those listed.
class Ledger {
public:
  template <std::size_t N>
  explicit Ledger(const corpora::Difference (&listed)[N]) {
    add(listed);
  }

  template <std::size_t N>
  Ledger& add(const corpora::Difference (&listed)[N]) {
    for (const auto& each : listed) {
      std::istringstream ids{std::string(each.ids)};
      for (std::string id; ids >> id;)
        reasons_[std::string(each.suite) + ' ' + id] = each.reason;
    }
    return *this;
  }

  void found(const std::string& key, const std::string& what) {
    const auto listed = reasons_.find(key);
    if (listed == reasons_.end()) {
      ADD_FAILURE() << key << ": " << what << ", and no reason is listed";
      return;
    }
    seen_.insert(key);
    ++counts_[listed->second];
  }

  // Fails for what is listed and no longer differs; prints the figures.
  void close(const std::string& title, std::size_t all) const {
    for (const auto& [key, reason] : reasons_)
      EXPECT_TRUE(seen_.count(key) == 1) << key << " is listed (" << reason << ") but agrees";
    std::cout << title << ": " << all << " cases, " << all - seen_.size() << " agree, "
              << seen_.size() << " differ\n";
    for (const auto& [reason, count] : counts_)
      std::cout << "  " << count << "  " << reason << '\n';
  }

private:
  std::map<std::string, std::string_view> reasons_;
  std::map<std::string_view, int> counts_;
  std::set<std::string> seen_;
};

std::string said(const MailboxField& field) {
  if (const auto* mailbox = std::get_if<Mailbox>(&field)) return mailbox->address.text();
  switch (std::get<NoMailbox>(field).fault) {
    case MailboxFault::several: return "!several";
    case MailboxFault::group: return "!group";
    case MailboxFault::empty: return "!empty";
    default: return "!unreadable";
  }
}

std::string unquoted(std::string text) {
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  return ascii::lower(text);
}

bool is_address(const MailboxField& field, const json::object& address) {
  const auto* mailbox = std::get_if<Mailbox>(&field);
  return mailbox != nullptr && mailbox->address.local() == unquoted(text_of(address.at("local"))) &&
         mailbox->address.domain().ascii() == text_of(address.at("domain"));
}

bool agrees(const MailboxField& field, const json::object& expect) {
  const auto* mailbox = std::get_if<Mailbox>(&field);
  const auto& domains = expect.at("domains").as_array();
  if (expect.at("addresses").is_null()) {
    return mailbox != nullptr && domains.size() == 1 &&
           mailbox->address.domain().ascii() == text_of(domains[0]);
  }
  const auto& addresses = expect.at("addresses").as_array();
  const std::string what = said(field);
  if (addresses.empty()) return what == "!empty";
  if (addresses.size() > 1) return what == "!several" || what == "!group";
  if (domains.empty()) return mailbox == nullptr;  // a name alone
  return is_address(field, addresses[0].as_object());
}

TEST(Corpora, FieldsAreReadAlikeOrAreFaults) {
  const auto cases = cases_of("from.jsonl");
  ASSERT_FALSE(cases.empty());
  Ledger differences(corpora::kFieldDifferences);
  for (const auto& each : cases) {
    const std::string value = base64(each.at("in").at("value_b64"));
    const MailboxField field = parse_mailbox_field(value);
    const auto& expect = each.at("expect").as_object();
    if (!agrees(field, expect)) differences.found(key_of(each), said(field) + " of " + value);
    EXPECT_TRUE(std::holds_alternative<NoMailbox>(field) || agrees(field, expect))
        << key_of(each) << ": a mailbox where the case has another";
  }
  differences.close("From", cases.size());
}

TEST(Corpora, AddressesAreReadAlike) {
  const auto cases = cases_of("addr.jsonl");
  ASSERT_FALSE(cases.empty());
  Ledger differences(corpora::kParseDifferences);
  differences.add(corpora::kAddressDifferences);
  for (const auto& each : cases) {
    const std::string text = base64(each.at("in").at("address_b64"));
    const auto address = Address::parse(text);
    if (address.has_value() == each.at("expect").at("valid").as_bool()) continue;
    differences.found(key_of(each), (address ? address->text() : "nothing") + " of " + text);
  }
  differences.close("addresses, Address::parse", cases.size());
}

// True where `domain` is the last thing in `value`, a comment, brackets and white space aside.
bool ends_with_domain(std::string_view value, const Domain& domain) {
  value = ascii::trim(value);
  if (value.ends_with(')')) value = ascii::trim(value.substr(0, value.rfind('(')));
  if (value.ends_with('>')) value = ascii::trim(value.substr(0, value.size() - 1));
  return ascii::lower(value).ends_with(domain.ascii());
}

TEST(Corpora, NoFieldWithABrokenAddressNamesAnotherDomain) {
  const auto cases = cases_of("addr.jsonl");
  ASSERT_FALSE(cases.empty());
  Ledger differences(corpora::kFromDifferences);
  differences.add(corpora::kAddressDifferences);
  int read_though_invalid = 0;
  for (const auto& each : cases) {
    const std::string text = base64(each.at("in").at("address_b64"));
    const MailboxField field = parse_mailbox_field(text);
    const auto* mailbox = std::get_if<Mailbox>(&field);
    if (each.at("expect").at("valid").as_bool()) {
      if (mailbox == nullptr) differences.found(key_of(each), said(field) + " of " + text);
      const auto address = Address::parse(text);
      EXPECT_TRUE(mailbox == nullptr || !address || *address == mailbox->address) << key_of(each);
    } else if (mailbox != nullptr) {
      ++read_though_invalid;
      EXPECT_TRUE(ends_with_domain(text, mailbox->address.domain())) << key_of(each) << ' ' << text;
    }
  }
  differences.close("addresses, From", cases.size());
  std::cout << "  " << read_though_invalid
            << " invalid ones are mailboxes, each with the domain that stands at its end\n";
}

TEST(Corpora, EachAttackOnFromIsOneMailboxAsShownOrAFault) {
  std::map<std::string_view, std::string_view> listed;
  for (const auto& each : corpora::kEspoofer)
    listed[each.id] = each.fields;
  const auto cases = cases_of("espoofer/postfix-seen.jsonl");
  ASSERT_EQ(cases.size(), listed.size());
  for (const auto& each : cases) {
    std::string fields;
    for (const auto& header : each.at("headers").as_array()) {
      if (ascii::lower(text_of(header.at(0))) != "from") continue;
      const std::string value = text_of(header.at(1));
      const MailboxField field = parse_mailbox_field(value);
      const auto* mailbox = std::get_if<Mailbox>(&field);
      EXPECT_TRUE(mailbox == nullptr || ends_with_domain(value, mailbox->address.domain()));
      fields += (fields.empty() ? "" : " ") + said(field);
    }
    const std::string id = text_of(each.at("id"));
    ASSERT_EQ(listed.count(id), 1U) << id;
    EXPECT_EQ(fields, listed[id]) << id;
  }
}

}  // namespace
}  // namespace gatepost
