"""A user of Redis with no more rights than docs/install.md gives it."""

import pathlib
import re

from lab import LoginCase

ALICE, BOB, CAROL = "alice@example.test", "bob@example.test", "carol@example.test"
PASSWORD = "correct.horse"
SOURCE = "127.0.0.68"
INSTALL = pathlib.Path(__file__).parents[2] / "docs" / "install.md"


def documented_rights() -> list:
    line = re.search(r"^ACL (SETUSER gatepost .*)$", INSTALL.read_text(encoding="utf-8"), re.M)
    return line[1].replace("PASSWORD", PASSWORD).split()


class Rights(LoginCase):
    def test_suffice_for_all_that_is_kept(self):
        redis = self.lab.redis()
        self.assertIn("+OK", redis.command("ACL", *documented_rights()))
        url = redis.url.replace("//", f"//gatepost:{PASSWORD}@")
        daemon = self.guard(store={"kind": "redis", "url": url}, rule={"failures": 3},
                            rules={"message_rate": {"limit": "2 per 15m"}})
        self.assertEqual(daemon.status()["store"]["warning"], "")

        with self.lab.client(ALICE) as client:
            codes = [client.send(ALICE, BOB).code for _ in range(3)]
        self.assertEqual(codes, [250, 250, 450])
        daemon.tell("report", "--would-refuse")
        self.assertIn("2", daemon.tell("account", "show", ALICE))
        daemon.tell("account", "freeze", CAROL, "--reason", "stolen")
        daemon.tell("account", "unfreeze", CAROL, "--reason", "hers again")

        self.guess_wrong(SOURCE, 3)
        reference = self.locked(SOURCE)
        self.assertIn(SOURCE, daemon.tell("explain", reference))
        daemon.tell("lockout", "unlock", SOURCE, "--reason", "ticket")
        self.eventually(lambda: self.may_log_in(SOURCE), "unlocked", 5)

        store = daemon.status()["store"]
        self.assertEqual((store["away"], store["failed"]), (False, 0))
        self.assertEqual(redis.command("ACL", "LOG"), "*0\r\n", "nothing was denied")
