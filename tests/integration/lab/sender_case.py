"""What the tests of sender checks share: messages of alice, and messages from outside, to bob."""

import email.parser
import itertools

from .case import MailCase
from .gatepostd import Gatepostd
from .smtp import SmtpClient, letter

ALICE = "alice@example.test"
BOB = "bob@example.test"
OUTSIDE = "x@outside.test"
# Postfix completes the header of its own machine's mail, which would hide some of the tricks.
STRANGER = "127.0.0.5"
_numbers = itertools.count(1)


def fields_of(text: bytes, name: str) -> list:
    """The values of all fields of that name in a message's header, in their order."""
    header = email.parser.BytesHeaderParser().parsebytes(text)
    return [str(value) for value in header.get_all(name, [])]


class SenderCase(MailCase):
    """Messages begin with the header lines given; the rest of them is ordinary."""

    def alice(self) -> SmtpClient:
        return self.lab.client(ALICE, source=STRANGER)

    def passes(self, fields: list, sender: str = ALICE, options: str = "") -> bytes:
        """A message of alice, which must reach bob; as it arrived there."""
        marker = f"good{next(_numbers)}"
        with self.alice() as client:
            self.accepted(client.send_text(sender, BOB, letter(fields, marker), options))
        return self.arrived(marker)

    def fails(self, start: str, fields: list, sender: str = ALICE, options: str = "") -> str:
        """A message of alice, which must be refused with this reply; its reference."""
        with self.alice() as client:
            reply = client.send_text(sender, BOB, letter(fields, "bad"), options)
        return self.refused(reply, start)

    def nothing_bad_passed(self, daemon: Gatepostd, good: int = 0) -> None:
        """Asserts that what was refused was neither delivered nor charged."""
        self.assertEqual(self.lab.postfix.delivered_to("bad"), [])
        self.costs(daemon, ALICE, good, good)

    def arrived(self, marker: str) -> bytes:
        """The one message with this marker, as it stands in the mailbox."""
        found = self.lab.postfix.delivered(f"\nX-Marker: {marker}\n".encode())
        self.assertEqual(len(found), 1, f"copies of {marker}")
        return found[0][1]

    def from_outside(self, letters: list, sender: str = OUTSIDE, source: str = STRANGER,
                     options: str = "") -> list:
        """Messages with these header lines by a stranger, all of which must arrive; what
        X-Gatepost-Verdict says of each."""
        markers = [f"in{next(_numbers)}" for _ in letters]
        with self.lab.client(port=self.lab.mx, source=source) as client:
            for fields, marker in zip(letters, markers):
                reply = client.send_text(sender, BOB, letter(fields, marker), options)
                self.assertEqual(reply.code, 250, f"{fields}: {reply}")
        return [self.verdict(self.arrived(marker)) for marker in markers]

    def verdict(self, text: bytes) -> str:
        """The value of the one field X-Gatepost-Verdict; empty where there is none."""
        values = fields_of(text, "X-Gatepost-Verdict")
        self.assertLessEqual(len(values), 1, values)
        return values[0] if values else ""
