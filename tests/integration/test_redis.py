"""One Redis behind two daemons, and a Redis that goes away."""

import threading
import time

from lab import MailCase, MilterClient

ALICE = "alice@example.test"
BOB = "bob@example.test"


def in_threads(count: int, work) -> None:
    """Runs work(number) in so many threads that start together; raises what any of them raised."""
    failures = []
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            work(number, gate)
        except BaseException as failure:  # pylint: disable=broad-except
            failures.append(failure)
            gate.abort()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


class Together(MailCase):
    """300 messages by one login over 64 sessions that start at once."""
    CONNECTIONS = 64
    MESSAGES = 300

    def burst(self, ports: list) -> None:
        """Sends them; asserts that exactly 50 passed and were delivered."""
        replies = []
        left = iter(range(self.MESSAGES))

        def work(number: int, gate: threading.Barrier) -> None:
            with self.lab.client(ALICE, ports[number % len(ports)]) as client:
                gate.wait(60)
                while next(left, None) is not None:
                    replies.append(client.send(ALICE, BOB, "burst"))

        before = len(self.lab.postfix.delivered_to("burst"))
        in_threads(self.CONNECTIONS, work)
        codes = sorted(reply.code for reply in replies)
        self.assertEqual(codes, [250] * 50 + [450] * 250)
        self.assertEqual(len(self.lab.postfix.delivered_to("burst")) - before, 50)

    def test_on_two_daemons_with_one_redis_exactly_50_pass(self):
        store = {"kind": "redis", "url": self.lab.redis().url}
        first = self.start(store=store)
        second = self.start(second=True, store=store)
        self.burst([self.lab.submission, self.lab.second_submission])
        self.costs(first, ALICE, 50, 50)
        self.costs(second, ALICE, 50, 50)

    def test_on_one_daemon_with_the_embedded_store_exactly_50_pass(self):
        daemon = self.start()
        self.burst([self.lab.submission])
        self.costs(daemon, ALICE, 50, 50)


class Shared(MailCase):
    def test_both_daemons_see_a_freeze_within_a_second(self):
        store = {"kind": "redis", "url": self.lab.redis().url}
        first = self.start(store=store)
        self.start(second=True, store=store)
        with self.lab.client(ALICE, self.lab.second_submission) as client:
            self.accepted(client.mail(ALICE))
            client.command("RSET")
            first.tell("account", "freeze", ALICE, "--reason", "stolen password")

            def refused() -> bool:
                reply = client.mail(ALICE)
                client.command("RSET")
                return reply.code == 550
            self.eventually(refused, "the other daemon knows", 1)

    def test_reference_of_one_daemon_is_explained_by_the_other(self):
        store = {"kind": "redis", "url": self.lab.redis().url}
        self.start(store=store, rules={"message_rate": {"limit": "0 per 15m"}})
        second = self.start(second=True, store=store)
        with self.lab.client(ALICE) as client:
            reference = self.refused(client.mail(ALICE), "450 4.7.1 ")
        self.eventually(lambda: second.run("explain", reference).returncode == 0,
                        "the case is in the shared store")


class Away(MailCase):
    LOGINS = [f"user{number:04}@example.test" for number in range(1, 9)]
    RATE = 20

    def test_redis_killed_in_the_middle_no_message_waits_and_nobody_exceeds(self):
        redis = self.lab.redis(durable=True)
        daemon = self.start(store={"kind": "redis", "url": redis.url},
                            rules={"message_rate": {"limit": f"{self.RATE} per 15m"}})
        accepted = {login: 0 for login in self.LOGINS}
        answers = []
        middle = threading.Event()

        def work(number: int, gate: threading.Barrier) -> None:
            login = self.LOGINS[number % len(self.LOGINS)]
            with self.lab.client(login) as client:
                gate.wait(60)
                for _ in range(self.RATE):
                    reply = client.send(login, BOB)
                    answers.append((login, reply.code))
                    if len(answers) >= 60 and not middle.is_set():
                        middle.set()
                        redis.kill()

        in_threads(16, work)
        self.assertEqual(len(answers), 16 * self.RATE, "every message gets its answer")
        self.assertEqual({code for _, code in answers}, {250, 450})
        for login, code in answers:
            accepted[login] += code == 250
        for login, passed in accepted.items():
            self.assertEqual(passed, self.RATE, f"{login} gets what it may, and no more")
        self.assertTrue(daemon.status()["store"]["away"], "status says that Redis is away")
        self.assertIn("away", daemon.tell("status").lower())

        redis.start()
        self.eventually(lambda: not daemon.status()["store"]["away"], "the daemon comes back")
        self.eventually(lambda: daemon.status()["store"]["waiting"] == 0, "charges are paid in")
        for login in self.LOGINS:
            self.costs(daemon, login, accepted[login], accepted[login])
            with self.lab.client(login) as client:
                self.refused(client.mail(login), "450 4.7.1 ")

    def test_messages_are_answered_at_once_while_redis_is_away(self):
        redis = self.lab.redis(durable=True)
        daemon = self.start(store={"kind": "redis", "url": redis.url})
        took, lock = [], threading.Lock()
        away = threading.Event()

        def work(number: int, gate: threading.Barrier) -> None:
            with MilterClient(daemon.port) as client:
                client.connect()
                gate.wait(60)
                for message in range(125):
                    if number == 0 and message == 40:
                        redis.kill()
                        away.set()
                    login = f"user{message % 50 + 1:04}@example.test"
                    since_kill = away.is_set()
                    begun = time.monotonic()
                    letter, _ = client.message(login, login, [BOB])
                    with lock:
                        took.append((letter, since_kill, time.monotonic() - begun))

        in_threads(8, work)
        self.assertEqual([letter for letter, _, _ in took], ["c"] * 1000)
        while_away = sorted(seconds for _, since_kill, seconds in took if since_kill)
        self.assertGreater(len(while_away), 400)
        self.assertLess(while_away[len(while_away) * 99 // 100], 0.1, "p99 while Redis is away")

    def test_hung_redis_is_away_and_charges_nothing_twice_when_it_goes_on(self):
        redis = self.lab.redis()
        daemon = self.start(store={"kind": "redis", "url": redis.url},
                            rules={"message_rate": {"limit": f"{self.RATE} per 15m"}})
        self.send(ALICE, 5)
        redis.pause()
        self.addCleanup(redis.go_on)
        self.send(ALICE, self.RATE - 5)
        with self.lab.client(ALICE) as client:
            self.refused(client.mail(ALICE), "450 4.7.1 ")
        self.assertTrue(daemon.status()["store"]["away"])
        redis.go_on()
        self.eventually(lambda: not daemon.status()["store"]["away"]
                        and daemon.status()["store"]["waiting"] == 0, "charges are paid in")
        # What it was asked before it hung is charged under the same token as what is paid in.
        self.costs(daemon, ALICE, self.RATE, self.RATE)

    def test_when_down_unknown_defers_where_the_rule_says_so(self):
        redis = self.lab.redis(durable=True)
        daemon = self.start(store={"kind": "redis", "url": redis.url, "when_down": "unknown"},
                            rules={"message_rate": {"limit": "50 per 15m", "on_unknown": "defer"}})
        self.send(ALICE, 1)
        redis.kill()
        with self.lab.client(ALICE) as client:
            self.refused(client.send(ALICE, BOB), "45")
        self.assertTrue(daemon.status()["store"]["away"])
        redis.start()
        self.eventually(lambda: not daemon.status()["store"]["away"], "the daemon comes back")
        self.send(ALICE, 1)

    def test_daemon_starts_while_redis_is_away(self):
        redis = self.lab.redis(durable=True)
        redis.kill()
        daemon = self.start(store={"kind": "redis", "url": redis.url})
        self.send(ALICE, 1)
        self.assertTrue(daemon.status()["store"]["away"])
        redis.start()
        self.eventually(lambda: daemon.status()["store"]["waiting"] == 0
                        and not daemon.status()["store"]["away"], "the charge is paid in")
        self.costs(daemon, ALICE, 1, 1)
