"""Everything at once, under load: no message without an answer, and nothing that grows."""

import json
import os
import random
import subprocess
import threading
import time

from chaos_case import LONG, ChaosCase
from lab.gatepostd import program

SECONDS = 60 if LONG else 15
TIMES = 10 if LONG else 3
MAY_GROW = 1024 * int(os.environ.get("GATEPOST_MAY_GROW_MIB", "16"))  # KiB


class UnderLoad(ChaosCase):
    LIMIT = "1000000 per 15m"

    def descriptors(self, daemon) -> int:
        return len(os.listdir(f"/proc/{daemon.process.pid}/fd"))

    def resident(self, daemon) -> int:
        """KiB."""
        with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def load(self, daemon, seconds: float) -> dict:
        """What the load client says after so many seconds with 64 connections."""
        done = subprocess.run(
            [program("milter_load"), f"inet:{daemon.port}@127.0.0.1", "--connections", "64",
             "--seconds", str(seconds), "--users", "400", "--login", "user%@example.test",
             "--recipients", "1", "--body", "1024", "--headers", "8", "--json"],
            text=True, capture_output=True, check=False, timeout=seconds + 120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def shaken(self, site) -> None:
        """Breaks Redis TIMES times while mail flows."""
        rules = {"message_rate": {"limit": self.LIMIT},
                 "recipients_per_day": {"limit": 1000000}}
        daemon = self.begin(site.url, rules=rules)
        self.back(daemon)
        warm = self.load(daemon, 2)
        self.back(daemon)
        files, memory = self.descriptors(daemon), self.resident(daemon)
        end, chance = time.monotonic() + SECONDS, random.Random(4711)

        def shake() -> None:
            for number in range(TIMES):
                time.sleep(max(0.0, (end - time.monotonic()) / (TIMES - number) - 1.5))
                site.shake(number, chance)

        shaker = threading.Thread(target=shake)
        shaker.start()
        figures = self.load(daemon, SECONDS)
        shaker.join()
        store = self.back(daemon)
        grown = self.resident(daemon) - memory
        print(f"\n{figures['answered']} messages, {figures['message_ms']}, "
              f"{store['answered_locally']} calls answered here, {store['failed']} without an answer, "
              f"{store['paid_back']} charges paid back, {grown} KiB more")
        self.assertEqual(figures["lost"], 0, "every message is answered")
        self.assertEqual(figures["passed"], figures["answered"])
        self.assertEqual(store["lost"] + store["maybe_twice"], 0)
        decisions = sum(each["count"] for each in daemon.status()["decisions"])
        self.assertEqual(decisions, warm["answered"] + figures["answered"], "every verdict")
        self.assertEqual(daemon.status()["sessions_open"], 0, "no session is stuck")
        # The load client plays Postfix on the same two cores, and the sanitizers may be watching.
        if LONG:
            self.assertLess(figures["message_ms"]["p99"], 100)
        self.eventually(lambda: self.descriptors(daemon) <= files + 2, "descriptors come back")
        self.assertLess(grown, MAY_GROW)

    def test_one_redis(self):
        self.shaken(OneRedis(self.lab.redis(durable=True)))

    def test_sentinels(self):
        self.shaken(Watched(self.lab.sentinel_site()))


class OneRedis:
    """Killed and paused in turn."""

    def __init__(self, redis):
        self.url = redis.url
        self._redis = redis

    def shake(self, number: int, chance: random.Random) -> None:
        if number % 2:
            self._redis.pause()
            time.sleep(chance.uniform(0.1, 1.0))
            self._redis.go_on()
        else:
            self._redis.kill()
            time.sleep(chance.uniform(0.0, 0.5))
            self._redis.start()


class Watched:
    """Failed over by a kill, and by hand."""

    def __init__(self, site):
        self.url = site.url
        self._site = site

    def shake(self, number: int, _) -> None:
        old = self._site.master()
        if number % 2:
            self._site.switch()
        else:
            old.kill()
        deadline = time.monotonic() + 20
        while self._site.master() is old and time.monotonic() < deadline:
            time.sleep(0.05)
        if not old.running():
            old.start()
        while not self._site.whole() and time.monotonic() < deadline:
            time.sleep(0.05)
