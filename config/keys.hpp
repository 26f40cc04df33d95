#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatepost::config {

/// A name that a section may hold.
struct Key {
  std::string_view name;
  bool later = false;  ///< documented, but this version does not implement it: refused by name
  std::string_view meanwhile = {};  ///< what to do instead until then; empty: nothing to say
};

/// The names of one section of gatepost.yaml or whitelist.yaml: what the reader knows, what the
/// reference documents, and what wrong names are compared with.
struct SectionKeys {
  std::string_view path;  ///< `site.logins`; empty: the file itself
  std::vector<Key> keys;

  /// Null where the section has no such name.
  const Key* find(std::string_view name) const;
};

namespace keys {

const SectionKeys& gatepost();
const SectionKeys& log();
const SectionKeys& site();
const SectionKeys& logins();
const SectionKeys& store();
const SectionKeys& store_tls();
const SectionKeys& channels();
const SectionKeys& submission();
const SectionKeys& server();
const SectionKeys& relay();
const SectionKeys& rules();
const SectionKeys& frozen_accounts();
const SectionKeys& limit_rule();
const SectionKeys& sender_is_login();
const SectionKeys& from_is_sender();
const SectionKeys& own_domains_from_outside();
const SectionKeys& dmarc();
const SectionKeys& ambiguous_from();
const SectionKeys& display_name();
const SectionKeys& server_channel();
const SectionKeys& login_lockout();
const SectionKeys& lock_growth();
const SectionKeys& shared_address();
const SectionKeys& attacked_account();
const SectionKeys& login_sources();
const SectionKeys& auth_policy();
const SectionKeys& dns();
const SectionKeys& authentication();
const SectionKeys& trusted_results();
const SectionKeys& domain();
const SectionKeys& group();
const SectionKeys& whitelist();
const SectionKeys& group_sender();
const SectionKeys& server_entry();
const SectionKeys& forwarder();
const SectionKeys& office();
const SectionKeys& unauthenticated_domain();
const SectionKeys& trusted_sealer();
const SectionKeys& mailing_list();
const SectionKeys& alias();
const SectionKeys& on_behalf();
const SectionKeys& frozen_entry();

/// Where a name belongs that somebody wrote at the top of a file; empty where nowhere.
std::string home_of(std::string_view name);

/// Every section there is, those of gatepost.yaml first.
std::vector<const SectionKeys*> all();

}  // namespace keys
}  // namespace gatepost::config
