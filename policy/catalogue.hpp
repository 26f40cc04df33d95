#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost {

/// The languages that people are spoken to in.
enum class Language : std::uint8_t { english, chinese };

/// `en`, `zh`; also what LANG says: `zh_CN.UTF-8`. Nothing for a language that has no catalogue.
std::optional<Language> language_from_name(std::string_view name);
/// `en`, `zh`
std::string_view name(Language language);

/// Every text that explanations, account views, status and reports are made of. Closed: each
/// language has exactly these (catalogue_en.cpp, catalogue_zh.cpp), with the same placeholders.
enum class Text : std::uint8_t {
  labelled,
  heading,
  clause,
  named,
  finding_line,
  nothing,
  yes,
  no,

  span_second,
  span_seconds,
  span_minute,
  span_minutes,
  span_hour,
  span_hours,
  span_day,
  span_days,
  limit_sliding,
  limit_day,
  limit_message,
  limit_size,
  limit_none,

  origin_built_in,
  origin_site,
  origin_domain,
  origin_group,
  origin_account,
  origin_server,

  rule_frozen_accounts,
  rule_message_size,
  rule_message_rate,
  rule_recipients_per_message,
  rule_recipients_per_day,

  channel_local,
  channel_submission,
  channel_server,
  channel_relay,
  channel_inbound,

  outcome_pass,
  outcome_hit,
  outcome_unknown,

  reason_does_not_apply,
  reason_no_limit,
  reason_within_limit,
  reason_within_limit_of_message,
  reason_too_many_messages,
  reason_no_messages_allowed,
  reason_too_many_recipients,
  reason_too_many_recipients_today,
  reason_too_large,
  reason_size_not_declared,
  reason_not_frozen,
  reason_sender_frozen,
  reason_recipient_frozen,
  reason_store_away,

  verdict_continue,
  verdict_refuse_message,
  verdict_refuse_recipient,
  verdict_defer,
  verdict_hold,

  label_what,
  label_reply,
  label_time,
  label_times,
  label_channel,
  label_login,
  label_server,
  label_client,
  label_sender,
  label_recipient,
  label_listener,
  label_queue_id,
  label_host,
  label_rule,
  label_why,
  label_figures,
  label_origin,
  label_clears,
  label_advice,
  label_exception,
  label_trace,
  label_groups,
  label_limits,
  label_cases,
  label_used,
  label_left,
  label_resets,

  case_title,
  case_times,
  figures_counted,
  figures_of_message,
  figures_local,
  frozen_reason_unknown,
  clears_at,
  clears_passed,
  clears_never,

  advice_wait,
  advice_passed,
  advice_allowance,
  advice_fewer_recipients,
  advice_smaller,
  advice_unfreeze_file,
  advice_unfreeze_command,
  advice_store,
  exception_new,
  exception_change,
  exception_server,
  exception_site,
  exception_reason_hint,

  account_title,
  account_unseen,
  account_not_ours,
  account_bare,
  account_frozen_file,
  account_frozen_command,
  account_not_frozen,
  account_unused,
  account_used_unknown,
  account_local,
  account_passes,
  account_passes_unknown,
  account_refused,
  account_refused_until,
  account_observed,
  account_no_cases,
  account_cases_unknown,
  account_case,

  status_running,
  status_draining,
  status_listen,
  status_sessions,
  status_enforce,
  status_observe,
  status_config,
  status_whitelist,
  status_no_whitelist,
  status_last_good,
  status_problem,
  status_store,
  status_store_away,
  status_store_waiting,
  status_store_lost,
  status_warning,
  status_cases_lost,

  report_title,
  report_none,
  report_line,

  done_frozen,
  done_frozen_again,
  done_frozen_observed,
  done_unfrozen,
  done_reloaded,

  simulate_stage,
  simulate_verdict,
  simulate_would_refuse,
  simulate_assumed_unused,
  simulate_other_candidate,
};

inline constexpr std::size_t kTextCount =
    static_cast<std::size_t>(Text::simulate_other_candidate) + 1;

/// The text as the catalogue has it, with its `{placeholders}`.
std::string_view catalogue_text(Language language, Text text);

/// One value for a placeholder.
struct TextArgument {
  std::string_view name;
  std::string value;
};

/// The text with its placeholders replaced. A placeholder without a value stays visible, which a
/// test takes for the mistake it is. Values are never read as placeholders themselves.
std::string say(Language language, Text text, std::initializer_list<TextArgument> arguments = {});

}  // namespace gatepost
