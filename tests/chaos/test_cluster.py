"""A Redis Cluster of three masters with a replica each: docs/reliability.md."""

import threading

from chaos_case import LIMIT, LONG, ChaosCase, user

ROUNDS = 3 if LONG else 1


def key_of(login: str) -> str:
    """The key of the login's counters."""
    return "gatepost:{u:" + login + "}:c"


class Nodes(ChaosCase):
    def setUp(self):
        self.site_ = self.lab.cluster_site()
        self.daemon = self.begin(self.site_.url)
        self.back(self.daemon)

    def users_of(self, server, count: int) -> list:
        """Logins whose counters this server holds."""
        found = [user(number) for number in range(1, 401)
                 if self.site_.master_of(key_of(user(number))) is server]
        return found[:count]

    def test_counters_are_spread_and_exact(self):
        for number in range(1, 31):
            self.assertEqual(self.pass_of(self.daemon, user(number), LIMIT + 2), LIMIT)
        sizes = [int(server.command("DBSIZE")[1:]) for server in self.site_.masters()]
        self.assertGreater(min(sizes), 5, sizes)
        self.daemon.tell("account", "freeze", "carol@example.test", "--reason", "stolen")
        self.assertEqual(self.pass_of(self.daemon, "carol@example.test", 1), 0)

    def test_two_daemons_count_together(self):
        second = self.begin(self.site_.url, second=True)
        self.back(second)
        for number in range(1, 11):
            passed = self.pass_of(self.daemon, user(number), 12) + self.pass_of(
                second, user(number), 12)
            self.assertEqual(passed, LIMIT)

    def test_killed_master_others_never_notice_and_its_replica_takes_over(self):
        for _ in range(ROUNDS):
            victim = self.site_.masters()[0]
            others = [server for server in self.site_.masters() if server is not victim]
            hit, spared = self.users_of(victim, 1)[0], self.users_of(others[0], 1)[0]
            self.pass_of(self.daemon, hit, 5)
            passed = 5 + self.together(self.daemon, hit, 4, 4, 4, victim.kill)
            self.assertLessEqual(passed, LIMIT)
            before = self.daemon.status()["store"]["answered_locally"]
            self.assertEqual(self.pass_of(self.daemon, spared, LIMIT + 3), LIMIT)
            after = self.daemon.status()["store"]["answered_locally"]
            self.assertEqual(before, after, "of a node that is there nothing is counted here")
            self.eventually(lambda: len(self.site_.masters()) == 3
                            and victim not in self.site_.masters(), "the replica takes over", 30)
            self.back(self.daemon)
            passed += self.pass_of(self.daemon, hit, LIMIT + 3)
            self.assertGreaterEqual(passed, LIMIT)
            self.assertLessEqual(passed, LIMIT + 8, "what the replica had not been sent")
            victim.start()
            self.eventually(self.site_.whole, "the cluster is whole again", 60)
            self.daemon.kill()
            for server in self.site_.masters():
                server.command("FLUSHALL")
            self.daemon.start()
            self.back(self.daemon)

    def test_slots_move_while_mail_flows(self):
        passed, stop, failures = {}, threading.Event(), []

        def flow(number: int) -> None:
            try:
                while not stop.is_set():
                    login = user(number)
                    passed[login] = passed.get(login, 0) + self.pass_of(self.daemon, login, 1)
                    number = number % 300 + 7
            except Exception as failure:  # pylint: disable=broad-except
                failures.append(failure)

        threads = [threading.Thread(target=flow, args=(number,)) for number in range(1, 7)]
        for thread in threads:
            thread.start()
        self.site_.reshard(600 if LONG else 60)
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.back(self.daemon)
        for login, count in passed.items():
            self.assertLessEqual(count, LIMIT, login)
            self.assertEqual(self.used_by(self.daemon, login), count, login)
