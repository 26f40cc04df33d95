"""CERT VU#244112 and VU#517845: whoever logs in to a server of many tenants shows no other one."""

from lab import letter
from lab.hosting import ATTACKER, VICTIM, HostingCase
from lab.sender_case import STRANGER


class Tenants(HostingCase):
    """A tenant that logs in and shows another tenant of the same server."""

    CEO = "ceo@victim.example"
    LETTERS = (
        (ATTACKER, [f"From: <{CEO}>"]),
        (CEO, [f"From: <{CEO}>"]),
        ("", [f"From: <{CEO}>"]),
        ("", [f"From: <{CEO}>", f"Sender: <{ATTACKER}>"]),
        (ATTACKER, [f"From: <{CEO}>", f"Sender: <{ATTACKER}>"]),
        (ATTACKER, [f"From: <{ATTACKER}>", f"Sender: <{CEO}>"]),
        (ATTACKER, [f"From: <{ATTACKER}>, <{CEO}>"]),
        (ATTACKER, [f"From: <{CEO}>, <{ATTACKER}>", f"Sender: <{ATTACKER}>"]),
        (ATTACKER, [f"From: <{ATTACKER}>", f"From: <{CEO}>"]),
        (ATTACKER, [f"From: <{CEO}>", f"From: <{ATTACKER}>"]),
        (ATTACKER, [f"From: board: <{CEO}>, <{ATTACKER}>;"]),
        (ATTACKER, [f"From: board: <{CEO}>;, <{ATTACKER}>"]),
        (ATTACKER, [f"From: <{ATTACKER}>{CEO}"]),
        (ATTACKER, [f"From: {CEO} <{ATTACKER}>"]),
        (ATTACKER, [f"From: \"{CEO}\" <{ATTACKER}>"]),
        (ATTACKER, ["From: =?utf-8?B?Y2VvQHZpY3RpbS5leGFtcGxl?= <attacker@legitimate.example>"]),
        (ATTACKER, [f"From: <{CEO}\x00attacker@legitimate.example>"]),
        (ATTACKER, [f"From: <{ATTACKER}:{CEO}>"]),
        (ATTACKER, [f"From: <@legitimate.example:{CEO}>"]),
        (ATTACKER, [f"From: <{CEO}> (<{ATTACKER}>)"]),
        (ATTACKER, [f"Good day, {CEO}", f"From: <{CEO}>"]),
        (ATTACKER, [f" From: <{ATTACKER}>", f"From: <{CEO}>"]),
        (ATTACKER, [f"Resent-From: <{ATTACKER}>", f"From: <{CEO}>"]),
    )

    def test_no_other_tenant_is_shown_unmarked_whatever_is_matched(self):
        for match in ("address", "domain", "organization"):
            daemon = self.start_for_both(rules={"from_is_sender": {"match": match}})
            with self.lab.client(ATTACKER, source=STRANGER) as client:
                for number, (sender, fields) in enumerate(self.LETTERS):
                    with self.subTest(match=match, fields=fields, sender=sender):
                        marker = f"tenant-{match}-{number}"
                        reply = client.send_text(sender, VICTIM, letter(fields, marker))
                        self.outcome([reply], f"\nX-Marker: {marker}\n".encode())
            daemon.kill()
