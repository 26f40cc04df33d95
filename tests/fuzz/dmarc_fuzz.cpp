// DMARC: records as strangers publish them, on a small tree of names.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mailauth/dmarc.hpp"
#include "policy/mail/ascii.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using gatepost::DkimOutcome;
using gatepost::DkimResult;
using gatepost::DmarcCause;
using gatepost::DmarcOutcome;
using gatepost::DmarcPolicy;
using gatepost::DmarcResult;
using gatepost::Domain;
using gatepost::SpfOutcome;
using gatepost::SpfResult;
using gatepost::fuzz::check;
using gatepost::mailauth::Answers;
using gatepost::mailauth::DnsAnswer;
using gatepost::mailauth::DnsQuestion;
using gatepost::mailauth::DnsStatus;

constexpr std::array<std::string_view, 6> kNames{"a",     "b.a",     "c.b.a",
                                                 "d.b.a", "e.c.b.a", "z.y.x.w.v.u.d.b.a"};

// The lines of the input are records, one name after the other; `!` is silence, an empty line none.
class Zone {
public:
  explicit Zone(std::string_view text) {
    std::size_t place = 0;
    while (!text.empty()) {
      const auto end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      DnsAnswer& answer = answers_[place++ % kNames.size()];
      if (line == "!") {
        answer.status = DnsStatus::failed;
      } else if (!line.empty()) {
        if (answer.status == DnsStatus::no_name) answer.status = DnsStatus::found;
        answer.texts.emplace_back(line);
      }
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
  }

  gatepost::mailauth::SharedAnswer answer(const DnsQuestion& question) const {
    DnsAnswer none;
    none.status = DnsStatus::no_name;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      if (question.name == "_dmarc." + std::string(kNames[i]))
        return std::make_shared<const DnsAnswer>(answers_[i]);
    }
    return std::make_shared<const DnsAnswer>(none);
  }

private:
  static DnsAnswer nothing() {
    DnsAnswer out;
    out.status = DnsStatus::no_name;
    return out;
  }

  std::array<DnsAnswer, kNames.size()> answers_{nothing(), nothing(), nothing(),
                                                nothing(), nothing(), nothing()};
};

void check_record(std::string_view text) {
  const auto record = gatepost::mailauth::parse_dmarc_record(text);
  if (!record) return;
  check(record->text == text);
  check(gatepost::ascii::lower(gatepost::ascii::trim(text)).starts_with('v'));
  check(record->policy || record->bad_policy);
  check(gatepost::mailauth::parse_dmarc_record(std::string(text) + ';')->policy == record->policy);
}

DmarcOutcome ask(const Zone& zone, const Domain& author, const SpfOutcome& spf,
                 const std::vector<DkimOutcome>& dkim) {
  Answers answers;
  gatepost::mailauth::ask_dmarc(author, answers);
  check(!gatepost::mailauth::check_dmarc(author, spf, dkim, answers));
  std::size_t questions = 0;
  for (;;) {
    const auto missing = answers.take_missing();
    questions += missing.size();
    check(questions <= 25);  // three walks and the author's address
    for (const DnsQuestion& question : missing)
      answers.put(question, zone.answer(question));
    const auto out = gatepost::mailauth::check_dmarc(author, spf, dkim, answers);
    if (out) return *out;
  }
}

void check_outcome(const Zone& zone, const Domain& author, const Domain& by_spf,
                   const Domain& by_dkim) {
  SpfOutcome spf;
  spf.result = SpfResult::pass;
  spf.domain = by_spf;
  std::vector<DkimOutcome> dkim(1);
  dkim[0].result = DkimResult::pass;
  dkim[0].domain = by_dkim;
  const DmarcOutcome out = ask(zone, author, spf, dkim);
  check(out.author == author);
  check(out.organizational && author.is_or_under(*out.organizational));
  check((out.result == DmarcResult::pass) == (out.spf_aligned || out.dkim_aligned));
  check((out.result == DmarcResult::pass) == (out.cause == DmarcCause::aligned));
  check(out.result != DmarcResult::none || out.policy == DmarcPolicy::none);
  if (out.record_at) check(author.is_or_under(*out.record_at));
  if (out.spf_aligned) check(author == by_spf || by_spf.is_or_under(*out.organizational));
  if (out.result == DmarcResult::fail) check(author != by_spf && author != by_dkim);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_record(text);
  const Zone zone(text);
  // Each author with other identifiers, so that the inputs together try all of them.
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    check_outcome(zone, *Domain::parse(kNames[i]),
                  *Domain::parse(kNames[(i + size) % kNames.size()]),
                  *Domain::parse(kNames[(i + size / kNames.size()) % kNames.size()]));
  }
  return 0;
}
