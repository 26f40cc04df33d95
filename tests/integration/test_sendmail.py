"""The sending limits through a real Sendmail."""

from lab import HUNG_UP, SendmailCase, SendmailLab, SmtpClient, message

ALICE = "alice@example.test"
BOB = "bob@example.test"
CAROL = "carol@example.test"
FROZEN_CAROL = f"frozen:\n  - account: {CAROL}\n    reason: left\n"
ONE_SERVER = ("servers:\n  - name: erp\n    clients: [127.0.0.200/32]\n"
              "    senders: [\"erp@example.test\"]\n    message_rate: 2 per 15m\n"
              "    reason: order confirmations\n")


def users(first: int, last: int) -> list:
    return [f"user{number:04}@example.test" for number in range(first, last + 1)]


class MessageRate(SendmailCase):
    def test_message_51_is_deferred_at_mail_with_figures_and_reference(self):
        daemon = self.start()
        self.send(ALICE, 50, marker="rate")
        with self.lab.client(ALICE) as client:
            reply = client.mail(ALICE)
            reference = self.refused(reply, "450 4.7.1 ")
            self.assertIn("50 messages sent in 15 minutes, limit 50", reply.text)
            self.assertFalse(client.rcpt(BOB).ok, "RCPT after a refused MAIL")
        with self.lab.client(BOB) as client:
            self.accepted(client.send(BOB, ALICE, "another"))
        self.assertEqual(self.delivered("rate"), ["bob"] * 50)
        self.assertEqual(self.delivered("another"), ["alice"])
        self.costs(daemon, ALICE, 50, 50)
        self.assertIn("50 in any 15 minutes", self.explained(daemon, reference))

    def test_refusal_in_the_session_that_used_the_limit_up_and_in_the_next(self):
        self.start(rules={"message_rate": {"limit": "3 per 15m"}})
        with self.lab.client(ALICE) as client:
            for _ in range(3):
                self.accepted(client.send(ALICE, BOB))
            first = self.refused(client.mail(ALICE), "450 4.7.1 ")
        with self.lab.client(ALICE) as client:
            self.assertEqual(first, self.refused(client.mail(ALICE), "450 4.7.1 "))

    def test_pipelining_client_over_its_rate_gets_nothing_through(self):
        self.start(rules={"message_rate": {"limit": "1 per 15m"}})
        self.send(ALICE, 1)
        with self.lab.client(ALICE) as client:
            replies = client.pipeline([f"MAIL FROM:<{ALICE}>", f"RCPT TO:<{BOB}>", "DATA"])
            self.refused(replies[0], "450 4.7.1 ")
            self.assertFalse(any(reply.ok for reply in replies), replies)

    def test_client_with_and_without_a_name_is_named_in_the_case(self):
        daemon = self.start(rules={"message_rate": {"limit": "0 per 15m"}})
        for login, source, shown in ((ALICE, "127.0.0.5", "127.0.0.5 (client5.example.test)"),
                                     (BOB, "127.0.1.5", "127.0.1.5")):
            with self.lab.client(login, source=source) as client:
                reference = self.refused(client.mail(login), "450 4.7.1 ")
            self.assertIn(f"Client: {shown}", self.explained(daemon, reference))


class Logins(SendmailCase):
    def test_bare_login_and_realm_are_the_account_where_the_site_says_so(self):
        daemon = self.start(rules={"message_rate": {"limit": "3 per 15m"}},
                            site={"logins": {"bare": "first_domain", "realms": ["mx.example.test"]}})
        for login in ("alice", "alice@mx.example.test", ALICE):
            self.send(login, 1)
        for login in ("alice", "alice@mx.example.test", ALICE):
            with self.lab.client(login) as client:
                self.refused(client.mail(ALICE), "450 4.7.1 ")
        self.costs(daemon, ALICE, 3, 3)

    def test_without_a_login_the_submission_listener_takes_nothing(self):
        daemon = self.start()
        with self.lab.client() as client:
            self.assertEqual(client.mail(ALICE).code, 530)
            self.assertEqual(client.login(ALICE, "wrong").code, 535)
            self.assertEqual(client.mail(ALICE).code, 530)
        self.costs(daemon, ALICE, 0, 0)


class Recipients(SendmailCase):
    def test_one_recipient_too_many_is_refused_and_nobody_gets_the_message(self):
        daemon = self.start(rules={"recipients_per_message": {"limit": 5}})
        with self.lab.client(ALICE) as client:
            self.accepted(client.mail(ALICE))
            for recipient in users(1, 5) + ["USER0001@Example.Test"]:
                self.accepted(client.rcpt(recipient))
            reply = client.rcpt("user0006@example.test")
            self.refused(reply, "550 5.5.3 ")
            self.refused(client.rcpt("user0007@example.test"), "550 5.5.3 ")
            self.refused(client.data(ALICE, "toomany"), "550 5.5.3 ")
            client.command("RSET")
            self.accepted(client.send(ALICE, BOB, "after"))
        self.assertEqual(self.delivered("toomany"), [])
        self.assertEqual(self.delivered("after"), ["bob"])
        self.costs(daemon, ALICE, 1, 1)

    def test_one_recipient_more_than_the_day_has_left_is_refused(self):
        daemon = self.start(rules={"recipients_per_day": {"limit": 10}})
        with self.lab.client(ALICE) as client:
            self.accepted(client.send(ALICE, users(1, 8), "day"))
            reply = client.send(ALICE, users(11, 13), "half")
            self.refused(reply, "550 5.7.1 ")
            self.assertIn("8 used today, 3 in this message, limit 10", reply.text)
            self.costs(daemon, ALICE, 1, 8)
            self.accepted(client.send(ALICE, users(11, 12), "rest"))
        self.assertEqual(len(self.delivered("day")), 8)
        self.assertEqual(self.delivered("half"), [])
        self.assertEqual(self.delivered("rest"), ["user0011", "user0012"])
        self.costs(daemon, ALICE, 2, 10)

    def test_of_three_recipients_the_frozen_one_is_refused_and_two_get_it(self):
        daemon = self.start(whitelist=FROZEN_CAROL)
        with self.lab.client(ALICE) as client:
            self.accepted(client.mail(ALICE))
            self.accepted(client.rcpt(BOB))
            self.refused(client.rcpt("Carol@Example.Test"), "550 5.2.1 ")
            self.accepted(client.rcpt("dave@example.test"))
            self.accepted(client.data(ALICE, "three"))
        self.assertEqual(self.delivered("three"), ["bob", "dave"])
        self.costs(daemon, ALICE, 1, 2)

    def test_frozen_account_gets_nothing_from_outside_and_cannot_send(self):
        self.start(whitelist=FROZEN_CAROL)
        with self.lab.client(port=self.lab.mx, source="127.0.0.5") as client:
            self.refused(client.send("x@outside.test", CAROL), "550 5.2.1 ")
        with self.lab.client(CAROL) as client:
            self.refused(client.send(CAROL, BOB, "frozen"), "550 5.7.1 ")
        self.assertEqual(self.delivered("frozen"), [])

    def test_recipients_that_sendmail_refuses_do_not_count(self):
        daemon = self.start(rules={"recipients_per_message": {"limit": 4}})
        with self.lab.client(ALICE) as client:
            self.accepted(client.mail(ALICE))
            for recipient in users(1, 2) + ["nobody1@example.test", "nobody2@example.test",
                                            "nobody3@example.test"] + users(3, 4):
                self.assertEqual(client.rcpt(recipient).code, 550 if "nobody" in recipient else 250)
            self.accepted(client.data(ALICE, "some"))
            self.assertEqual(client.send(ALICE, "nobody4@example.test").code, 550)
        self.assertEqual(len(self.delivered("some")), 4)
        self.costs(daemon, ALICE, 1, 4)


class Cost(SendmailCase):
    def test_rset_and_ehlo_cost_nothing(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            for again in (lambda: client.command("RSET"), client.ehlo):
                self.accepted(client.mail(ALICE))
                self.accepted(client.rcpt(BOB))
                self.accepted(again())
            self.accepted(client.send(ALICE, CAROL))
        self.costs(daemon, ALICE, 1, 1)

    def test_connection_dropped_in_the_envelope_or_the_text_costs_nothing(self):
        daemon = self.start()
        for step in ("RCPT", "DATA"):
            client = self.lab.client(ALICE)
            self.accepted(client.mail(ALICE))
            self.accepted(client.rcpt(BOB))
            if step == "DATA":
                self.assertEqual(client.command("DATA").code, 354)
                client.raw(b"X-Marker: cut\r\n\r\nhalf a tex")
            client.close()
            self.lost(step)
        self.assertEqual(self.delivered("cut"), [])
        self.costs(daemon, ALICE, 0, 0)

    def test_message_that_sendmail_refuses_after_data_costs_nothing(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            client.mail(ALICE)
            client.rcpt(BOB)
            self.assertEqual(client.data(ALICE, "big", ("x" * 900 + "\r\n") * 2400).code, 552)
            client.mail(ALICE)
            client.rcpt(BOB)
            client.command("DATA")
            headers = "".join(f"X-Long-{number}: {'h' * 900}\r\n" for number in range(40))
            reply = client.command(f"From: <{ALICE}>\r\nX-Marker: head\r\n{headers}\r\ntext\r\n.")
            self.assertEqual(reply.code, 552, reply)
        self.assertEqual(self.delivered("big") + self.delivered("head"), [])
        self.costs(daemon, ALICE, 0, 0)

    def test_a_session_of_many_messages_counts_each(self):
        daemon = self.start()
        for _ in range(3):
            with self.lab.client(ALICE) as client:
                self.accepted(client.send(ALICE, [BOB, "x@outside.test"], "session"))
                self.accepted(client.send(ALICE, CAROL, "session"))
        self.assertEqual(self.delivered("session"), ["OUTSIDE"] * 3 + ["bob"] * 3 + ["carol"] * 3)
        self.costs(daemon, ALICE, 6, 9)


class Channels(SendmailCase):
    def test_listed_server_has_figures_of_its_own_on_the_server_listener(self):
        self.start(whitelist=ONE_SERVER, channels={"server": {"daemon_names": ["SERVER"]}})
        with self.lab.client(port=self.lab.server, source="127.0.0.200") as client:
            for to in (BOB, "x@outside.test"):
                self.accepted(client.send("erp@example.test", to, "erp"))
            self.refused(client.mail("erp@example.test"), "450 4.7.1 ")
        self.assertEqual(self.delivered("erp"), ["OUTSIDE", "bob"])

    def test_mail_from_outside_is_not_counted_and_not_relayed(self):
        self.start(rules={"message_rate": {"limit": "1 per 15m"}})
        with self.lab.client(port=self.lab.mx, source="127.0.1.5") as client:
            for _ in range(3):
                self.accepted(client.send("x@outside.test", BOB, "inbound"))
            self.assertEqual(client.send("x@outside.test", "y@outside.test").code, 550)
        self.assertEqual(self.delivered("inbound"), ["bob"] * 3)

    def test_session_on_standard_input_passes_and_is_not_counted(self):
        daemon = self.start(rules={"message_rate": {"limit": "1 per 15m"}})
        for _ in range(3):
            replies = self.lab.sendmail.on_standard_input(
                ["EHLO localhost", f"MAIL FROM:<{ALICE}>", f"RCPT TO:<{BOB}>", "DATA",
                 message(ALICE, "stdin") + "\r\n.", "QUIT"])
            self.assertEqual([reply[:3] for reply in replies],
                             ["250", "250", "250", "354", "250", "221"], replies)
        self.assertEqual(self.delivered("stdin"), ["bob"] * 3)
        self.costs(daemon, ALICE, 0, 0)


class Away(SendmailCase):
    def test_while_gatepostd_is_away_login_and_mail_are_deferred(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            self.accepted(client.send(ALICE, BOB, "before"))
            daemon.kill()
            self.assertEqual(client.send(ALICE, BOB, "while").code, 451)
        with SmtpClient(self.lab.submission) as client:
            self.assertEqual(client.login(ALICE).code, 454)
        with self.lab.client(port=self.lab.mx, source="127.0.0.5") as client:
            self.assertEqual(client.send("x@outside.test", BOB, "while").code, 451)
        daemon.start()
        with self.lab.client(ALICE) as client:
            self.accepted(client.send(ALICE, BOB, "after"))
        self.assertEqual(self.delivered("while"), [])
        self.assertEqual(self.delivered("before") + self.delivered("after"), ["bob"] * 2)
        self.costs(daemon, ALICE, 2, 2)

    def test_message_whose_verdict_gatepostd_did_not_give_is_not_accepted(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            self.accepted(client.mail(ALICE))
            self.accepted(client.rcpt(BOB))
            self.assertEqual(client.command("DATA").code, 354)
            daemon.kill()
            self.assertEqual(client.command("X-Marker: cut\r\n\r\ntext\r\n.").code, 451)
        self.assertEqual(self.delivered("cut"), [])


class HangingUpLab(SendmailLab):
    when_away = "4"


class AwayAndHangingUp(SendmailCase):
    site = HangingUpLab

    def test_while_gatepostd_is_away_every_session_ends_before_a_password_is_sent(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            self.accepted(client.send(ALICE, BOB, "before"))
            daemon.kill()
            self.assertEqual(client.mail(ALICE).code, 421)
        with SmtpClient(self.lab.submission) as client:
            self.assertEqual(client.banner.code, 421)
            self.assertEqual(client.ehlo(), HUNG_UP)
        daemon.start()
        with self.lab.client(ALICE) as client:
            self.accepted(client.send(ALICE, BOB, "after"))
        self.assertEqual(self.delivered("before") + self.delivered("after"), ["bob"] * 2)
        self.costs(daemon, ALICE, 2, 2)

    def test_message_whose_verdict_gatepostd_did_not_give_is_not_accepted(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            self.accepted(client.mail(ALICE))
            self.accepted(client.rcpt(BOB))
            self.assertEqual(client.command("DATA").code, 354)
            daemon.kill()
            self.assertEqual(client.command(message(ALICE, "cut") + "\r\n.").code, 421)
        self.assertEqual(self.delivered("cut"), [])


class Replies(SendmailCase):
    HELP = "https://mail.example.test/why%20not%3F/{ref}?50%"

    def test_text_arrives_as_it_was_written(self):
        self.start(site={"help_url": self.HELP}, whitelist=FROZEN_CAROL,
                   rules={"recipients_per_message": {"limit": 1}, "message_size": {"limit": "1M"}})
        with self.lab.client(ALICE) as client:
            replies = [client.mail(ALICE, " SIZE=1048577")]
            self.accepted(client.mail(ALICE))
            replies += [client.rcpt(CAROL), client.rcpt(BOB), client.rcpt("dave@example.test"),
                        client.data(ALICE)]
        self.accepted(replies.pop(2))
        for reply, start in zip(replies, ("552 5.3.4 ", "550 5.2.1 ", "550 5.5.3 ", "550 5.5.3 ")):
            reference = self.refused(reply, start)
            self.assertIn(self.HELP.replace("{ref}", reference), reply.text)
            self.assertTrue(reply.text.isascii(), reply.text)
