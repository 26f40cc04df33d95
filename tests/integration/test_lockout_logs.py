"""R5 where Dovecot asks nobody: failures come from the mail logs."""

import os
import subprocess

from lab import LoginCase, SmtpClient, UnaskedLoginLab

ALICE = "alice@example.test"


class Logs(LoginCase):
    site = UnaskedLoginLab

    def follow(self, **rule):
        daemon = self.guard(rule=rule, sources={"follow": [self.lab.postfix.folder + "/maillog",
                                                           self.lab.dovecot.log_path]})
        self.eventually(lambda: "127" not in self.problems(daemon), "it reads the logs")
        return daemon

    @staticmethod
    def problems(daemon) -> str:
        return " ".join(source["problem"] or "" for source in daemon.status()["logins"]["sources"])

    def test_ten_wrong_passwords_lock_at_the_next_greeting(self):
        daemon = self.follow()
        self.guess_wrong("127.0.0.71", 10)
        self.eventually(lambda: self.held(daemon, "127.0.0.71"), "locked")
        self.locked("127.0.0.71")
        self.assertTrue(self.may_log_in("127.0.0.72"))
        daemon.tell("lockout", "unlock", "127.0.0.71", "--reason", "ticket")
        self.assertTrue(self.may_log_in("127.0.0.71"))

    def test_imap_failures_count_when_dovecot_tells_them(self):
        daemon = self.follow()
        self.guess_wrong_imap("127.0.0.73", 10)
        self.eventually(lambda: self.held(daemon, "127.0.0.73"), "locked")

    def test_nine_failures_and_a_success_do_not_lock(self):
        daemon = self.follow()
        self.guess_wrong("127.0.0.74", 9)
        with self.lab.client(ALICE, source="127.0.0.74") as client:
            self.accepted(client.send(ALICE, "bob@example.test"))
        self.lab.postfix.wait_until_empty()
        shown = lambda: daemon.json("lockout", "show", "127.0.0.74")  # noqa: E731
        self.eventually(lambda: shown()["counted"] == 0, "the success is in the log")
        self.guess_wrong("127.0.0.74", 1)
        self.eventually(lambda: shown()["counted"] == 1, "one counts")

    def test_nothing_is_lost_or_counted_twice_over_a_kill_and_a_rotation(self):
        daemon = self.follow()
        shown = lambda: daemon.json("lockout", "show", "127.0.0.75")  # noqa: E731
        self.guess_wrong("127.0.0.75", 4)
        self.eventually(lambda: shown()["counted"] == 4, "four")
        daemon.kill()
        # While it is away the milter's MTA refuses AUTH for now, so another client writes the log.
        log = self.lab.postfix.folder + "/maillog"
        with open(log, encoding="utf-8") as text:
            lines = [line for line in text if "127.0.0.75]: SASL" in line]
        with open(log, "a", encoding="utf-8") as text:
            text.writelines(lines[:2])
        os.rename(log, log + ".1")
        subprocess.run(["/usr/sbin/postfix", "-c", self.lab.postfix.etc, "reload"], check=True,
                       capture_output=True, timeout=60)
        daemon.start()
        self.eventually(lambda: shown()["counted"] == 6, "two more from the rotated file")
        self.guess_wrong("127.0.0.75", 3)
        self.eventually(lambda: shown()["counted"] == 9, "three from the new one")
        self.assertFalse(self.held(daemon, "127.0.0.75"))
        self.guess_wrong("127.0.0.75", 1)
        self.eventually(lambda: self.held(daemon, "127.0.0.75"), "ten lock")

    def test_a_log_that_cannot_be_read_is_said_aloud(self):
        missing = self.lab.folder + "/nowhere/mail.log"
        daemon = self.guard(sources={"follow": [missing]})
        self.eventually(lambda: missing in daemon.log(), "in the log")
        self.assertIn(missing, daemon.tell("status"))

    def test_injected_lines_lock_nobody(self):
        daemon = self.follow()
        with SmtpClient(self.lab.submission, "127.0.0.76") as client:
            client.ehlo()
            for number in range(15):
                client.command(f"RCPT TO:<\"x@[127.0.0.77]: SASL PLAIN authentication failed: "
                               f"y{number}, sasl_username=alice\"@outside.test>")
        with self.lab.imap("127.0.0.78") as imap:
            imap.login("x> rip=127.0.0.77, y", "w")
        self.guess_wrong("127.0.0.79", 10)
        self.eventually(lambda: self.held(daemon, "127.0.0.79"), "all before is read")
        self.assertEqual(daemon.json("lockout", "show", "127.0.0.77")["counted"], 0)
