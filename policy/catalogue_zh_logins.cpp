#include "policy/catalogue_tables.hpp"

namespace gatepost {

std::string_view chinese_login_text(Text text) {
  switch (text) {
    case Text::rule_login_lockout: return "登录失败过多时暂时锁定客户端地址";
    case Text::reason_client_not_locked: return "客户端地址未被锁定。";
    case Text::reason_client_locked:
      return "从 {about} 登录失败次数过多：{limit} 次。涉及的登录帐号：{detail}。";
    case Text::reason_client_locked_by_hand: return "{about} 由管理员锁定。原因：{detail}。";
    case Text::reason_locked_client_elsewhere:
      return "{about} 已被锁定，不能登录（{detail}）；此连接来自不供登录的端口。";
    case Text::verdict_client_locked:
      return "来自此地址的登录在检查密码之前就被拒绝；邮件程序被告知稍后再来。";
    case Text::advice_client_locked:
      return "锁定会在 {time} 自动解除。查看是哪个程序使用了错误密码：gatepost lockout show "
             "{about}。立即解锁：gatepost lockout unlock {about} --reason TEXT";
    case Text::advice_client_locked_by_hand:
      return "锁定会在 {time} 自动解除。请询问锁定者；立即解锁：gatepost lockout unlock {about} "
             "--reason TEXT";
    case Text::advice_client_lock_ended:
      return "锁定最迟已在 {time} 解除。如果来自 {about} "
             "的登录再次被拒绝，说明仍有程序在使用错误密码：gatepost lockout show {about}";
    case Text::exception_office:
      return "如果是办公室（许多人共用一个地址），在 whitelist.yaml "
             "中加入以下条目：只有其中的数值才会锁定，且同一帐号的相同密码只计一次：";
    case Text::exception_distinct_passwords:
      return "要让反复使用同一个旧密码的程序只计一次（对所有人生效），在 gatepost.yaml 中：";
    case Text::exception_trusted_client:
      return "如果是本站自己的机器，任何时候都不应锁定，在 gatepost.yaml 中：";
    case Text::account_logins_failed:
      return "最近登录失败：{count} 次，来自 {addresses} 个地址；其中已锁定的地址：{locked} "
             "个。详见：gatepost lockout show {account}";
    case Text::status_login_source: return "登录情况的来源：{source}。";
    case Text::status_login_problem: return "无法从 {source} 得知登录情况：{problem}";
    case Text::status_login_idle:
      return "没有登录情况的来源（gatepost.yaml 的 `logins:` "
             "未配置来源）：登录失败不会计数，只有命令才能锁定地址。";
    case Text::status_locks: return "已锁定的客户端地址：{count} 个";
    case Text::lockout_list_title: return "已锁定的客户端地址：{count} 个";
    case Text::lockout_list_none: return "没有被锁定的客户端地址。";
    case Text::lockout_list_more: return "未列出：{count} 个。见 --most。";
    case Text::lockout_list_failures:
      return "{client}：到 {time} 为止（还有 {left}）[{reference}]，{span}内登录失败 {count} "
             "次：{logins}";
    case Text::lockout_list_by_hand:
      return "{client}：到 {time} 为止（还有 {left}）[{reference}]，由 {actor} 锁定：{reason}";
    case Text::lockout_without_effect: return "此锁定不起作用：该地址从不锁定，依据 {place}。";
    case Text::lockout_observed:
      return "login_lockout 处于观察模式（规则自身或整个站点）：不会阻止任何人登录。";
    case Text::lockout_client_title: return "客户端 {client}";
    case Text::lockout_client_network: return "{network} 视为同一个客户端。";
    case Text::lockout_locked:
      return "已锁定：自 {since} 起，到 {until} 为止（还有 {left}）。编号：{reference}";
    case Text::lockout_not_locked: return "未锁定。";
    case Text::lockout_never: return "从不锁定：已列在 {place} 处。";
    case Text::lockout_why_failures:
      return "锁定原因：{span}内登录失败 {count} 次，涉及 {logins}。";
    case Text::lockout_why_by_hand: return "锁定原因：由 {actor} 锁定。说明：{reason}。";
    case Text::lockout_offence: return "这是此地址连续第 {count} 次被锁定。";
    case Text::lockout_counted:
      return "目前计入的失败：{count} 次。{span}内达到 {most} 次则锁定 {lock}。";
    case Text::lockout_counted_never: return "目前计入的失败：{count} 次。多少次都不会锁定。";
    case Text::lockout_terms_rule: return "以上数值来自规则本身（rules.login_lockout）。";
    case Text::lockout_terms_distinct:
      return "同一帐号的相同错误密码只计一次（distinct_passwords）。";
    case Text::lockout_terms_office: return "以上数值来自 {place} 处的办公室条目。";
    case Text::lockout_terms_shared:
      return "多人共用的地址：{span}内有 {users} 个用户从此处登录。先放慢，后锁定。";
    case Text::lockout_failure_line:
      return "{login}：通过 {protocol} 失败 {times} 次，来源 {source}，首次 {first}，最近 "
             "{last}；其中计入 {counted} 次";
    case Text::lockout_no_failures: return "没有登录失败的记录。";
    case Text::lockout_failures_unknown: return "无法读取登录失败的记录：{why}";
    case Text::lockout_more: return "未列出：{count} 条。见 --json。";
    case Text::lockout_login_unreadable: return "无法辨认的帐号名";
    case Text::lockout_login_masked: return "{login}（已遮盖：不属于本站域名）";
    case Text::lockout_advice_unlock:
      return "锁定会自动解除。请先找到使用错误密码的程序，否则还会再次锁定；然后可立即解锁："
             "gatepost lockout unlock {client} --reason TEXT";
    case Text::lockout_advice_unlock_by_hand:
      return "锁定会自动解除。请询问 {actor}；立即解锁：gatepost lockout unlock {client} --reason "
             "TEXT";
    case Text::lockout_advice_forget:
      return "如需清除这些失败记录：gatepost lockout unlock {client} --reason TEXT";
    case Text::lockout_advice_nothing:
      return "没有任何限制阻止从此处登录。如果登录失败，原因是密码错误或用户不存在；登录程序（"
             "Dovecot）的日志中有说明。";
    case Text::lockout_advice_never:
      return "从此处登录从不受阻。如需计数和锁定，请从 {place} 处去掉该地址。";
    case Text::lockout_advice_one_login:
      return "所有失败都来自 "
             "{login}（{protocol}）：可能是某个程序或手机仍在使用旧密码，需要在那里改正；"
             "也可能是有人在猜密码。请向用户确认。";
    case Text::lockout_advice_several_users:
      return "有多个用户登录失败，也有多个用户从此处登录成功：多半是办公室或其他多人共用的地址。";
    case Text::lockout_advice_guessing:
      return "许多不同的帐号登录失败，而最近没有人从此处登录成功：看起来有人在猜密码，"
             "最好保持锁定。";
    case Text::lockout_advice_guessed:
      return "注意：此地址因 {login} 的登录失败而被锁定，但 {login} 又从此处登录成功过。"
             "如果不是用户本人，说明密码已被猜中：请先修改密码，再解锁。";
    case Text::lockout_advice_office_figure:
      return "如果办公室的数值过低，请提高 {place} 处的 login_failures。";
    case Text::lockout_user_title: return "{account} 的登录情况";
    case Text::lockout_user_failed: return "最近 {span}内登录失败：";
    case Text::lockout_user_line:
      return "{client}：{times} 次，最近一次 {time}，通过 {protocol}。{state}";
    case Text::lockout_user_lock_line: return "{client}：锁定记录中有此帐号。{state}";
    case Text::lockout_state_open: return "未锁定。";
    case Text::lockout_state_locked:
      return "已锁定：自 {since} 起，到 {until} 为止（还有 {left}）[{reference}]";
    case Text::lockout_state_never: return "从不锁定，依据 {place}。";
    case Text::lockout_user_attacked:
      return "正受到攻击：有 {count} 个地址尝试登录此帐号并失败。帐号本身不会被锁定，"
             "其主人可从自己的地址登录；这些地址大多不是其主人的。";
    case Text::lockout_user_slowed: return "从最近没有登录成功过的地址登录，会被放慢 {span}。";
    case Text::lockout_user_none:
      return "Gatepost 没有发现阻止 {account} 登录的原因：最近 {span}内没有登录失败，"
             "也没有被锁定的地址涉及此帐号。";
    case Text::lockout_user_elsewhere:
      return "其他可能：其所用的地址因别人登录失败而被锁定（请问明地址，再用 gatepost lockout show "
             "IP 查看）；或者登录程序因自身的原因拒绝，例如密码错误、用户不存在或已停用，"
             "其日志中有说明（Dovecot：doveadm log find）。";
    case Text::lockout_user_told_nothing:
      return "没有登录情况的来源（gatepost.yaml 的 `logins:` 未配置来源），因此 Gatepost "
             "无法得知登录是否失败。";
    case Text::lockout_user_foreign:
      return "{account} 不属于本站域名。外部帐号的失败记录经过遮盖，不能按名称查询；"
             "请按地址查询：gatepost lockout show IP";
    case Text::lockout_user_frozen: return "冻结的帐号仍可登录，但不能发信也不能收信。";
    case Text::lockout_user_open:
      return "以上地址均未锁定：登录失败是因为密码错误或用户不存在。无需解锁。";
    case Text::lockout_user_unlock:
      return "请先找到使用错误密码的程序，否则还会再次锁定；然后可立即解锁：gatepost lockout "
             "unlock {account} --reason TEXT";
    case Text::lockout_user_unlock_attacked:
      return "请问明帐号主人所用的地址，只解锁该地址：gatepost lockout unlock IP --reason TEXT";
    case Text::lockout_case_holds: return "此锁定目前有效，到 {time} 为止。";
    case Text::lockout_case_gone:
      return "此锁定已不再有效：已被解除，或被另一锁定取代（gatepost lockout show "
             "{client}；gatepost "
             "audit）。";
    case Text::label_failed_logins: return "登录失败，最近的在前";
    case Text::label_good_logins: return "最近从此处登录成功";
    case Text::done_unlocked: return "{client} 已解锁；原锁定 [{reference}] 本会持续到 {time}。";
    case Text::done_failures_forgotten: return "{client}：已清除登录失败记录 {count} 次。";
    case Text::done_everywhere: return "一秒内在使用此存储的所有 gatepostd 上生效。";
    case Text::done_only_here:
      return "存储不可用：仅在本守护进程上生效；其他守护进程在存储恢复后得知。";
    case Text::done_locked:
      return "{client} 已锁定到 {time} [{reference}]：从此处的登录在检查密码之前就被拒绝。";
    case Text::done_locked_again:
      return "{client} 原已锁定。新的锁定取代原有锁定，到 {time} 为止 [{reference}]。";
    case Text::done_lock_unrecorded: return "未能保存供 `gatepost explain` 查询的记录：{why}";
    default: break;
  }
  return {};
}

}  // namespace gatepost
