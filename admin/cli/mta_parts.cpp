// What Postfix' configuration means for mail, networks and logins.

#include "admin/cli/mta_parts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "policy/rules/rule.hpp"

namespace gatepost::admin {
namespace {

bool is_yes(const std::string& value) {
  return value == "yes";
}

bool holds(const Network& outer, const Network& inner) {
  return outer.contains(inner.address()) && outer.prefix_in_128() <= inner.prefix_in_128();
}

template <typename Value>
bool is_covered(const NetworkMap<Value>& map, const Network& network) {
  return std::any_of(map.begin(), map.end(),
                     [&](const auto& entry) { return holds(entry.first, network); });
}

// Loopback counts as covered by the one loopback address that relay lists: nobody else has it.
bool is_loopback_covered(const Channels& channels, const Network& network) {
  const auto loopback = Network::parse("127.0.0.0/8");
  const auto address = IpAddress::parse("127.0.0.1");
  return holds(*loopback, network) && channels.relay_clients.contains(*address);
}

bool is_known(const Settings& settings, const Network& network) {
  return is_covered(settings.channels.relay_clients, network) ||
         is_covered(settings.whitelist.server_clients, network) ||
         is_loopback_covered(settings.channels, network);
}

void append(std::string& list, const std::string& item) {
  list += (list.empty() ? "" : ", ") + item;
}

// `[::1]/128` of Postfix without its brackets; nothing where it is a table or a pattern.
std::optional<Network> network_of(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '[' || c == ']'; }),
             text.end());
  constexpr std::string_view kMapped = "::ffff:127.0.0.0/104";
  if (text == kMapped) return Network::parse("127.0.0.0/8");
  return Network::parse(text);
}

bool offers_login(const MtaRemarks& remarks, const MtaService& service) {
  return is_yes(remarks.mta().value(service, "smtpd_sasl_auth_enable"));
}

bool is_encrypted(const MtaRemarks& remarks, const MtaService& service) {
  const MtaSettings& mta = remarks.mta();
  return is_yes(mta.value(service, "smtpd_tls_auth_only")) ||
         is_yes(mta.value(service, "smtpd_tls_wrappermode")) ||
         mta.value(service, "smtpd_tls_security_level") == "encrypt";
}

bool is_submission_service(const std::string& name) {
  constexpr std::array<std::string_view, 5> kNames = {"submission", "submissions", "smtps", "587",
                                                      "465"};
  const std::string port = name.substr(name.rfind(':') + 1);
  return std::find(kNames.begin(), kNames.end(), port) != kNames.end();
}

void check_listener_name(MtaRemarks& remarks, const MtaService& service) {
  const auto& names = remarks.loaded().settings->channels.submission_daemons;
  const std::string name = remarks.mta().value(service, "milter_macro_daemon_name");
  if (names.count(name) != 0) return;
  if (is_submission_service(service.name)) {
    return remarks.problem(fmt::format(
        "{} calls itself '{}' (milter_macro_daemon_name), which is not in "
        "channels.submission.daemon_names: Gatepost does not know that its clients log in. Add "
        "-o milter_macro_daemon_name=ORIGINATING in master.cf, or the name in gatepost.yaml",
        service.title(), name));
  }
  remarks.note(fmt::format(
      "{} offers logins and calls itself '{}' (milter_macro_daemon_name), which is not in "
      "channels.submission.daemon_names: users who log in there are counted, but before they "
      "do, it is not taken for a submission listener",
      service.title(), name));
}

void check_default_action(MtaRemarks& remarks) {
  const std::string action = remarks.mta().value("milter_default_action");
  if (action == "accept") {
    remarks.note(
        "milter_default_action is accept: while gatepostd is away, mail passes unchecked "
        "and uncounted");
  } else if (action == "reject") {
    remarks.note(
        "milter_default_action is reject: while gatepostd is away, mail is bounced. "
        "tempfail lets senders try again");
  } else if (action == "quarantine") {
    remarks.note(
        "milter_default_action is quarantine: while gatepostd is away, mail goes to the "
        "hold queue");
  } else {
    remarks.note(
        "milter_default_action is tempfail: while gatepostd is away, senders are told to "
        "come back later");
  }
}

void check_size(MtaRemarks& remarks) {
  const std::string text = remarks.mta().value("message_size_limit");
  std::int64_t theirs = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), theirs);
  if (error != std::errc{} || theirs == 0) return;
  const auto ours = rule_of<MessageSize>(remarks.loaded().settings->rules).limit.limit.count;
  if (ours && *ours > theirs) {
    return remarks.note(fmt::format(
        "message_size_limit is {}: rules.message_size of {} never applies, Postfix refuses first",
        theirs, *ours));
  }
  remarks.note(
      fmt::format("message_size_limit is {}: no user can be given more by Gatepost", theirs));
}

void check_macro(MtaRemarks& remarks, const char* parameter, const std::string& macro) {
  const auto macros = list_of(remarks.mta().value(parameter));
  // list_of takes the braces off, as it does for `{auth_authen}`.
  if (macros.empty() || std::find(macros.begin(), macros.end(), macro) != macros.end()) return;
  remarks.problem(
      fmt::format("{} lacks {{{}}}, which Gatepost needs. Remove the setting from "
                  "main.cf, or add it",
                  parameter, macro));
}

}  // namespace

void check_blind_mail(MtaRemarks& remarks) {
  std::map<std::string, std::string> filtered;  // listeners by content_filter
  for (const MtaService& service : remarks.mta().smtp_listeners()) {
    const std::string proxy = remarks.mta().value(service, "smtpd_proxy_filter");
    if (!proxy.empty()) {
      remarks.problem(fmt::format(
          "{} has smtpd_proxy_filter = {}: Gatepost sees no header and no end of the messages "
          "there, so it can neither judge nor count them. Use content_filter, or the filter's "
          "milter",
          service.title(), proxy));
    }
    const std::string filter = remarks.mta().value(service, "content_filter");
    if (!filter.empty()) append(filtered[filter], service.title());
  }
  for (const auto& [filter, listeners] : filtered) {
    remarks.note(fmt::format(
        "content_filter = {} ({}): what the filter hands back comes from a client in "
        "channels.relay.clients and is not counted again. Make sure its address is listed there",
        filter, listeners));
  }
}

void check_networks(MtaRemarks& remarks) {
  const Settings& settings = *remarks.loaded().settings;
  std::string uncounted;
  std::string unreadable;
  for (const std::string& text : list_of(remarks.mta().value("mynetworks"))) {
    const auto network = network_of(text);
    if (!network) {
      append(unreadable, text);
    } else if (!is_known(settings, *network)) {
      append(uncounted, text);
    }
  }
  if (!unreadable.empty()) {
    remarks.note(
        fmt::format("mynetworks has {}, which cannot be compared: see to it that its "
                    "clients are in whitelist.yaml servers or channels.relay.clients",
                    unreadable));
  }
  if (!uncounted.empty()) {
    remarks.problem(fmt::format(
        "mynetworks has {}: clients there may send without a login, and no limit counts them. "
        "List them under servers in whitelist.yaml, under channels.relay.clients, or take them "
        "out of mynetworks",
        uncounted));
  }
  const std::string restrictions = remarks.mta().value("smtpd_relay_restrictions") + ' ' +
                                   remarks.mta().value("smtpd_recipient_restrictions");
  if (restrictions.find("_unauth_destination") == std::string::npos) {
    remarks.problem(
        "neither smtpd_relay_restrictions nor smtpd_recipient_restrictions has "
        "reject_unauth_destination: strangers may send to outside without a login");
  }
}

void check_logins(MtaRemarks& remarks) {
  for (const MtaService& service : remarks.mta().smtp_listeners()) {
    if (!offers_login(remarks, service)) continue;
    if (!is_encrypted(remarks, service)) {
      remarks.problem(
          fmt::format("{} takes passwords without TLS: set smtpd_tls_auth_only = yes, or "
                      "smtpd_tls_security_level = encrypt for it",
                      service.title()));
    }
    check_listener_name(remarks, service);
  }
}

void check_general(MtaRemarks& remarks) {
  check_default_action(remarks);
  check_size(remarks);
  check_macro(remarks, "milter_connect_macros", "daemon_name");
  check_macro(remarks, "milter_mail_macros", "auth_authen");
}

}  // namespace gatepost::admin
