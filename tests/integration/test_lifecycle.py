"""Starting, reloading, draining, stopping and dying."""

import os
import signal
import socket
import threading

from lab import MailCase, SmtpClient, accepts, poll

ALICE = "alice@example.test"
BOB = "bob@example.test"


class Dying(MailCase):
    def test_postfix_follows_its_default_action_while_the_daemon_is_dead(self):
        daemon = self.start()
        with self.lab.client(ALICE) as client:
            self.accepted(client.send(ALICE, BOB))
            daemon.kill()
            self.assertEqual(client.mail(ALICE).code, 451, "in the session that was open")
        with SmtpClient(self.lab.mx, "127.0.0.5") as client:
            client.ehlo()
            self.assertEqual(client.mail("x@outside.test").code, 451, "in a new session")

    def test_embedded_counters_are_all_there_after_kill_and_start(self):
        daemon = self.start()
        self.send(ALICE, 30, to=[BOB, "carol@example.test"])
        self.send(BOB, 5)
        daemon.kill()
        daemon.start()
        self.costs(daemon, ALICE, 30, 60)
        self.costs(daemon, BOB, 5, 5)
        self.send(ALICE, 20)
        with self.lab.client(ALICE) as client:
            self.refused(client.mail(ALICE), "450 4.7.1 ")

    def test_what_was_answered_before_a_kill_under_load_is_counted(self):
        daemon = self.start(rules={"message_rate": {"limit": "unlimited"},
                                   "recipients_per_day": {"limit": "unlimited"}},
                            groups={"all": {"members": ["*@example.test"],
                                            "message_rate": "100000 per 15m",
                                            "recipients_per_day": 100000}})
        passed, enough = [0] * 4, threading.Event()

        def work(number: int) -> None:
            with self.lab.client(ALICE) as client:
                while client.send(ALICE, BOB).ok:
                    passed[number] += 1
                    if sum(passed) >= 80:
                        enough.set()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(len(passed))]
        for thread in threads:
            thread.start()
        self.assertTrue(enough.wait(60))
        daemon.kill()
        for thread in threads:
            thread.join()
        daemon.start()
        messages, _ = daemon.used(ALICE)
        self.assertGreaterEqual(messages, sum(passed), "a message that passed is not counted")
        # One charge a session may have been on its way when the daemon died.
        self.assertLessEqual(messages, sum(passed) + len(passed))


class Reloading(MailCase):
    def test_usr1_brings_the_new_configuration_into_force(self):
        daemon = self.start(rules={"message_rate": {"limit": "1 per 15m"}})
        self.send(ALICE, 1)
        daemon.configure(rules={"message_rate": {"limit": "2 per 15m"}})
        with self.lab.client(ALICE) as client:
            self.refused(client.mail(ALICE), "450 4.7.1 ")
            daemon.process.signal(signal.SIGUSR1)
            self.eventually(lambda: client.mail(ALICE).ok, "the new figure counts")

    def test_reload_refuses_a_broken_configuration_and_keeps_the_old_one(self):
        daemon = self.start(rules={"message_rate": {"limit": "1 per 15m"}})
        daemon.configure(rules={"message_rate": {"limit": "2 per 15m"}, "mesage_size": {}})
        done = daemon.run("reload")
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stdout + done.stderr, r"gatepost\.yaml:\d+:\d+: .*message_size")
        self.send(ALICE, 1)
        with self.lab.client(ALICE) as client:
            self.refused(client.mail(ALICE), "450 4.7.1 ")
        self.assertTrue(daemon.status()["config"]["problems"])
        daemon.configure()
        daemon.tell("reload")
        self.assertEqual(daemon.status()["config"]["problems"], [])

    def test_start_with_a_broken_configuration_names_every_mistake(self):
        daemon = self.lab.gatepostd()
        daemon.configure(rules={"mesage_rate": {}, "message_size": {"limit": "big"}})
        process = daemon.launch()
        self.assertEqual(process.exit_status(20), 1)
        self.assertEqual(len([line for line in daemon.log().splitlines()
                              if "gatepost.yaml:" in line]), 2, daemon.log())

    def test_check_tells_before(self):
        daemon = self.lab.gatepostd()
        self.assertEqual(daemon.run("check").returncode, 0, daemon.run("check"))
        daemon.write_whitelist("frozen:\n  - account: dave@example.test\n")
        done = daemon.run("check")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout + done.stderr, r"whitelist\.yaml:2:\d+: .*reason")


class Stopping(MailCase):
    def test_drain_finishes_the_open_message_refuses_new_ones_and_exits_0(self):
        daemon = self.start()
        with self.lab.client(ALICE) as open_one, self.lab.client(BOB) as other:
            self.accepted(open_one.mail(ALICE))
            self.accepted(open_one.rcpt(BOB))
            daemon.process.signal(signal.SIGUSR2)

            def turned_away() -> bool:
                reply = other.mail(BOB)
                other.command("RSET")
                return reply.code == 451
            self.eventually(turned_away, "new messages get 451")
            self.assertTrue(daemon.process.running(), "it waits for the open message")
            self.accepted(open_one.data(ALICE, "drained"))
            self.assertEqual(daemon.process.exit_status(20), 0)
        self.assertEqual(self.lab.postfix.delivered_to("drained"), ["bob"])
        daemon.start()
        self.costs(daemon, ALICE, 1, 1)

    def test_drain_without_open_messages_ends_although_sessions_idle(self):
        daemon = self.start()
        with self.lab.client(ALICE):
            daemon.process.signal(signal.SIGUSR2)
            self.assertEqual(daemon.process.exit_status(20), 0)

    def test_term_ends_it_with_0_and_the_counters_are_kept(self):
        daemon = self.start()
        self.send(ALICE, 3)
        daemon.process.signal(signal.SIGTERM)
        self.assertEqual(daemon.process.exit_status(20), 0)
        self.assertFalse(os.path.exists(daemon.folder + "/admin.sock"))
        daemon.start()
        self.costs(daemon, ALICE, 3, 3)

    def test_command_line_says_so_when_the_daemon_is_not_running(self):
        daemon = self.lab.gatepostd()
        for command in (["status"], ["account", "show", ALICE], ["reload"]):
            done = daemon.run(*command)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("admin.sock", done.stderr, command)


class Starting(MailCase):
    def test_second_daemon_on_the_same_state_dir_refuses_to_start(self):
        daemon = self.start()
        other = self.lab.gatepostd(second=True)
        other.state = daemon.state
        other.configure()
        process = other.launch()
        self.assertEqual(process.exit_status(20), 1)
        self.assertIn(daemon.state, other.log())
        self.send(ALICE, 1)

    def test_port_in_use_is_said_clearly(self):
        daemon = self.lab.gatepostd()
        with socket.create_server(("127.0.0.1", daemon.port)):
            process = daemon.launch()
            self.assertEqual(process.exit_status(30), 1)
        self.assertIn(f"{daemon.port}@127.0.0.1", daemon.log())
        self.assertRegex(daemon.log(), "in use")

    def test_it_waits_for_a_port_that_becomes_free(self):
        daemon = self.lab.gatepostd()
        with socket.create_server(("127.0.0.1", daemon.port)):
            process = daemon.launch()
            self.assertIsNone(process.exit_status(1), "it tries again")
        self.addCleanup(daemon.kill)
        self.assertTrue(poll(lambda: accepts(daemon.port), 15))
        self.send(ALICE, 1)


class Observing(MailCase):
    def test_site_in_observe_mode_refuses_nobody_and_reports(self):
        daemon = self.start(site={"mode": "observe"},
                            rules={"message_rate": {"limit": "2 per 15m"},
                                   "recipients_per_message": {"limit": 2}},
                            whitelist="frozen:\n  - account: carol@example.test\n    reason: left\n")
        self.send(ALICE, 5)
        self.send(BOB, 1, to=["user0001@example.test", "user0002@example.test",
                              "carol@example.test"], marker="observed")
        self.assertEqual(self.lab.postfix.delivered_to("observed"), ["carol", "user0001", "user0002"])
        self.assertIn("observe", daemon.tell("status"))

        def reported() -> bool:
            text = daemon.tell("report", "--would-refuse")
            return all(word in text for word in ("message_rate", "recipients_per_message",
                                                 "frozen_accounts", ALICE, BOB))
        self.eventually(reported, "the report names each rule and user")

    def test_observed_rule_alone_refuses_nobody(self):
        daemon = self.start(rules={"message_rate": {"limit": "2 per 15m", "mode": "observe"},
                                   "recipients_per_day": {"limit": 4}})
        self.send(ALICE, 4)
        # The two that would have been refused charge nothing of the observed rule's unit.
        self.costs(daemon, ALICE, 2, 4)
        with self.lab.client(ALICE) as client:
            self.refused(client.send(ALICE, BOB), "550 5.7.1 ")
