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
    case Text::channel_local: return "本机自身的邮件";
    case Text::channel_submission: return "登录发信的用户";
    case Text::channel_server: return "已登记的应用服务器";
    case Text::channel_relay: return "本站自己的转发";
    case Text::channel_inbound: return "外部来信";
    case Text::outcome_pass: return "通过";
    case Text::outcome_hit: return "命中";
    case Text::outcome_unknown: return "无法判断";
    case Text::verdict_continue: return "Gatepost 未加阻拦。";
    case Text::verdict_refuse_message: return "整封邮件被永久拒绝，发信人会收到退信。";
    case Text::verdict_refuse_recipient:
      return "仅拒绝了该收件人，同一封邮件的其他收件人不受影响。";
    case Text::verdict_defer: return "整封邮件被暂时拒绝，稍后可以重新发送。";
    case Text::verdict_hold: return "邮件被放入邮件服务器的暂挂队列。";
    case Text::verdict_suspicious: return "邮件已投递，信头标记为可疑（suspicious）。";
    case Text::verdict_junk: return "邮件已投递，信头标记为垃圾邮件（junk）。";
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
    case Text::label_cases: return "最近拒绝、暂挂或标记的邮件";
    case Text::label_used: return "已用";
    case Text::label_left: return "剩余";
    case Text::label_resets: return "重置时间";
    case Text::case_title: return "案例 {reference}";
    case Text::case_times: return "{count} 封邮件合并为此记录，从 {first} 到 {last}";
    case Text::figures_counted: return "此前 {used}，加上这封邮件 {after}，上限 {limit}";
    case Text::figures_of_message: return "这封邮件 {amount}，上限 {limit}";
    case Text::figures_local: return "仅为本守护进程的计数，当时存储不可用";
    case Text::frozen_reason_unknown: return "未记录";
    case Text::clears_at: return "{time}";
    case Text::clears_passed: return "{time}（已过）";
    case Text::clears_never: return "不会自行恢复";
    case Text::account_title: return "帐号 {account}";
    case Text::account_unseen: return "没有发信记录。Gatepost 不保存用户名单；以下是会适用的限额。";
    case Text::account_not_ours: return "注意：{domain} 不在本站的域名之列（site.domains）。";
    case Text::account_bare: return "注意：此登录帐号不带域名。";
    case Text::account_frozen_file: return "已冻结，依据 {place} 处的条目：{reason}";
    case Text::account_frozen_command: return "已冻结，由 {actor} 于 {time} 执行：{reason}";
    case Text::account_not_frozen: return "未冻结。";
    case Text::account_used_unknown: return "无法读取计数：{why}";
    case Text::account_local: return "存储不可用：以下数值仅为本守护进程自己的计数。";
    case Text::account_passes: return "现在发送给一个收件人的邮件可以通过。";
    case Text::account_passes_unknown: return "无法读取计数时，不能判断现在的邮件能否通过。";
    case Text::account_refused: return "现在的邮件会被拒绝：{rule}。";
    case Text::account_refused_until: return "现在的邮件会被拒绝：{rule}。{time} 起可以通过。";
    case Text::account_observed: return "此规则仅观察：只会报告，不会拒绝。";
    case Text::account_no_cases: return "没有拒绝、暂挂或标记的记录。";
    case Text::account_cases_unknown: return "无法读取拒绝、暂挂和标记的记录：{why}";
    case Text::account_case: return "{time} [{reference}] {rule}（{count} 次）：{reply}";
    case Text::status_running: return "gatepostd {version} 自 {time} 起运行。";
    case Text::status_draining: return "正在停止：处理完已有邮件，新邮件请对方稍后再来。";
    case Text::status_listen: return "Milter 套接字：{address}";
    case Text::status_sessions:
      return "SMTP 会话：当前 {open}，累计 {total}；处理中的邮件：{messages}";
    case Text::status_enforce: return "模式：执行（enforce）";
    case Text::status_observe:
      return "模式：观察（observe）。不会拒绝、暂挂或标记任何邮件；见 `gatepost report "
             "--would-refuse`。";
    case Text::status_config: return "配置：{file}，自 {time} 起生效";
    case Text::status_whitelist: return "白名单：{file}";
    case Text::status_no_whitelist: return "白名单：未配置";
    case Text::status_last_good: return "白名单文件有错误：当前生效的是上一个正确的版本。";
    case Text::status_problem: return "因以下错误未生效：{problem}";
    case Text::status_store: return "存储：{kind}，位于 {where}，调用 {calls} 次，失败 {failed} 次";
    case Text::status_store_answers:
      return "存储：{kind}，位于 {where}，自 {time} 起应答，调用 {calls} 次，失败 {failed} 次";
    case Text::status_store_away:
      return "存储不可用：{kind}，位于 {where}，自 {time} "
             "起：{why}。由本守护进程自行计数应答：{local}；未应答：{unanswered}";
    case Text::status_store_waiting: return "尚待补记到存储的计数：{count}";
    case Text::status_store_maybe_twice: return "因存储离线过久而可能重复计入的计数：{count}";
    case Text::status_store_memory_lost:
      return "警告：存储恢复时丢失了原有数据（{time}）：计数重新开始；锁定和冻结的账号已恢复";
    case Text::status_store_paid_back: return "存储离线期间在本机计数、之后已补记的计数：{count}";
    case Text::status_store_lost: return "因过旧或过多而放弃的计数：{count}";
    case Text::status_warning: return "警告：{warning}";
    case Text::status_cases_lost: return "未能保存的拒绝、暂挂和标记记录：{count}";
    case Text::status_dns: return "DNS：已询问 {asked} 次，由缓存应答 {known} 次，失败 {failed} 次";
    case Text::status_dns_silent:
      return "警告：域名服务器没有应答（最近连续 {count} "
             "次查询失败），外来邮件基本无法验证。请检查 dns.servers "
             "或 /etc/resolv.conf";
    case Text::status_dns_waiting: return "正在等待 DNS 的邮件：{count}";
    case Text::status_dns_out_of_time: return "因 DNS 应答太迟而缺少结果的邮件：{count}";
    case Text::status_dns_turned_away: return "因等待 DNS 的邮件过多而未等待的邮件：{count}";
    case Text::report_title: return "自 {time} 起，观察模式的规则本会拒绝、暂挂或标记的邮件";
    case Text::report_none:
      return "自 {time} 起，观察模式的规则没有任何本会拒绝、暂挂或标记的邮件。";
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
    case Text::simulate_would_refuse: return "观察模式的规则本会拒绝、暂挂或标记：{rule}";
    case Text::simulate_assumed_unused:
      return "无法读取守护进程的计数（{why}）：假定用量为零，且没有由命令冻结的帐号。";
    case Text::simulate_marked: return "被 {rule} 标记为 {level}";
    case Text::simulate_held: return "被 {rule} 暂挂";
    case Text::simulate_edit_added: return "加上信头字段：{field}";
    case Text::simulate_edit_removed: return "去掉信头字段：{field}";
    case Text::simulate_no_file: return "没有给出邮件文件：未检查 From 等信头字段。";
    case Text::whitelist_right: return "{file}：没有错误，共 {count} 个条目";
    case Text::whitelist_none: return "未配置白名单（gatepost.yaml 中的 `whitelist:`）。";
    case Text::whitelist_empty: return "没有条目。";
    case Text::whitelist_none_expiring: return "没有已到期或将在 {span} 内到期的条目。";
    case Text::whitelist_until: return "有效至 {time}";
    case Text::whitelist_expired: return "已于 {time} 到期，不再生效";
    case Text::whitelist_who_title: return "配置中与 {subject} 有关的内容：";
    case Text::whitelist_who_none: return "配置中没有 {subject} 的条目；适用各项规则和全站限额。";
    case Text::whitelist_who_frozen:
      return "由命令冻结的帐号不在这些文件中，请用 `gatepost account show` 查看。";
    case Text::whitelist_overridden: return "未生效：{place} 处的条目优先";
    case Text::whitelist_as_login: return "作为登录帐号";
    case Text::whitelist_as_address: return "作为他人可以使用的地址";
    case Text::whitelist_as_domain: return "作为信封发件人的域";
    case Text::whitelist_as_account_domain: return "作为帐号所在的域";
    case Text::whitelist_as_author_domain: return "作为 From 的域";
    case Text::whitelist_as_proving_domain: return "作为证明邮件来源的域";
    case Text::whitelist_as_member: return "作为成员";
    case Text::whitelist_as_client: return "作为客户端";
    case Text::label_meets: return "匹配方式";
    case Text::label_lifts: return "放行的规则";
    case Text::label_reason: return "原因";
    case Text::label_owner: return "负责人";
    case Text::label_place: return "位置";
    default: break;
  }
  return chinese_rule_text(text);
}

}  // namespace gatepost
