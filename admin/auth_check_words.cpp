#include "admin/auth_check_words.hpp"

#include <algorithm>
#include <array>

namespace gatepost::admin {
namespace {

struct Row {
  AuthWord word;
  std::string_view english;
  std::string_view chinese;
};

using enum AuthWord;

constexpr std::array kTable = {
    Row{message, "From shows: {domains}", "From 显示的域名：{domains}"},
    Row{no_author, "no domain that can be read", "没有可读的域名"},
    Row{client, "Client: {client}, HELO {helo}", "客户端：{client}，HELO {helo}"},
    Row{client_without_helo, "Client: {client}, HELO not given (--helo)",
        "客户端：{client}，未给出 HELO（--helo）"},
    Row{no_client, "Client: not given (--client)", "客户端：未给出（--client）"},
    Row{sender, "Envelope sender: {sender}", "信封发件人：{sender}"},
    Row{null_sender, "<> (null)", "<>（空）"},
    Row{sender_from_return_path,
        "Envelope sender: {sender}, from the message's Return-Path (no --from)",
        "信封发件人：{sender}，取自邮件的 Return-Path（未给出 --from）"},
    Row{sender_unknown,
        "Envelope sender: not known (no --from, and the message has no Return-Path); taken for "
        "null",
        "信封发件人：未知（未给出 --from，邮件也没有 Return-Path）；按空发件人处理"},
    Row{dns_configured, "DNS: asked of {servers}", "DNS：向 {servers} 查询"},
    Row{dns_system, "DNS: asked of the machine's own servers (resolv.conf)",
        "DNS：向本机的服务器查询（resolv.conf）"},
    Row{no_configuration,
        "Configuration: Gatepost's defaults, without any exception, because {why}",
        "配置：使用 Gatepost 的默认值，没有任何例外，原因：{why}"},
    Row{heading, "{mechanism}: {result}", "{mechanism}：{result}"},
    Row{why, "Why: {why}", "原因：{why}"},
    Row{usually, "What to look at: {hint}", "请检查：{hint}"},
    Row{asked_mail_from, "Asked about: the envelope sender {sender}",
        "查询对象：信封发件人 {sender}"},
    Row{asked_helo, "Asked about: the HELO name {domain}, because the envelope sender is null",
        "查询对象：HELO 名称 {domain}，因为信封发件人为空"},
    Row{not_asked, "not checked: the client's address is not given (--client)",
        "未检查：没有给出客户端地址（--client）"},
    Row{not_signed, "the message has no signature", "邮件没有签名"},
    Row{signatures, "signatures: {count}", "签名数：{count}"},
    Row{signature, "{number}. {result}: {domain}, selector {selector}",
        "{number}. {result}：{domain}，选择器 {selector}"},
    Row{unreadable_signature, "{number}. {result}: a signature without a readable domain",
        "{number}. {result}：没有可读域名的签名"},
    Row{algorithm, "Algorithm: {algorithm}", "算法：{algorithm}"},
    Row{bits, "Algorithm: {algorithm}, key of {bits} bits", "算法：{algorithm}，密钥 {bits} 位"},
    Row{seals, "Sealed by, the oldest first:", "封印者，从最早的开始："},
    Row{sealed_by, "{number}. {sealer}", "{number}. {sealer}"},
    Row{sealer_found, "{number}. {sealer}, who had found: {found}",
        "{number}. {sealer}，当时的结论：{found}"},
    Row{written_seals, "The message names these sealers, and none of it is proven:",
        "邮件中写有以下封印者，均未得到证实："},
    Row{written_seal, "i={number}: {sealer} (cv={chain})",
        "第 {number} 组：{sealer}（cv={chain}）"},
    Row{author_domain, "Author domain: {domain}", "作者域名：{domain}"},
    Row{organizational_domain, "Organizational domain: {domain}", "组织域名：{domain}"},
    Row{record, "Record: _dmarc.{domain}: {record}", "记录：_dmarc.{domain}：{record}"},
    Row{no_record, "Record: none", "记录：无"},
    Row{testing, "The record says t=y (a test), so the policy counts one step lower.",
        "记录中有 t=y（测试），因此策略降一级。"},
    Row{policy, "Policy for this domain: {policy}", "对该域名的策略：{policy}"},
    Row{asks_none, "nothing is asked for (none)", "没有要求（none）"},
    Row{asks_quarantine, "treat it as suspicious (quarantine)", "按可疑邮件处理（quarantine）"},
    Row{asks_reject, "refuse it (reject)", "拒收（reject）"},
    Row{spf_aligned, "SPF passes for {domain}, which is aligned.",
        "SPF 对 {domain} 通过，且已对齐。"},
    Row{dkim_aligned, "A signature of {domain} passes, which is aligned.",
        "{domain} 的签名通过，且已对齐。"},
    Row{spf_other_domain, "SPF passes for {domain}, which is not aligned with {author}.",
        "SPF 对 {domain} 通过，但与 {author} 不对齐。"},
    Row{dkim_other_domain, "A signature of {domain} passes, which is not aligned with {author}.",
        "{domain} 的签名通过，但与 {author} 不对齐。"},
    Row{owner_asks, "The owner of the domain asks of this message: {policy}",
        "域名所有者对这封邮件的要求：{policy}"},
    Row{several_authors, "From names several domains; this is the one that fares worst.",
        "From 中有多个域名；以上是结果最差的一个。"},
    Row{without_spf, "SPF was not asked, and could have passed: give --client.",
        "未检查 SPF，而它可能会通过：请给出 --client。"},
    Row{missing, "Some answer was missing. Try again before you conclude anything.",
        "缺少某些应答。请先重试，再下结论。"},
    Row{rule_default, "Gatepost, by its defaults, to mail from outside:",
        "Gatepost 按默认设置对外来邮件的处理："},
    Row{rule_configured,
        "Gatepost, by {file}, to mail from outside:", "Gatepost 按 {file} 对外来邮件的处理："},
    Row{would, "It would: {action}", "处理：{action}"},
    Row{action_refuse, "refuse it", "拒收（refuse）"},
    Row{action_defer, "defer it: the sender tries again (defer)", "暂缓，由发送方重试（defer）"},
    Row{action_hold, "put it into the hold queue (hold)", "放入隔离队列（hold）"},
    Row{action_junk, "mark it junk", "标为垃圾邮件（junk）"},
    Row{action_suspicious, "mark it suspicious", "标为可疑（suspicious）"},
    Row{action_proceed, "let it pass (continue)", "放行（continue）"},
    Row{observed, "It only observes: it would report this and do nothing.",
        "仅观察：只报告，不处理。"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].word) != i) return false;
  }
  return kTable.size() == static_cast<std::size_t>(last);
}

static_assert(in_order(), "one row for each word, in the order of AuthWord");

}  // namespace

std::string_view auth_text(Language language, AuthWord word) {
  const auto index = static_cast<std::size_t>(word);
  if (index >= kTable.size()) return {};
  return language == Language::chinese ? kTable[index].chinese : kTable[index].english;
}

std::string auth_say(Language language, AuthWord word,
                     std::initializer_list<TextArgument> arguments) {
  std::string_view text = auth_text(language, word);
  std::string out;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto* const found =
        std::find_if(arguments.begin(), arguments.end(),
                     [&](const TextArgument& argument) { return argument.name == name; });
    out += text.substr(0, open);
    out +=
        found == arguments.end() ? std::string(text.substr(open, close - open + 1)) : found->value;
    text.remove_prefix(close + 1);
  }
  return out.append(text);
}

}  // namespace gatepost::admin
