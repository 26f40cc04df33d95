"""The sender checks through a real Sendmail."""

from lab import SendmailCase

ALICE = "alice@example.test"
BOB = "bob@example.test"
OUTSIDE = "127.0.0.5"
SERVERS = ("servers:\n  - name: erp\n    clients: [127.0.0.200/32]\n"
           "    senders: [\"erp@example.test\"]\n    reason: order confirmations\n")
ON_BEHALF = ("send_on_behalf:\n  - login: alice@example.test\n"
             "    may_send_as: [\"carol@example.test\"]\n    sender_field: add\n"
             "    reason: secretary\n")


def text(fields: list, marker: str) -> str:
    return "\r\n".join(fields + ["Subject: test", f"X-Marker: {marker}", "", "Good day."])


class SenderChecks(SendmailCase):
    def say(self, client, sender: str, fields: list, marker: str, to: str = BOB):
        """One whole message with these header fields; the reply that decided it."""
        for step in (lambda: client.mail(sender), lambda: client.rcpt(to),
                     lambda: client.command("DATA")):
            reply = step()
            if not reply.ok:
                client.command("RSET")
                return reply
        return client.command(text(fields, marker) + "\r\n.")

    def received(self, marker: str) -> str:
        """The one message with this marker, as it was delivered."""
        self.assertEqual(self.delivered(marker), ["bob"])
        return self.lab.sendmail.message(marker)

    def test_envelope_sender_and_from_must_be_the_logins(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            reply = client.mail(BOB)
            self.refused(reply, "553 5.7.1 ")
            self.assertIn(f"Fake sender: the envelope sender is <{BOB}>, but you are logged in as "
                          f"<{ALICE}>", reply.text)
            client.command("RSET")
            reply = self.say(client, ALICE, [f"From: Boss <{BOB}>"], "fake")
            self.refused(reply, "550 5.7.1 ")
            self.assertIn(f"Fake sender: From is <{BOB}>, but you are logged in as <{ALICE}>",
                          reply.text)
            self.costs(daemon, ALICE, 0, 0)
            self.accepted(self.say(client, "Alice@Example.test", [f"From: Alice <{ALICE}>"], "own"))
            self.accepted(self.say(client, "", [f"From: {ALICE}"], "receipt"))
        self.assertEqual(self.delivered("fake"), [])
        self.assertEqual(self.delivered("own"), ["bob"])
        self.costs(daemon, ALICE, 2, 2)

    def test_bare_login_and_realm_own_the_address(self):
        self.start(site={"logins": {"bare": "first_domain", "realms": ["mx.example.test"]}})
        for login in ("alice", "alice@mx.example.test"):
            with self.lab.client(login) as client:
                self.accepted(self.say(client, ALICE, [f"From: {ALICE}"], "spelt"))
                self.refused(self.say(client, ALICE, [f"From: {BOB}"], "fake"), "550 5.7.1 ")

    def test_unclear_from_is_refused(self):
        self.start()
        for fields in ([f"From: {ALICE}", f"From: {BOB}"], [f"From: {ALICE}, {BOB}"],
                       [f"From: staff: {ALICE};"], [f"From: <@a.test:{ALICE}>"],
                       [f"From: {ALICE}", f"Sender: {BOB}"]):
            with self.lab.client(ALICE) as client:
                reply = self.say(client, ALICE, fields, "unclear")
                self.refused(reply, "550 5.7.1 ")
                self.assertIn("Fake sender", reply.text, fields)
        self.assertEqual(self.delivered("unclear"), [])

    def test_sending_on_behalf_adds_the_sender_field(self):
        self.start(whitelist=ON_BEHALF)
        with self.lab.client(ALICE) as client:
            self.accepted(self.say(client, ALICE, ["From: carol@example.test"], "behalf"))
        self.assertIn(f"\nSender: <{ALICE}>\n", self.received("behalf"))

    def test_our_domain_from_outside_is_marked_and_forged_marks_are_taken_out(self):
        daemon = self.start()
        with self.lab.client(port=self.lab.mx, source=OUTSIDE) as client:
            fields = ["X-Gatepost-Verdict: clean", f"From: {ALICE}", "x-gatepost-verdict: clean"]
            self.accepted(self.say(client, "x@outside.test", fields, "ours"))
            self.accepted(self.say(client, "x@outside.test", ["From: x@outside.test"], "theirs"))
            both = ["From: x@outside.test", f"From: {ALICE}"]
            self.accepted(self.say(client, "x@outside.test", both, "both"))
        marked = self.received("ours")
        self.assertEqual(marked.lower().count("x-gatepost-verdict:"), 1, marked)
        self.assertRegex(marked, "\nX-Gatepost-Verdict: suspicious; rule=own_domains_from_outside; "
                                 "ref=[0-9A-Z]{4}-[0-9A-Z]{4}\n")
        reference = marked.split("; ref=")[1][:9]
        self.assertIn(ALICE, self.explained(daemon, reference))
        self.assertIn("\nX-Gatepost-Verdict: clean\n", self.received("theirs"))
        self.assertIn("suspicious; rule=own_domains_from_outside", self.received("both"))

    def test_held_message_waits_in_the_queue_with_its_reason(self):
        self.start(rules={"from_is_sender": {"on_hit": "hold"}})
        with self.lab.client(ALICE) as client:
            self.accepted(self.say(client, ALICE, [f"From: {BOB}"], "held"))
        self.eventually(lambda: "quarantine=from_is_sender, ref " in self.lab.sendmail.log(),
                        "Sendmail's log has the reason")
        self.assertEqual(self.delivered("held"), [])

    def test_servers_send_as_their_senders_on_their_listener(self):
        self.start(whitelist=SERVERS, channels={"server": {"daemon_names": ["SERVER"]}})
        with self.lab.client(port=self.lab.server, source="127.0.0.200") as client:
            erp = ["From: erp@example.test"]
            self.accepted(self.say(client, "erp@example.test", erp, "erp"))
            reply = self.say(client, ALICE, erp, "other")
            self.refused(reply, "550 5.7.1 ")
            self.assertIn(f"server erp may not send as <{ALICE}>", reply.text)
            reply = self.say(client, "erp@example.test", [f"From: {ALICE}"], "other")
            self.refused(reply, "550 5.7.1 ")
            self.assertIn("which server erp may not use", reply.text)
        with self.lab.client(port=self.lab.mx, source="127.0.0.200") as client:
            reply = self.say(client, "erp@example.test", erp, "other")
            self.refused(reply, "550 5.7.1 ")
            self.assertIn("send through that one", reply.text)
        with self.lab.client(port=self.lab.server, source=OUTSIDE) as client:
            reply = self.say(client, ALICE, [f"From: {ALICE}"], "other")
            self.refused(reply, "550 5.7.1 ")
            self.assertIn("people send through the submission port", reply.text)
        self.assertEqual(self.delivered("erp"), ["bob"])
        self.assertEqual(self.delivered("other"), [])
