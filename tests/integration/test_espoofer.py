"""The espoofer attacks ("Composition Kills", USENIX Security 2020) over SMTP: no message that shows
the protected domain arrives unmarked. GATEPOST_CORPORA names the folder that holds espoofer/."""

import glob
import os
import re

from lab.hosting import ATTACKER, HostingCase
from lab.sender_case import STRANGER

CASES = os.environ.get("GATEPOST_CORPORA", "") + "/espoofer/smtp"


class Espoofer(HostingCase):
    def replay(self, path: str) -> list:
        """The replies to a client's lines: one a command, and one for the message's text."""
        with open(path, "rb") as lines:
            talk = lines.read()
        head, text = talk.split(b"\r\nDATA\r\n")
        text = text.split(b"\r\n.\r\n")[0]
        by_login = os.path.basename(path).startswith("client_")
        port = self.lab.submission if by_login else self.lab.mx
        with self.lab.client(ATTACKER if by_login else None, port, STRANGER) as client:
            replies = [client.command(line.decode()) for line in head.split(b"\r\n")
                       if not by_login or not line.startswith(b"EHLO")]
            replies.append(client.command("DATA"))
            if replies[-1].code == 354:
                client.raw(text + b"\r\n.\r\n")
                replies.append(client.reply())
        return replies

    def test_every_attack_is_refused_or_marked(self):
        self.start_for_both()
        paths = sorted(glob.glob(CASES + "/*.smtp"))
        self.assertEqual(len(paths), 22, f"cases in {CASES}")
        table = []
        for path in paths:
            name = os.path.basename(path)[:-len(".smtp")]
            with self.subTest(name):
                replies = self.replay(path)
                subject = self.subject(path)
                table.append(f"  {name:11} {self.outcome(replies, subject)}")
        print("\n" + "\n".join(table))
        self.assertEqual(len(table), 22)

    @staticmethod
    def subject(path: str) -> bytes:
        """By which the message is found in a mailbox; each attack has its own."""
        with open(path, "rb") as lines:
            return re.search(rb"\nSubject: [^\r]*", lines.read()).group(0) + b"\n"
