"""A site with two tenants, one of whom attacks the other."""

import re

from .case import MailCase
from .gatepostd import Gatepostd
from .sender_case import fields_of
from .site import Lab

ATTACKER = "attacker@legitimate.example"
VICTIM = "victim@victim.example"
_MARKED = re.compile(r"(suspicious|junk); rule=\w+; ref=[0-9A-Z]{4}-[0-9A-Z]{4}$")


class Hosting(Lab):
    """Two tenants' domains beside the lab's own."""

    others = (ATTACKER, VICTIM)


class HostingCase(MailCase):
    site = Hosting

    def start_for_both(self, **sections) -> Gatepostd:
        """A gatepostd whose domains are those of the tenants."""
        return self.start(site={"domains": ["legitimate.example", "victim.example"]}, **sections)

    def outcome(self, replies: list, part: bytes) -> str:
        """What became of a message: the first refusal, which must be ours, or the mark with which
        it was delivered."""
        refused = [reply for reply in replies if reply.code >= 400]
        found = self.lab.postfix.delivered(part)
        if refused:
            self.refused(refused[0], "55")
            self.assertEqual(found, [], "refused and delivered")
            return str(refused[0])
        self.assertEqual([owner for owner, _ in found], [VICTIM])
        values = fields_of(found[0][1], "X-Gatepost-Verdict")
        self.assertEqual(len(values), 1, values)
        self.assertRegex(values[0], _MARKED)
        return values[0]
