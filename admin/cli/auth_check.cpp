// `gatepost auth-check`

#include <chrono>
#include <memory>
#include <ostream>
#include <stdexcept>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "admin/auth_check_json.hpp"
#include "admin/auth_check_view.hpp"
#include "admin/cli/auth_check_message.hpp"
#include "admin/cli/auth_check_options.hpp"
#include "admin/cli/commands.hpp"
#include "config/addresses.hpp"
#include "config/config.hpp"
#include "mailauth/shared_resolver.hpp"
#include "mailauth/tag_list.hpp"
#include "mailauth/unbound_resolver.hpp"
#include "mailauth/verification.hpp"
#include "policy/authentication_facts.hpp"
#include "policy/engine.hpp"
#include "policy/mail/ascii.hpp"
#include "policy/read_header.hpp"

namespace gatepost::admin {

namespace json = boost::json;

namespace {

constexpr std::chrono::seconds kBudget{20};
constexpr std::size_t kSealsTold = 50;

// This command's own statuses: scripts tell a missing answer from a wrong command line.
constexpr ExitStatus kUnusable{1};
constexpr ExitStatus kAnswerMissing{2};

// What the command line says, read.
struct Question {
  std::optional<IpAddress> client;
  std::chrono::sys_seconds now;
  DnsSettings dns;
  std::shared_ptr<const Settings> settings;
  std::string configuration;  // empty: Gatepost's defaults
  std::string configuration_trouble;
};

// Something that cannot be read, and what to do.
struct Trouble {
  std::string what;
  std::string hint;
};

const mailauth::RawField* field_named(const MessageFile& message, std::string_view name) {
  for (const mailauth::RawField& field : message.fields()) {
    if (mailauth::same_field_name(ascii::trim(field.name), name)) return &field;
  }
  return nullptr;
}

std::string tag_of(const mailauth::TagList& tags, std::string_view name) {
  return std::string(tags.find(name).value_or("?"));
}

std::vector<WrittenSeal> written_seals(const MessageFile& message) {
  std::vector<WrittenSeal> out;
  for (const mailauth::RawField& field : message.fields()) {
    if (out.size() == kSealsTold) break;
    if (!mailauth::same_field_name(field.name, "ARC-Seal")) continue;
    const auto parsed = mailauth::parse_tag_list(field.value);
    const auto* tags = std::get_if<mailauth::TagList>(&parsed);
    if (tags == nullptr) continue;
    out.push_back({tag_of(*tags, "i"), tag_of(*tags, "d"), tag_of(*tags, "cv")});
  }
  return out;
}

// The configuration that decides: the named file has to be right, the usual one may be away.
std::optional<Trouble> read_configuration(const CommonOptions& options, Question& out) {
  const auto file = options.config_file();
  auto loaded = config::load(file, current_time());
  if (auto* good = std::get_if<config::Loaded>(&loaded)) {
    out.dns = good->daemon.dns;
    out.settings = good->settings;
    out.configuration = file.string();
    return {};
  }
  std::error_code ignored;
  if (!options.config && !std::filesystem::exists(file, ignored)) {
    out.settings = std::make_shared<const Settings>();
    out.configuration_trouble = fmt::format("there is no {}", file.string());
    return {};
  }
  const auto& mistakes = std::get<config::Diagnostics>(loaded);
  if (options.config) {
    std::string all;
    for (const config::Diagnostic& mistake : mistakes)
      all += mistake.text() + '\n';
    return Trouble{all, "the configuration has to be right before it can be used"};
  }
  out.settings = std::make_shared<const Settings>();
  out.configuration_trouble =
      mistakes.empty() ? file.string() + " cannot be read" : mistakes.front().text();
  return {};
}

std::optional<Trouble> read_options(const AuthCheckCommand& command, Question& out) {
  if (command.client) {
    out.client = IpAddress::parse(*command.client);
    if (!out.client) {
      return Trouble{fmt::format("--client {} is not an IP address", *command.client),
                     "write it as 192.0.2.1 or 2001:db8::1"};
    }
  }
  if (command.dns) {
    const auto server = config::parse_name_server(*command.dns);
    if (!std::holds_alternative<NameServer>(server)) {
      return Trouble{fmt::format("--dns {} is not an address and a port", *command.dns),
                     "write it as 127.0.0.1:53 or [::1]:53"};
    }
    out.dns.servers = {std::get<NameServer>(server)};
  }
  out.now = std::chrono::floor<std::chrono::seconds>(current_time());
  if (command.now) {
    const auto instant = parse_instant(*command.now);
    if (!instant) {
      return Trouble{fmt::format("--now {} is not a time", *command.now),
                     "write it as 2026-11-22T06:05:10Z, 2026-11-22 or seconds since 1970"};
    }
    out.now = *instant;
  }
  return {};
}

AuthCheckView view_of(const AuthCheckCommand& command, const Question& question,
                      const MessageFile& message) {
  AuthCheckView out;
  out.client = question.client;
  out.helo = command.helo;
  const mailauth::RawField* return_path = field_named(message, "Return-Path");
  if (command.sender) {
    out.sender = sender_of(*command.sender);
  } else if (return_path != nullptr) {
    out.sender = sender_of(return_path->value);
    out.sender_source = SenderSource::return_path;
  } else {
    out.sender_source = SenderSource::unknown;
  }
  out.authors = author_domains(message.header());
  out.seals = written_seals(message);
  out.configuration = question.configuration;
  out.configuration_trouble = question.configuration_trouble;
  for (const NameServer& server : question.dns.servers)
    out.dns_servers.push_back(text_of(server));
  return out;
}

// SPF is not asked without a client: an envelope without names has nothing to ask about.
mailauth::SpfInput envelope_of(const AuthCheckView& view) {
  if (!view.client)
    return {.client = IpAddress::v4({}), .helo = {}, .mail_from = {}, .receiver = {}};
  return {.client = *view.client, .helo = view.helo, .mail_from = view.sender, .receiver = {}};
}

Authentication verify(const Question& question, const AuthCheckView& view, MessageFile& message) {
  auto unbound = std::make_unique<mailauth::UnboundResolver>(question.dns);
  mailauth::SharedResolver resolver(*unbound, [] { return std::chrono::steady_clock::now(); });
  mailauth::WaitingRoom room;
  const auto verification =
      mailauth::Verification::start(resolver, envelope_of(view), question.now);
  for (const mailauth::RawField& field : message.fields())
    verification->header(field.name, field.value);
  verification->end_of_header(view.authors, std::nullopt);
  while (const auto piece = message.next())
    verification->body(*piece);
  Authentication found = verification->conclude(room, kBudget);
  // Before those whom its last answers reach.
  unbound.reset();
  return found;
}

// What the rules would say of it as mail from outside, whatever channel the client would be on.
std::vector<RuleAnswer> ask_rules(const Question& question, const AuthCheckView& view,
                                  const MessageFile& message) {
  const Settings& settings = *question.settings;
  Facts facts;
  facts.connection.client = view.client;
  facts.now = std::chrono::time_point_cast<Time::duration>(question.now);
  facts.envelope.channel = Channel::inbound;
  facts.envelope.sender = parse_envelope_path(view.sender, settings.site.logins.bare_domain);
  facts.headers = read_header(settings, facts.connection, facts.envelope, message.header(),
                              facts.now, &view.found);
  facts.authentication =
      authentication_facts(settings, facts.connection, message.header(), view.found, facts.now);
  std::vector<RuleAnswer> out;
  for (const Rule& rule : settings.rules) {
    if (!reads_authentication(id_of(rule))) continue;
    Finding finding = finding_of(rule, Stage::content, facts, {});
    if (finding.reason == Reason::does_not_apply || finding.reason == Reason::not_our_domain)
      continue;
    const Action action = action_of(rule, finding);
    out.push_back({std::move(finding), action, observes(settings, settings_of(rule))});
  }
  return out;
}

ExitStatus refuse(const Trouble& trouble, const Output& output) {
  output.problem(trouble.what, trouble.hint);
  return kUnusable;
}

}  // namespace

ExitStatus run_auth_check(const AuthCheckCommand& command, const Output& output) {
  Question question;
  if (const auto trouble = read_configuration(output.options, question)) {
    return refuse(*trouble, output);
  }
  if (const auto trouble = read_options(command, question)) return refuse(*trouble, output);
  auto opened = MessageFile::open(command.message);
  if (const auto* why = std::get_if<std::string>(&opened)) {
    return refuse({*why, "give one message file, as it came in, or - for standard input"}, output);
  }
  auto& message = std::get<MessageFile>(opened);
  AuthCheckView view = view_of(command, question, message);
  try {
    view.found = verify(question, view, message);
  } catch (const std::runtime_error& why) {
    return refuse({why.what(), "without the DNS nothing can be checked"}, output);
  }
  if (message.failed()) {
    return refuse({"the message cannot be read to its end", "is its file on a broken disk?"},
                  output);
  }
  view.rules = ask_rules(question, view, message);
  if (output.options.json) {
    output.out << json::serialize(json_of(view, output.options.language)) << '\n';
  } else {
    output.out << text_of(view, output.options.language);
  }
  return view.incomplete() ? kAnswerMissing : ExitStatus::ok;
}

}  // namespace gatepost::admin
