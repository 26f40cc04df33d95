"""A master with a replica and three Sentinels: each line of docs/reliability.md about failover."""

import signal
import time

from chaos_case import LIMIT, LONG, ChaosCase, user

ROUNDS = 5 if LONG else 1


class Failover(ChaosCase):
    def setUp(self):
        self.site_ = self.lab.sentinel_site()
        self.daemon = self.begin(self.site_.url)
        self.back(self.daemon)

    def moved(self, old) -> None:
        """Waits until another master is there and the daemon uses it."""
        self.eventually(lambda: self.site_.master() is not old, "another one is the master", 30)
        port = str(self.site_.master().port)
        self.eventually(lambda: port in self.daemon.status()["store"]["where"],
                        "the daemon is told", 10)

    def test_killed_master_its_replica_takes_over_and_every_count_goes_on(self):
        for number in range(1, ROUNDS + 1):
            old = self.site_.master()
            self.pass_of(self.daemon, user(number), 1)
            self.eventually(lambda: self.in_step(old), "the replica has it")
            passed = 1 + self.together(self.daemon, user(number), 8, 5, 10, old.kill)
            self.moved(old)
            self.back(self.daemon)
            passed += self.pass_of(self.daemon, user(number), LIMIT)
            self.assertGreaterEqual(passed, LIMIT)
            # What the replica had not been sent is forgotten: at most what passed at the master.
            self.assertLessEqual(passed, LIMIT + 10)
            old.start()
            self.eventually(self.site_.whole, "the old master follows the new one", 30)

    def in_step(self, master) -> bool:
        said = master.command("INFO", "replication")
        offset = said.split("master_repl_offset:")[1].split("\r\n")[0]
        return f"offset={offset}," in said

    def test_what_the_replica_had_not_been_sent_is_forgotten_and_no_more(self):
        old, replica = self.site_.master(), self.site_.replica()
        self.assertEqual(self.pass_of(self.daemon, user(1), 5), 5)
        self.eventually(lambda: self.in_step(old), "the replica has it")
        replica.pause()
        self.assertEqual(self.pass_of(self.daemon, user(1), 8), 8)
        old.kill()
        replica.go_on()
        self.moved(old)
        self.back(self.daemon)
        passed = 13 + self.pass_of(self.daemon, user(1), LIMIT + 13)
        self.assertGreaterEqual(passed, LIMIT)
        self.assertLessEqual(passed, LIMIT + 8)

    def test_switched_by_hand_nothing_is_forgotten(self):
        old = self.site_.master()
        self.assertEqual(self.pass_of(self.daemon, user(1), 10), 10)
        self.eventually(lambda: self.in_step(old), "the replica has it")
        self.site_.switch()
        self.moved(old)
        self.back(self.daemon)
        self.assertEqual(self.pass_of(self.daemon, user(1), LIMIT), LIMIT - 10)
        self.assertEqual(self.used_by(self.daemon, user(1)), LIMIT)

    def test_nothing_is_written_to_a_replica(self):
        old = self.site_.master()
        self.site_.switch()
        self.moved(old)
        self.back(self.daemon)
        self.eventually(self.site_.whole, "the old master follows the new one", 30)
        before = old.command("INFO", "commandstats")
        self.assertEqual(self.pass_of(self.daemon, user(1), 5), 5)
        after = old.command("INFO", "commandstats")
        self.assertEqual(*(said.split("cmdstat_evalsha:")[1:] and
                           said.split("cmdstat_evalsha:calls=")[1].split(",")[0]
                           for said in (before, after)))

    def test_old_master_that_wakes_up_is_not_believed(self):
        old = self.site_.master()
        stale = self.site_.sentinels[0]
        stale.signal(signal.SIGSTOP)
        old.pause()
        self.moved(old)
        self.back(self.daemon)
        self.assertEqual(self.pass_of(self.daemon, user(1), 10), 10)
        stale.signal(signal.SIGCONT)
        old.go_on()
        watched_until = time.monotonic() + 2
        where = str(self.site_.servers[1].port)
        while time.monotonic() < watched_until:
            self.assertIn(where, self.daemon.status()["store"]["where"])
        self.assertEqual(self.pass_of(self.daemon, user(1), LIMIT), LIMIT - 10)

    def test_without_sentinels_the_master_goes_on(self):
        for sentinel in self.site_.sentinels:
            sentinel.kill()
        self.assertEqual(self.pass_of(self.daemon, user(1), LIMIT + 5), LIMIT)
        self.assertFalse(self.daemon.status()["store"]["away"])
        self.assertEqual(self.used_by(self.daemon, user(1)), LIMIT)
        self.eventually(lambda: "a failover would not be noticed" in self.daemon.tell("status"),
                        "status warns")

    def test_starts_where_nobody_is_there_and_says_so(self):
        for sentinel in self.site_.sentinels:
            sentinel.kill()
        self.daemon.kill()
        self.daemon.start()
        self.away(self.daemon)
        self.assertIn("Sentinel", self.daemon.status()["store"]["last_error"])
        self.assertEqual(self.pass_of(self.daemon, user(1), LIMIT + 5), LIMIT)
