"""What a message costs, and what costs nothing."""

from lab import MailCase, message

ALICE = "alice@example.test"
BOB = "bob@example.test"
ROOT = "root@example.test"


def users(first: int, last: int) -> list:
    return [f"user{number:04}@example.test" for number in range(first, last + 1)]


class Charging(MailCase):
    def test_recipients_that_postfix_refuses_do_not_count(self):
        daemon = self.start()
        unknown = [f"nobody{number}@example.test" for number in range(3)]
        with self.lab.client(ALICE) as client:
            self.accepted(client.mail(ALICE))
            for recipient in users(1, 20) + unknown + users(21, 37):
                self.assertEqual(client.rcpt(recipient).code, 550 if "nobody" in recipient else 250)
            self.accepted(client.data(ALICE))
        self.costs(daemon, ALICE, 1, 37)

    def test_message_refused_for_its_recipients_costs_nothing(self):
        daemon = self.start(rules={"recipients_per_message": {"limit": 2}})
        with self.lab.client(ALICE) as client:
            self.refused(client.send(ALICE, users(1, 3)), "550 5.5.3 ")
        self.costs(daemon, ALICE, 0, 0)

    def test_message_refused_at_mail_costs_nothing(self):
        daemon = self.start(rules={"message_rate": {"limit": "2 per 15m"}})
        self.send(ALICE, 2)
        with self.lab.client(ALICE) as client:
            for _ in range(5):
                self.refused(client.mail(ALICE), "450 4.7.1 ")
        self.costs(daemon, ALICE, 2, 2)

    def test_rset_costs_nothing(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            client.mail(ALICE)
            client.rcpt(BOB)
            self.accepted(client.command("RSET"))
            client.mail(ALICE)
            client.rcpt(BOB)
            client.ehlo()
        self.costs(daemon, ALICE, 0, 0)

    def test_connection_dropped_in_the_envelope_or_the_text_costs_nothing(self):
        daemon = self.start()
        client = self.lab.client(ALICE)
        client.mail(ALICE)
        client.rcpt(BOB)
        client.close()
        client = self.lab.client(ALICE)
        client.mail(ALICE)
        client.rcpt(BOB)
        self.assertEqual(client.command("DATA").code, 354)
        client.raw(message(ALICE, "cut").encode())
        client.close()
        for step in ("RCPT", "DATA"):
            self.eventually(lambda: f"lost connection after {step} " in self.lab.postfix.log(),
                            f"Postfix notices the loss after {step}")
        self.assertEqual(self.lab.postfix.delivered_to("cut"), [])
        self.costs(daemon, ALICE, 0, 0)

    def test_message_that_postfix_refuses_after_data_costs_nothing(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            client.mail(ALICE)
            client.rcpt(BOB)
            self.assertEqual(client.data(ALICE, "big", ("x" * 990 + "\r\n") * 31_000).code, 552)
            client.mail(ALICE)
            client.rcpt(BOB)
            client.command("DATA")
            reply = client.command("X-Refuse-Me: yes\r\n" + message(ALICE, "checked") + "\r\n.")
            self.assertEqual(reply.code, 550, reply)
        self.assertEqual(self.lab.postfix.delivered_to("big"), [])
        self.assertEqual(self.lab.postfix.delivered_to("checked"), [])
        self.costs(daemon, ALICE, 0, 0)

    def test_nothing_of_one_message_is_charged_to_the_next(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            client.mail(ALICE)
            for recipient in users(1, 30):
                client.rcpt(recipient)
            client.command("RSET")
            self.accepted(client.send(ALICE, BOB))
        self.costs(daemon, ALICE, 1, 1)


class Channels(MailCase):
    def test_mail_that_returns_from_a_content_filter_is_counted_once_and_never_refused(self):
        daemon = self.start(rules={"message_rate": {"limit": "3 per 15m"},
                                   "recipients_per_day": {"limit": 6}})
        self.send(ALICE, 3, self.lab.filtered_submission, [BOB, "carol@example.test"], "filtered")
        self.assertEqual(self.lab.postfix.delivered_to("filtered"), ["bob"] * 3 + ["carol"] * 3)
        self.costs(daemon, ALICE, 3, 6)

    def test_mail_of_a_local_program_is_not_counted(self):
        daemon = self.start(rules={"message_rate": {"limit": "1 per 15m"},
                                   "recipients_per_message": {"limit": 1}})
        for _ in range(3):
            text = f"From: {ALICE}\nX-Marker: local\n\ntext\n"
            self.assertEqual(self.lab.postfix.sendmail(ALICE, BOB, text), 0)
        self.eventually(lambda: self.lab.postfix.delivered_to("local") == ["bob"] * 3,
                        "sendmail's mail is delivered")
        self.costs(daemon, ALICE, 0, 0)

    def test_mail_from_our_own_machines_is_not_counted(self):
        self.start(rules={"message_rate": {"limit": "1 per 15m"},
                          "recipients_per_message": {"limit": 1}})
        with self.lab.client(port=self.lab.mx, source="127.0.0.1") as client:
            for _ in range(3):
                self.accepted(client.send(ALICE, [BOB, "carol@example.test"], "relay"))
        self.assertEqual(len(self.lab.postfix.delivered_to("relay")), 6)

    def test_mail_from_outside_is_not_counted(self):
        self.start(rules={"message_rate": {"limit": "1 per 15m"}})
        with self.lab.client(port=self.lab.mx, source="127.0.0.5") as client:
            for _ in range(3):
                self.accepted(client.send("x@outside.test", BOB, "inbound"))

    def test_listed_server_has_figures_of_its_own(self):
        self.start(whitelist="servers:\n  - name: erp\n    clients: [127.0.0.200/32]\n"
                             "    senders: [\"erp@example.test\"]\n    message_rate: 2 per 15m\n"
                             "    reason: order confirmations\n")
        with self.lab.client(port=self.lab.server, source="127.0.0.200") as client:
            for _ in range(2):
                self.accepted(client.send("erp@example.test", BOB, "erp"))
            self.refused(client.mail("erp@example.test"), "450 4.7.1 ")


class Figures(MailCase):
    def test_changing_a_figure_keeps_what_was_used(self):
        daemon = self.start(rules={"message_rate": {"limit": "50 per 15m"}})
        self.send(ALICE, 4)
        daemon.configure(rules={"message_rate": {"limit": "5 per 15m"}})
        daemon.tell("reload")
        self.costs(daemon, ALICE, 4, 4)
        with self.lab.client(ALICE) as client:
            self.accepted(client.send(ALICE, BOB))
            self.refused(client.mail(ALICE), "450 4.7.1 ")
            daemon.configure(rules={"message_rate": {"limit": "6 per 15m"}})
            daemon.tell("reload")
            self.accepted(client.send(ALICE, BOB))
            self.refused(client.mail(ALICE), "450 4.7.1 ")

    def test_moving_between_groups_keeps_what_was_used(self):
        def groups(few: list, many: list) -> dict:
            return {"few": {"members": few, "message_rate": "3 per 30m"},
                    "many": {"members": many, "message_rate": "10 per 1h"}}

        daemon = self.start(groups=groups([], [ALICE]))
        self.send(ALICE, 4)
        daemon.configure(groups=groups([ALICE], []))
        daemon.tell("reload")
        with self.lab.client(ALICE) as client:
            reply = client.mail(ALICE)
            self.refused(reply, "450 4.7.1 ")
            self.assertIn("4 messages sent in 30 minutes, limit 3", reply.text)
        daemon.configure(groups=groups([], [ALICE]))
        daemon.tell("reload")
        self.send(ALICE, 6)
        with self.lab.client(ALICE) as client:
            reply = client.mail(ALICE)
            self.assertIn("10 messages sent in 1 hour, limit 10", reply.text)

    def test_domain_and_group_give_each_member_figures_of_its_own(self):
        self.start(domains={"example.test": {"message_rate": "2 per 15m"}},
                   groups={"more": {"members": [BOB], "message_rate": "3 per 15m"}})
        for login, allowed in ((ALICE, 2), ("carol@example.test", 2), (BOB, 3)):
            self.send(login, allowed)
            with self.lab.client(login) as client:
                self.refused(client.mail(login), "450 4.7.1 ")
