#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "policy/catalogue.hpp"
#include "policy/mail/authentication.hpp"

/// The words of `gatepost auth-check`, in every language.
namespace gatepost::admin {

enum class AuthWord : std::uint8_t {
  message,
  no_author,
  client,
  client_without_helo,
  no_client,
  sender,
  null_sender,
  sender_from_return_path,
  sender_unknown,
  dns_configured,
  dns_system,
  no_configuration,
  heading,
  why,
  usually,
  asked_mail_from,
  asked_helo,
  not_asked,
  not_signed,
  signatures,
  signature,
  unreadable_signature,
  algorithm,
  bits,
  seals,
  sealed_by,
  sealer_found,
  written_seals,
  written_seal,
  author_domain,
  organizational_domain,
  record,
  no_record,
  testing,
  policy,
  asks_none,
  asks_quarantine,
  asks_reject,
  spf_aligned,
  dkim_aligned,
  spf_other_domain,
  dkim_other_domain,
  owner_asks,
  several_authors,
  without_spf,
  missing,
  rule_default,
  rule_configured,
  would,
  action_refuse,
  action_defer,
  action_hold,
  action_junk,
  action_suspicious,
  action_proceed,
  observed,
  last,  ///< none; how many there are
};

/// The text as it stands, with its `{placeholders}`.
std::string_view auth_text(Language language, AuthWord word);
/// The same with its placeholders replaced, as say() does.
std::string auth_say(Language language, AuthWord word,
                     std::initializer_list<TextArgument> arguments = {});

/// `phrase` of a cause in any language.
std::string_view phrase_in(Language language, SpfCause cause);
std::string_view phrase_in(Language language, DkimCause cause);
std::string_view phrase_in(Language language, ArcCause cause);
std::string_view phrase_in(Language language, DmarcCause cause);

/// What usually lies behind such a result, or what to look at. Empty where there is nothing to say.
std::string_view hint_in(Language language, SpfCause cause);
std::string_view hint_in(Language language, DkimCause cause);
std::string_view hint_in(Language language, ArcCause cause);
std::string_view hint_in(Language language, DmarcCause cause);

}  // namespace gatepost::admin
