#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/cli/mta_check.hpp"
#include "config/load.hpp"
#include "fakes.hpp"

namespace gatepost::admin {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

using Problems = testing::Matcher<std::vector<std::string>>;

config::Loaded loaded_from(const std::string& yaml,
                           std::optional<std::string_view> whitelist = {}) {
  auto result =
      config::load_text("site: { domains: [example.com] }\n" + yaml, whitelist, test::test_now());
  if (const auto* mistakes = std::get_if<config::Diagnostics>(&result)) {
    throw std::runtime_error(mistakes->front().text());
  }
  return std::get<config::Loaded>(std::move(result));
}

// A Postfix that fits, as its defaults and Debian's packaging have it.
constexpr const char* kMain =
    "smtpd_milters = inet:127.0.0.1:8899\n"
    "non_smtpd_milters = $smtpd_milters\n"
    "milter_default_action = tempfail\n"
    "milter_macro_daemon_name = $myhostname\n"
    "myhostname = mx.example.com\n"
    "mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128\n"
    "message_size_limit = 10240000\n"
    "queue_directory = /var/spool/postfix\n"
    "smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated "
    "defer_unauth_destination\n"
    "smtpd_sasl_auth_enable = no\n"
    "smtpd_tls_auth_only = no\n";

constexpr const char* kMaster =
    "smtp       inet  n       -       y       -       -       smtpd\n"
    "submission inet  n       -       y       -       -       smtpd -o "
    "syslog_name=postfix/submission "
    "-o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes -o "
    "milter_macro_daemon_name=ORIGINATING\n"
    "pickup     unix  n       -       y       60      1       pickup\n"
    "cleanup    unix  n       -       y       -       0       cleanup\n";

std::vector<MtaRemark> remarks_for(const std::string& main, const std::string& master,
                                   const std::string& yaml = "",
                                   std::optional<std::string_view> whitelist = {}) {
  return check_mta(MtaSettings::parse(kMain + main, kMaster + master),
                   loaded_from(yaml, whitelist));
}

std::vector<std::string> problems_of(const std::vector<MtaRemark>& remarks) {
  std::vector<std::string> out;
  for (const MtaRemark& remark : remarks) {
    if (remark.is_problem) out.push_back(remark.text);
  }
  return out;
}

std::vector<std::string> notes_of(const std::vector<MtaRemark>& remarks) {
  std::vector<std::string> out;
  for (const MtaRemark& remark : remarks) {
    if (!remark.is_problem) out.push_back(remark.text);
  }
  return out;
}

TEST(MtaCheck, FindsNothingAgainstAPostfixThatFits) {
  EXPECT_THAT(problems_of(remarks_for("", "")), testing::IsEmpty());
}

// Each row breaks one thing; exactly one problem is found, and it names the matter.
TEST(MtaCheck, FindsEachThingThatDoesNotWork) {
  struct Row {
    const char* main;
    const char* master;
    const char* yaml;
    const char* expected;
  };

  for (const Row& row :
       {Row{"", "587 inet n - n - - smtpd -o smtpd_milters=\n", "",
            "587/inet does not ask Gatepost: smtpd_milters is empty. Add inet:127.0.0.1:8899"},
        Row{"", "587 inet n - n - - smtpd -o smtpd_milters=inet:8899@127.0.0.1\n", "",
            "which is the daemon's spelling. Postfix wants inet:127.0.0.1:8899"},
        Row{"", "26 inet n - n - - smtpd -o smtpd_proxy_filter=127.0.0.1:10024\n", "",
            "sees no header and no end"},
        Row{"mynetworks = 127.0.0.0/8 10.1.0.0/16\n", "", "", "mynetworks has 10.1.0.0/16"},
        Row{"mynetworks = 10.0.0.0/8\n", "", "channels: { relay: { clients: [10.1.0.0/16] } }\n",
            "mynetworks has 10.0.0.0/8"},
        Row{"smtpd_relay_restrictions = permit_mynetworks\n", "", "",
            "strangers may send to outside"},
        Row{"",
            "465 inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o "
            "milter_macro_daemon_name=SMTPS\n",
            "", "465/inet takes passwords without TLS"},
        Row{"",
            "465 inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o "
            "smtpd_tls_wrappermode=yes\n",
            "", "465/inet calls itself 'mx.example.com'"},
        Row{"milter_mail_macros = i {mail_addr}\n", "", "",
            "milter_mail_macros lacks {auth_authen}"},
        Row{"milter_connect_macros = j v\n", "", "", "lacks {daemon_name}"}}) {
    const auto problems = problems_of(remarks_for(row.main, row.master, row.yaml));
    ASSERT_EQ(problems.size(), 1U) << row.expected << testing::PrintToString(problems);
    EXPECT_THAT(problems.front(), HasSubstr(row.expected));
  }
}

TEST(MtaCheck, KnowsTheOrderOfOtherMilters) {
  struct Row {
    const char* milters;
    const char* expected;  // empty: no problem
  };

  for (const Row& row : {Row{"inet:127.0.0.1:11332, inet:localhost:8899, inet:localhost:8891", ""},
                         Row{"{ inet:127.0.0.1:8899, connect_timeout=5s } inet:localhost:8891", ""},
                         Row{"inet:127.0.0.1:8899, inet:localhost:11332",
                             "rspamd (inet:localhost:11332) is asked "
                             "after Gatepost"},
                         Row{"inet:127.0.0.1:8899 unix:/clamav/clamav-milter.ctl", "ClamAV"},
                         Row{"local:opendkim/opendkim.sock inet:127.0.0.1:8899", "OpenDKIM"}}) {
    const auto problems =
        problems_of(remarks_for(std::string("smtpd_milters = ") + row.milters + "\n", ""));
    const auto found = std::string(row.expected).empty()
                           ? Problems(testing::IsEmpty())
                           : Problems(Contains(HasSubstr(row.expected)));
    EXPECT_THAT(problems, found) << row.milters;
  }
}

TEST(MtaCheck, FindsAUnixSocketBehindAChroot) {
  const std::string inside = "listen: unix:/var/spool/postfix/gatepost/milter.sock\n";
  EXPECT_THAT(problems_of(remarks_for("smtpd_milters = unix:/gatepost/milter.sock\n", "", inside)),
              testing::IsEmpty());
  EXPECT_THAT(problems_of(remarks_for(
                  "smtpd_milters = unix:/var/spool/postfix/gatepost/milter.sock\n", "", inside)),
              Contains(HasSubstr("runs in a chroot")));
  EXPECT_THAT(problems_of(remarks_for("smtpd_milters = unix:/run/gatepost/milter.sock\n", "",
                                      "listen: unix:/run/gatepost/milter.sock\n")),
              Contains(HasSubstr("cannot reach /run/gatepost/milter.sock")));
}

TEST(MtaCheck, TakesListedServersAndRelaysForKnown) {
  EXPECT_THAT(
      problems_of(remarks_for("mynetworks = 127.0.0.0/8 10.1.2.0/28 10.9.0.0/16\n", "",
                              "channels: { relay: { clients: [127.0.0.1/32, 10.9.0.0/16] } }\n"
                              "whitelist: whitelist.yaml\n",
                              "servers:\n  - name: erp\n    clients: [10.1.2.0/24]\n"
                              "    senders: [\"erp@example.com\"]\n    reason: orders\n")),
      testing::IsEmpty());
}

TEST(MtaCheck, TellsWhatIsWorthKnowing) {
  struct Row {
    const char* main;
    const char* master;
    const char* yaml;
    const char* expected;
  };

  for (const Row& row :
       {Row{"non_smtpd_milters =\n", "", "", "mail of the sendmail command"},
        Row{"content_filter = smtp:[127.0.0.1]:10024\n", "", "", "is not counted again"},
        Row{"milter_default_action = accept\n", "", "", "mail passes unchecked"},
        Row{"milter_default_action = reject\n", "", "", "mail is bounced"},
        Row{"milter_default_action = quarantine\n", "", "", "hold queue"},
        Row{"", "", "", "senders are told to come back later"},
        Row{"", "", "rules: { message_size: { limit: 20M } }\n", "never applies"},
        Row{"mynetworks = hash:/etc/postfix/networks\n", "", "", "cannot be compared"},
        Row{"smtpd_sasl_auth_enable = yes\nsmtpd_tls_auth_only = yes\n", "", "",
            "smtp/inet offers logins and calls itself 'mx.example.com'"},
        Row{"", "127.0.0.1:10025 inet n - n - - smtpd -o smtpd_milters=\n", "",
            "Right where it takes back mail"},
        Row{"", "", "listen: systemd\n", "ListenStream"}}) {
    const auto remarks = remarks_for(row.main, row.master, row.yaml);
    EXPECT_THAT(notes_of(remarks), Contains(HasSubstr(row.expected)));
    EXPECT_THAT(problems_of(remarks), testing::IsEmpty()) << row.expected;
  }
}

TEST(MtaSettings, ReadsServicesAndReplacesNames) {
  const MtaSettings mta =
      MtaSettings::parse("a = 1\nb = $a ${a} $(a) $$ 5$\nc = $c\nempty =\n",
                         "smtp inet n - y - - smtpd -o { b = x y } -o a=2\nshort line\n\n");
  EXPECT_EQ(mta.value("b"), "1 1 1 $$ 5$");
  EXPECT_EQ(mta.value("absent"), "");
  EXPECT_LT(mta.value("c").size(), 10U) << "a name that stands for itself must end";
  ASSERT_EQ(mta.smtp_listeners().size(), 1U);
  const MtaService service = mta.smtp_listeners().front();
  EXPECT_EQ(service.title(), "smtp/inet");
  EXPECT_EQ(service.chroot, "y");
  EXPECT_EQ(mta.value(service, "b"), "x y");
  EXPECT_EQ(mta.value(service, "a"), "2");
}

TEST(MtaSettings, LeavesGarbageAside) {
  for (const char* text : {"", "\n\n", "=", "{{{{", "}}}}", "$", "${", "a b c d e f g h { - o",
                           "x y z 1 2 3 4 smtpd -o", "\xff\xfe = $\xff"}) {
    const MtaSettings mta = MtaSettings::parse(text, text);
    EXPECT_EQ(mta.value("nothing"), "") << text;
    EXPECT_THAT(check_mta(mta, loaded_from("")), Not(testing::IsEmpty()));
  }
}

}  // namespace
}  // namespace gatepost::admin
