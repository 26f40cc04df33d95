// Causes and what usually lies behind them, in both languages.

#include "admin/auth_check_words.hpp"

namespace gatepost::admin {
namespace {

std::string_view chinese(SpfCause cause) {
  switch (cause) {
    case SpfCause::matched: return "匹配";
    case SpfCause::nothing_matched: return "记录中没有与客户端匹配的项";
    case SpfCause::no_record: return "该域名没有 SPF 记录";
    case SpfCause::no_such_domain: return "该域名不存在";
    case SpfCause::not_a_domain: return "没有可查询的域名";
    case SpfCause::several_records: return "该域名有多条 SPF 记录";
    case SpfCause::bad_syntax: return "记录无法解析";
    case SpfCause::too_many_lookups: return "记录需要的查询超过 10 次";
    case SpfCause::too_many_void: return "记录的查询中超过 2 次没有结果";
    case SpfCause::too_many_exchanges: return "记录中的某个域名有超过 10 台邮件主机";
    case SpfCause::no_record_included: return "记录引用了没有 SPF 记录的域名";
    case SpfCause::dns_failed: return "DNS 没有应答";
  }
  return {};
}

std::string_view chinese(DkimCause cause) {
  switch (cause) {
    case DkimCause::verified: return "验证通过";
    case DkimCause::bad_syntax: return "签名无法解析";
    case DkimCause::unknown_version: return "未知版本";
    case DkimCause::unknown_algorithm: return "未知算法";
    case DkimCause::historic_algorithm: return "rsa-sha1 已不得使用";
    case DkimCause::unknown_canonicalization: return "未知的规范化方式";
    case DkimCause::unknown_query: return "密钥不在 DNS 中";
    case DkimCause::from_not_signed: return "From 没有被签名";
    case DkimCause::identity_not_below: return "i= 不在 d= 之下";
    case DkimCause::expired: return "签名已过期";
    case DkimCause::too_many_signatures: return "未检查：签名过多";
    case DkimCause::header_too_large: return "未检查：邮件头过大";
    case DkimCause::no_key: return "DNS 中没有这个密钥";
    case DkimCause::several_keys: return "同名的密钥有多个";
    case DkimCause::key_dns_failed: return "查询密钥时 DNS 没有应答";
    case DkimCause::bad_key: return "密钥无法解析";
    case DkimCause::key_revoked: return "密钥已被吊销";
    case DkimCause::key_too_short: return "少于 1024 位的 RSA 密钥不能证明任何事";
    case DkimCause::key_too_long: return "不检查超过 4096 位的 RSA 密钥";
    case DkimCause::key_not_for_email: return "密钥不用于电子邮件";
    case DkimCause::key_not_for_hash: return "密钥不用于 SHA-256";
    case DkimCause::key_of_other_type: return "密钥类型与签名不同";
    case DkimCause::key_not_for_identity: return "密钥不允许 i= 与 d= 不同";
    case DkimCause::body_changed: return "正文被改动";
    case DkimCause::body_appended: return "签名只覆盖正文的开头";
    case DkimCause::header_changed: return "邮件头被改动，或密钥不是同一个";
    case DkimCause::key_testing: return "该域名只是在测试签名";
  }
  return {};
}

std::string_view chinese(ArcCause cause) {
  switch (cause) {
    case ArcCause::no_sets: return "没有 ARC 链";
    case ArcCause::verified: return "验证通过";
    case ArcCause::too_many_sets: return "超过 50 组";
    case ArcCause::incomplete: return "某一组不完整，或缺少一组";
    case ArcCause::bad_syntax: return "某个字段无法解析";
    case ArcCause::sealed_as_failed: return "最后的封印者已判定链断裂";
    case ArcCause::wrong_chain_value: return "某个封印与其在链中的位置矛盾";
    case ArcCause::message_changed: return "最后封印之后邮件被改动";
    case ArcCause::seal_broken: return "某个封印不符";
    case ArcCause::key_dns_failed: return "查询密钥时 DNS 没有应答";
    case ArcCause::header_too_large: return "未检查：邮件头过大";
  }
  return {};
}

std::string_view chinese(DmarcCause cause) {
  switch (cause) {
    case DmarcCause::no_author: return "From 中没有域名";
    case DmarcCause::too_many_authors: return "From 中的域名过多，无法逐一验证";
    case DmarcCause::no_record: return "该域名没有公布策略";
    case DmarcCause::unusable_record: return "策略记录无法使用";
    case DmarcCause::dns_failed: return "DNS 没有应答";
    case DmarcCause::aligned: return "已对齐";
    case DmarcCause::nothing_passed: return "SPF 和签名均未通过";
    case DmarcCause::nothing_aligned: return "通过的项属于其他域名";
    case DmarcCause::undecided: return "均未通过，但缺少某个应答";
  }
  return {};
}

struct Hint {
  std::string_view english;
  std::string_view chinese;
};

constexpr Hint kNothing{};
constexpr Hint kDns{
    "name servers and the way to them: the same question with dig; a firewall that drops TCP or "
    "large answers is a common reason",
    "域名服务器及通往它的线路：用 dig 查询同样的问题；防火墙丢弃 TCP 或大应答是常见原因"};
constexpr Hint kRecordOwner{
    "the owner of the domain has to repair the record; it is void for everybody",
    "须由域名所有者修正记录；该记录对所有人都无效"};
constexpr Hint kKeyOwner{"the owner of the signing domain has to repair the key record",
                         "须由签名域名的所有者修正密钥记录"};
constexpr Hint kSigner{"the program that signed has to be repaired or set otherwise",
                       "须修正签名程序或其设置"};

Hint hint(SpfCause cause) {
  switch (cause) {
    case SpfCause::matched:
    case SpfCause::no_record:
    case SpfCause::not_a_domain: return kNothing;
    case SpfCause::nothing_matched:
      return {
          "forwarded mail comes from the forwarder's address; or the domain's record lacks one "
          "of its senders",
          "转发的邮件来自转发者的地址；或者该域名的 SPF 记录漏列了自己的某台发信服务器"};
    case SpfCause::no_such_domain:
      return {"a typing mistake in the sender, or a forged one: bounces could not be delivered",
              "发件人拼写错误或系伪造：退信无法送达"};
    case SpfCause::several_records:
    case SpfCause::bad_syntax:
    case SpfCause::too_many_lookups:
    case SpfCause::too_many_void:
    case SpfCause::too_many_exchanges:
    case SpfCause::no_record_included: return kRecordOwner;
    case SpfCause::dns_failed: return kDns;
  }
  return kNothing;
}

// Of a signature that was looked at and does not verify.
Hint hint_of_change(DkimCause cause) {
  if (cause == DkimCause::body_changed) {
    return {
        "a mailing list's or virus scanner's footer, a filter that rewrites links or converts "
        "8-bit text; or the message was not saved as it came in (copied out of a mail program)",
        "邮件列表或病毒扫描器添加的页脚、改写链接或转换 8 "
        "位文本的过滤器；或者邮件并非按收到时的原样保存"
        "（从邮件程序中复制）"};
  }
  return {
      "a gateway or list that rewrote Subject, To or another signed field; a filter that folds "
      "fields anew; or a key that was replaced since",
      "网关或邮件列表改写了 Subject、To 或其他已签名的字段；过滤器重新折行；或密钥此后已更换"};
}

Hint hint(DkimCause cause) {
  switch (cause) {
    case DkimCause::verified:
    case DkimCause::too_many_signatures:
    case DkimCause::header_too_large:
    case DkimCause::key_too_long:
    case DkimCause::key_testing: return kNothing;
    case DkimCause::bad_syntax:
    case DkimCause::unknown_version:
    case DkimCause::unknown_algorithm:
    case DkimCause::unknown_canonicalization:
    case DkimCause::unknown_query:
    case DkimCause::from_not_signed:
    case DkimCause::identity_not_below:
    case DkimCause::key_of_other_type:
    case DkimCause::key_not_for_identity: return kSigner;
    case DkimCause::historic_algorithm:
      return {"the sender's signer is set to rsa-sha1, which anybody may have broken by now",
              "发送方的签名程序仍使用 rsa-sha1，它早已不安全"};
    case DkimCause::expired:
      return {
          "an old message (--now tells the time it came in), long in a queue, or sent again by "
          "somebody else",
          "旧邮件（用 --now 指定收到的时间）、在队列中停留过久，或被他人重新发送"};
    case DkimCause::no_key:
      return {
          "the key was never published, under another selector, or was removed since; look with "
          "dig TXT SELECTOR._domainkey.DOMAIN",
          "密钥从未公布、在另一个选择器下，或此后已删除；用 dig TXT SELECTOR._domainkey.DOMAIN "
          "查看"};
    case DkimCause::several_keys:
    case DkimCause::bad_key:
    case DkimCause::key_too_short:
    case DkimCause::key_not_for_email:
    case DkimCause::key_not_for_hash: return kKeyOwner;
    case DkimCause::key_revoked:
      return {"the owner withdrew the key (an empty p=): what it signed proves nothing any more",
              "所有者已撤回该密钥（p= 为空）：它签过的内容不再能证明任何事"};
    case DkimCause::key_dns_failed: return kDns;
    case DkimCause::body_appended:
      return {"the signer uses l=, so that anybody can add text below; he should not",
              "签名者使用了 l=，任何人都能在后面添加内容；签名者不应使用 l="};
    case DkimCause::body_changed:
    case DkimCause::header_changed: return hint_of_change(cause);
  }
  return kNothing;
}

Hint hint(ArcCause cause) {
  switch (cause) {
    case ArcCause::no_sets:
    case ArcCause::verified:
    case ArcCause::too_many_sets:
    case ArcCause::header_too_large: return kNothing;
    case ArcCause::message_changed:
      return {"who brought the message changed it and did not seal it himself",
              "最后转交的服务器改动了邮件，却没有添加自己的 ARC 封印"};
    case ArcCause::sealed_as_failed:
      return {"the chain was broken before the last sealer got it",
              "链在到达最后的封印者之前已断裂"};
    case ArcCause::incomplete:
    case ArcCause::bad_syntax:
    case ArcCause::wrong_chain_value:
    case ArcCause::seal_broken:
      return {"a gateway that takes out or rewrites ARC fields, or a forged chain",
              "某个网关删除或改写了 ARC 字段，或者链系伪造"};
    case ArcCause::key_dns_failed: return kDns;
  }
  return kNothing;
}

Hint hint(DmarcCause cause) {
  switch (cause) {
    case DmarcCause::no_author:
    case DmarcCause::too_many_authors:
    case DmarcCause::no_record:
    case DmarcCause::aligned: return kNothing;
    case DmarcCause::unusable_record: return kRecordOwner;
    case DmarcCause::dns_failed:
    case DmarcCause::undecided: return kDns;
    case DmarcCause::nothing_passed:
      return {
          "a forgery, or honest mail that was forwarded or went through a list: see SPF and "
          "DKIM above",
          "伪造，或经过转发或邮件列表的正常邮件：见上面的 SPF 和 DKIM"};
    case DmarcCause::nothing_aligned:
      return {
          "a mailing list, forwarder or mailing service whose own domain passes; above stands why "
          "the author's signature does not. A service needs a key of the author's domain",
          "通过的是邮件列表、转发者或邮件服务自己的域名；作者域名的签名为何无效见上文。邮件服务"
          "须由域名所有者配置本域名的 DKIM 密钥"};
  }
  return kNothing;
}

std::string_view in(Language language, const Hint& hint) {
  return language == Language::chinese ? hint.chinese : hint.english;
}

template <typename Cause>
std::string_view phrase_of(Language language, Cause cause) {
  return language == Language::chinese ? chinese(cause) : phrase(cause);
}

}  // namespace

std::string_view phrase_in(Language language, SpfCause cause) {
  return phrase_of(language, cause);
}

std::string_view phrase_in(Language language, DkimCause cause) {
  return phrase_of(language, cause);
}

std::string_view phrase_in(Language language, ArcCause cause) {
  return phrase_of(language, cause);
}

std::string_view phrase_in(Language language, DmarcCause cause) {
  return phrase_of(language, cause);
}

std::string_view hint_in(Language language, SpfCause cause) {
  return in(language, hint(cause));
}

std::string_view hint_in(Language language, DkimCause cause) {
  return in(language, hint(cause));
}

std::string_view hint_in(Language language, ArcCause cause) {
  return in(language, hint(cause));
}

std::string_view hint_in(Language language, DmarcCause cause) {
  return in(language, hint(cause));
}

}  // namespace gatepost::admin
