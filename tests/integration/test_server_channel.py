"""Application servers (R10): a listener of their own, without logins, for listed servers alone."""

from lab import SenderCase, letter
from lab.sender_case import ALICE, BOB, STRANGER

ERP = "127.0.0.200"
SCANNER = "127.0.0.201"
ERP_ADDRESS = "erp@example.test"
SCANNER_ADDRESS = "scan@example.test"
OWN_LISTENER = {"server": {"daemon_names": ["SERVER"]}}


def servers(**of_erp) -> dict:
    """Two servers, and what is particular to the first."""
    erp = {"name": "erp", "clients": [ERP + "/32"], "senders": [ERP_ADDRESS, "*@erp.example.test"],
           "reason": "order confirmations", **of_erp}
    scanner = {"name": "scanner", "clients": [SCANNER + "/32"], "senders": [SCANNER_ADDRESS],
               "reason": "scans to mail"}
    return {"servers": [erp, scanner]}


class ServerCase(SenderCase):
    def begin(self, whitelist: dict = None, channels: dict = None):
        return self.start(channels=OWN_LISTENER if channels is None else channels,
                          whitelist=servers() if whitelist is None else whitelist)

    def server(self, source: str = ERP, port: int = None):
        return self.lab.client(port=port or self.lab.open_server, source=source)

    def sent(self, fields: list, sender: str = ERP_ADDRESS, source: str = ERP, marker="server"):
        """The reply that decided a message of a server."""
        with self.server(source) as client:
            return client.send_text(sender, BOB, letter(fields, marker))


class Senders(ServerCase):
    def test_listed_server_sends_as_its_senders(self):
        self.begin()
        for sender, shown in ((ERP_ADDRESS, ERP_ADDRESS), (ERP_ADDRESS, "Orders@erp.example.test"),
                              ("bounce+4711@erp.example.test", ERP_ADDRESS), ("", ERP_ADDRESS)):
            with self.subTest(sender=sender, shown=shown):
                self.accepted(self.sent([f"From: ERP <{shown}>"], sender))
        self.assertEqual(self.lab.postfix.delivered_to("server"), ["bob"] * 4)

    def test_listed_server_writes_to_other_sites(self):
        self.begin()
        with self.server() as client:
            self.accepted(client.send(ERP_ADDRESS, "customer@outside.test"))

    def test_other_envelope_sender_is_refused_at_mail(self):
        self.begin()
        with self.server() as client:
            for sender in (SCANNER_ADDRESS, ALICE, "x@outside.test", "x@sub.erp.example.test", "root"):
                with self.subTest(sender):
                    reply = client.mail(sender)
                    self.refused(reply, "550 5.7.1 Fake sender: server erp may not send as <")
            self.accepted(client.send(ERP_ADDRESS, BOB))

    def test_other_from_is_refused(self):
        self.begin()
        for fields, start in (
                ([f"From: <{SCANNER_ADDRESS}>"],
                 f"550 5.7.1 Fake sender: From is <{SCANNER_ADDRESS}>, which server erp may not use"),
                ([f"From: <{ALICE}>"],
                 f"550 5.7.1 Fake sender: From is <{ALICE}>, which server erp may not use"),
                ([f"From: <{ERP_ADDRESS}>, <{ALICE}>"], "550 5.7.1 Fake sender: From names several"),
                ([f"From: <{ERP_ADDRESS}>", f"From: <{ALICE}>"],
                 "550 5.7.1 Fake sender: the message has more than one From field"),
                ([f"From: <{ERP_ADDRESS}>", f"Sender: <{ALICE}>"],
                 "550 5.7.1 Fake sender: the Sender field is "),
                (["No header"], "550 5.7.1 Fake sender: the message has no header")):
            with self.subTest(fields):
                self.refused(self.sent(fields, marker="bad"), start)
        self.assertEqual(self.lab.postfix.delivered_to("bad"), [])

    def test_server_may_send_on_behalf_by_its_entry(self):
        entry = {"server": "erp", "may_send_as": ["*@sales.example.test"], "sender_field": "add",
                 "reason": "offers in the name of sales"}
        self.begin({**servers(), "send_on_behalf": [entry]})
        self.accepted(self.sent(["From: <eve@sales.example.test>"], marker="behalf"))
        self.assertIn(f"\nSender: <{ERP_ADDRESS}>\n".encode(), self.arrived("behalf"))
        self.refused(self.sent(["From: <eve@sales.example.test>"], SCANNER_ADDRESS, SCANNER),
                     "550 5.7.1 Fake sender: From is <eve@sales.example.test>, which server scanner")

    def test_observed_rules_only_report(self):
        daemon = self.start(channels=OWN_LISTENER, whitelist=servers(), site={"mode": "observe"})
        self.accepted(self.sent([f"From: <{ALICE}>"], SCANNER_ADDRESS))
        self.accepted(self.sent([f"From: <{ALICE}>"], "x@outside.test", STRANGER))
        report = daemon.tell("report", "--would-refuse")
        self.assertIn("server_channel", report)
        self.assertIn("erp", report)


class Limits(ServerCase):
    def test_each_server_has_its_own_figures(self):
        self.begin(servers(message_rate="2 per 15m", recipients_per_message=2))
        with self.server() as client:
            self.accepted(client.mail(ERP_ADDRESS))
            self.accepted(client.rcpt(BOB))
            self.accepted(client.rcpt("carol@example.test"))
            self.refused(client.rcpt("dave@example.test"), "550 5.5.3 ")
            client.command("RSET")
            for _ in range(2):
                self.accepted(client.send(ERP_ADDRESS, BOB))
            self.refused(client.mail(ERP_ADDRESS), "450 4.7.1 ")
        with self.server(SCANNER) as client:
            for _ in range(4):
                self.accepted(client.send(SCANNER_ADDRESS, [BOB, "carol@example.test", ALICE]))

    def test_fake_sender_costs_a_server_nothing(self):
        self.begin(servers(message_rate="1 per 15m"))
        for _ in range(3):
            self.refused(self.sent([f"From: <{ALICE}>"], marker="bad"), "550 5.7.1 Fake sender: ")
        self.accepted(self.sent([f"From: <{ERP_ADDRESS}>"]))
        with self.server() as client:
            self.refused(client.mail(ERP_ADDRESS), "450 4.7.1 ")


class Listeners(ServerCase):
    WRONG = "550 5.7.1 Server erp is listed for the server port; send through that one"
    NOT_LISTED = ("550 5.7.1 Client 127.0.0.5 is no listed server; people send through the "
                  "submission port with their login")
    PERSON = ("550 5.7.1 This port is for application servers; send through the submission port, "
              "<alice@example.test>")

    def test_listed_server_on_another_listener_is_sent_to_its_own(self):
        self.begin()
        with self.server(port=self.lab.mx) as client:
            self.refused(client.mail(ERP_ADDRESS), self.WRONG)
            self.assertEqual(client.rcpt(BOB).code, 503)

    def test_stranger_on_the_server_listener_is_told_to_log_in(self):
        self.begin()
        with self.server(STRANGER) as client:
            for sender in (ERP_ADDRESS, ALICE, "x@outside.test", ""):
                self.refused(client.mail(sender), self.NOT_LISTED)

    def test_person_on_the_server_listener_is_sent_to_submission(self):
        self.begin()
        for source in (STRANGER, ERP):
            with self.lab.client(ALICE, self.lab.open_server, source) as client:
                self.refused(client.mail(ALICE), self.PERSON)

    def test_login_of_a_server_on_the_submission_listener_is_a_person(self):
        daemon = self.begin()
        with self.lab.client(ALICE, source=ERP) as client:
            self.accepted(client.send(ALICE, BOB))
            self.refused(client.mail(ERP_ADDRESS), "553 5.7.1 Fake sender: ")
        self.costs(daemon, ALICE, 1, 1)

    def test_without_a_listener_of_their_own_servers_use_any(self):
        self.begin(channels={})
        for port in (self.lab.mx, self.lab.open_server):
            with self.server(port=port) as client:
                self.accepted(client.send(ERP_ADDRESS, BOB))
                self.refused(client.mail(ALICE), "550 5.7.1 Fake sender: server erp may not send as")

    def test_reference_of_each_refusal_is_explained(self):
        daemon = self.begin()
        for source, port in ((ERP, self.lab.mx), (STRANGER, self.lab.open_server)):
            with self.server(source, port) as client:
                reference = self.refused(client.mail(ERP_ADDRESS), "550 5.7.1 ")
            self.eventually(lambda: daemon.run("explain", reference).returncode == 0, "on record")
            self.assertEqual(daemon.json("explain", reference)["decisive"]["rule"], "server_channel")

    def test_expired_entry_opens_nothing(self):
        self.begin(servers(expires="2020-01-31"))
        with self.server() as client:
            self.refused(client.mail(ERP_ADDRESS), "550 5.7.1 Client 127.0.0.200 is no listed server")
