"""Locks of several daemons on one Redis, also while it is away."""

import time

from lab import LoginCase

ALICE = "alice@example.test"


class Shared(LoginCase):
    def two(self, **rule):
        """Two daemons on one Redis; it comes first."""
        redis = self.lab.redis()
        store = {"kind": "redis", "url": redis.url}
        return redis, self.guard(store=store, rule=rule), self.guard(second=True, store=store, rule=rule)

    def denied(self, source: str, second: bool = False) -> bool:
        return self.ask(source, second=second)["status"] == -1

    def test_a_lock_holds_at_the_other_daemon_within_a_second(self):
        _, first, second = self.two()
        self.guess_wrong("127.0.0.61", 10)
        made = time.monotonic()
        self.eventually(lambda: self.denied("127.0.0.61", second=True), "it holds there", 5)
        self.assertLess(time.monotonic() - made, 1.0)
        with self.lab.client(port=self.lab.second_submission, source="127.0.0.62"):
            pass
        self.assertTrue(self.held(second, "127.0.0.61"))
        # Lifted at the other one, it is lifted here.
        second.tell("lockout", "unlock", "127.0.0.61", "--reason", "ticket")
        lifted = time.monotonic()
        self.eventually(lambda: self.may_log_in("127.0.0.61"), "it is lifted here", 5)
        self.assertLess(time.monotonic() - lifted, 1.0)
        self.assertFalse(self.held(first, "127.0.0.61"))

    def test_failures_at_both_count_together(self):
        _, first, _ = self.two()
        for number in range(10):
            self.assertFalse(self.denied("127.0.0.63"))
            self.ask("127.0.0.63", second=number % 2 == 1, report=False, guess=f"{number:04x}")
        self.eventually(lambda: self.held(first, "127.0.0.63"), "five and five lock", 5)

    def test_redis_killed_locks_hold_and_failures_still_lock(self):
        redis, first, second = self.two()
        self.guess_wrong("127.0.0.64", 10)
        self.eventually(lambda: self.held(second, "127.0.0.64"), "the other one has it")
        redis.kill()
        self.assertTrue(self.denied("127.0.0.64"))
        self.assertTrue(self.denied("127.0.0.64", second=True))
        begun = time.monotonic()
        self.assertTrue(self.may_log_in("127.0.0.65"))
        self.assertLess(time.monotonic() - begun, 1.5, "logins are not delayed")
        self.guess_wrong("127.0.0.66", 10)
        self.locked("127.0.0.66")
        self.assertTrue(self.may_log_in("127.0.0.65"))
        # Unlocking works all the same, here at once.
        told = first.tell("lockout", "unlock", "127.0.0.66", "--reason", "ticket")
        self.assertIn("away", told)
        self.assertTrue(self.may_log_in("127.0.0.66"))
        self.guess_wrong("127.0.0.67", 10)
        redis.start()
        self.eventually(lambda: not second.status()["store"]["away"], "it is back")
        self.eventually(lambda: self.held(second, "127.0.0.67"), "told when it is back", 10)
        self.assertTrue(self.denied("127.0.0.64", second=True), "Redis lost its memory, we did not")

    def test_redis_hangs_and_nobody_waits(self):
        redis, _, _ = self.two()
        self.guess_wrong("127.0.0.68", 10)
        redis.pause()
        self.addCleanup(redis.go_on)
        begun = time.monotonic()
        self.assertTrue(self.denied("127.0.0.68"))
        self.assertTrue(self.may_log_in("127.0.0.69"))
        self.assertLess(time.monotonic() - begun, 2.0)
        self.guess_wrong("127.0.0.70", 10)
        self.locked("127.0.0.70")
