"""R5 through Dovecot's auth-policy: ten wrong passwords lock the address, and support undoes it."""

from lab import LoginCase, SmtpClient

ALICE = "alice@example.test"
BOB = "bob@example.test"
DENIED = "535 5.7.8 Error: authentication failed: Too many failed logins from "


class Lockout(LoginCase):
    def test_the_tenth_wrong_password_locks_and_the_right_one_is_not_looked_at(self):
        daemon = self.guard()
        with SmtpClient(self.lab.submission, "127.0.0.11") as client:
            client.ehlo()
            for number in range(10):
                reply = client.auth(ALICE, f"wrong{number}")
                self.assertEqual(str(reply)[:9], "535 5.7.8", reply)
                self.assertNotIn("locked", reply.text)
            looked_at = self.lab.dovecot.passwords_looked_at("127.0.0.11")
            self.assertEqual(looked_at, 10)
            # The eleventh attempt, in the session that is open, and in new ones.
            reference = self.lock_text(client.auth(ALICE), DENIED + "127.0.0.11 (10 in 30 minutes)")
            with self.lab.imap("127.0.0.11") as imap:
                self.assertEqual(reference, self.lock_text(
                    imap.login(ALICE), "NO [ALERT] Too many failed logins from 127.0.0.11"))
            self.assertEqual(reference, self.locked("127.0.0.11"))
            self.assertEqual(self.lab.dovecot.passwords_looked_at("127.0.0.11"), looked_at)
            # Others are let in, and so is whoever is in already.
            self.assertTrue(self.may_log_in("127.0.0.12"))
            with self.lab.imap("127.0.0.12") as imap:
                self.assertTrue(imap.login(ALICE).startswith("OK"))
            self.eventually(lambda: daemon.run("explain", reference).returncode == 0, "on record")
            self.assertIn("127.0.0.11", daemon.tell("explain", reference))
            self.assertIn("锁定", daemon.tell("explain", reference, "--lang", "zh"))
            # Unlocked by hand it works at once, in the open session too.
            daemon.tell("lockout", "unlock", "127.0.0.11", "--reason", "ticket 4711")
            self.assertEqual(client.auth(ALICE).code, 235)
        self.assertTrue(self.may_log_in("127.0.0.11"))
        with self.lab.imap("127.0.0.11") as imap:
            self.assertTrue(imap.login(ALICE).startswith("OK"))
        self.assertIn("ticket 4711", daemon.tell("audit"))
        # The failures are forgotten as well: nine more do not lock.
        self.guess_wrong("127.0.0.11", 9)
        self.assertTrue(self.may_log_in("127.0.0.11"))

    def test_guesses_side_by_side_are_no_more_than_one_after_the_other(self):
        self.guard()
        right = 60  # among them, late

        def attempt(number: int) -> str:
            with self.lab.imap("127.0.0.26") as imap:
                return imap.login(ALICE, "secret" if number == right else f"wrong{number}")

        answers = self.at_once(attempt, range(80))
        self.assertEqual(self.lab.dovecot.passwords_looked_at("127.0.0.26"), 10)
        self.assertTrue(all(answer.startswith("NO") for answer in answers), answers)
        self.locked("127.0.0.26")

    def test_failures_of_all_protocols_count_together(self):
        self.guard()
        self.guess_wrong("127.0.0.13", 5)
        self.guess_wrong_imap("127.0.0.13", 5, BOB)
        self.locked("127.0.0.13")

    def test_a_lock_ends_by_itself(self):
        daemon = self.guard(rule={"lock": "3s"})
        self.guess_wrong("127.0.0.14", 10)
        self.locked("127.0.0.14")
        self.assertEqual(self.ask("127.0.0.14")["status"], -1)
        self.eventually(lambda: self.may_log_in("127.0.0.14"), "the lock ends")
        self.assertEqual(daemon.json("lockout", "list")["locks"], [])

    def test_nine_failures_and_a_success_do_not_lock(self):
        self.guard()
        for round_ in range(3):
            self.guess_wrong("127.0.0.15", 9, first=10 * round_)
            self.assertTrue(self.may_log_in("127.0.0.15"))

    def test_a_success_of_the_attackers_own_account_forgives_nothing(self):
        self.guard()
        self.guess_wrong("127.0.0.16", 9)
        self.assertTrue(self.may_log_in("127.0.0.16", BOB))
        self.guess_wrong("127.0.0.16", 1, first=9)
        self.locked("127.0.0.16")

    def test_users_that_do_not_exist_count_and_are_masked(self):
        daemon = self.guard()
        self.try_all("127.0.0.17", [(f"Hunter{n}@elsewhere.test", "x") for n in range(10)])
        self.locked("127.0.0.17")
        told = daemon.tell("lockout", "show", "127.0.0.17")
        for text in (told, daemon.log(), daemon.tell("lockout", "list", "--json")):
            self.assertNotIn("unter", text)
            self.assertNotIn("elsewhere", text)
        self.assertIn("h...#", told)

    def test_support_finds_out_why_a_user_cannot_log_in(self):
        daemon = self.guard()
        self.guess_wrong("127.0.0.18", 4)
        self.guess_wrong_imap("127.0.0.18", 6)
        told = daemon.tell("lockout", "show", ALICE)
        for part in ("127.0.0.18", "smtp", "imap", "gatepost lockout unlock"):
            self.assertIn(part, told)
        self.assertIn("127.0.0.18", daemon.tell("lockout", "show", "alice", "--lang", "zh"))
        support = ("--socket", daemon.folder + "/support.sock")
        denied = daemon.run("lockout", "lock", "127.0.0.19", "--for", "10m", "--reason", "x", *support)
        self.assertEqual(denied.returncode, 1, denied.stdout + denied.stderr)
        daemon.tell("lockout", "unlock", ALICE, "--reason", "new phone", *support)
        self.assertTrue(self.may_log_in("127.0.0.18"))

    def test_locked_by_hand(self):
        daemon = self.guard()
        daemon.tell("lockout", "lock", "127.0.0.20", "--for", "10m", "--reason", "abuse report 5")
        self.locked("127.0.0.20", "Address 127.0.0.20 is locked for logins until")
        self.assertEqual(self.ask("127.0.0.20")["status"], -1)
        self.assertIn("abuse report 5", daemon.tell("lockout", "list"))

    def test_mail_from_outside_passes_from_a_locked_address(self):
        self.guard()
        self.guess_wrong("127.0.0.21", 10)
        self.locked("127.0.0.21")
        with self.lab.client(port=self.lab.mx, source="127.0.0.21") as client:
            self.accepted(client.send("x@outside.test", BOB))

    def test_observed_it_keeps_nobody_out(self):
        daemon = self.guard(rule={"mode": "observe"})
        self.guess_wrong("127.0.0.22", 12)
        self.assertTrue(self.may_log_in("127.0.0.22"))
        self.assertTrue(self.held(daemon, "127.0.0.22"))
        self.assertIn("login_lockout", daemon.tell("report", "--would-refuse"))

    def test_locks_hold_over_a_kill_and_a_restart(self):
        daemon = self.guard()
        self.guess_wrong("127.0.0.23", 10)
        self.guess_wrong("127.0.0.24", 9)
        reference = self.locked("127.0.0.23")
        daemon.kill()
        daemon.start()
        self.assertEqual(self.locked("127.0.0.23"), reference)
        self.assertTrue(self.ask("127.0.0.24")["status"] == 0)
        self.guess_wrong("127.0.0.24", 1, first=9)
        self.locked("127.0.0.24")

    def test_without_gatepostd_dovecot_lets_in(self):
        daemon = self.guard()
        self.guess_wrong("127.0.0.25", 10)
        daemon.kill()
        with self.lab.imap("127.0.0.25") as imap:
            self.assertTrue(imap.login(ALICE).startswith("OK"), "Dovecot fails open")
        daemon.start()
        self.locked("127.0.0.25")


class Fairness(LoginCase):
    def test_ten_users_of_an_office_do_not_lock_it(self):
        office = {"offices": [{"clients": ["127.0.0.40/32"], "login_failures": 100,
                               "reason": "branch office"}]}
        daemon = self.guard(whitelist=office)
        self.try_all("127.0.0.40", [(f"user{n:04}@example.test", "old") for n in range(1, 11)])
        self.assertTrue(self.may_log_in("127.0.0.40"))
        self.try_all("127.0.0.40", [(f"user{n:04}@example.test", "older") for n in range(1, 91)])
        self.locked("127.0.0.40")
        self.assertIn("whitelist.yaml", daemon.tell("lockout", "show", "127.0.0.40"))

    def test_a_thousand_phones_with_one_stale_password_do_not_lock(self):
        self.guard(rule={"count": "distinct_passwords"})

        def phone(_):
            with SmtpClient(self.lab.submission, "127.0.0.41") as client:
                client.ehlo()
                return {client.auth(ALICE, "last year's").code for _ in range(10)}

        self.assertEqual(self.at_once(phone, range(100)), [{535}] * 100)
        self.assertTrue(self.may_log_in("127.0.0.41", BOB))
        self.guess_wrong("127.0.0.41", 9)
        self.locked("127.0.0.41", "(10 in 30 minutes)")

    def test_trusted_hosts_are_never_locked(self):
        daemon = self.guard(rule={"trusted": ["127.0.0.42/32"]})
        self.guess_wrong("127.0.0.42", 15)
        self.assertTrue(self.may_log_in("127.0.0.42"))
        self.assertIn("gatepost.yaml", daemon.tell("lockout", "show", "127.0.0.42"))

    def test_trusting_a_locked_host_lets_it_in(self):
        daemon = self.guard()
        self.guess_wrong("127.0.0.43", 10)
        self.locked("127.0.0.43")
        daemon.configure(rules={"login_lockout": {"trusted": ["127.0.0.43/32"]}},
                         logins=self.sources)
        daemon.tell("reload")
        self.assertTrue(self.may_log_in("127.0.0.43"))

    def test_an_address_that_many_share_is_slowed_before_it_is_locked(self):
        self.guard(rule={"shared_address": {"users": 3, "tarpit": "1s", "failures": 12}})
        for name in ("alice", "bob", "carol"):
            self.assertTrue(self.may_log_in("127.0.0.44", name + "@example.test"))
        self.guess_wrong("127.0.0.44", 10)
        self.assertEqual(self.ask("127.0.0.44")["status"], 1)
        self.guess_wrong("127.0.0.44", 2, first=10)
        self.locked("127.0.0.44")

    def test_an_account_that_is_attacked_is_said_aloud_and_never_locked(self):
        daemon = self.guard(rule={"attacked_account": {"addresses": 4, "tarpit": "1s"}})
        self.assertTrue(self.may_log_in("127.0.0.50"))
        self.at_once(lambda number: self.guess_wrong(f"127.0.0.{number}", 3), range(51, 56))
        self.eventually(lambda: "alice@example.test failed from" in daemon.log(), "a warning")
        self.assertEqual(self.ask("127.0.0.60")["status"], 1)
        self.assertEqual(self.ask("127.0.0.50")["status"], 0, "her own address is not slowed")
        self.assertTrue(self.may_log_in("127.0.0.60"))
