#include "policy/catalogue_tables.hpp"

namespace gatepost {

std::string_view chinese_text(Text text) {
  switch (text) {
    case Text::labelled: return "{label}：{value}";
    case Text::heading: return "{label}：";
    case Text::clause: return "{before}；{next}";
    case Text::named: return "{name}（{text}）";
    case Text::finding_line: return "{rule}：{outcome}。{sentence}";
    case Text::nothing: return "无";
    case Text::yes: return "是";
    case Text::no: return "否";
    case Text::span_second: return "1 秒";
    case Text::span_seconds: return "{count} 秒";
    case Text::span_minute: return "1 分钟";
    case Text::span_minutes: return "{count} 分钟";
    case Text::span_hour: return "1 小时";
    case Text::span_hours: return "{count} 小时";
    case Text::span_day: return "1 天";
    case Text::span_days: return "{count} 天";
    case Text::limit_sliding: return "任意 {span}内 {count}";
    case Text::limit_day: return "每个自然日 {count}";
    case Text::limit_message: return "每封 {count}";
    case Text::limit_size: return "{count} 字节";
    case Text::limit_none: return "不限";
    case Text::origin_built_in: return "Gatepost 内置默认值";
    case Text::origin_site: return "全站设置（{place}）";
    case Text::origin_domain: return "域 {name}（{place}）";
    case Text::origin_group: return "组 {name}（{place}）";
    case Text::origin_account: return "帐号 {name} 自己的条目（{place}）";
    case Text::origin_server: return "服务器 {name} 的条目（{place}）";
    case Text::rule_frozen_accounts: return "冻结的帐号既不能发信也不能收信";
    case Text::rule_message_size: return "单封邮件大小";
    case Text::rule_message_rate: return "一段时间内的发信数量";
    case Text::rule_recipients_per_message: return "单封邮件的收件人数量";
    case Text::rule_recipients_per_day: return "每日收件人总数";
    case Text::channel_local: return "本机自身的邮件";
    case Text::channel_submission: return "登录发信的用户";
    case Text::channel_server: return "已登记的应用服务器";
    case Text::channel_relay: return "本站自己的转发";
    case Text::channel_inbound: return "外部来信";
    case Text::outcome_pass: return "通过";
    case Text::outcome_hit: return "命中";
    case Text::outcome_unknown: return "无法判断";
    case Text::reason_does_not_apply: return "此规则在这里不适用。";
    case Text::reason_no_limit: return "未设上限。";
    case Text::reason_within_limit: return "已用 {used}，这封邮件增加 {amount}，上限为{limit}。";
    case Text::reason_within_limit_of_message: return "这封邮件为 {amount}，上限为{limit}。";
    case Text::reason_too_many_messages:
      return "已发送 {used} 封，上限为{limit}：这封邮件超出了上限。";
    case Text::reason_no_messages_allowed: return "上限为零：该发信人不得发送任何邮件。";
    case Text::reason_too_many_recipients:
      return "这封邮件的收件人达到 {amount} 个，上限为{limit}；所有收件人都不会收到这封邮件。";
    case Text::reason_too_many_recipients_today:
      return "已用 {used} 个收件人，这封邮件增加 {amount} 个，上限为{limit}。";
    case Text::reason_too_large: return "客户端声明的大小为 {amount} 字节，上限为{limit}。";
    case Text::reason_size_not_declared: return "客户端没有声明大小，无从比较。";
    case Text::reason_not_frozen: return "帐号未被冻结。";
    case Text::reason_sender_frozen: return "帐号 {about} 已被冻结，不能发信。原因：{detail}。";
    case Text::reason_recipient_frozen: return "帐号 {about} 已被冻结，不能收信。原因：{detail}。";
    case Text::reason_store_away: return "无法读取计数：{detail}。";
    case Text::verdict_continue: return "Gatepost 未加阻拦。";
    case Text::verdict_refuse_message: return "整封邮件被永久拒绝，发信人会收到退信。";
    case Text::verdict_refuse_recipient:
      return "仅拒绝了该收件人，同一封邮件的其他收件人不受影响。";
    case Text::verdict_defer: return "整封邮件被暂时拒绝，稍后可以重新发送。";
    case Text::verdict_hold: return "邮件被放入邮件服务器的暂挂队列。";
    case Text::label_what: return "发生了什么";
    case Text::label_reply: return "回复";
    case Text::label_time: return "时间";
    case Text::label_times: return "次数";
    case Text::label_channel: return "邮件类别";
    case Text::label_login: return "登录帐号";
    case Text::label_server: return "服务器";
    case Text::label_client: return "客户端";
    case Text::label_sender: return "信封发件人";
    case Text::label_recipient: return "收件人";
    case Text::label_listener: return "监听端口";
    case Text::label_queue_id: return "队列号";
    case Text::label_host: return "处理主机";
    case Text::label_rule: return "规则";
    case Text::label_why: return "原因";
    case Text::label_figures: return "数值";
    case Text::label_origin: return "上限来源";
    case Text::label_clears: return "何时恢复";
    case Text::label_advice: return "处理办法";
    case Text::label_exception: return "例外";
    case Text::label_trace: return "当时各规则的判断";
    case Text::label_groups: return "所属组";
    case Text::label_limits: return "限额";
    case Text::label_cases: return "最近的拒绝记录";
    case Text::label_used: return "已用";
    case Text::label_left: return "剩余";
    case Text::label_resets: return "重置时间";
    case Text::case_title: return "案例 {reference}";
    case Text::case_times: return "{count} 次拒绝合并为此记录，从 {first} 到 {last}";
    case Text::figures_counted: return "此前 {used}，加上这封邮件 {after}，上限 {limit}";
    case Text::figures_of_message: return "这封邮件 {amount}，上限 {limit}";
    case Text::figures_local: return "仅为本守护进程的计数，当时存储不可用";
    case Text::frozen_reason_unknown: return "未记录";
    case Text::clears_at: return "{time}";
    case Text::clears_passed: return "{time}（已过）";
    case Text::clears_never: return "不会自行恢复";
    case Text::advice_wait:
      return "请等到 {time}，届时邮件即可通过。邮件服务器和多数邮件客户端会自动重试。";
    case Text::advice_passed:
      return "限额已在 {time} 恢复。除非其间又发送了同样多的邮件，现在可以重新发送。";
    case Text::advice_allowance:
      return "等待无济于事：单是这封邮件就超过上限。请减少发送，或提高该发信人的上限。";
    case Text::advice_fewer_recipients:
      return "请分批发送（每封最多 {limit} 个收件人），使用邮件列表，或提高该发信人的上限。";
    case Text::advice_smaller:
      return "请发送小于 {limit} 字节的邮件，将文件改为提供下载，或提高该发信人的上限。";
    case Text::advice_unfreeze_file:
      return "帐号由 {place} 处的条目冻结。删除该条目并保存文件，几秒内生效。`gatepost account "
             "unfreeze` 无法解除。";
    case Text::advice_unfreeze_command:
      return "帐号由命令冻结。管理员可用以下命令解除：gatepost account unfreeze {account} --reason "
             "TEXT";
    case Text::advice_store:
      return "计数存储不可达。请查看 `gatepost status`，恢复存储后重新发送。";
    case Text::exception_new: return "在 whitelist.yaml 中加入以下条目即可放行：";
    case Text::exception_change: return "该帐号已有条目（{place}）。请在该处提高数值：";
    case Text::exception_server:
      return "请在该服务器的条目中提高数值，或为其设置数值（whitelist.yaml 中的 {name}）：";
    case Text::exception_site: return "没有登录帐号时只适用全站数值。在 gatepost.yaml 中：";
    case Text::exception_reason_hint: return "申请人、原因、工单号";
    case Text::account_title: return "帐号 {account}";
    case Text::account_unseen: return "没有发信记录。Gatepost 不保存用户名单；以下是会适用的限额。";
    case Text::account_not_ours: return "注意：{domain} 不在本站的域名之列（site.domains）。";
    case Text::account_bare: return "注意：此登录帐号不带域名。";
    case Text::account_frozen_file: return "已冻结，依据 {place} 处的条目：{reason}";
    case Text::account_frozen_command: return "已冻结，由 {actor} 于 {time} 执行：{reason}";
    case Text::account_not_frozen: return "未冻结。";
    case Text::account_unused: return "未使用";
    case Text::account_used_unknown: return "无法读取计数：{why}";
    case Text::account_local: return "存储不可用：以下数值仅为本守护进程自己的计数。";
    case Text::account_passes: return "现在发送给一个收件人的邮件可以通过。";
    case Text::account_passes_unknown: return "无法读取计数时，不能判断现在的邮件能否通过。";
    case Text::account_refused: return "现在的邮件会被拒绝：{rule}。";
    case Text::account_refused_until: return "现在的邮件会被拒绝：{rule}。{time} 起可以通过。";
    case Text::account_observed: return "此规则仅观察：只会报告，不会拒绝。";
    case Text::account_no_cases: return "没有拒绝记录。";
    case Text::account_cases_unknown: return "无法读取拒绝记录：{why}";
    case Text::account_case: return "{time} [{reference}] {rule}（{count} 次）：{reply}";
    case Text::status_running: return "gatepostd {version} 自 {time} 起运行。";
    case Text::status_draining: return "正在停止：处理完已有邮件，新邮件请对方稍后再来。";
    case Text::status_listen: return "Milter 套接字：{address}";
    case Text::status_sessions:
      return "SMTP 会话：当前 {open}，累计 {total}；处理中的邮件：{messages}";
    case Text::status_enforce: return "模式：执行（enforce）";
    case Text::status_observe:
      return "模式：观察（observe）。不会拒绝任何邮件；见 `gatepost report --would-refuse`。";
    case Text::status_config: return "配置：{file}，自 {time} 起生效";
    case Text::status_whitelist: return "白名单：{file}";
    case Text::status_no_whitelist: return "白名单：未配置";
    case Text::status_last_good: return "白名单文件有错误：当前生效的是上一个正确的版本。";
    case Text::status_problem: return "因以下错误未生效：{problem}";
    case Text::status_store: return "存储：{kind}，位于 {where}，调用 {calls} 次，失败 {failed} 次";
    case Text::status_store_away:
      return "存储不可用：{kind}，位于 {where}，自 {time} "
             "起：{why}。由本守护进程自行计数应答：{local}；未应答：{unanswered}";
    case Text::status_store_waiting: return "尚待补记到存储的计数：{count}";
    case Text::status_store_lost: return "因过旧或过多而放弃的计数：{count}";
    case Text::status_warning: return "警告：{warning}";
    case Text::status_cases_lost: return "未能保存的拒绝记录：{count}";
    case Text::report_title: return "自 {time} 起，观察模式的规则本会拒绝的邮件";
    case Text::report_none: return "自 {time} 起，观察模式的规则没有任何本会拒绝的邮件。";
    case Text::report_line: return "{rule}：{subject} {count} 封";
    case Text::done_frozen: return "{account} 已冻结。一秒内在使用此存储的所有 gatepostd 上生效。";
    case Text::done_frozen_observed:
      return "{account} 已冻结，但 frozen_accounts 处于观察模式（规则自身或整个站点）："
             "改为 enforce 之前，其邮件只会被报告，不会被拒绝。";
    case Text::done_frozen_again: return "{account} 早已冻结；原因已更新。";
    case Text::done_unfrozen: return "{account} 已解除冻结。";
    case Text::done_reloaded: return "配置已重新读取并生效。";
    case Text::simulate_stage: return "阶段 {stage}";
    case Text::simulate_verdict: return "结论：{verdict}";
    case Text::simulate_would_refuse: return "观察模式的规则本会拒绝：{rule}";
    case Text::simulate_assumed_unused:
      return "无法读取守护进程的计数（{why}）：假定用量为零，且没有由命令冻结的帐号。";
    case Text::simulate_other_candidate: return "候选配置：{file}";
  }
  return {};
}

}  // namespace gatepost
