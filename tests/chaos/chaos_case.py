"""What the tests that break things share."""

import os
import threading

from lab import MailCase, MilterClient

LIMIT = 20
BOB = "bob@example.test"
# How often, and how long, things are broken; tools/test --long asks for more.
LONG = os.environ.get("GATEPOST_CHAOS_LONG") == "1"


def user(number: int) -> str:
    return f"user{number:04}@example.test"


class ChaosCase(MailCase):
    """Messages through the milter protocol, with a limit of LIMIT messages a login."""

    def begin(self, url: str, second: bool = False, rules=None, **store):
        """A gatepostd with this store.url."""
        return self.start(second=second, store={"kind": "redis", "url": url, **store},
                          rules=rules or {"message_rate": {"limit": f"{LIMIT} per 15m"}})

    def pass_of(self, daemon, login: str, tries: int) -> int:
        """How many of so many messages in one session pass; each one must be answered."""
        passed = 0
        with MilterClient(daemon.port, 10) as client:
            client.connect()
            for _ in range(tries):
                letter, _ = client.message(login, login, [BOB])
                self.assertIn(letter, "cy", "passes, or is refused with a reply")
                passed += letter == "c"
        return passed

    def together(self, daemon, login: str, sessions: int, tries: int, at: int, what) -> int:
        """The same over many sessions at once; calls `what` once `at` answers are there."""
        answers, lock, gate = [], threading.Lock(), threading.Barrier(sessions)
        failures = []

        def work() -> None:
            try:
                with MilterClient(daemon.port, 10) as client:
                    client.connect()
                    gate.wait(30)
                    for _ in range(tries):
                        letter, _ = client.message(login, login, [BOB])
                        with lock:
                            answers.append(letter)
                            now = len(answers) == at
                        if now:
                            what()
            except Exception as failure:  # pylint: disable=broad-except
                failures.append(failure)

        threads = [threading.Thread(target=work) for _ in range(sessions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(len(answers), sessions * tries, "every message is answered")
        self.assertLessEqual(set(answers), {"c", "y"})
        return answers.count("c")

    def away(self, daemon) -> None:
        """Waits until the daemon says that Redis is away."""
        self.eventually(lambda: daemon.status()["store"]["away"], "status says that it is away")

    def back(self, daemon) -> dict:
        """Waits until Redis is back and all that was counted here is paid in; its status."""
        def settled() -> bool:
            store = daemon.status()["store"]
            return not store["away"] and store["waiting"] == 0
        self.eventually(settled, "Redis is back, and paid", 30)
        return daemon.status()["store"]

    def used_by(self, daemon, login: str) -> int:
        return daemon.used(login)[0]
