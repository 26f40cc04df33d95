"""Nobody who is logged in sends as somebody else: envelope sender (R6) and header From (R7)."""

from lab import SenderCase, letter
from lab.sender_case import ALICE, BOB, OUTSIDE, fields_of

FROM_IS = "550 5.7.1 Fake sender: From is <{}>, but you are logged in as <alice@example.test>"
SENDER_IS = "550 5.7.1 Fake sender: the Sender field is{}, but you are <alice@example.test>"
SEVERAL = "550 5.7.1 Fake sender: From names several addresses"
GROUP = "550 5.7.1 Fake sender: From is a group"
EMPTY = "550 5.7.1 Fake sender: From holds no address"
UNREADABLE = "550 5.7.1 Fake sender: From can be read as different addresses"
REPEATED = "550 5.7.1 Fake sender: the message has more than one From field"
MISSING = "550 5.7.1 Fake sender: the message has no From field"
HIDDEN = "550 5.7.1 Fake sender: the message has no header"


class EnvelopeSender(SenderCase):
    FOREIGN = (
        ("MAIL FROM:<bob@example.test>", BOB),
        ("MAIL FROM:<x@outside.test>", OUTSIDE),
        ("MAIL FROM:bob@example.test", BOB),
        ("MAIL FROM:<BOB@Example.TEST>", BOB),
        ("MAIL FROM:<bob+alice@example.test>", "bob+alice@example.test"),
        ("MAIL FROM:<bob>", BOB),
        ("MAIL FROM:<@example.test,@outside.test:bob@example.test>", BOB),
        ("MAIL FROM:<alice@sub.example.test>", "alice@sub.example.test"),
        ("MAIL FROM:<list-bounces+alice=example.test@lists.example.test>",
         "list-bounces+alice=example.test@lists.example.test"),
    )
    OWN = ("<alice@example.test>", "alice@example.test", "<ALICE@Example.TEST>", "<alice>", "alice",
           "<alice+orders@example.test>", "<@relay.test,@outside.test:alice@example.test>",
           "<\"alice\"@example.test>", "<>", "<alice@example.test> SIZE=500 BODY=8BITMIME")

    def test_of_others_is_refused_at_mail_and_costs_nothing(self):
        daemon = self.start()
        with self.alice() as client:
            for line, shown in self.FOREIGN:
                with self.subTest(line):
                    self.refused(client.command(line),
                                 f"553 5.7.1 Fake sender: the envelope sender is <{shown}>, "
                                 f"but you are logged in as <{ALICE}> ")
                    self.assertEqual(client.rcpt(BOB).code, 503)
            self.accepted(client.send(ALICE, BOB, "good"))
        self.costs(daemon, ALICE, 1, 1)

    def test_own_in_every_spelling_passes(self):
        daemon = self.start()
        with self.alice() as client:
            for path in self.OWN:
                with self.subTest(path):
                    self.accepted(client.command("MAIL FROM:" + path))
                    self.accepted(client.rcpt(BOB))
                    self.accepted(client.data(ALICE, "spelt"))
        self.assertEqual(len(self.lab.postfix.delivered_to("spelt")), len(self.OWN))
        self.costs(daemon, ALICE, len(self.OWN), len(self.OWN))

    def test_observed_rule_only_reports(self):
        daemon = self.start(rules={"sender_is_login": {"mode": "observe"},
                                   "from_is_sender": {"mode": "observe"}})
        with self.alice() as client:
            self.accepted(client.send(BOB, BOB, "observed"))
            self.accepted(client.send(OUTSIDE, BOB, "observed"))
        self.assertEqual(len(self.lab.postfix.delivered_to("observed")), 2)
        self.costs(daemon, ALICE, 2, 2)

        def reported() -> bool:
            text = daemon.tell("report", "--would-refuse")
            return "sender_is_login" in text and ALICE in text
        self.eventually(reported, "the report names rule and user")

    def test_reference_is_explained_with_the_entry_that_would_allow_it(self):
        daemon = self.start()
        with self.alice() as client:
            reference = self.refused(client.mail(BOB), "553 5.7.1 ")
        self.eventually(lambda: daemon.run("explain", reference).returncode == 0, "on record")
        case = daemon.json("explain", reference)
        self.assertEqual(case["decisive"]["rule"], "sender_is_login")
        self.assertTrue(case["exception"])
        daemon.write_whitelist(case["exception"])
        with self.alice() as client:
            self.eventually(lambda: client.mail(BOB).ok, "the pasted exception lets it through")


class HeaderFrom(SenderCase):
    FAKES = (
        (FROM_IS.format(BOB), ["From: Bob <bob@example.test>"]),
        (FROM_IS.format(OUTSIDE), ["From: x@outside.test"]),
        (FROM_IS.format(BOB), ["From: \"alice@example.test\" <bob@example.test>"]),
        (FROM_IS.format("alice@sub.example.test"), ["From: <alice@sub.example.test>"]),
        (FROM_IS.format(BOB), ["From: <bob@example.test>", f"Sender: <{ALICE}>"]),
        (FROM_IS.format(BOB), ["From: <bob@example.test>", f"Reply-To: <{ALICE}>"]),
        (FROM_IS.format(BOB), ["From:\r\n (alice@example.test)\r\n\t<bob@example.test>"]),
        (SENDER_IS.format(f" '{BOB}'"), [f"From: <{ALICE}>", f"Sender: <{BOB}>"]),
        (SENDER_IS.format(f" '<{ALICE}>, <{BOB}>'"),
         [f"From: <{ALICE}>", f"Sender: <{ALICE}>, <{BOB}>"]),
        (SENDER_IS.format(f" '<{ALICE}>, <{BOB}>'"),
         [f"From: <{ALICE}>", f"Sender: <{ALICE}>", f"Sender: <{BOB}>"]),
        (MISSING, [f"Sender: <{ALICE}>"]),
        (MISSING, [f"X-From: <{ALICE}>"]),
        # A first line that begins with "From " is the envelope line of an mbox file to Postfix.
        (MISSING, [f"From : <{ALICE}>"]),
        (REPEATED, [f"From: <{ALICE}>", f"From: <{BOB}>"]),
        (REPEATED, [f"From: <{ALICE}>", f"From: <{ALICE}>"]),
        (REPEATED, [f"From: <{ALICE}>", f"From : <{BOB}>"]),
        (REPEATED, [f"From: <{ALICE}>", f"fROM:<{BOB}>"]),
        (REPEATED, [f"From: <{ALICE}>", f"From\t: <{BOB}>"]),
        (REPEATED, [f"From: <{ALICE}>\nFrom: <{BOB}>"]),
        (REPEATED, [f"From: <{ALICE}>"] * 9 + [f"From: <{BOB}>"]),
        (SEVERAL, [f"From: <{ALICE}>, <{BOB}>"]),
        (SEVERAL, [f"From: {BOB}, {ALICE}", f"Sender: <{ALICE}>"]),
        (SEVERAL, [f"From: Alice <{ALICE}>,\r\n Bob <{BOB}>"]),
        (SEVERAL, ["From: =?utf-8?B?PGJvYkBleGFtcGxlLnRlc3Q+?=,<alice@example.test>"]),
        (GROUP, [f"From: us: <{ALICE}>;"]),
        (GROUP, [f"From: us: <{ALICE}>, <{BOB}>;"]),
        (EMPTY, ["From: undisclosed-senders:;"]),
        (EMPTY, ["From: <>"]),
        (EMPTY, ["From:"]),
        (EMPTY, ["From: (alice@example.test)"]),
        (UNREADABLE, ["From: <alice@example.test>bob@example.test"]),
        (UNREADABLE, ["From: <alice@example.test> <bob@example.test>"]),
        (UNREADABLE, ["From: bob@example.test <alice@example.test>"]),
        (UNREADABLE, ["From: <alice@example.test"]),
        (UNREADABLE, ["From: alice at example.test"]),
        (UNREADABLE, [b"From: \xb0\xa2, <alice@example.test>"]),
        (UNREADABLE, [f"From: <{ALICE}>\rFrom: <{BOB}>"]),
        (UNREADABLE, [f"From: <{BOB}\0,{ALICE}>"]),
        (UNREADABLE, ["From: (" + "\r\n ".join(["x" * 900] * 80) + f")\r\n <{ALICE}>"]),
        (HIDDEN, ["Good day", f"From: <{BOB}>"]),
        (HIDDEN, [f" From: <{ALICE}>", f"From: <{BOB}>"]),
        (HIDDEN, [f"From\r\n : <{ALICE}>", f"From: <{BOB}>"]),
        ("550 5.7.1 Fake sender: a redirected message still has From <x@outside.test>, "
         "but you are <alice@example.test>; forward it instead",
         [f"Resent-From: <{ALICE}>", f"From: <{OUTSIDE}>"]),
        (FROM_IS.format(OUTSIDE), [f"Resent-From: <{BOB}>", f"From: <{OUTSIDE}>"]),
    )
    OWN = (
        [f"From: <{ALICE}>"], [f"From: {ALICE}"], ["From: Alice <ALICE@Example.TEST>"],
        ["From: \"A. Lice\" <alice+orders@example.test>"], [f"From:{ALICE} (Alice)"],
        ["X-First: 1", f"From : <{ALICE}>"], ["from:\r\n\tAlice\r\n <alice@example.test>"],
        [f"From: <{ALICE}>", f"Sender: <{ALICE}>"],
        [f"From: <{ALICE}>", f"Reply-To: <{OUTSIDE}>"],
        [f"Resent-From: <{OUTSIDE}>", f"From: <{ALICE}>"],
        ["From: =?gb2312?B?sKLA9rP2?= <alice@example.test>"],
    )

    def test_fakes_are_refused_reach_nobody_and_cost_nothing(self):
        daemon = self.start()
        with self.alice() as client:
            for start, fields in self.FAKES:
                with self.subTest(fields):
                    self.refused(client.send_text(ALICE, BOB, letter(fields, "bad")), start)
        self.nothing_bad_passed(daemon)

    def test_own_from_passes(self):
        daemon = self.start()
        with self.alice() as client:
            for fields in self.OWN:
                with self.subTest(fields):
                    self.accepted(client.send_text(ALICE, BOB, letter(fields, "own")))
        self.assertEqual(len(self.lab.postfix.delivered_to("own")), len(self.OWN))
        self.costs(daemon, ALICE, len(self.OWN), len(self.OWN))

    def test_what_postfix_does_not_show_us_does_not_reach_the_reader_either(self):
        self.start()
        for fields in ([f"From: <{ALICE}>\0,<{BOB}>"], [f"From: {ALICE}\0 <{BOB}>"],
                       [f"From: <{ALICE}>\r\n\0 <{BOB}>"],
                       [f"From: <{ALICE}>\r\nno field\r\nFrom: <{BOB}>"]):
            with self.subTest(fields):
                header = self.passes(fields).split(b"\n\n")[0]
                self.assertEqual(fields_of(header, "From")[0].strip("<>"), ALICE)
                self.assertNotIn(BOB.encode(), header.split(b"\nFrom: ")[1])

    def test_fake_in_chunks_is_refused_as_well(self):
        daemon = self.start()
        with self.alice() as client:
            for fields, start in (([f"From: <{BOB}>"], FROM_IS.format(BOB)), (["No header"], HIDDEN)):
                client.mail(ALICE)
                client.rcpt(BOB)
                text = letter(fields, "bad")
                client.raw(b"BDAT 8\r\n" + text[:8])
                self.accepted(client.reply())
                client.raw(f"BDAT {len(text) - 8} LAST\r\n".encode() + text[8:])
                self.refused(client.reply(), start)
        self.nothing_bad_passed(daemon)

    def test_null_sender_needs_a_from_of_the_login_and_is_charged_to_it(self):
        daemon = self.start()
        self.fails(FROM_IS.format(BOB), [f"From: <{BOB}>"], sender="")
        self.fails(FROM_IS.format(OUTSIDE), [f"From: <{OUTSIDE}>"], sender="")
        self.nothing_bad_passed(daemon)
        self.passes([f"From: <{ALICE}>"], sender="")
        self.costs(daemon, ALICE, 1, 1)

    def test_good_message_passes_in_the_session_of_a_refused_one(self):
        daemon = self.start()
        with self.alice() as client:
            for _ in range(2):
                self.refused(client.send_text(ALICE, BOB, letter([f"From: <{BOB}>"], "bad")),
                             FROM_IS.format(BOB))
                self.accepted(client.send(ALICE, BOB, "turn"))
        self.assertEqual(self.lab.postfix.delivered_to("turn"), ["bob"] * 2)
        self.nothing_bad_passed(daemon, 2)

    def test_observed_rule_only_reports(self):
        daemon = self.start(rules={"from_is_sender": {"mode": "observe"}})
        with self.alice() as client:
            for _, fields in self.FAKES:
                with self.subTest(fields):
                    self.accepted(client.send_text(ALICE, BOB, letter(fields, "observed")))
        self.assertIn("from_is_sender", daemon.tell("report", "--would-refuse"))
        self.costs(daemon, ALICE, len(self.FAKES), len(self.FAKES))


class Settings(SenderCase):
    def test_match_domain_takes_any_address_of_the_senders_domain(self):
        daemon = self.start(rules={"from_is_sender": {"match": "domain"}})
        self.passes([f"From: <{BOB}>"])
        self.passes([f"From: <{BOB}>"], sender="")
        self.passes([f"From: <{ALICE}>", f"Sender: <{BOB}>"])
        self.fails(FROM_IS.format("bob@sub.example.test"), ["From: <bob@sub.example.test>"])
        self.fails(FROM_IS.format(OUTSIDE), [f"From: <{OUTSIDE}>"])
        self.fails(REPEATED, [f"From: <{ALICE}>", f"From: <{BOB}>"])
        self.fails(SEVERAL, [f"From: <{ALICE}>, <{BOB}>"])
        self.nothing_bad_passed(daemon, 3)

    def test_match_organization_takes_what_is_below_the_same_entry_of_site_domains(self):
        daemon = self.start(rules={"from_is_sender": {"match": "organization"}},
                            site={"domains": ["example.test", "other.test"]})
        self.passes([f"From: <{BOB}>"])
        self.passes(["From: <bob@sub.example.test>"])
        self.fails(FROM_IS.format("bob@other.test"), ["From: <bob@other.test>"])
        self.fails(FROM_IS.format(OUTSIDE), [f"From: <{OUTSIDE}>"])
        self.fails(FROM_IS.format("bob@badexample.test"), ["From: <bob@badexample.test>"])
        self.nothing_bad_passed(daemon, 2)

    def test_allow_resent_lets_redirects_of_the_login_pass(self):
        daemon = self.start(rules={"from_is_sender": {"allow_resent": True}})
        self.passes([f"Resent-From: <{ALICE}>", f"From: <{OUTSIDE}>"])
        self.passes([f"Resent-From: <{ALICE}>", f"Resent-From: <{BOB}>", f"From: <{OUTSIDE}>"])
        self.fails(FROM_IS.format(OUTSIDE), [f"Resent-From: <{BOB}>", f"From: <{OUTSIDE}>"])
        self.fails(REPEATED, [f"Resent-From: <{ALICE}>", f"From: <{OUTSIDE}>", f"From: <{BOB}>"])
        self.nothing_bad_passed(daemon, 2)

    def test_hit_can_mark_or_hold_instead(self):
        for action in ("junk", "suspicious", "hold"):
            with self.subTest(action):
                daemon = self.start(rules={"from_is_sender": {"on_hit": action}})
                with self.alice() as client:
                    self.accepted(client.send_text(ALICE, BOB, letter([f"From: <{BOB}>"], action)))
                if action == "hold":
                    self.assertEqual(len(self.lab.postfix.held()), 1)
                else:
                    self.assertRegex(self.verdict(self.arrived(action)),
                                     f"^{action}; rule=from_is_sender; ref=")
                daemon.kill()
