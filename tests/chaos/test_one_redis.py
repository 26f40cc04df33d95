"""One Redis in trouble: each line of docs/reliability.md about it."""

import socket
import threading

from chaos_case import BOB, LIMIT, LONG, ChaosCase, user

ROUNDS = 12 if LONG else 3


class Killed(ChaosCase):
    def test_one_daemon_lets_exactly_the_limit_through(self):
        redis = self.lab.redis(durable=True)
        daemon = self.begin(redis.url)
        for number in range(1, ROUNDS + 1):
            login = user(number)
            self.pass_of(daemon, login, 1)  # it knows the figures
            passed = 1 + self.together(daemon, login, 16, 4, 5, redis.kill)
            self.assertEqual(passed, LIMIT, login)
            redis.start()
            self.back(daemon)
            self.assertGreaterEqual(self.used_by(daemon, login), LIMIT)

    def test_two_daemons_let_through_what_each_may(self):
        redis = self.lab.redis(durable=True)
        first, second = self.begin(redis.url), self.begin(redis.url, second=True)
        passed = self.pass_of(first, user(1), 6) + self.pass_of(second, user(1), 4)
        redis.kill()
        # The first knew of 6, the second of all 10: 14 and 10 were left by what they knew.
        passed += self.pass_of(first, user(1), LIMIT + 5) + self.pass_of(second, user(1), LIMIT + 5)
        self.assertEqual(passed, 10 + 14 + 10)
        redis.start()
        self.back(first)
        self.back(second)
        self.assertEqual(self.used_by(first, user(1)), passed)

    def test_a_share_for_each_bounds_them_together(self):
        redis = self.lab.redis(durable=True)
        first = self.begin(redis.url, local_share="50%")
        second = self.begin(redis.url, second=True, local_share="50%")
        for daemon in (first, second):
            self.pass_of(daemon, user(1), 5)
        self.pass_of(first, user(1), 0)
        redis.kill()
        passed = 10
        for daemon in (first, second):
            passed += self.pass_of(daemon, user(1), LIMIT)
        # The first knew of 5: half of 15; the second of 10: half of 10.
        self.assertEqual(passed, 10 + 7 + 5)
        fresh = sum(self.pass_of(daemon, user(2), LIMIT) for daemon in (first, second))
        self.assertEqual(fresh, LIMIT, "of whom neither knew: the limit, together")

    def test_after_its_time_on_unknown_decides(self):
        redis = self.lab.redis(durable=True)
        rules = {"message_rate": {"limit": "100000 per 15m", "on_unknown": "defer"}}
        daemon = self.begin(redis.url, rules=rules, local_for="2s")
        self.assertEqual(self.pass_of(daemon, user(1), 1), 1)
        redis.kill()
        self.assertEqual(self.pass_of(daemon, user(1), 1), 1, "counted here at first")
        self.eventually(lambda: self.pass_of(daemon, user(1), 1) == 0, "deferred later", 10)
        with self.lab.client(user(1)) as client:
            self.refused(client.send(user(1), BOB), "45")
        self.assertGreater(daemon.status()["store"]["unanswered"], 0)
        redis.start()
        self.back(daemon)
        self.assertEqual(self.pass_of(daemon, user(1), 1), 1)


class Silent(ChaosCase):
    def test_paused_nothing_is_let_through_twice_or_charged_twice(self):
        redis = self.lab.redis()
        daemon = self.begin(redis.url)
        for number in range(1, ROUNDS + 1):
            login = user(number)
            self.pass_of(daemon, login, 1)
            passed = 1 + self.together(daemon, login, 8, 5, 5, redis.pause)
            self.assertEqual(passed, LIMIT, login)
            self.away(daemon)
            redis.go_on()
            store = self.back(daemon)
            self.assertGreaterEqual(self.used_by(daemon, login), LIMIT)
            self.assertEqual(store["maybe_twice"], 0)

    def test_cut_network_is_noticed_and_mended(self):
        redis = self.lab.redis()
        cut = self.lab.cut_before(redis)
        daemon = self.begin(f"redis://127.0.0.1:{cut.port}/0")
        self.assertEqual(self.pass_of(daemon, user(1), 3), 3)
        cut.cut()
        self.assertEqual(self.pass_of(daemon, user(1), LIMIT), LIMIT - 3)
        self.away(daemon)
        cut.mend()
        self.back(daemon)
        self.assertEqual(self.used_by(daemon, user(1)), LIMIT)

    def test_server_that_accepts_and_never_answers_is_away(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            daemon = self.begin(f"redis://127.0.0.1:{port}/0")
            self.assertEqual(self.pass_of(daemon, user(1), LIMIT + 5), LIMIT)
            self.away(daemon)
            self.assertIn("no usable answer", daemon.status()["store"]["last_error"])


class Unwilling(ChaosCase):
    def test_full_memory(self):
        redis = self.lab.redis()
        daemon = self.begin(redis.url)
        self.assertEqual(self.pass_of(daemon, user(1), 3), 3)
        redis.command("CONFIG", "SET", "maxmemory", "1")
        self.assertEqual(self.pass_of(daemon, user(1), LIMIT), LIMIT - 3)
        self.away(daemon)
        self.assertIn("OOM", daemon.status()["store"]["last_error"])
        redis.command("CONFIG", "SET", "maxmemory", "0")
        self.back(daemon)
        self.assertEqual(self.used_by(daemon, user(1)), LIMIT)

    def test_wrong_password(self):
        redis = self.lab.redis(options=["--requirepass", "right"])
        daemon = self.begin(redis.url.replace("//", "//:wrong@"))
        self.assertEqual(self.pass_of(daemon, user(1), LIMIT + 5), LIMIT)
        self.away(daemon)
        store = daemon.status()["store"]
        self.assertIn("WRONGPASS", store["last_error"])
        self.assertNotIn("wrong@", daemon.log() + daemon.tell("status"))

    def test_password_changed_while_it_runs(self):
        redis = self.lab.redis()
        daemon = self.begin(redis.url)
        self.assertEqual(self.pass_of(daemon, user(1), 1), 1)
        redis.command("CONFIG", "SET", "requirepass", "new")
        redis.drop_clients("new")
        self.away(daemon)
        self.assertEqual(self.pass_of(daemon, user(1), LIMIT), LIMIT - 1)

    def test_scripts_forgotten(self):
        redis = self.lab.redis()
        daemon = self.begin(redis.url)
        self.assertEqual(self.pass_of(daemon, user(1), 1), 1)
        redis.command("SCRIPT", "FLUSH")
        self.assertEqual(self.pass_of(daemon, user(1), LIMIT), LIMIT - 1)
        self.assertFalse(daemon.status()["store"]["away"])


class Forgetful(ChaosCase):
    def test_lost_memory_is_noticed_and_frozen_accounts_stay_frozen(self):
        redis = self.lab.redis()
        daemon = self.begin(redis.url)
        daemon.tell("account", "freeze", "carol@example.test", "--reason", "stolen")
        self.assertEqual(self.pass_of(daemon, user(1), LIMIT), LIMIT)
        redis.kill()
        redis.start()
        self.eventually(lambda: "without what it held" in daemon.tell("status"), "it is told")
        self.back(daemon)
        self.assertIn("counters start anew", daemon.log())
        self.assertEqual(self.pass_of(daemon, user(1), LIMIT + 5), LIMIT, "at most the limit again")
        self.assertEqual(self.pass_of(daemon, "carol@example.test", 1), 0)
        later = self.begin(redis.url, second=True)
        self.eventually(lambda: self.pass_of(later, "carol@example.test", 1) == 0,
                        "the list is in Redis again")


class DaemonKilled(ChaosCase):
    def test_in_the_middle_of_charges(self):
        redis = self.lab.redis()
        daemon = self.begin(redis.url)
        for number in range(1, ROUNDS + 1):
            self.kill_while_sending(daemon, user(number))
            daemon.start()

    def kill_while_sending(self, daemon, login: str) -> None:
        """Kills it while 8 sessions send; what was accepted is charged, and at most one more each."""
        accepted, lock, gate = [], threading.Lock(), threading.Barrier(8)

        def work() -> None:
            with self.lab.client(login) as client:
                gate.wait(30)
                for _ in range(2):
                    reply = client.send(login, BOB)
                    with lock:
                        accepted.append(reply.code == 250)
                        now = len(accepted) == 6
                    if now:
                        daemon.kill()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        daemon.start()
        passed = sum(accepted)
        used = self.used_by(daemon, login)
        self.assertGreaterEqual(used, passed, "never under")
        self.assertLessEqual(used, passed + 8, "at most one message of each session over")
        daemon.kill()
