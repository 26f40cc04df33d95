"""Mail authentication through real Sendmail: what it hands on, and what becomes of our fields."""

from lab import OriginCase, SendmailLab, poll
from lab.mail_signer import signed
from lab.origin_case import STRANGER


class Authentication(OriginCase):
    site = SendmailLab

    def delivered(self, marker: str) -> bytes:
        self.assertTrue(poll(lambda: "bob" in self.lab.sendmail.delivered_to(marker), 30), marker)
        return self.lab.sendmail.message(marker).encode()

    def test_signatures_survive_the_way_to_the_milter(self):
        self.start()
        self.publish_key("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        for form in ("relaxed", "simple"):
            text = signed(self.key, "shop.test", self.message("s" + form), form=form)
            arrived = self.passes_as(text, "s" + form, {"dkim": "pass", "dmarc": "pass"},
                                     source=STRANGER)
            header = arrived.split(b"\n\n")[0]
            self.assertLess(header.index(b"Authentication-Results:"), header.index(b"Received:"))

    def test_failing_mail_is_refused(self):
        self.start()
        self.publish_dmarc("shop.test", "p=reject")
        reply = self.bring(self.message("s3"), source=STRANGER)
        self.refused(reply, "550 5.7.1 The owner of shop.test")
