"""Sending limits as people meet them: over SMTP, through Postfix."""

import re

from lab import MailCase

ALICE = "alice@example.test"
BOB = "bob@example.test"


def users(first: int, last: int) -> list:
    return [f"user{number:04}@example.test" for number in range(first, last + 1)]


class MessageRate(MailCase):
    def test_message_51_is_deferred_at_mail_with_figures_clear_time_and_reference(self):
        self.start()
        self.send(ALICE, 50, marker="rate")
        with self.lab.client(ALICE) as client:
            reply = client.mail(ALICE)
            self.refused(reply, "450 4.7.1 ")
            self.assertRegex(reply.text, r"50 messages sent in 15 minutes, limit 50")
            self.assertRegex(reply.text, r"try again after \d{4}-\d\d-\d\d \d\d:\d\d")
            self.assertEqual(client.rcpt(BOB).code, 503, "RCPT after a refused MAIL")
        self.assertEqual(len(self.lab.postfix.delivered_to("rate")), 50)

    def test_another_login_is_not_affected(self):
        self.start()
        self.send(ALICE, 50)
        with self.lab.client(BOB) as client:
            self.accepted(client.send(BOB, ALICE))

    def test_refusal_also_in_the_session_that_used_the_limit_up(self):
        self.start(rules={"message_rate": {"limit": "3 per 15m"}})
        with self.lab.client(ALICE) as client:
            for _ in range(3):
                self.accepted(client.send(ALICE, BOB))
            first = self.refused(client.mail(ALICE), "450 4.7.1 ")
            again = self.refused(client.mail(ALICE), "450 4.7.1 ")
            self.assertEqual(first, again, "refusals of one kind share a reference")

    def test_help_link_carries_the_reference(self):
        self.start(rules={"message_rate": {"limit": "0 per 15m"}},
                   site={"help_url": "https://mail.example.test/why/{ref}"})
        with self.lab.client(ALICE) as client:
            reply = client.mail(ALICE)
            reference = self.refused(reply, "450 4.7.1 ")
            self.assertIn("https://mail.example.test/why/" + reference, reply.text)


class Logins(MailCase):
    def test_spelling_of_case_makes_no_other_account(self):
        daemon = self.start(rules={"message_rate": {"limit": "4 per 15m"}})
        self.send("ALICE@Example.Test", 2)
        self.send("alice@example.test", 2)
        with self.lab.client("Alice@EXAMPLE.test") as client:
            self.refused(client.mail(ALICE), "450 4.7.1 ")
        self.costs(daemon, "ALICE@Example.Test", 4, 4)

    def test_bare_login_and_realm_are_the_account_where_the_site_says_so(self):
        daemon = self.start(rules={"message_rate": {"limit": "3 per 15m"}},
                            site={"logins": {"bare": "first_domain", "realms": ["mx.example.test"]}})
        for login in ("alice", "alice@mx.example.test", ALICE):
            self.send(login, 1)
        for login in ("alice", "alice@mx.example.test", ALICE):
            with self.lab.client(login) as client:
                self.refused(client.mail(ALICE), "450 4.7.1 ")
        self.costs(daemon, "alice", 3, 3)

    def test_bare_login_and_realm_are_accounts_of_their_own_where_the_site_says_none(self):
        theirs = [{"login": login, "addresses": [ALICE], "reason": "these names have no address"}
                  for login in ("alice", "alice@mx.example.test")]
        daemon = self.start(rules={"message_rate": {"limit": "1 per 15m"}},
                            site={"logins": {"bare": "none", "realms": []}},
                            whitelist={"aliases": theirs})
        for login in ("alice", "alice@mx.example.test", ALICE):
            self.send(login, 1)
        self.costs(daemon, "alice", 1, 1)


class RecipientsPerMessage(MailCase):
    def test_recipient_101_is_refused_and_nobody_gets_the_message(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            self.accepted(client.mail(ALICE))
            for recipient in users(1, 100):
                self.accepted(client.rcpt(recipient))
            reply = client.rcpt("user0101@example.test")
            self.refused(reply, "550 5.5.3 ")
            self.assertIn("100", reply.text)
            self.refused(client.rcpt("user0102@example.test"), "550 5.5.3 ")
            self.refused(client.data(ALICE, "toomany"), "550 5.5.3 ")
            client.command("RSET")
            self.accepted(client.send(ALICE, BOB, "after"))
        self.assertEqual(self.lab.postfix.delivered_to("toomany"), [])
        self.assertEqual(self.lab.postfix.delivered_to("after"), ["bob"])
        self.costs(daemon, ALICE, 1, 1)

    def test_the_same_recipient_again_is_no_further_one(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            twice = users(1, 100) + ["USER0001@Example.Test"]
            self.accepted(client.send(ALICE, twice, "distinct"))
        self.assertEqual(len(set(self.lab.postfix.delivered_to("distinct"))), 100)
        self.costs(daemon, ALICE, 1, 100)

    def test_pipelining_client_that_ignores_refusals_gets_nothing_through(self):
        daemon = self.start(rules={"recipients_per_message": {"limit": 3}})
        with self.lab.client(ALICE) as client:
            lines = [f"RCPT TO:<{one}>" for one in users(1, 5)]
            replies = client.pipeline([f"MAIL FROM:<{ALICE}>"] + lines + ["DATA"])
            self.assertEqual([reply.code for reply in replies], [250] * 4 + [550] * 3)
            client.pipeline(["From: <alice@example.test>", "X-Marker: piped", "", "text", "."])
        self.assertEqual(self.lab.postfix.delivered_to("piped"), [])
        self.costs(daemon, ALICE, 0, 0)

    def test_pipelining_client_over_its_rate_gets_nothing_through(self):
        self.start(rules={"message_rate": {"limit": "1 per 15m"}})
        self.send(ALICE, 1)
        with self.lab.client(ALICE) as client:
            replies = client.pipeline([f"MAIL FROM:<{ALICE}>", f"RCPT TO:<{BOB}>", "DATA"])
            self.refused(replies[0], "450 4.7.1 ")
            self.assertFalse(any(reply.ok for reply in replies), replies)
            client.pipeline(["From: <alice@example.test>", "X-Marker: over", "", "text", "."])
        self.assertEqual(self.lab.postfix.delivered_to("over"), [])


class RecipientsPerDay(MailCase):
    def test_recipient_301_of_the_day_is_refused_with_used_limit_and_reset(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            for first in (1, 101, 201):
                self.accepted(client.send(ALICE, users(first, first + 99), "day"))
            self.accepted(client.mail(ALICE))
            reply = client.rcpt("user0301@example.test")
            self.refused(reply, "550 5.7.1 ")
            self.assertIn("300 used today, 1 in this message, limit 300", reply.text)
            self.assertRegex(reply.text, r"resets at \d{4}-\d\d-\d\d 00:00")
            self.assertEqual(client.data(ALICE, "after").code, 554, "no recipient is left")
        self.assertEqual(len(self.lab.postfix.delivered_to("day")), 300)
        self.assertEqual(self.lab.postfix.delivered_to("after"), [])
        self.costs(daemon, ALICE, 3, 300)

    def test_message_that_would_pass_the_limit_is_refused_whole_and_costs_nothing(self):
        daemon = self.start(rules={"recipients_per_day": {"limit": 10}})
        with self.lab.client(ALICE) as client:
            self.accepted(client.send(ALICE, users(1, 8), "first"))
            self.refused(client.send(ALICE, users(11, 13), "half"), "550 5.7.1 ")
            self.costs(daemon, ALICE, 1, 8)
            self.accepted(client.send(ALICE, users(11, 12), "rest"))
        self.assertEqual(self.lab.postfix.delivered_to("half"), [])
        self.costs(daemon, ALICE, 2, 10)

    def test_another_login_has_its_own_day(self):
        self.start(rules={"recipients_per_day": {"limit": 1}})
        self.send(ALICE, 1)
        with self.lab.client(BOB) as client:
            self.accepted(client.send(BOB, ALICE))


class SizeAndFrozen(MailCase):
    def test_declared_size_over_the_limit_is_refused_at_mail(self):
        self.start(rules={"message_size": {"limit": "1M"}})
        with self.lab.client(ALICE) as client:
            self.refused(client.mail(ALICE, " SIZE=1048577"), "552 5.3.4 Message size exceeds")
            self.accepted(client.mail(ALICE, " SIZE=1048576"))

    def test_of_three_recipients_the_frozen_one_is_refused_and_two_get_it(self):
        daemon = self.start(whitelist="frozen:\n  - account: carol@example.test\n    reason: left\n")
        with self.lab.client(ALICE) as client:
            self.accepted(client.mail(ALICE))
            self.accepted(client.rcpt(BOB))
            self.refused(client.rcpt("Carol@Example.Test"), "550 5.2.1 ")
            self.accepted(client.rcpt("dave@example.test"))
            self.accepted(client.data(ALICE, "three"))
        self.assertEqual(self.lab.postfix.delivered_to("three"), ["bob", "dave"])
        self.costs(daemon, ALICE, 1, 2)

    def test_frozen_recipient_gets_nothing_from_outside_either(self):
        self.start(whitelist="frozen:\n  - account: carol@example.test\n    reason: left\n")
        with self.lab.client(port=self.lab.mx, source="127.0.0.5") as client:
            self.refused(client.send("x@outside.test", "carol@example.test"), "550 5.2.1 ")

    def test_frozen_sender_cannot_send(self):
        self.start(whitelist="frozen:\n  - account: alice@example.test\n    reason: left\n")
        with self.lab.client(ALICE) as client:
            self.refused(client.send(ALICE, BOB, "frozen"), "550 5.7.1 ")
        with self.lab.client(port=self.lab.mx, source="127.0.0.5") as client:
            self.refused(client.send(ALICE, BOB, "frozen"), "550 5.7.1 ")
        self.assertEqual(self.lab.postfix.delivered_to("frozen"), [])
