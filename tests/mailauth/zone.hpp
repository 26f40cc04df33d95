#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mailauth/answers.hpp"
#include "mailauth/resolver.hpp"

namespace gatepost::mailauth::testing {

/// The DNS of a test: what is not listed is NXDOMAIN, or without data where the name or one below
/// it is there. Counts what it is asked. Thread-safe once filled.
class Zone {
public:
  Zone& txt(std::string_view name, std::string text);
  Zone& address(std::string_view name, std::string_view text);  ///< A or AAAA
  Zone& mx(std::string_view name, int preference, std::string_view host);
  Zone& ptr(std::string_view name, std::string_view host);
  Zone& alias(std::string_view name, std::string_view target);  ///< CNAME; a loop fails
  /// Questions of this type fail; records of the name and type stay unseen.
  Zone& fault(std::string_view name, DnsType type);
  /// Questions of every type that the name has no records of fail.
  Zone& fault(std::string_view name);

  SharedAnswer answer(const DnsQuestion& question) const;

  /// Every question so far, in order.
  std::vector<DnsQuestion> asked() const;

private:
  void add_name(std::string_view name);
  DnsAnswer& records(std::string_view name, DnsType type);

  std::map<DnsQuestion, DnsAnswer> records_;
  std::map<DnsQuestion, std::vector<int>> preferences_;
  std::map<std::string, std::string> aliases_;
  std::set<std::string> names_;  // with all those above them
  std::set<DnsQuestion> faults_;
  std::set<std::string> faulty_names_;
  mutable std::mutex mutex_;
  mutable std::vector<DnsQuestion> asked_;
};

/// A resolver that answers from a zone at once.
class ZoneResolver final : public Resolver {
public:
  explicit ZoneResolver(const Zone& zone) : zone_(zone) {}

  SharedAnswer ask(const DnsQuestion& question, Done /*done*/) override {
    return zone_.answer(question);
  }

private:
  const Zone& zone_;
};

/// Calls `check(answers)` and answers from `zone` what it misses, until it has a result.
template <typename Check>
auto ask_until_done(const Zone& zone, const Check& check) {
  Answers answers;
  for (;;) {
    if (auto result = check(answers)) return *std::move(result);
    const auto missing = answers.take_missing();
    if (missing.empty()) answers.give_up("the check waits for nothing");
    for (const DnsQuestion& question : missing)
      answers.put(question, zone.answer(question));
  }
}

/// One case of a corpus file (README there): a JSON value as text-like tree.
struct CorpusCase {
  std::string id;
  std::string suite;
  Zone zone;
  std::map<std::string, std::vector<std::string>> in;  ///< scalars and lists of scalars as text
  std::map<std::string, std::vector<std::string>> expect;
  std::vector<std::string> flags;
  std::string contested;
  std::string json;  ///< the whole line, for what is nested deeper

  /// The first value of `key` in `in`, or nothing as an empty text.
  std::string input(const std::string& key) const;
  /// in.message_b64, decoded.
  std::string message() const;
};

/// The cases of GATEPOST_CORPORA/file; a test failure (an exception) where it cannot be read.
std::vector<std::unique_ptr<CorpusCase>> read_corpus(const std::string& file);

/// Header and body of a whole message: raw fields (name, value with its leading white space, CRLF
/// folding kept), and the body. A message without an empty line has no body.
struct SplitMessage {
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

SplitMessage split_message(std::string_view message);

}  // namespace gatepost::mailauth::testing
