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
  static const SectionKeys section{"",
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
                                    {"logins"},
                                    {"dns"},
                                    {"authentication"}}};
  return section;
}

const SectionKeys& log() {
  static const SectionKeys section{"log", {{"format"}, {"debug"}}};
  return section;
}

const SectionKeys& site() {
  static const SectionKeys section{
      "site", {{"mode"}, {"domains"}, {"logins"}, {"time_zone"}, {"help_url"}}};
  return section;
}

const SectionKeys& logins() {
  static const SectionKeys section{"site.logins", {{"bare"}, {"realms"}, {"map"}}};
  return section;
}

const SectionKeys& store() {
  static const SectionKeys section{"store",
                                   {{"kind"},
                                    {"url"},
                                    {"password_file"},
                                    {"tls"},
                                    {"deadline"},
                                    {"when_down"},
                                    {"local_share"},
                                    {"local_for"}}};
  return section;
}

const SectionKeys& store_tls() {
  static const SectionKeys section{"store.tls",
                                   {{"ca_file"}, {"cert_file"}, {"key_file"}, {"server_name"}}};
  return section;
}

const SectionKeys& channels() {
  static const SectionKeys section{"channels", {{"submission"}, {"server"}, {"relay"}}};
  return section;
}

const SectionKeys& submission() {
  static const SectionKeys section{"channels.submission", {{"daemon_names"}}};
  return section;
}

const SectionKeys& server() {
  static const SectionKeys section{"channels.server", {{"daemon_names"}}};
  return section;
}

const SectionKeys& relay() {
  static const SectionKeys section{"channels.relay", {{"clients"}}};
  return section;
}

const SectionKeys& rules() {
  static const SectionKeys section{"rules",
                                   {{"frozen_accounts"},
                                    {"message_size"},
                                    {"message_rate"},
                                    {"recipients_per_message"},
                                    {"recipients_per_day"},
                                    {"sender_is_login"},
                                    {"from_is_sender"},
                                    {"own_domains_from_outside"},
                                    {"ambiguous_from"},
                                    {"display_name"},
                                    {"server_channel"},
                                    {"login_lockout"},
                                    {"dmarc"}}};
  return section;
}

const SectionKeys& frozen_accounts() {
  static const SectionKeys section{"rules.frozen_accounts", {{"mode"}, {"on_hit"}, {"on_unknown"}}};
  return section;
}

const SectionKeys& limit_rule() {
  static const SectionKeys section{"rules.LIMIT",
                                   {{"limit"}, {"mode"}, {"on_hit"}, {"on_unknown"}}};
  return section;
}

const SectionKeys& sender_is_login() {
  static const SectionKeys section{"rules.sender_is_login", {{"mode"}, {"on_hit"}}};
  return section;
}

const SectionKeys& from_is_sender() {
  static const SectionKeys section{
      "rules.from_is_sender", {{"mode"}, {"on_hit"}, {"on_unknown"}, {"match"}, {"allow_resent"}}};
  return section;
}

const SectionKeys& own_domains_from_outside() {
  static const SectionKeys section{"rules.own_domains_from_outside",
                                   {{"mode"}, {"on_hit"}, {"on_unknown"}}};
  return section;
}

const SectionKeys& dmarc() {
  static const SectionKeys section{
      "rules.dmarc",
      {{"mode"}, {"on_reject"}, {"on_quarantine"}, {"on_list_mail"}, {"on_unknown"}}};
  return section;
}

const SectionKeys& ambiguous_from() {
  static const SectionKeys section{"rules.ambiguous_from", {{"mode"}, {"on_hit"}, {"on_unknown"}}};
  return section;
}

const SectionKeys& display_name() {
  static const SectionKeys section{"rules.display_name",
                                   {{"mode"}, {"on_hit"}, {"on_foreign"}, {"on_unknown"}}};
  return section;
}

const SectionKeys& server_channel() {
  static const SectionKeys section{"rules.server_channel", {{"mode"}, {"on_hit"}}};
  return section;
}

const SectionKeys& login_lockout() {
  static const SectionKeys section{"rules.login_lockout",
                                   {{"mode"},
                                    {"failures"},
                                    {"within"},
                                    {"lock"},
                                    {"ipv4_prefix"},
                                    {"ipv6_prefix"},
                                    {"count"},
                                    {"prolong"},
                                    {"growth"},
                                    {"shared_address"},
                                    {"attacked_account"},
                                    {"trusted"},
                                    {"webmail"},
                                    {"on_inbound"}}};
  return section;
}

const SectionKeys& lock_growth() {
  static const SectionKeys section{"rules.login_lockout.growth",
                                   {{"factor"}, {"longest"}, {"remembered"}}};
  return section;
}

const SectionKeys& shared_address() {
  static const SectionKeys section{"rules.login_lockout.shared_address",
                                   {{"users"}, {"within"}, {"failures"}, {"tarpit"}}};
  return section;
}

const SectionKeys& attacked_account() {
  static const SectionKeys section{"rules.login_lockout.attacked_account",
                                   {{"addresses"}, {"tarpit"}}};
  return section;
}

const SectionKeys& login_sources() {
  static const SectionKeys section{"logins", {{"auth_policy"}, {"follow"}}};
  return section;
}

const SectionKeys& auth_policy() {
  static const SectionKeys section{"logins.auth_policy", {{"listen"}, {"secret_file"}, {"secret"}}};
  return section;
}

const SectionKeys& dns() {
  static const SectionKeys section{"dns", {{"servers"}, {"timeout"}}};
  return section;
}

const SectionKeys& authentication() {
  static const SectionKeys section{
      "authentication", {{"authserv_id"}, {"trusted_results"}, {"received_spf"}, {"budget"}}};
  return section;
}

const SectionKeys& trusted_results() {
  static const SectionKeys section{"authentication.trusted_results",
                                   {{"authserv_id"}, {"clients"}}};
  return section;
}

const SectionKeys& domain() {
  static const SectionKeys section{
      "domains.DOMAIN",
      {{"message_rate"}, {"recipients_per_message"}, {"recipients_per_day"}, {"message_size"}}};
  return section;
}

const SectionKeys& group() {
  static const SectionKeys section{"groups.NAME",
                                   {{"members"},
                                    {"message_rate"},
                                    {"recipients_per_message"},
                                    {"recipients_per_day"},
                                    {"message_size"}}};
  return section;
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
  return {&gatepost(),
          &log(),
          &site(),
          &logins(),
          &store(),
          &store_tls(),
          &channels(),
          &submission(),
          &server(),
          &relay(),
          &rules(),
          &limit_rule(),
          &frozen_accounts(),
          &sender_is_login(),
          &from_is_sender(),
          &own_domains_from_outside(),
          &dmarc(),
          &ambiguous_from(),
          &display_name(),
          &server_channel(),
          &login_lockout(),
          &lock_growth(),
          &shared_address(),
          &attacked_account(),
          &login_sources(),
          &auth_policy(),
          &dns(),
          &authentication(),
          &trusted_results(),
          &domain(),
          &group(),
          &whitelist(),
          &group_sender(),
          &server_entry(),
          &forwarder(),
          &office(),
          &alias(),
          &on_behalf(),
          &unauthenticated_domain(),
          &trusted_sealer(),
          &mailing_list(),
          &frozen_entry()};
}

}  // namespace keys
}  // namespace gatepost::config
