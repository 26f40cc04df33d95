"""Listeners whose mail cannot be judged are said aloud."""

from lab import MailCase

BOB = "bob@example.test"


class Blind(MailCase):
    def warned(self, daemon, *words: str) -> bool:
        return any(all(word in warning for word in words)
                   for warning in daemon.status()["warnings"])

    def test_listener_with_a_before_queue_filter(self):
        daemon = self.start()
        with self.lab.client(port=self.lab.proxied, source="127.0.0.5") as client:
            for _ in range(8):
                self.accepted(client.send("x@outside.test", BOB, "proxied"))
        self.assertEqual(len(self.lab.postfix.delivered_to("proxied")), 8)
        self.eventually(lambda: self.warned(daemon, "PROXIED", "smtpd_proxy_filter"), "a warning")
        self.assertIn("PROXIED", daemon.tell("status"))
        self.assertIn("PROXIED", daemon.log())

    def test_submission_without_login(self):
        daemon = self.start()
        with self.lab.client(port=self.lab.open_submission, source="127.0.0.5") as client:
            self.accepted(client.send("x@outside.test", BOB))
        self.eventually(lambda: self.warned(daemon, "SUBMISSION", "without a login"), "a warning")

    def test_good_listeners_are_not_complained_of(self):
        daemon = self.start()
        self.send("alice@example.test", 8)
        with self.lab.client(port=self.lab.mx, source="127.0.0.5") as client:
            for _ in range(8):
                self.accepted(client.send("x@outside.test", BOB))
        self.assertEqual(daemon.status()["warnings"], [])
