// The names of whitelist.yaml.

#include "config/keys.hpp"

namespace gatepost::config::keys {

const SectionKeys& whitelist() {
  static const SectionKeys section{"",
                                   {{"group_senders"},
                                    {"servers"},
                                    {"forwarders"},
                                    {"aliases"},
                                    {"send_on_behalf"},
                                    {"frozen"},
                                    {"offices"},
                                    {"unauthenticated_domains"},
                                    {"trusted_sealers"},
                                    {"mailing_lists"},
                                    {"trusted_senders", true}}};
  return section;
}

const SectionKeys& group_sender() {
  static const SectionKeys section{"group_senders",
                                   {{"account"},
                                    {"message_rate"},
                                    {"recipients_per_message"},
                                    {"recipients_per_day"},
                                    {"message_size"},
                                    {"reason"},
                                    {"owner"},
                                    {"expires"}}};
  return section;
}

const SectionKeys& server_entry() {
  static const SectionKeys section{"servers",
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
  return section;
}

const SectionKeys& forwarder() {
  static const SectionKeys section{"forwarders", {{"clients"}, {"reason"}, {"owner"}, {"expires"}}};
  return section;
}

const SectionKeys& office() {
  static const SectionKeys section{
      "offices", {{"clients"}, {"login_failures"}, {"reason"}, {"owner"}, {"expires"}}};
  return section;
}

const SectionKeys& unauthenticated_domain() {
  static const SectionKeys section{"unauthenticated_domains",
                                   {{"domain"}, {"clients"}, {"reason"}, {"owner"}, {"expires"}}};
  return section;
}

const SectionKeys& trusted_sealer() {
  static const SectionKeys section{"trusted_sealers",
                                   {{"sealer"}, {"reason"}, {"owner"}, {"expires"}}};
  return section;
}

const SectionKeys& mailing_list() {
  static const SectionKeys section{
      "mailing_lists",
      {{"list"}, {"clients"}, {"domain"}, {"proof"}, {"reason"}, {"owner"}, {"expires"}}};
  return section;
}

const SectionKeys& alias() {
  static const SectionKeys section{"aliases",
                                   {{"login"}, {"addresses"}, {"reason"}, {"owner"}, {"expires"}}};
  return section;
}

const SectionKeys& on_behalf() {
  static const SectionKeys section{"send_on_behalf",
                                   {{"login"},
                                    {"server"},
                                    {"envelope"},
                                    {"clients"},
                                    {"proof"},
                                    {"may_send_as"},
                                    {"sender_field"},
                                    {"reason"},
                                    {"owner"},
                                    {"expires"}}};
  return section;
}

const SectionKeys& frozen_entry() {
  static const SectionKeys section{"frozen", {{"account"}, {"reason"}, {"owner"}, {"expires"}}};
  return section;
}

}  // namespace gatepost::config::keys
