// Whatever header a stranger sends, on every channel: the facts hold together, each refusal has a
// reply, each mark a field, and nothing that he wrote gets into a header except as he wrote it.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "policy/engine.hpp"
#include "policy/mail/ascii.hpp"
#include "policy/read_header.hpp"
#include "policy/reply_text.hpp"
#include "session/envelope.hpp"
#include "session/header_edits.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/policy/site.hpp"
#include "tests/session/fakes.hpp"

namespace {

using namespace gatepost;
using gatepost::fuzz::check;

const EntryInfo kInfo{"fuzz", "", {}, {"whitelist.yaml", 1, 1}};

Settings site() {
  Settings out = test::example_site();
  out.site.domains.push_back(test::domain("xn--bcher-kva.example"));
  out.site.help_url = "https://help.example/{ref}";
  test::add_server(out, "erp", "10.0.0.0/8", {});
  OnBehalf alice;
  alice.login = "alice@example.com";
  alice.may_send_as = test::patterns({"*@sales.example.com", "b*c@*.example.org"});
  alice.sender_field = SenderField::add;
  alice.info = kInfo;
  out.whitelist.on_behalf_of_login.emplace(alice.login, alice);
  rule_of<OwnDomainsFromOutside>(out.rules).settings.on_unknown = Action::refuse;
  rule_of<AmbiguousFrom>(out.rules).settings.on_hit = Action::refuse;
  return out;
}

// `Name: value` lines as an MTA splits them; a line that begins with white space continues.
MessageHeader header_of(std::string_view text) {
  MessageHeader out;
  while (!text.empty()) {
    auto end = text.find('\n');
    while (end != std::string_view::npos && end + 1 < text.size() &&
           (text[end + 1] == ' ' || text[end + 1] == '\t')) {
      end = text.find('\n', end + 1);
    }
    const std::string_view field = text.substr(0, end);
    const auto colon = field.find(':');
    if (colon != std::string_view::npos) {
      out.add(field.substr(0, colon), field.substr(colon + 1));
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

void check_edits(const std::vector<session::HeaderEdit>& edits) {
  const session::HeaderEdit* before = nullptr;
  for (const session::HeaderEdit& edit : edits) {
    const bool ours = ascii::lower(edit.name).starts_with("x-gatepost-");
    check(ours || edit.name == "Sender");
    check(std::none_of(edit.name.begin(), edit.name.end(), ascii::is_control));
    if (edit.value) {
      check(std::none_of(edit.value->begin(), edit.value->end(), ascii::is_control));
      check(edit.value->size() < 400);
    } else {
      check(edit.index >= 1 && edit.index <= session::kMostRemoved);
      const bool same = before != nullptr && !before->value && before->name == edit.name;
      check(!same || before->index == edit.index + 1);
    }
    before = &edit;
  }
  check(edits.size() <= MessageHeader::kOwnNamesKept * session::kMostRemoved + 2);
}

void check_decision(const Settings& settings, const Facts& facts, const MessageHeader& header) {
  const Decision decision = decide(settings, Stage::content, facts, Usage());
  const Reference reference = Reference::from_bits(1);
  if (const Refusal* refusal = refusal_of(decision.verdict)) {
    const SmtpReply reply = reply_text(*refusal, reference, settings.site);
    check(reply.text().find(reference.text()) != std::string::npos);
  }
  check_edits(session::header_edits(settings.site.mode, facts, header, decision.mark, reference));
  const HeaderFacts& headers = *facts.headers;
  check((headers.from.one() == nullptr) == (headers.from.fault() != nullptr));
  check(header.count() != 0 || headers.from.fault() != nullptr);
  check(header.from().count <= 1 || headers.from.fault() != nullptr);
  if (facts.envelope.channel == Channel::inbound && headers.from.fault() != nullptr) {
    check(refusal_of(decision.verdict) != nullptr);
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Settings settings = site();
  static const test::FakeFreezeBook freezes;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The first line is the envelope sender.
  const auto end = std::min(text.find('\n'), text.size());
  const MessageHeader header = header_of(text.substr(std::min(end + 1, text.size())));

  struct Way {
    const char* login;
    const char* client;
  };

  for (const Way& way : {Way{"alice@example.com", "198.51.100.7"}, Way{"", "198.51.100.7"},
                         Way{"", "10.1.2.3"}, Way{"", "127.0.0.1"}}) {
    Facts facts;
    facts.connection = {IpAddress::parse(way.client), false, "", "mx"};
    facts.now = test::kNoon;
    facts.envelope =
        session::envelope_of(settings, freezes, facts.connection,
                             {std::string(text.substr(0, end)), {}, way.login, ""}, facts.now);
    facts.headers = read_header(settings, facts.connection, facts.envelope, header, facts.now);
    check_decision(settings, facts, header);
  }
  return 0;
}
