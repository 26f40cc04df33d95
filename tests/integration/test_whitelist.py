"""whitelist.yaml while the daemon runs, and freezing by command."""

import os

from lab import MailCase, poll, site_time

ALICE = "alice@example.test"
BOB = "bob@example.test"
CAROL = "carol@example.test"
TIGHT = {"message_rate": {"limit": "2 per 15m"}}


def group_sender(account: str, rate: str, expires: str = "") -> str:
    return (f"group_senders:\n  - account: {account}\n    message_rate: {rate}\n"
            f"    reason: monthly letter\n" + (f"    expires: {expires}\n" if expires else ""))


def frozen(*accounts: str) -> str:
    return "frozen:\n" + "".join(f"  - account: {one}\n    reason: left\n" for one in accounts)


class Saving(MailCase):
    def rate_of(self, daemon, login: str) -> str:
        limits = daemon.json("account", "show", login)["limits"]
        return next(limit["limit"] for limit in limits if limit["rule"] == "message_rate")

    def test_group_sender_gets_its_figures_without_restart(self):
        daemon = self.start(rules=TIGHT)
        self.send(ALICE, 2)
        with self.lab.client(ALICE) as client:
            self.refused(client.mail(ALICE), "450 4.7.1 ")
            daemon.write_whitelist(group_sender(ALICE, "4 per 15m"))
            self.eventually(lambda: client.mail(ALICE).ok, "the saved entry takes effect")
            client.command("RSET")
            for _ in range(2):
                self.accepted(client.send(ALICE, BOB))
            reply = client.mail(ALICE)
            self.refused(reply, "450 4.7.1 ")
            self.assertIn("limit 4", reply.text)

    def test_file_edited_in_place_takes_effect_too(self):
        daemon = self.start(rules=TIGHT)
        with open(daemon.whitelist, "w", encoding="utf-8") as output:
            output.write(group_sender(ALICE, "4 per 15m"))
        self.eventually(lambda: self.rate_of(daemon, ALICE) == "4 per 15m", "the entry counts")

    def test_group_sender_loses_its_figures_when_the_entry_expires(self):
        end = site_time(6)
        daemon = self.start(rules=TIGHT, whitelist=group_sender(
            ALICE, "1000 per 15m", end.strftime("%Y-%m-%dT%H:%M:%S")))
        with self.lab.client(ALICE) as client:
            for _ in range(3):
                self.accepted(client.send(ALICE, BOB))
            self.assertLess(site_time(0), end, "this machine is too slow for this test")

            def refused() -> bool:
                reply = client.mail(ALICE)
                client.command("RSET")
                return reply.code == 450
            self.eventually(refused, "the entry expires")
            self.assertGreaterEqual(site_time(0), end.replace(microsecond=0))
        self.assertEqual(self.rate_of(daemon, ALICE), "2 per 15m")

    def test_entry_removed_from_the_file_loses_its_effect(self):
        daemon = self.start(whitelist=frozen(CAROL))
        with self.lab.client(ALICE) as client:
            client.mail(ALICE)
            self.refused(client.rcpt(CAROL), "550 5.2.1 ")
            daemon.write_whitelist("")

            def gone() -> bool:
                client.command("RSET")
                client.mail(ALICE)
                return client.rcpt(CAROL).ok
            self.eventually(gone, "the account is no longer frozen")


class Broken(MailCase):
    GOOD = frozen(CAROL) + group_sender(ALICE, "4 per 15m")
    BROKEN = (
        ("half-written", "frozen:\n  - account: dave@example.test\n    rea"),
        ("unknown key", frozen("dave@example.test") + "    reasn: x\n"),
        ("no YAML", "frozen: [\n"),
        ("NUL bytes", "frozen:\n  - account: \0\0\n"),
    )

    def still_in_force(self, says: str) -> None:
        with self.lab.client(BOB) as client:
            client.mail(BOB)
            self.refused(client.rcpt(CAROL), "550 5.2.1 ")
            self.assertTrue(client.rcpt("dave@example.test").ok, f"{says}: half applied")
        with self.lab.client(ALICE) as client:
            self.accepted(client.mail(ALICE))

    def test_broken_file_changes_nothing_and_is_visible_in_status(self):
        daemon = self.start(rules=TIGHT, whitelist=self.GOOD)
        self.send(ALICE, 3)
        for says, text in self.BROKEN:
            with self.subTest(says):
                daemon.write_whitelist(text)
                self.eventually(lambda: daemon.status()["config"]["problems"],
                                f"{says}: status shows the problem")
                problem = daemon.status()["config"]["problems"][0]
                self.assertRegex(problem, r"whitelist\.yaml:\d+:\d+: ")
                self.assertIn(problem, daemon.tell("status"))
                self.still_in_force(says)
                daemon.write_whitelist(self.GOOD)
                self.eventually(lambda: not daemon.status()["config"]["problems"],
                                "the right file clears it")
        self.assertIn("whitelist.yaml:", daemon.log())

    def test_vanished_file_changes_nothing(self):
        daemon = self.start(whitelist=frozen(CAROL))
        os.remove(daemon.whitelist)
        self.eventually(lambda: daemon.status()["config"]["problems"], "status shows it by itself")
        done = daemon.run("reload")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("whitelist.yaml", done.stdout + done.stderr)
        self.assertTrue(daemon.status()["config"]["problems"], "status shows it")
        self.still_in_force("gone")

    def test_start_after_kill_with_a_broken_file_uses_the_last_good_one(self):
        daemon = self.start(rules=TIGHT, whitelist=self.GOOD)
        self.send(ALICE, 3)
        daemon.kill()
        daemon.write_whitelist(self.BROKEN[0][1])
        daemon.start()
        self.still_in_force("after the start")
        status = daemon.status()["config"]
        self.assertTrue(status["from_last_good"])
        self.assertTrue(status["problems"])
        self.costs(daemon, ALICE, 3, 3)
        daemon.write_whitelist("")
        self.eventually(lambda: not daemon.status()["config"]["from_last_good"],
                        "the repaired file comes into force")

    def test_change_that_loses_most_entries_waits_for_a_yes(self):
        people = [f"user{number:04}@example.test" for number in range(1, 31)]
        daemon = self.start(whitelist=frozen(*people))
        daemon.write_whitelist(frozen(*people[:5]))
        self.eventually(lambda: daemon.status()["config"]["problems"], "status shows it")
        with self.lab.client(BOB) as client:
            client.mail(BOB)
            self.refused(client.rcpt(people[20]), "550 5.2.1 ")
            daemon.tell("reload", "--yes")
            client.command("RSET")
            self.accepted(client.send(BOB, people[20]))


class Freezing(MailCase):
    def test_freeze_and_unfreeze_take_effect_within_a_second(self):
        daemon = self.start()
        with self.lab.client(ALICE) as alice, self.lab.client(BOB) as bob:
            daemon.tell("account", "freeze", "Alice@Example.Test", "--reason", "stolen password")
            self.assertTrue(poll(lambda: alice.mail(ALICE).code == 550, 1), "frozen within a second")
            self.refused(alice.mail(ALICE), "550 5.7.1 ")
            bob.mail(BOB)
            self.refused(bob.rcpt(ALICE), "550 5.2.1 ")
            daemon.tell("account", "unfreeze", ALICE, "--reason", "new password")
            self.assertTrue(poll(lambda: alice.mail(ALICE).ok, 1), "thawed within a second")

    def test_freezing_is_kept_over_kill_and_start(self):
        daemon = self.start()
        daemon.tell("account", "freeze", ALICE, "--reason", "stolen password")
        daemon.kill()
        daemon.start()
        with self.lab.client(ALICE) as client:
            self.refused(client.mail(ALICE), "550 5.7.1 ")
        self.assertIn("stolen password", daemon.tell("account", "show", ALICE))

    def test_unfreezing_one_of_the_whitelist_names_file_and_line(self):
        daemon = self.start(whitelist="# leavers\n" + frozen(CAROL))
        done = daemon.run("account", "unfreeze", CAROL, "--reason", "back")
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"whitelist\.yaml:3\b")

    def test_freezing_needs_a_reason(self):
        daemon = self.start()
        done = daemon.run("account", "freeze", ALICE)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--reason", done.stderr)
        with self.lab.client(ALICE) as client:
            self.accepted(client.mail(ALICE))
