"""Mail from outside: our domains in From (R8), a From of two readings, what display names show, and
the field X-Gatepost-Verdict (R17)."""

import re

from lab import SenderCase, letter
from lab.sender_case import ALICE, BOB, OUTSIDE, STRANGER, fields_of

OURS = r"^suspicious; rule=own_domains_from_outside; ref=[0-9A-Z]{4}-[0-9A-Z]{4}$"
AMBIGUOUS = r"^suspicious; rule=ambiguous_from; ref="
NAME_OURS = r"^junk; rule=display_name; ref="
NAME_OTHER = r"^suspicious; rule=display_name; ref="
CLEAN = "^clean$"
FORWARDER = "127.0.0.40"
CRM = "127.0.0.50"


class Marks(SenderCase):
    LETTERS = (
        (CLEAN, ["From: X <x@outside.test>"]),
        (CLEAN, ["From: <someone@else.test>", "Sender: <x@outside.test>"]),
        (CLEAN, ["From: <x@badexample.test>"]),
        (CLEAN, ["From: <x@example.test.outside.test>"]),
        (CLEAN, [f"From: <{OUTSIDE}>", f"Reply-To: <{ALICE}>"]),
        (OURS, ["From: <alice@example.test>"]),
        (OURS, ["From: Alice <ALICE@EXAMPLE.TEST>"]),
        (OURS, ["From: <nobody@sub.example.test>"]),
        (OURS, ["From: alice (at home) @example.test"]),
        (OURS, [f"From: <{OUTSIDE}>", f"Sender: <{ALICE}>"]),
        (OURS, [f"From: <{ALICE}>", f"Sender: <{OUTSIDE}>"]),
        (OURS, [f"From: <{ALICE}>", "List-Id: <list.outside.test>"]),
        (AMBIGUOUS, [f"From: <{OUTSIDE}>, <y@outside.test>"]),
        (AMBIGUOUS, [f"From: <{OUTSIDE}>", "From: <y@outside.test>"]),
        (OURS, [f"From: <{OUTSIDE}>", f"From: <{ALICE}>"]),
        (OURS, [f"From: <{ALICE}>", f"From : <{OUTSIDE}>"]),
        (AMBIGUOUS, [f"From: us: <{OUTSIDE}>;"]),
        (OURS, [f"From: us: <{ALICE}>;"]),
        (AMBIGUOUS, ["From: undisclosed:;"]),
        (AMBIGUOUS, [f"Sender: <{OUTSIDE}>"]),
        (AMBIGUOUS, [f"From: <{OUTSIDE}>y@outside.test"]),
        (OURS, [f"From: <{OUTSIDE}>{ALICE}"]),
        (OURS, [f"From: <{OUTSIDE}>", f"Sender: <{OUTSIDE}>", f"Sender: <{ALICE}>"]),
        (OURS, [f"From: {OUTSIDE} (Alice, {ALICE})"]),
        (AMBIGUOUS, ["No header", f"From: <{ALICE}>"]),
        (AMBIGUOUS, [f" From: <{OUTSIDE}>", f"From: <{ALICE}>"]),
        (NAME_OURS, [f"From: \"{ALICE}\" <{OUTSIDE}>"]),
        (NAME_OURS, [f"From: Alice ({ALICE}) <{OUTSIDE}>"]),
        (NAME_OURS, ["From: =?utf-8?Q?Alice_=3Calice=40example=2Etest=3E?= <x@outside.test>"]),
        (NAME_OURS, ["From: \"alice＠example．test\" <x@outside.test>"]),
        (NAME_OTHER, [f"From: \"boss@bank.test\" <{OUTSIDE}>"]),
        (CLEAN, [f"From: \"y@outside.test\" <{OUTSIDE}>"]),
        (CLEAN, [f"From: \"{OUTSIDE}\" <{OUTSIDE}>"]),
        (CLEAN, [f"From: {OUTSIDE} <{OUTSIDE}>"]),
    )

    def test_each_message_says_what_was_found(self):
        self.start()
        verdicts = self.from_outside([fields for _, fields in self.LETTERS])
        for (expected, fields), verdict in zip(self.LETTERS, verdicts):
            with self.subTest(fields):
                self.assertRegex(verdict, expected)

    def test_bounces_are_judged_as_well(self):
        self.start()
        verdicts = self.from_outside([[f"From: <{ALICE}>"], ["From: <mailer-daemon@outside.test>"]],
                                     sender="")
        self.assertRegex(verdicts[0], OURS)
        self.assertEqual(verdicts[1], "clean")

    def test_sender_that_is_ours_in_the_envelope_changes_nothing(self):
        self.start()
        for sender in (ALICE, BOB):
            self.assertRegex(self.from_outside([[f"From: <{ALICE}>"]], sender)[0], OURS)

    def test_reference_of_a_mark_is_explained(self):
        daemon = self.start()
        verdict = self.from_outside([[f"From: <{ALICE}>"]])[0]
        reference = verdict.split("ref=")[1]
        self.eventually(lambda: daemon.run("explain", reference).returncode == 0, "on record")
        text = daemon.tell("explain", reference)
        for part in ("own_domains_from_outside", ALICE, STRANGER, OUTSIDE):
            self.assertIn(part, text)
        case = daemon.json("explain", reference)
        self.assertEqual((case["decisive"]["rule"], case["channel"]),
                         ("own_domains_from_outside", "inbound"))
        self.assertTrue(daemon.tell("explain", reference, "--lang", "zh"))

    def test_mail_of_a_login_that_shows_another_is_marked(self):
        self.start()
        shown = self.passes([f"From: \"{BOB}\" <{ALICE}>"])
        self.assertRegex(self.verdict(shown), NAME_OURS)
        self.assertEqual(self.verdict(self.passes([f"From: \"{ALICE}\" <{ALICE}>"])), "")


class Forgeries(SenderCase):
    FORGED = ["X-Gatepost-Verdict: clean", "x-gatepost-VERDICT: clean; rule=none",
              "X-Gatepost-Verdict : clean", "X-Gatepost-Verdict:\r\n clean",
              "X-GATEPOST-Verdict: junk", "X-Gatepost-Trusted: yes"]

    def own_fields(self, text: bytes) -> list:
        header = text.split(b"\n\n")[0]
        return re.findall(rb"(?im)^x-gatepost-[^:]*:.*$", header)

    def outside(self, fields: list, marker: str, source: str = STRANGER) -> bytes:
        with self.lab.client(port=self.lab.mx, source=source) as client:
            self.accepted(client.send_text(OUTSIDE, BOB, letter(fields, marker)))
        return self.arrived(marker)

    def test_fields_of_ours_that_come_in_from_outside_are_taken_out(self):
        self.start()
        both = self.outside(self.FORGED[:3] + [f"From: <{ALICE}>"] + self.FORGED[3:], "forged")
        self.assertEqual(len(self.own_fields(both)), 1, self.own_fields(both))
        self.assertRegex(self.verdict(both), OURS)
        clean = self.outside(self.FORGED + [f"From: <{OUTSIDE}>"], "forged-clean")
        self.assertEqual(self.own_fields(clean), [b"X-Gatepost-Verdict: clean"])

    def test_each_spelling_alone_is_taken_out(self):
        self.start()
        for number, forged in enumerate(self.FORGED):
            with self.subTest(forged):
                found = self.outside(["Subject: x", forged, f"From: <{ALICE}>"], f"alone-{number}")
                self.assertEqual(len(self.own_fields(found)), 1, self.own_fields(found))

    def test_logins_cannot_write_them_either(self):
        self.start()
        self.assertEqual(self.own_fields(self.passes([f"From: <{ALICE}>"] + self.FORGED)), [])

    def test_our_own_machines_keep_them(self):
        self.start()
        text = f"From: {ALICE}\nX-Gatepost-Verdict: junk; rule=y\nX-Marker: local\n\ntext\n"
        self.assertEqual(self.lab.postfix.sendmail(ALICE, BOB, text), 0)
        self.eventually(lambda: self.lab.postfix.delivered_to("local"), "sendmail's mail arrives")
        self.assertEqual(self.verdict(self.arrived("local")), "junk; rule=y")
        found = self.outside([f"From: <{ALICE}>", "X-Gatepost-Verdict: junk; rule=x; ref=AAAA-BBBB"],
                             "relayed", "127.0.0.1")
        self.assertEqual(self.verdict(found), "junk; rule=x; ref=AAAA-BBBB")

    def test_mail_that_returns_from_a_content_filter_keeps_its_mark(self):
        self.start()
        with self.lab.client(ALICE, self.lab.filtered_submission, STRANGER) as client:
            text = letter([f"From: \"{BOB}\" <{ALICE}>"], "filtered")
            self.accepted(client.send_text(ALICE, BOB, text))
        self.assertRegex(self.verdict(self.arrived("filtered")), NAME_OURS)

    def test_forgeries_in_any_number_do_not_hide_our_field(self):
        self.start()
        some = self.outside([f"From: <{ALICE}>"] + ["X-Gatepost-Verdict: clean"] * 90, "some")
        self.assertRegex(self.verdict(some), OURS)
        # A hundred of one name are taken out; ours, the last, is there whatever else is left.
        many = self.outside([f"From: <{ALICE}>"] + ["X-Gatepost-Verdict: clean"] * 150, "many")
        self.assertRegex(fields_of(many, "X-Gatepost-Verdict")[-1], OURS)

    def test_forgery_does_not_pass_behind_many_other_names_of_ours(self):
        self.start()
        others = [f"X-Gatepost-N{number}: x" for number in range(40)]
        found = self.outside(others + ["X-Gatepost-Verdict: clean", f"From: <{ALICE}>"], "names")
        self.assertRegex(self.verdict(found), OURS)


class Exceptions(SenderCase):
    WHITELIST = {
        "forwarders": [{"clients": [FORWARDER + "/32"], "reason": "alumni forwarding"}],
        "send_on_behalf": [{"envelope": "bounces.crm.test", "clients": [CRM + "/32"],
                            "may_send_as": ["*@sales.example.test"], "reason": "the CRM"}],
    }
    ENVELOPE = "b-4711@bounces.crm.test"

    def test_what_a_forwarder_brings_is_clean(self):
        self.start(whitelist=self.WHITELIST)
        self.assertEqual(self.from_outside([[f"From: <{ALICE}>"]], source=FORWARDER), ["clean"])
        self.assertRegex(self.from_outside([[f"From: <{ALICE}>, <{BOB}>"]], source=FORWARDER)[0],
                         AMBIGUOUS)

    def test_envelope_entry_with_its_proof_is_clean_for_its_addresses(self):
        self.start(whitelist=self.WHITELIST)
        verdicts = self.from_outside([["From: <news@sales.example.test>"], [f"From: <{ALICE}>"]],
                                     self.ENVELOPE, CRM)
        self.assertEqual(verdicts[0], "clean")
        self.assertRegex(verdicts[1], OURS)

    def test_who_types_the_envelope_domain_elsewhere_gains_nothing(self):
        self.start(whitelist=self.WHITELIST)
        fake = [["From: <news@sales.example.test>"]]
        self.assertRegex(self.from_outside(fake, self.ENVELOPE)[0], OURS)
        self.assertRegex(self.from_outside(fake, OUTSIDE, CRM)[0], OURS)
        self.assertRegex(self.from_outside(fake, "", CRM)[0], OURS)
        self.assertRegex(self.from_outside(fake, "x@sub.bounces.crm.test", CRM)[0], OURS)

    def test_entry_that_names_no_proof_is_an_error(self):
        daemon = self.lab.gatepostd()
        entry = {"envelope": "bounces.crm.test", "may_send_as": [ALICE], "reason": "no proof"}
        daemon.write_whitelist({"send_on_behalf": [entry]})
        done = daemon.run("check")
        self.assertEqual(done.returncode, 1, done)
        self.assertRegex(done.stdout + done.stderr, r"whitelist\.yaml:1:\d+: ")


class Settings(SenderCase):
    RULES = (
        ({"own_domains_from_outside": ["on_unknown"]}, [f"From: <{ALICE}>"]),
        ({"ambiguous_from": ["on_hit"]}, [f"From: <{OUTSIDE}>, <{ALICE}>"]),
        ({"display_name": ["on_hit"]}, [f"From: \"{ALICE}\" <{OUTSIDE}>"]),
        ({"display_name": ["on_foreign"]}, [f"From: \"y@bank.test\" <{OUTSIDE}>"]),
    )

    def each(self, action: str):
        """A message that hits, with each rule set to this action."""
        for rules, fields in self.RULES:
            rules = {rule: {key: action for key in keys} for rule, keys in rules.items()}
            daemon = self.start(rules=rules)
            yield next(iter(rules)), fields
            daemon.kill()

    def outside(self, fields: list, marker: str):
        with self.lab.client(port=self.lab.mx, source=STRANGER) as client:
            return client.send_text(OUTSIDE, BOB, letter(fields, marker))

    def test_refuse(self):
        for _, fields in self.each("refuse"):
            self.refused(self.outside(fields, "bad"), "550 5.7.1 Fake sender: ")
        self.assertEqual(self.lab.postfix.delivered_to("bad"), [])

    def test_defer(self):
        for _, fields in self.each("defer"):
            self.refused(self.outside(fields, "bad"), "450 4.7.1 Fake sender: ")
        self.assertEqual(self.lab.postfix.delivered_to("bad"), [])

    def test_hold(self):
        for number, (_, fields) in enumerate(self.each("hold"), 1):
            self.accepted(self.outside(fields, "held"))
            self.assertEqual(len(self.lab.postfix.held()), number)
        self.assertEqual(self.lab.postfix.delivered_to("held"), [])

    def test_junk_and_continue(self):
        for rule, fields in self.each("junk"):
            self.assertRegex(self.from_outside([fields])[0], f"^junk; rule={rule}; ref=")
        for rule, fields in self.each("continue"):
            self.assertNotIn(rule, self.from_outside([fields])[0])

    def test_a_site_that_observes_changes_no_mail(self):
        self.start(site={"mode": "observe"})
        letters = [fields for _, fields in self.RULES]
        self.assertEqual(self.from_outside(letters), [""] * len(letters))
