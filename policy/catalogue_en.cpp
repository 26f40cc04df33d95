#include "policy/catalogue_tables.hpp"

namespace gatepost {

std::string_view english_text(Text text) {
  switch (text) {
    case Text::labelled: return "{label}: {value}";
    case Text::heading: return "{label}:";
    case Text::clause: return "{before}; {next}";
    case Text::named: return "{name} ({text})";
    case Text::finding_line: return "{rule}: {outcome}. {sentence}";
    case Text::nothing: return "none";
    case Text::yes: return "yes";
    case Text::no: return "no";
    case Text::span_second: return "1 second";
    case Text::span_seconds: return "{count} seconds";
    case Text::span_minute: return "1 minute";
    case Text::span_minutes: return "{count} minutes";
    case Text::span_hour: return "1 hour";
    case Text::span_hours: return "{count} hours";
    case Text::span_day: return "1 day";
    case Text::span_days: return "{count} days";
    case Text::limit_sliding: return "{count} in any {span}";
    case Text::limit_day: return "{count} a calendar day";
    case Text::limit_message: return "{count} a message";
    case Text::limit_size: return "{count} bytes";
    case Text::limit_none: return "no limit";
    case Text::origin_built_in: return "Gatepost's built-in default";
    case Text::origin_site: return "the site's figure at {place}";
    case Text::origin_domain: return "domain {name} at {place}";
    case Text::origin_group: return "group {name} at {place}";
    case Text::origin_account: return "the account's own entry {name} at {place}";
    case Text::origin_server: return "the entry of server {name} at {place}";
    case Text::channel_local: return "this machine's own mail";
    case Text::channel_submission: return "a person who logged in";
    case Text::channel_server: return "a listed application server";
    case Text::channel_relay: return "our own relay";
    case Text::channel_inbound: return "from outside";
    case Text::outcome_pass: return "pass";
    case Text::outcome_hit: return "hit";
    case Text::outcome_unknown: return "not known";
    case Text::verdict_continue: return "Gatepost had nothing against it.";
    case Text::verdict_refuse_message:
      return "The whole message was refused for good; the sender gets a bounce.";
    case Text::verdict_refuse_recipient:
      return "This recipient was refused; the others of the message are not affected.";
    case Text::verdict_defer:
      return "The whole message was refused for now; it may be sent again later.";
    case Text::verdict_hold: return "The message was put into the hold queue of the mail server.";
    case Text::verdict_suspicious:
      return "The message was delivered, marked as suspicious in its header.";
    case Text::verdict_junk: return "The message was delivered, marked as junk in its header.";
    case Text::label_what: return "What happened";
    case Text::label_reply: return "Reply";
    case Text::label_time: return "Time";
    case Text::label_times: return "How often";
    case Text::label_channel: return "Kind of mail";
    case Text::label_login: return "Login";
    case Text::label_server: return "Server";
    case Text::label_client: return "Client";
    case Text::label_sender: return "Envelope sender";
    case Text::label_recipient: return "Recipient";
    case Text::label_listener: return "Listener";
    case Text::label_queue_id: return "Queue id";
    case Text::label_host: return "Handled by";
    case Text::label_rule: return "Rule";
    case Text::label_why: return "Why";
    case Text::label_figures: return "Figures";
    case Text::label_origin: return "The limit comes from";
    case Text::label_clears: return "Clears";
    case Text::label_advice: return "What to do";
    case Text::label_exception: return "Exception";
    case Text::label_trace: return "What the rules said at that moment";
    case Text::label_groups: return "Groups";
    case Text::label_limits: return "Limits";
    case Text::label_cases: return "Recently refused, held or marked";
    case Text::label_used: return "used";
    case Text::label_left: return "left";
    case Text::label_resets: return "resets";
    case Text::case_title: return "Case {reference}";
    case Text::case_times: return "{count} messages share this record, from {first} to {last}";
    case Text::figures_counted: return "before {used}, with this message {after}, limit {limit}";
    case Text::figures_of_message: return "this message {amount}, limit {limit}";
    case Text::figures_local: return "counted by this daemon alone, the store was away";
    case Text::frozen_reason_unknown: return "not recorded";
    case Text::clears_at: return "at {time}";
    case Text::clears_passed: return "at {time}, which has passed";
    case Text::clears_never: return "not by itself";
    case Text::account_title: return "Account {account}";
    case Text::account_unseen:
      return "Not known to have sent. Gatepost keeps no list of users; these are the limits that "
             "would apply.";
    case Text::account_not_ours:
      return "Note: {domain} is not among this site's domains (site.domains).";
    case Text::account_bare: return "Note: this is a login without a domain.";
    case Text::account_frozen_file: return "FROZEN by the entry at {place}: {reason}";
    case Text::account_frozen_command: return "FROZEN by {actor} since {time}: {reason}";
    case Text::account_not_frozen: return "Not frozen.";
    case Text::account_used_unknown: return "The counters cannot be read: {why}";
    case Text::account_local:
      return "The store is away: these figures are this daemon's own counting.";
    case Text::account_passes: return "A message to one recipient would pass now.";
    case Text::account_passes_unknown:
      return "Whether a message would pass now cannot be told while the counters cannot be read.";
    case Text::account_refused: return "A message would be refused now: {rule}.";
    case Text::account_refused_until:
      return "A message would be refused now: {rule}. It would pass at {time}.";
    case Text::account_observed:
      return "This rule only observes: it would be reported, not refused.";
    case Text::account_no_cases: return "Nothing refused, held or marked on record.";
    case Text::account_cases_unknown:
      return "The records of what was refused, held or marked cannot be read: {why}";
    case Text::account_case: return "{time} [{reference}] {rule} (x{count}): {reply}";
    case Text::status_running: return "gatepostd {version} runs since {time}.";
    case Text::status_draining:
      return "It is stopping: open messages finish, new ones are told to come back.";
    case Text::status_listen: return "Milter socket: {address}";
    case Text::status_sessions:
      return "SMTP sessions: {open} open, {total} in all; messages under way: {messages}";
    case Text::status_enforce: return "Mode: enforce";
    case Text::status_observe:
      return "Mode: observe. Nothing is refused, held or marked; see `gatepost report "
             "--would-refuse`.";
    case Text::status_config: return "Configuration: {file}, in force since {time}";
    case Text::status_whitelist: return "Whitelist: {file}";
    case Text::status_no_whitelist: return "Whitelist: none configured";
    case Text::status_last_good:
      return "THE WHITELIST FILE IS BROKEN: the last good one is in force.";
    case Text::status_problem: return "Not in force, because of this mistake: {problem}";
    case Text::status_store: return "Store: {kind} at {where}, {calls} calls, {failed} failed";
    case Text::status_store_answers:
      return "Store: {kind} at {where}, answers since {time}, {calls} calls, {failed} failed";
    case Text::status_store_away:
      return "STORE AWAY: {kind} at {where} since {time}: {why}. Answered by this daemon's own "
             "counting: {local}; not answered: {unanswered}";
    case Text::status_store_waiting: return "Charges still to be paid into the store: {count}";
    case Text::status_store_maybe_twice:
      return "Charges that may count twice, because the store was away for long: {count}";
    case Text::status_store_memory_lost:
      return "Warning: the store came back without what it held ({time}): counters start anew; "
             "locks and frozen accounts were put back";
    case Text::status_store_paid_back:
      return "Charges counted here while the store was away, and paid in: {count}";
    case Text::status_store_lost:
      return "Charges given up because they were too old or too many: {count}";
    case Text::status_warning: return "Warning: {warning}";
    case Text::status_cases_lost:
      return "Records of refused, held or marked messages that could not be kept: {count}";
    case Text::status_dns:
      return "DNS: {asked} questions asked, {known} answered from the cache, {failed} failed";
    case Text::status_dns_silent:
      return "Warning: the name servers do not answer (the last {count} questions failed): mail "
             "from "
             "outside is hardly verified. Look at dns.servers, or /etc/resolv.conf";
    case Text::status_dns_waiting: return "Messages that wait for the DNS: {count}";
    case Text::status_dns_out_of_time:
      return "Messages verified without answers of the DNS, which came too late: {count}";
    case Text::status_dns_turned_away:
      return "Messages verified without waiting for the DNS, because too many waited: {count}";
    case Text::report_title:
      return "Messages that rules in observe mode would have refused, held or marked since {time}";
    case Text::report_none:
      return "Rules in observe mode would have refused, held or marked nothing since {time}.";
    case Text::report_line: return "{rule}: {count} of {subject}";
    case Text::done_frozen:
      return "{account} is frozen. It takes effect on every gatepostd of this store within a "
             "second.";
    case Text::done_frozen_again: return "{account} was frozen already; the reason is replaced.";
    case Text::done_frozen_observed:
      return "{account} is frozen, but frozen_accounts is in observe mode (its own or the site's): "
             "its mail is only reported, not refused, until the mode is enforce.";
    case Text::done_unfrozen: return "{account} is no longer frozen.";
    case Text::done_reloaded: return "The configuration is read again and in force.";
    case Text::simulate_stage: return "Stage {stage}";
    case Text::simulate_verdict: return "Verdict: {verdict}";
    case Text::simulate_would_refuse:
      return "A rule in observe mode would have refused, held or marked it: {rule}";
    case Text::simulate_assumed_unused:
      return "The daemon's counters could not be read ({why}): nothing is assumed to be used, and "
             "nothing frozen by command.";
    case Text::simulate_marked: return "Marked as {level} by {rule}";
    case Text::simulate_held: return "Held by {rule}";
    case Text::simulate_edit_added: return "Header field added: {field}";
    case Text::simulate_edit_removed: return "Header field taken out: {field}";
    case Text::simulate_no_file:
      return "No message file was given: From and the rest of the header were not looked at.";
    case Text::whitelist_right: return "{file}: no mistakes; entries: {count}";
    case Text::whitelist_none: return "No whitelist is configured (`whitelist:` in gatepost.yaml).";
    case Text::whitelist_empty: return "No entries.";
    case Text::whitelist_none_expiring: return "No entry has expired or will within {span}.";
    case Text::whitelist_until: return "until {time}";
    case Text::whitelist_expired: return "EXPIRED at {time}, no longer applies";
    case Text::whitelist_who_title: return "What the configuration says of {subject}:";
    case Text::whitelist_who_none:
      return "The configuration has no entry for {subject}; the rules and the site's limits apply.";
    case Text::whitelist_who_frozen:
      return "Whom a command froze is not in these files; `gatepost account show` knows.";
    case Text::whitelist_overridden: return "not used: {place} comes before it";
    case Text::whitelist_as_login: return "as the login";
    case Text::whitelist_as_address: return "as an address that somebody may use";
    case Text::whitelist_as_domain: return "as the domain of the envelope sender";
    case Text::whitelist_as_account_domain: return "as the domain of the account";
    case Text::whitelist_as_author_domain: return "as the domain of From";
    case Text::whitelist_as_proving_domain: return "as the domain that proves the mail";
    case Text::whitelist_as_member: return "as a member";
    case Text::whitelist_as_client: return "as the client";
    case Text::label_meets: return "Found";
    case Text::label_lifts: return "Lifts";
    case Text::label_reason: return "Reason";
    case Text::label_owner: return "Owner";
    case Text::label_place: return "Place";
    default: break;
  }
  return english_rule_text(text);
}

}  // namespace gatepost
