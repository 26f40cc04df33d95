#include "policy/catalogue_tables.hpp"

namespace gatepost {

std::string_view chinese_rule_text(Text text) {
  switch (text) {
    case Text::rule_frozen_accounts: return "冻结的帐号既不能发信也不能收信";
    case Text::rule_message_size: return "单封邮件大小";
    case Text::rule_message_rate: return "一段时间内的发信数量";
    case Text::rule_recipients_per_message: return "单封邮件的收件人数量";
    case Text::rule_recipients_per_day: return "每日收件人总数";
    case Text::rule_server_channel: return "应用服务器及其专用端口";
    case Text::rule_sender_is_login: return "信封发件人须属于登录帐号";
    case Text::rule_from_is_sender: return "信头 From 须属于发件人";
    case Text::rule_own_domains_from_outside: return "外来邮件使用本站域名";
    case Text::rule_dmarc: return "外来邮件须符合其域名的 DMARC 策略";
    case Text::rule_ambiguous_from: return "外来邮件的 From 不是唯一明确的地址";
    case Text::rule_display_name: return "显示名中的地址";
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
    case Text::reason_listener_fits: return "客户端使用的端口正确。";
    case Text::reason_server_not_listed:
      return "客户端 {about} 连到了应用服务器专用端口（{detail}），但 servers 中没有它的条目。";
    case Text::reason_server_on_wrong_listener:
      return "服务器 {about} 已登记，但它连到了端口 {detail}，不是应用服务器专用端口。";
    case Text::reason_person_on_server_listener:
      return "帐号 {about} 在应用服务器专用端口 {detail} 上登录。";
    case Text::reason_server_sender_listed: return "服务器 {about} 可以用 {detail} 发信。";
    case Text::reason_server_sender_not_listed:
      return "服务器 {about} 不能用 {detail} 发信：它的 senders 中没有此地址。";
    case Text::reason_sender_is_null: return "信封发件人为空，退信和回执就是这样。";
    case Text::reason_sender_is_own: return "信封发件人 {about} 是登录帐号自己的地址。";
    case Text::reason_sender_excepted: return "登录帐号可以使用信封发件人 {about}，依据 {detail}。";
    case Text::reason_sender_not_login:
      return "信封发件人是 {about}，而登录帐号是 {detail}，该地址不属于此帐号。";
    case Text::reason_from_matches: return "From 显示 {about}，属于发件人。";
    case Text::reason_from_excepted: return "From 显示 {about}，由 {detail} 允许。";
    case Text::reason_from_redirected: return "From 显示 {about}：这是重定向的邮件，设置允许。";
    case Text::reason_from_not_sender:
      return "From 显示 {about}，而登录帐号是 {detail}，该地址不属于此帐号。";
    case Text::reason_from_not_server: return "From 显示 {about}，服务器 {detail} 不能使用该地址。";
    case Text::reason_from_is_redirect:
      return "邮件是重定向的：Resent-From 属于 {detail}，但 From 仍然显示 {about}。";
    case Text::reason_sender_field_missing:
      return "From 显示 {about}，{detail} 只有带上自己的 Sender 字段才能使用。";
    case Text::reason_sender_field_not_login: return "Sender 字段显示 {about}，不属于 {detail}。";
    case Text::reason_from_missing: return "邮件没有 From 字段。";
    case Text::reason_from_hidden:
      return "邮件没有任何信头：第一行不是信头字段，邮件程序可能把任意内容显示为发件人。";
    case Text::reason_from_repeated: return "From 字段出现多次，不同邮件程序会显示不同的一个。";
    case Text::reason_from_several: return "From 含有多个地址：{about}。";
    case Text::reason_from_group: return "From 是地址组：{about}。";
    case Text::reason_from_empty: return "From 中没有地址。";
    case Text::reason_from_unreadable: return "From 可以被读成不同的地址，或读不出地址：{about}。";
    case Text::reason_from_readable: return "From 是唯一明确的地址。";
    case Text::reason_not_our_domain: return "From 没有使用本站域名。";
    case Text::reason_brought_by_forwarder: return "客户端是已登记的转发服务器，依据 {about}。";
    case Text::reason_own_domain_proven:
      return "From 或 Sender 显示本站地址 {about}，已由 SPF 或签名证明。";
    case Text::reason_own_domain_forged:
      return "From 显示本站地址 "
             "{about}，但邮件来自外部，没有通过本站邮件应能通过的验证：{detail}。";
    case Text::reason_own_domain_broken_on_list:
      return "From 显示本站地址 {about}；邮件看起来经过邮件列表，未能通过验证：{detail}。";
    case Text::reason_own_domain_unproven:
      return "From 显示本站地址 {about}，但邮件来自外部，没有任何证明。";
    case Text::reason_own_domain_on_list:
      return "From 显示本站地址 {about}；邮件来自外部，看起来经过邮件列表。";
    case Text::reason_own_sender_field_unproven:
      return "Sender 字段显示本站地址 {about}，但邮件来自外部，没有任何证明。";
    case Text::reason_dmarc_passed: return "{about} 的 DMARC 验证通过。";
    case Text::reason_dmarc_no_policy: return "没有可执行的 DMARC 策略：{detail}。";
    case Text::reason_dmarc_asks_nothing:
      return "{about} 的 DMARC 验证失败，但该域名不要求任何处理：{detail}。";
    case Text::reason_dmarc_asks_quarantine:
      return "{about} 的 DMARC 验证失败，该域名要求把这类邮件视为可疑：{detail}。";
    case Text::reason_dmarc_asks_reject:
      return "{about} 的 DMARC 验证失败，该域名要求拒收这类邮件：{detail}。";
    case Text::reason_dmarc_too_many_authors:
      return "From 中的域名过多，无法逐一验证，因此不知道应按哪个域名的策略处理。";
    case Text::reason_dmarc_broken_on_list:
      return "{about} 的 DMARC "
             "验证失败，其所有者要求拦截这类邮件；邮件看起来经过邮件列表：{detail}。";
    case Text::reason_dmarc_excepted:
      return "{about} 的 DMARC 验证失败，但对此客户端有例外，依据 {detail}。";
    case Text::reason_dmarc_trusted_chain:
      return "{about} 的 DMARC 验证失败，但受信任的封印者（ARC，依据 {detail}）曾看到它通过。";
    case Text::reason_dmarc_known_list:
      return "{about} 的 DMARC 验证失败，但邮件由已登记的邮件列表送来，依据 {detail}。";
    case Text::reason_dmarc_not_known: return "无法得知 DMARC 是否通过：{detail}。";
    case Text::reason_name_shows_no_address: return "显示名中没有其他地址。";
    case Text::reason_name_shows_ours:
      return "显示名里写着本站地址 {about}，而真正的地址是 {detail}。";
    case Text::reason_name_shows_other: return "显示名里写着 {about}，而真正的地址是 {detail}。";
    case Text::reason_headers_not_seen: return "邮件服务器在此连接上没有提供信头。";
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
    case Text::advice_own_address:
      return "请使用登录帐号自己的地址发信，或用该地址所属的帐号登录。如果此帐号确实要使用该地址，"
             "需要添加例外。";
    case Text::advice_redirect:
      return "请改用“转发”，不要用“重定向”（重发）：转发时 From "
             "就是发信人自己。如果本站需要重定向，可以用设置放行。";
    case Text::advice_sender_field_missing:
      return "发信程序须加上 Sender 字段，填写 {detail} 的地址；也可以在例外条目中设置由 Gatepost "
             "添加。";
    case Text::advice_sender_field_wrong:
      return "发信程序应去掉 Sender 字段，或在其中填写 {detail} 的地址。";
    case Text::advice_server_sender:
      return "请让服务器上的程序使用其条目中列出的地址发信，或把该地址加入条目。";
    case Text::advice_server_not_listed:
      return "普通用户请登录后通过发信端口（465 或 587）发信。应用服务器需要在 whitelist.yaml "
             "中登记。";
    case Text::advice_server_listener:
      return "请让服务器改连应用服务器专用端口，即 gatepost.yaml 中 channels.server "
             "指定的监听端口。";
    case Text::advice_person_listener:
      return "请在邮件客户端中改用发信端口（465 或 587）。当前端口供应用服务器使用，不需要登录。";
    case Text::advice_from_fault:
      return "{what}这种情况没有例外可用：不同的邮件程序会显示不同的发件人。";
    case Text::advice_from_missing: return "写信程序须加上含一个地址的 From 字段。";
    case Text::advice_from_hidden: return "写信程序须以信头字段开头；现在第一行是空行或其他内容。";
    case Text::advice_from_repeated: return "写信程序只能写一个 From 字段。";
    case Text::advice_from_several:
      return "From 只能有一个地址。代表多人写信时，请把其他人放在 Cc 或 Reply-To 中。";
    case Text::advice_from_group: return "From 须填写一个地址，不能是地址组。";
    case Text::advice_from_empty: return "From 须含有地址，例如 `From: 姓名 <user@example.com>`。";
    case Text::advice_from_unreadable:
      return "From 须写成 `From: \"姓名\" <user@example.com>`：尖括号中一个地址，姓名加引号或按 "
             "RFC 2047 编码。";
    case Text::advice_outside:
      return "本站用户的真实邮件应登录后通过发信端口发出。以本站名义发信的服务，或把本站邮件转回来"
             "的服务器，需要添加例外。";
    case Text::advice_list:
      return "本站用户发到邮件列表的邮件返回时就是这样。让列表改写 "
             "From，或为列表服务器添加例外即可避免。";
    case Text::advice_forged:
      return "本站用户的真实邮件应登录后通过发信端口发出。以本站名义发信的服务，须列入本站的 SPF "
             "记录，或用本站的 DKIM 密钥签名；在此之前需要添加例外。";
    case Text::advice_dmarc:
      return "发信人须通过 From 所属域名的服务器发信，或由该域名把这台服务器加入其 SPF "
             "记录、允许它用 DKIM 签名。如果邮件是转发的，转发服务器不得改动邮件，签名才能有效。"
             "`gatepost auth-check` 会显示每一步。";
    case Text::advice_dmarc_list:
      return "邮件列表在正文加尾注或在主题加标记都会破坏签名。让列表改写 From，或不改动邮件，"
             "或为该列表添加例外即可避免。";
    case Text::advice_dmarc_unknown:
      return "DNS 服务器没有及时应答。邮件服务器会自动重试。如果经常出现，请检查本机的 DNS 解析。";
    case Text::advice_display_name:
      return "显示名中不应写有别的地址，请发信人修改显示名。收信人应以真正的地址 {detail} 为准。";
    case Text::advice_headers:
      return "邮件服务器建立此连接时尚未被要求提供信头，因此无法检查 "
             "From。新的连接不受影响，重新发送即可。";
    case Text::exception_on_behalf:
      return "在 whitelist.yaml 中加入以下条目，{name} 即可使用该地址：";
    case Text::exception_alias: return "如果该地址本来就属于此人（同一邮箱的另一个地址），则改用：";
    case Text::exception_on_behalf_of_envelope:
      return "对于以本站名义发信的服务，在 whitelist.yaml 中加入以下条目，以其服务器地址为凭：";
    case Text::exception_forwarder:
      return "对于转交他人邮件的服务器（转发、邮件列表），在 whitelist.yaml "
             "中加入以下条目；此后它可以带来本站的任何地址：";
    case Text::exception_forwarder_of_others:
      return "或者，对于转交他人邮件的服务器（转发、网关），在 whitelist.yaml "
             "中加入以下条目；它带来的邮件不再检查 DMARC：";
    case Text::exception_unauthenticated_domain:
      return "对于自身邮件验证失败的域名，在 whitelist.yaml "
             "中加入以下条目；只对来自此客户端的邮件有效：";
    case Text::exception_trusted_sealer:
      return "{name} 看到发信域名验证通过，并已封印（ARC）。如果可以信任它，在 whitelist.yaml "
             "中加入以下条目：";
    case Text::exception_mailing_list:
      return "对于邮件列表 {name}，在 whitelist.yaml 中加入以下条目，以其服务器地址为凭：";
    case Text::exception_senders:
      return "请把该地址加入该服务器条目（whitelist.yaml 的 servers 中的 {name}）的 senders：";
    case Text::exception_on_behalf_of_server:
      return "或在 whitelist.yaml 中单独加入以下条目（有自己的原因和期限）：";
    case Text::exception_new_server:
      return "对于应用服务器，在 whitelist.yaml 中加入以下条目；senders 中要列出它使用的全部地址：";
    case Text::exception_sender_field:
      return "在允许此 From 的 send_on_behalf 条目中写上这一行，Gatepost 会自动加上 Sender 字段：";
    case Text::exception_allow_resent: return "如需放行所有人的重定向，在 gatepost.yaml 中：";
    default: break;
  }
  return chinese_login_text(text);
}

}  // namespace gatepost
