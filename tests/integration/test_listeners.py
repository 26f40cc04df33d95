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

    def test_check_mta_names_the_listener_beforehand(self):
        daemon = self.lab.gatepostd()
        done = daemon.run("check", "--mta", "--postfix", self.lab.postfix.etc)
        self.assertEqual(done.returncode, 1, done.stderr)
        told = (done.stdout + done.stderr).splitlines()
        for port, word in ((self.lab.proxied, "smtpd_proxy_filter"),
                           (self.lab.filtered_submission, "content_filter"),
                           (self.lab.submission, "TLS")):
            self.assertTrue(any(f"127.0.0.1:{port}" in line and word in line for line in told),
                            f"{word} of port {port} in: {told}")
