"""R5 with Sendmail, whose log tells of failed logins."""

from lab import SendmailCase, SmtpClient

RIGHT = "alice"


class Sendmail(SendmailCase):
    def follow(self, **rule):
        return self.start(logins={"follow": [self.lab.sendmail.folder + "/maillog"]},
                          rules={"login_lockout": rule},
                          channels={"submission": {"daemon_names": ["MSA"]}})

    def guess_wrong(self, source: str, count: int) -> None:
        for number in range(count):
            with SmtpClient(self.lab.submission, source) as client:
                client.ehlo()
                self.assertEqual(client.auth(RIGHT, f"wrong{number}").code, 535)

    def held(self, daemon, source: str) -> bool:
        return any(lock["network"].split("/")[0] == source
                   for lock in daemon.json("lockout", "list")["locks"])

    def test_ten_wrong_passwords_lock_at_the_next_greeting(self):
        daemon = self.follow()
        self.guess_wrong("127.0.0.81", 10)
        self.eventually(lambda: self.held(daemon, "127.0.0.81"), "locked")
        with SmtpClient(self.lab.submission, "127.0.0.81") as client:
            reply = client.ehlo()
            self.assertTrue(str(reply).startswith("421 4.7.0 Too many failed logins from 127.0.0.81"),
                            reply)
            self.assertRegex(reply.text, r"locked until .* \[ref [0-9A-Z]{4}-[0-9A-Z]{4}\]")
        with SmtpClient(self.lab.submission, "127.0.0.82") as client:
            client.ehlo()
            self.assertEqual(client.auth(RIGHT).code, 235, "others log in")
        self.assertNotIn("tempfailed", self.lab.sendmail.log(), "no password in the log")
        with SmtpClient(self.lab.mx, "127.0.0.81") as client:
            client.ehlo()
            self.accepted(client.send("x@outside.test", "bob@example.test"))
        daemon.tell("lockout", "unlock", "127.0.0.81", "--reason", "ticket")
        with SmtpClient(self.lab.submission, "127.0.0.81") as client:
            client.ehlo()
            self.assertEqual(client.auth(RIGHT).code, 235)

    def test_nine_do_not_lock(self):
        daemon = self.follow()
        self.guess_wrong("127.0.0.83", 9)
        shown = lambda: daemon.json("lockout", "show", "127.0.0.83")  # noqa: E731
        self.eventually(lambda: shown()["counted"] == 9, "nine are counted")
        self.assertFalse(self.held(daemon, "127.0.0.83"))
