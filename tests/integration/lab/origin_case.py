"""What the tests of mail authentication share: senders whose domains publish records, and keys."""

from .mail_signer import Key
from .sender_case import BOB, SenderCase, fields_of
from .smtp import Reply, SmtpClient, letter

SENDER = "127.0.0.60"   # may send for the domains that publish it
STRANGER = "127.0.0.61"
AUTHSERV_ID = "mx.example.test"


class OriginCase(SenderCase):
    """Every test publishes what it needs; nothing else exists in the DNS."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = Key(cls.lab.folder)

    def publish_spf(self, domain: str, client: str = SENDER) -> None:
        self.lab.dns.publish(domain, "TXT", f"v=spf1 ip4:{client} -all")

    def publish_dmarc(self, domain: str, policy: str) -> None:
        self.lab.dns.publish("_dmarc." + domain, "TXT", f"v=DMARC1; {policy}")

    def publish_key(self, domain: str, selector: str = "s1", key: Key = None) -> None:
        self.lab.dns.publish(f"{selector}._domainkey.{domain}", "TXT", (key or self.key).record)

    def bring(self, text: bytes, sender: str = "info@shop.test", source: str = SENDER,
              helo: str = "mail.shop.test") -> Reply:
        """One message to bob from outside; the reply to its end or to what stopped it before."""
        client = SmtpClient(self.lab.mx, source)
        with client:
            client.ehlo(helo)
            return client.send_text(sender, BOB, text)

    def message(self, marker: str, author: str = "info@shop.test", *more: str,
                body: str = "Good day.") -> bytes:
        return letter([f"From: <{author}>", *more], marker, body)

    def delivered(self, marker: str) -> bytes:
        """The message as it reached bob."""
        return self.arrived(marker)

    def results(self, text: bytes) -> str:
        """The value of the one Authentication-Results field of ours, folding undone."""
        ours = [value for value in fields_of(text, "Authentication-Results")
                if value.strip().lower().startswith(AUTHSERV_ID)]
        self.assertEqual(len(ours), 1, ours)
        return " ".join(ours[0].split())

    def passes_as(self, text: bytes, marker: str, expected: dict, verdict: str = "clean",
                  **envelope) -> bytes:
        """The message must reach bob with these results and this verdict; as it arrived."""
        self.accepted(self.bring(text, **envelope))
        arrived = self.delivered(marker)
        results = self.results(arrived)
        for method, result in expected.items():
            self.assertRegex(results, rf"\b{method}={result}\b", results)
        self.assertRegex(self.verdict(arrived), verdict)
        return arrived
