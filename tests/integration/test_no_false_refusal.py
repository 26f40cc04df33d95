"""Everyday mail that strict sender checks could take for a fake. All of it arrives, and none of it
is marked worse than is said here."""

from lab import SenderCase, letter
from lab.sender_case import ALICE, BOB, OUTSIDE, STRANGER, fields_of

CALENDAR = "127.0.0.60"
CALENDAR_ENTRY = {"send_on_behalf": [{
    "envelope": "calendar.bounces.cloud.test", "clients": [CALENDAR + "/32"],
    "may_send_as": ["*@example.test"], "reason": "invitations by the calendar service"}]}
LIST = ["List-Id: Discussion <discuss.lists.outside.test>",
        "List-Post: <mailto:discuss@lists.outside.test>",
        "List-Unsubscribe: <https://lists.outside.test/options/discuss>", "Precedence: list",
        "X-BeenThere: discuss@lists.outside.test", "X-Mailman-Version: 2.1.39",
        "Sender: \"Discuss\" <discuss-bounces@lists.outside.test>"]
VERP = "discuss-bounces+bob=example.test@lists.outside.test"


def raw(name: str, charset: str, quoted: bool = False) -> bytes:
    """From's value with a display name in a charset that nothing declares."""
    octets = name.encode(charset)
    return (b'"' + octets + b'"' if quoted else octets) + b" <{address}>"


# Values of From; {address} is the sender's own.
NAMES = (
    # Exchange, Outlook, Gmail
    "\"Wang, Ming\" <{address}>", "'{address}' <{address}>", "\"'{address}'\" <{address}>",
    "\"{address}\" <{address}>", "{address} <{address}>", "<{address}>", "{address}",
    "\"\" <{address}>", "Wang Ming<{address}>", "\"Wang Ming (IT)\" <{address}>",
    "\"Wang \\\"Ming\\\" W.\" <{address}>", "Wang M. Ming <{address}>",
    "=?utf-8?B?546L5bCP5piO?= <{address}>", "=?UTF-8?B?546L5bCP5piO?=<{address}>",
    "\"=?utf-8?B?546L5bCP5piO?=\" <{address}>",
    "=?utf-8?Q?M=C3=BCller=2C_J=C3=BCrgen?= <{address}>",
    "=?iso-8859-1?Q?J=FCrgen_M=FCller?= <{address}>",
    "=?iso-8859-1*de?Q?J=FCrgen?= <{address}>",
    "=?gb2312?B?zfXQocP3?= <{address}>", "\"=?GB18030?B?zfXQocP3?=\" <{address}>",
    "=?big5?B?pP2kcKn6?= <{address}>", "=?iso-2022-jp?B?GyRCMiY+LkxAGyhC?= <{address}>",
    # one character in two encoded words, over two lines
    "=?utf-8?B?546L5bA=?=\r\n =?utf-8?B?j+aYjg==?= <{address}>",
    "=?gb2312?B?zfXQ?=\r\n\t=?gb2312?B?ocP3?=\r\n\t<{address}>",
    # long and folded
    "\r\n " + "\r\n ".join(["=?utf-8?B?546L5bCP5piO546L5bCP5piO546L5bCP5piO?="] * 30)
    + "\r\n <{address}>",
    "\"" + "\r\n ".join(["a long name"] * 60) + "\" <{address}>",
    # comments
    "{address} (Wang Ming)", "{address} (Cron Daemon)", "Ming <{address}> (at home)",
    "{address} ({address})",
    "(sales) Ming (Wang (the elder)) <{address}>", "Ming\r\n (a, b; c: \"d\")\r\n <{address}>",
    # names in UTF-8, and in charsets that nothing declares
    "王小明 <{address}>", "\"王小明（市场部）\" <{address}>", "Jürgen Müller <{address}>",
    raw("王小明", "gbk"), raw("王小明", "gbk", True), raw("市场部,王小明", "gbk", True),
    raw("丂丄丅 亖", "gbk"), raw("王小明（市场部）", "gb18030"),
    raw("王小明", "big5"), raw("許功蓋", "big5"), raw("許功蓋先生", "big5", True),
    raw("陳成功", "big5"), raw("陳成功", "big5", True),
    raw("表示ソフト", "shift-jis"), raw("表示ソフト", "shift-jis", True),
    raw("ｿﾌﾄ", "shift-jis"), raw("Jürgen Müller", "latin-1"), raw("Иван", "koi8-r"),
)


def from_field(value, address: str) -> bytes:
    octets = value if isinstance(value, bytes) else value.encode()
    return b"From: " + octets.replace(b"{address}", address.encode())


class Names(SenderCase):
    def test_names_of_our_users_pass_and_are_not_touched(self):
        daemon = self.start()
        with self.alice() as client:
            for number, name in enumerate(NAMES):
                with self.subTest(name):
                    text = letter([from_field(name, ALICE)], f"name{number}")
                    self.accepted(client.send_text(ALICE, BOB, text))
        for number, name in enumerate(NAMES):
            with self.subTest(name):
                found = self.arrived(f"name{number}")
                self.assertEqual(self.verdict(found), "")
                self.assertIn(from_field(name, ALICE).replace(b"\r", b"") + b"\n", found)
        self.costs(daemon, ALICE, len(NAMES), len(NAMES))

    def test_names_from_outside_are_clean(self):
        self.start()
        verdicts = self.from_outside([[from_field(name, OUTSIDE)] for name in NAMES])
        for name, verdict in zip(NAMES, verdicts):
            with self.subTest(name):
                self.assertEqual(verdict, "clean")

    def test_addresses_in_utf8(self):
        self.start(whitelist={"aliases": [{"login": ALICE, "addresses": ["爱丽丝@example.test"],
                                           "reason": "her name in Chinese"}]})
        self.assertEqual(
            self.from_outside([["From: 用户 <用户@例子.test>"], ["From: Pelé@exämple.test"]],
                              "用户@例子.test", options=" SMTPUTF8"), ["clean"] * 2)
        self.passes(["From: 爱丽丝 <爱丽丝@example.test>"], "爱丽丝@example.test", " SMTPUTF8")


class Lists(SenderCase):
    def test_mailing_list_with_verp_envelope_is_clean(self):
        self.start()
        letters = [LIST + ["From: Carl <carl@elsewhere.test>"],
                   LIST + ["From: Carl via Discuss <discuss@lists.outside.test>",
                           "Reply-To: Carl <carl@elsewhere.test>"],
                   LIST + ["From: Alice via Discuss <discuss@lists.outside.test>",
                           f"Reply-To: <{ALICE}>", f"Cc: <{ALICE}>"]]
        self.assertEqual(self.from_outside(letters, VERP), ["clean"] * 3)

    def test_post_of_our_own_user_that_returns_from_a_list_is_at_most_junk(self):
        post = [LIST + [f"From: Alice <{ALICE}>"]]
        for action, expected in (("suspicious", "suspicious"), ("refuse", "junk"),
                                 ("hold", "junk"), ("defer", "junk"), ("junk", "junk")):
            with self.subTest(action):
                daemon = self.start(rules={"own_domains_from_outside": {"on_unknown": action}})
                verdict = self.from_outside(post, VERP)[0]
                self.assertRegex(verdict, f"^{expected}; rule=own_domains_from_outside; ref=")
                daemon.kill()

    def test_list_that_is_a_forwarder_of_the_whitelist_is_clean(self):
        self.start(rules={"own_domains_from_outside": {"on_unknown": "refuse"}},
                   whitelist={"forwarders": [{"clients": ["127.0.0.61/32"], "reason": "the list"}]})
        post = [LIST + [f"From: Alice <{ALICE}>"]]
        self.assertEqual(self.from_outside(post, VERP, "127.0.0.61"), ["clean"])


class Automatic(SenderCase):
    CALENDAR_FIELDS = ["Content-Type: text/calendar; charset=utf-8; method=REQUEST"]

    def test_invitation_by_a_calendar_service_on_behalf_of_a_user_is_clean(self):
        self.start(whitelist=CALENDAR_ENTRY, rules={"own_domains_from_outside":
                                                    {"on_unknown": "refuse"}})
        invitation = self.CALENDAR_FIELDS + [
            f"From: Alice <{ALICE}>", f"Reply-To: Alice <{ALICE}>",
            "Sender: Calendar <calendar-notification@cloud.test>"]
        self.assertEqual(self.from_outside([invitation], "3kZx-42@calendar.bounces.cloud.test",
                                           CALENDAR), ["clean"])

    def test_invitation_by_a_secretary(self):
        entry = {"login": ALICE, "may_send_as": [BOB], "sender_field": "require",
                 "reason": "alice keeps bob's calendar"}
        daemon = self.start(whitelist={"send_on_behalf": [entry]})
        self.passes(self.CALENDAR_FIELDS + [f"From: Bob <{BOB}>", f"Sender: Alice <{ALICE}>"])
        self.costs(daemon, ALICE, 1, 1)

    def test_bounces_and_receipts_from_outside_are_clean(self):
        self.start()
        report = "Content-Type: multipart/report; report-type={}; boundary=\"b\""
        letters = [
            [report.format("delivery-status"), "Auto-Submitted: auto-replied",
             "From: MAILER-DAEMON@mx.outside.test (Mail Delivery System)"],
            [report.format("delivery-status"),
             "From: Mail Delivery Subsystem <mailer-daemon@outside.test>"],
            [report.format("delivery-status"), "From: \"postmaster@outside.test\" <x@outside.test>"],
            [report.format("disposition-notification"), f"From: X <{OUTSIDE}>",
             "Subject: Read: your letter"],
            ["Auto-Submitted: auto-replied", f"From: <{OUTSIDE}>", "Subject: out of office"]]
        self.assertEqual(self.from_outside(letters, ""), ["clean"] * len(letters))

    def test_receipt_by_a_login_with_null_sender(self):
        daemon = self.start()
        receipt = ["Content-Type: multipart/report; report-type=disposition-notification; "
                   "boundary=\"b\"", f"From: Alice <{ALICE}>", "Subject: Read: your letter"]
        self.assertEqual(self.verdict(self.passes(receipt, sender="")), "")
        self.costs(daemon, ALICE, 1, 1)

    def test_mail_that_was_forwarded_with_srs_is_clean(self):
        self.start()
        self.assertEqual(
            self.from_outside([["From: Carl <carl@elsewhere.test>"]],
                              "SRS0=AbCd=7X=elsewhere.test=carl@forward.test"), ["clean"])
        self.assertEqual(
            self.from_outside([["From: Carl <carl@elsewhere.test>"]],
                              "SRS1=x9Yz=forward.test==AbCd=7X=elsewhere.test=carl@second.test"),
            ["clean"])

    def test_redirect_by_a_reader_outside_is_clean(self):
        self.start()
        redirected = [f"Resent-From: <{OUTSIDE}>", f"Resent-To: <{BOB}>",
                      "From: Carl <carl@elsewhere.test>"]
        self.assertEqual(self.from_outside([redirected]), ["clean"])


class OurMachines(SenderCase):
    def test_mail_of_the_sendmail_command_is_not_judged(self):
        self.start(rules={"ambiguous_from": {"on_hit": "refuse"}})
        letters = [f"From: root (Cron Daemon)\nX-Marker: cron\n\ntext\n", "X-Marker: cron\n\ntext\n",
                   "From: backup@example.test, root@example.test\nX-Marker: cron\n\ntext\n",
                   f"From: {OUTSIDE}\nX-Marker: cron\n\ntext\n"]
        for text in letters:
            self.assertEqual(self.lab.postfix.sendmail("root@example.test", BOB, text), 0)
        self.eventually(lambda: len(self.lab.postfix.delivered_to("cron")) == len(letters),
                        "all of it is delivered")
        for _, text in self.lab.postfix.delivered(b"\nX-Marker: cron\n"):
            self.assertEqual(fields_of(text, "X-Gatepost-Verdict"), [])

    def test_mail_that_our_own_machines_hand_on_is_not_judged(self):
        self.start(rules={"own_domains_from_outside": {"on_unknown": "refuse"}})
        with self.lab.client(port=self.lab.mx, source="127.0.0.1") as client:
            for sender, fields in ((VERP, LIST + [f"From: <{ALICE}>"]), ("", [f"From: <{ALICE}>"]),
                                   (OUTSIDE, ["From: a@example.test, b@example.test"])):
                self.accepted(client.send_text(sender, BOB, letter(fields, "relay")))
        self.assertEqual(self.lab.postfix.delivered_to("relay"), ["bob"] * 3)

    def test_client_that_pauses_in_its_header_is_judged_as_any_other(self):
        self.start()
        with self.lab.client(port=self.lab.mx, source=STRANGER) as client:
            for line in (f"MAIL FROM:<{OUTSIDE}>", f"RCPT TO:<{BOB}>", "DATA"):
                client.command(line)
            for octet in letter([f"From: <{OUTSIDE}>"], "slow")[:80]:
                client.raw(bytes([octet]))
            client.raw(letter([f"From: <{OUTSIDE}>"], "slow")[80:] + b"\r\n.\r\n")
            self.accepted(client.reply())
        self.assertEqual(self.verdict(self.arrived("slow")), "clean")
