"""What the tests of failed logins share."""

import concurrent.futures
import json
import os
import re
import urllib.request

from .case import MailCase
from .gatepostd import Gatepostd
from .imap import ImapClient
from .smtp import Reply, SmtpClient
from .site import LoginLab

_REFERENCE = re.compile(r"\[ref ([0-9A-Z]{4}-[0-9A-Z]{4})\]")


class LoginCase(MailCase):
    """A site whose Dovecot asks the first daemon before it looks at passwords. Every test uses
    addresses of its own."""

    site = LoginLab

    def guard(self, second: bool = False, rule=None, sources=None, **sections) -> Gatepostd:
        """A daemon that is asked about logins; `rule` are keys of login_lockout, `sources` stand in
        place of the auth-policy server."""
        folder = self.lab.folder
        with open(folder + "/policy.secret", "w", encoding="utf-8") as secret:
            secret.write(self.lab.login_ports.secret + "\n")
        os.chmod(folder + "/policy.secret", 0o600)
        port = self.lab.second_policy_port if second else self.lab.login_ports.policy
        asked = {"auth_policy": {"listen": f"inet:{port}@127.0.0.1",
                                 "secret_file": folder + "/policy.secret"}}
        rules = {"login_lockout": rule or {}, **sections.pop("rules", {})}
        self.sources = sources or asked
        return self.start(second=second, logins=self.sources, rules=rules, **sections)

    def guess_wrong(self, source: str, count: int, login: str = "alice@example.test",
                    first: int = 0) -> None:
        """So many wrong passwords over SMTP, each another one, all at once: Dovecot takes half a
        second for each."""
        self.try_all(source, [(login, f"wrong{n}") for n in range(first, first + count)])

    def try_all(self, source: str, attempts: list) -> None:
        """Logins with passwords, all wrong, all at once over SMTP."""
        def attempt(login_and_password) -> Reply:
            with SmtpClient(self.lab.submission, source) as client:
                client.ehlo()
                return client.auth(*login_and_password)

        for reply in self.at_once(attempt, attempts):
            self.assertEqual(reply.code, 535, f"an attempt from {source}: {reply}")

    @staticmethod
    def at_once(work, items) -> list:
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            return list(pool.map(work, items))

    def guess_wrong_imap(self, source: str, count: int, login: str = "alice@example.test") -> None:
        """The same over IMAP."""
        def attempt(number: int) -> str:
            with ImapClient(self.lab.login_ports.imap, source) as client:
                return client.login(login, f"imap{number}")

        for answer in self.at_once(attempt, range(count)):
            self.assertTrue(answer.startswith("NO"), answer)

    def may_log_in(self, source: str, login: str = "alice@example.test") -> bool:
        """Whether the right password is taken over SMTP, in a new session."""
        client = SmtpClient(self.lab.submission, source)
        reply = client.login(login)
        client.close()
        return reply.code == 235

    def locked(self, source: str, says: str = "locked until") -> str:
        """Asserts that SMTP greets this address with a lock's text; the lock's reference."""
        with SmtpClient(self.lab.submission, source) as client:
            return self.lock_text(client.ehlo(), "421 4.7.0", says)

    def lock_text(self, reply, start: str, says: str = "locked until") -> str:
        """Asserts what a locked client is told; the reference in it."""
        text = str(reply)
        self.assertTrue(text.startswith(start), f"expected {start}, got: {text}")
        self.assertIn(says, text)
        found = _REFERENCE.search(text)
        self.assertIsNotNone(found, f"no reference in: {text}")
        return found.group(1)

    def ask(self, source: str, login: str = "alice@example.test", second: bool = False,
            report: bool = None, guess: str = "0a49", protocol: str = "imap") -> dict:
        """Asks as Dovecot does; with `report` tells how an attempt ended."""
        port = self.lab.second_policy_port if second else self.lab.login_ports.policy
        body = {"device_id": "", "login": login, "protocol": protocol, "pwhash": guess,
                "remote": source, "session_id": "", "tls": False}
        command = "allow"
        if report is not None:
            command = "report"
            body.update(success=report, policy_reject=False)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/?command={command}", json.dumps(body).encode(),
            {"Content-Type": "application/json",
             "Authorization": "Bearer " + self.lab.login_ports.secret})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def held(self, daemon: Gatepostd, source: str) -> bool:
        """Whether `lockout list` has this client."""
        return any(lock["network"].split("/")[0] == source
                   for lock in daemon.json("lockout", "list")["locks"])
