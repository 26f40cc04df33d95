#include "policy/catalogue_tables.hpp"

namespace gatepost {

std::string_view english_login_text(Text text) {
  switch (text) {
    case Text::rule_login_lockout: return "failed logins lock the client's address for a while";
    case Text::reason_client_not_locked: return "The client's address is not locked.";
    case Text::reason_client_locked:
      return "Too many logins from {about} failed: {limit}. They were for: {detail}.";
    case Text::reason_client_locked_by_hand:
      return "An admin locked {about}. Reason given: {detail}.";
    case Text::reason_locked_client_elsewhere:
      return "{about} is locked for logins ({detail}), and this came in on a listener where nobody "
             "logs in.";
    case Text::verdict_client_locked:
      return "Logins from this address are turned away before their password is looked at; mail "
             "programs are told to come back later.";
    case Text::advice_client_locked:
      return "The lock ends by itself at {time}. To see which program uses a wrong password: "
             "gatepost lockout show {about}. To lift the lock at once: gatepost lockout unlock "
             "{about} --reason TEXT";
    case Text::advice_client_locked_by_hand:
      return "The lock ends by itself at {time}. Ask those who made it; to lift it at once: "
             "gatepost "
             "lockout unlock {about} --reason TEXT";
    case Text::advice_client_lock_ended:
      return "The lock ended at {time} or before. If logins from {about} are turned away again, "
             "some program still uses a wrong password: gatepost lockout show {about}";
    case Text::exception_office:
      return "For an office, many people behind one address, an entry in whitelist.yaml: only its "
             "own figure locks, and equal passwords for one login count once:";
    case Text::exception_distinct_passwords:
      return "So that a program that repeats one old password counts once, for everybody, in "
             "gatepost.yaml:";
    case Text::exception_trusted_client:
      return "For a machine of the site's own that is never to be locked, in gatepost.yaml:";
    case Text::account_logins_failed:
      return "Failed logins lately: {count}, from {addresses} addresses; locked addresses: "
             "{locked}. See: gatepost lockout show {account}";
    case Text::status_login_source: return "Logins are told by {source}.";
    case Text::status_login_problem: return "LOGINS ARE NOT TOLD by {source}: {problem}";
    case Text::status_login_idle:
      return "Nobody tells of logins (`logins:` in gatepost.yaml names no source): failed ones do "
             "not count, and only commands lock addresses.";
    case Text::status_locks: return "Locked client addresses: {count}";
    case Text::lockout_list_title: return "Locked client addresses: {count}";
    case Text::lockout_list_none: return "No client address is locked.";
    case Text::lockout_list_more: return "Not shown: {count}. See --most.";
    case Text::lockout_list_failures:
      return "{client}: until {time} ({left} left) [{reference}], {count} failed logins in {span}: "
             "{logins}";
    case Text::lockout_list_by_hand:
      return "{client}: until {time} ({left} left) [{reference}], by {actor}: {reason}";
    case Text::lockout_without_effect:
      return "The lock has no effect: the address is never locked, by {place}.";
    case Text::lockout_observed:
      return "login_lockout is in observe mode (its own or the site's): nobody is kept out.";
    case Text::lockout_client_title: return "Client {client}";
    case Text::lockout_client_network: return "{network} counts as one client.";
    case Text::lockout_locked:
      return "LOCKED since {since}, until {until} ({left} left). Reference: {reference}";
    case Text::lockout_not_locked: return "Not locked.";
    case Text::lockout_never: return "Never locked: it is listed at {place}.";
    case Text::lockout_why_failures:
      return "Why: {count} failed logins within {span}, for {logins}.";
    case Text::lockout_why_by_hand: return "Why: {actor} locked it. Reason given: {reason}.";
    case Text::lockout_offence: return "It is lock number {count} of this address in a row.";
    case Text::lockout_counted:
      return "Failures that count now: {count}. {most} within {span} lock it for {lock}.";
    case Text::lockout_counted_never: return "Failures that count now: {count}. None lock it.";
    case Text::lockout_terms_rule: return "The figures are the rule's (rules.login_lockout).";
    case Text::lockout_terms_distinct:
      return "Equal wrong passwords for one login count once (distinct_passwords).";
    case Text::lockout_terms_office: return "The figures are those of the office at {place}.";
    case Text::lockout_terms_shared:
      return "A shared address: {users} users logged in from there within {span}. It is slowed "
             "first and locked later.";
    case Text::lockout_failure_line:
      return "{login} (x{times}) by {protocol}, told by {source}, first {first}, last {last}; "
             "{counted} of them count";
    case Text::lockout_no_failures: return "No failed logins on record.";
    case Text::lockout_failures_unknown: return "The failed logins cannot be read: {why}";
    case Text::lockout_more: return "Not shown: {count}. See --json.";
    case Text::lockout_login_unreadable: return "a name that cannot be read";
    case Text::lockout_login_masked: return "{login} (masked: not of our domains)";
    case Text::lockout_advice_unlock:
      return "The lock ends by itself. Find the program with the wrong password, or it comes back; "
             "then lift it at once with: gatepost lockout unlock {client} --reason TEXT";
    case Text::lockout_advice_unlock_by_hand:
      return "The lock ends by itself. Ask {actor}; to lift it at once: gatepost lockout unlock "
             "{client} --reason TEXT";
    case Text::lockout_advice_forget:
      return "To forget these failures: gatepost lockout unlock {client} --reason TEXT";
    case Text::lockout_advice_nothing:
      return "Nothing keeps logins from there out. Where one fails, its password is wrong or the "
             "user is unknown; the log of the login program (Dovecot) says which.";
    case Text::lockout_advice_never:
      return "Logins from there are never kept out. To let them count, take the address out at "
             "{place}.";
    case Text::lockout_advice_one_login:
      return "All failures are of {login}, by {protocol}: a program or phone that still has "
             "an old password, which has to be changed there, or somebody who guesses. Ask the "
             "user which.";
    case Text::lockout_advice_several_users:
      return "Several users fail and several log in from there: most likely an office or another "
             "address that many share.";
    case Text::lockout_advice_guessing:
      return "Many names failed and nobody logged in from there lately: that looks like somebody "
             "who guesses passwords. Better leave it to the lock.";
    case Text::lockout_advice_guessed:
      return "Careful: {login} logged in from there although that is a login the address is locked "
             "for. Where the user did not do that, somebody guessed the password: have it changed "
             "before you unlock.";
    case Text::lockout_advice_office_figure:
      return "Where the office's figure is too low, raise login_failures at {place}.";
    case Text::lockout_user_title: return "Logins of {account}";
    case Text::lockout_user_failed: return "Failed logins within the last {span}:";
    case Text::lockout_user_line:
      return "{client} (x{times}): the last at {time} by {protocol}. {state}";
    case Text::lockout_user_lock_line: return "{client}: its lock names this login. {state}";
    case Text::lockout_state_open: return "Not locked.";
    case Text::lockout_state_locked:
      return "LOCKED since {since}, until {until} ({left} left) [{reference}]";
    case Text::lockout_state_never: return "Never locked, by {place}.";
    case Text::lockout_user_attacked:
      return "UNDER ATTACK: logins of this account failed from {count} addresses. The account is "
             "not locked, and its owner logs in from his own address; most of these addresses are "
             "not his.";
    case Text::lockout_user_slowed:
      return "Logins from where it has not logged in lately are slowed by {span}.";
    case Text::lockout_user_none:
      return "Gatepost knows of nothing that keeps {account} from logging in: no login of it "
             "failed within the last {span}, and no locked address names it.";
    case Text::lockout_user_elsewhere:
      return "It may be that the address it logs in from is locked for the failures of "
             "others (ask for the address, then: gatepost lockout show IP); or that the login "
             "program "
             "refuses for a reason of its own, a wrong password, an unknown or disabled user, "
             "which its log says (Dovecot: doveadm log find).";
    case Text::lockout_user_told_nothing:
      return "Nobody tells Gatepost of logins (`logins:` in gatepost.yaml names no source), so it "
             "cannot know whether they fail.";
    case Text::lockout_user_foreign:
      return "{account} is not of our domains. Failed names of others are kept masked and cannot "
             "be looked up; ask by address: gatepost lockout show IP";
    case Text::lockout_user_frozen:
      return "A frozen account can still log in; it neither sends nor receives.";
    case Text::lockout_user_open:
      return "None of these addresses is locked: the logins failed because the password was wrong "
             "or the user unknown. There is nothing to unlock.";
    case Text::lockout_user_unlock:
      return "Find the program with the wrong password, or the lock comes back; then lift it at "
             "once with: gatepost lockout unlock {account} --reason TEXT";
    case Text::lockout_user_unlock_attacked:
      return "Ask for the address that the owner logs in from, and lift the lock of that one "
             "alone: gatepost lockout unlock IP --reason TEXT";
    case Text::lockout_case_holds: return "This lock holds now, until {time}.";
    case Text::lockout_case_gone:
      return "This lock no longer holds: it was lifted, or another stands in its place (gatepost "
             "lockout show {client}; gatepost audit).";
    case Text::label_failed_logins: return "Failed logins, the newest first";
    case Text::label_good_logins: return "Logged in from there lately";
    case Text::done_unlocked:
      return "{client} is unlocked; its lock [{reference}] would have held until {time}.";
    case Text::done_failures_forgotten: return "{client}: failed logins forgotten: {count}.";
    case Text::done_everywhere:
      return "It takes effect on every gatepostd of this store within a second.";
    case Text::done_only_here:
      return "The store is away: it takes effect in this daemon alone; others learn of it when the "
             "store is back.";
    case Text::done_locked:
      return "{client} is locked until {time} [{reference}]: logins from there are turned away "
             "before their password is looked at.";
    case Text::done_locked_again:
      return "{client} was locked already. The new lock stands in the place of the old one, until "
             "{time} [{reference}].";
    case Text::done_lock_unrecorded:
      return "The record for `gatepost explain` could not be kept: {why}";
    default: break;
  }
  return {};
}

}  // namespace gatepost
