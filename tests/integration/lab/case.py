"""What the test cases share: one lab a class, a fresh gatepostd a test."""

import re
import unittest

from .gatepostd import Gatepostd
from .process import poll
from .site import Lab, SendmailLab
from .smtp import Reply

_REFERENCE = re.compile(r"\[ref ([0-9A-Z]{4}-[0-9A-Z]{4})\]")


def address_of(login: str) -> str:
    """The address of one of the lab's people, however the login is written."""
    return login.split("@")[0].lower() + "@example.test"


class MailCase(unittest.TestCase):
    """self.lab, a `site`, stands for the whole class; daemons are stopped after each test."""

    site = Lab

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(cls.site())

    def start(self, second: bool = False, whitelist="", **sections) -> Gatepostd:
        """A gatepostd with nothing counted yet, running behind the MTA; `whitelist` is the text of
        whitelist.yaml, or its sections."""
        daemon = self.lab.gatepostd("second" if second else "first", second)
        daemon.configure(**sections)
        daemon.write_whitelist(whitelist)
        self.addCleanup(self.lab.dns.clear)
        self.addCleanup(daemon.kill)
        daemon.start()
        return daemon

    def refused(self, reply: Reply, start: str) -> str:
        """Asserts that the reply is a refusal of ours with this code; its reference."""
        self.assertTrue(str(reply).startswith(start), f"expected {start}, got: {reply}")
        found = _REFERENCE.search(reply.text)
        self.assertIsNotNone(found, f"no reference in: {reply}")
        return found.group(1)

    def accepted(self, reply: Reply) -> None:
        self.assertEqual(reply.code, 250, f"expected acceptance, got: {reply}")

    def eventually(self, outcome, says: str, seconds: float = 15.0) -> None:
        self.assertTrue(poll(outcome, seconds), says)

    def send(self, login: str, count: int, port: int = None, to="bob@example.test",
             marker: str = "none") -> None:
        """That many messages from the login's own address in one session, all of which must pass."""
        with self.lab.client(login, port) as client:
            for number in range(count):
                reply = client.send(address_of(login), to, marker)
                self.assertEqual(reply.code, 250, f"message {number + 1} of {login}: {reply}")

    def costs(self, daemon: Gatepostd, login: str, messages: int, recipients: int) -> None:
        """Asserts what `account show` says was used: in the window, and today."""
        self.assertEqual(daemon.used(login), (messages, recipients), f"used by {login}")


class SendmailCase(MailCase):
    """The same, with Sendmail."""

    site = SendmailLab

    def delivered(self, marker: str) -> list:
        """Whose mailboxes hold a message with this marker, once for each copy."""
        return self.lab.sendmail.delivered_to(marker)

    def explained(self, daemon: Gatepostd, reference: str) -> str:
        """The case, once it is on record."""
        self.eventually(lambda: daemon.run("explain", reference).returncode == 0,
                        "the case is on record")
        return daemon.tell("explain", reference)

    def lost(self, after: str) -> None:
        """Waits until Sendmail has noticed that the client went away after this command."""
        said = {"RCPT": "lost input channel", "DATA": "collect: premature EOM"}[after]
        self.eventually(lambda: said in self.lab.sendmail.log(), f"Sendmail says: {said}")
