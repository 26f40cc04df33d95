#include "config/keys.hpp"

#include <algorithm>

namespace gatepost::config {

const Key* SectionKeys::find(std::string_view name) const {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

namespace keys {

const SectionKeys& gatepost() {
  static const SectionKeys kKeys{"",
                                 {{"listen"},
                                  {"admin"},
                                  {"support"},
                                  {"state_dir"},
                                  {"metrics"},
                                  {"log"},
                                  {"site"},
                                  {"store"},
                                  {"whitelist"},
                                  {"channels"},
                                  {"rules"},
                                  {"domains"},
                                  {"groups"},
                                  {"logins", true},
                                  {"dns", true}}};
  return kKeys;
}

const SectionKeys& log() {
  static const SectionKeys kKeys{"log", {{"format"}, {"debug"}}};
  return kKeys;
}

const SectionKeys& site() {
  static const SectionKeys kKeys{
      "site", {{"mode"}, {"domains"}, {"logins"}, {"time_zone"}, {"help_url"}}};
  return kKeys;
}

const SectionKeys& logins() {
  static const SectionKeys kKeys{"site.logins", {{"bare"}, {"realms"}, {"map", true}}};
  return kKeys;
}

const SectionKeys& store() {
  static const SectionKeys kKeys{
      "store", {{"kind"}, {"url"}, {"password_file"}, {"deadline"}, {"when_down"}}};
  return kKeys;
}

const SectionKeys& channels() {
  static const SectionKeys kKeys{"channels", {{"submission"}, {"server"}, {"relay"}}};
  return kKeys;
}

const SectionKeys& submission() {
  static const SectionKeys kKeys{"channels.submission", {{"daemon_names"}}};
  return kKeys;
}

const SectionKeys& server() {
  static const SectionKeys kKeys{"channels.server", {{"daemon_names"}}};
  return kKeys;
}

const SectionKeys& relay() {
  static const SectionKeys kKeys{"channels.relay", {{"clients"}}};
  return kKeys;
}

const SectionKeys& rules() {
  static const SectionKeys kKeys{"rules",
                                 {{"frozen_accounts"},
                                  {"message_size"},
                                  {"message_rate"},
                                  {"recipients_per_message"},
                                  {"recipients_per_day"},
                                  {"sender_is_login", true},
                                  {"from_is_sender", true},
                                  {"own_domains_from_outside", true},
                                  {"dmarc", true},
                                  {"login_lockout", true}}};
  return kKeys;
}

const SectionKeys& frozen_accounts() {
  static const SectionKeys kKeys{"rules.frozen_accounts", {{"mode"}, {"on_hit"}, {"on_unknown"}}};
  return kKeys;
}

const SectionKeys& limit_rule() {
  static const SectionKeys kKeys{"rules.LIMIT",
                                 {{"limit"}, {"mode"}, {"on_hit"}, {"on_unknown"}}};
  return kKeys;
}

const SectionKeys& domain() {
  static const SectionKeys kKeys{"domains.DOMAIN",
                                 {{"message_rate"},
                                  {"recipients_per_message"},
                                  {"recipients_per_day"},
                                  {"message_size"}}};
  return kKeys;
}

const SectionKeys& group() {
  static const SectionKeys kKeys{"groups.NAME",
                                 {{"members"},
                                  {"message_rate"},
                                  {"recipients_per_message"},
                                  {"recipients_per_day"},
                                  {"message_size"}}};
  return kKeys;
}

const SectionKeys& whitelist() {
  static const SectionKeys kKeys{"",
                                 {{"group_senders"},
                                  {"servers"},
                                  {"frozen"},
                                  {"send_on_behalf", true},
                                  {"trusted_senders", true},
                                  {"offices", true}}};
  return kKeys;
}

const SectionKeys& group_sender() {
  static const SectionKeys kKeys{"group_senders",
                                 {{"account"},
                                  {"message_rate"},
                                  {"recipients_per_message"},
                                  {"recipients_per_day"},
                                  {"message_size"},
                                  {"reason"},
                                  {"owner"},
                                  {"expires"}}};
  return kKeys;
}

const SectionKeys& server_entry() {
  static const SectionKeys kKeys{"servers",
                                 {{"name"},
                                  {"clients"},
                                  {"senders"},
                                  {"message_rate"},
                                  {"recipients_per_message"},
                                  {"recipients_per_day"},
                                  {"message_size"},
                                  {"reason"},
                                  {"owner"},
                                  {"expires"}}};
  return kKeys;
}

const SectionKeys& frozen_entry() {
  static const SectionKeys kKeys{"frozen", {{"account"}, {"reason"}, {"owner"}, {"expires"}}};
  return kKeys;
}

std::string home_of(std::string_view name) {
  if (whitelist().find(name) != nullptr) return "whitelist.yaml";
  if (gatepost().find(name) != nullptr) return "gatepost.yaml";
  for (const SectionKeys* section : all()) {
    if (section->find(name) != nullptr) return std::string(section->path);
  }
  return {};
}

std::vector<const SectionKeys*> all() {
  return {&gatepost(),   &log(),          &site(),         &logins(),      &store(),
          &channels(),   &submission(),   &server(),       &relay(),       &rules(),
          &limit_rule(), &frozen_accounts(), &domain(),    &group(),       &whitelist(),
          &group_sender(), &server_entry(), &frozen_entry()};
}

}  // namespace keys
}  // namespace gatepost::config
