"""Mail authentication through real Sendmail: what it hands on, and what becomes of our fields."""

from lab import OriginCase, SendmailLab, SmtpClient, letter, poll
from lab.mail_signer import signed
from lab.origin_case import AUTHSERV_ID, STRANGER
from lab.sender_case import BOB, fields_of


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

    def test_header_fields_of_every_shape(self):
        self.start()
        self.publish_key("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        shapes = (b"X-Shape: \t two  blanks ", b"X-Shape:none", b"X-Shape: a,\r\n\t\tb,\r\n   c",
                  b"X-Shape:\ttab\t", b"X-Shape: \xd7\xaa\xd5\xcb", b"x-shape: " + b"x" * 900)
        for number, line in enumerate(shapes):
            for form in ("relaxed", "simple"):
                with self.subTest(f"{line} {form}"):
                    marker = f"shape{number}{form}"
                    text = letter([line, "From: <info@shop.test>"], marker,
                                  "  a \t b \r\n\r\nc\r\n")
                    text = signed(self.key, "shop.test", text, form=form,
                                  names=["from", "x-shape", "x-marker", "to"])
                    self.passes_as(text, marker, {"dkim": "pass", "dmarc": "pass"}, source=STRANGER)

    def test_forged_results_are_taken_out(self):
        self.start()
        mine = f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass"
        other = "Authentication-Results: elsewhere.test; spf=pass"
        folded = f"AUTHENTICATION-RESULTS:\r\n\t(x) {AUTHSERV_ID} 1; dkim=pass"
        text = letter([mine, other, folded, mine, other, "From: <info@shop.test>"], "forged")
        self.accepted(self.bring(text))
        arrived = self.delivered("forged")
        self.assertIn("dmarc=none", self.results(arrived))
        values = fields_of(arrived, "Authentication-Results")
        self.assertEqual([value.split(";")[0] for value in values],
                         [AUTHSERV_ID, "elsewhere.test", "elsewhere.test"])

    def test_messages_of_one_session(self):
        self.start()
        self.publish_key("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        good = signed(self.key, "shop.test", self.message("one"))
        large = self.message("two", "x@open.test", body="y" * 900 + "\r\n" + "x\r\n" * 99_000)
        with SmtpClient(self.lab.mx, STRANGER) as client:
            client.ehlo("mail.shop.test")
            self.accepted(client.send_text("info@shop.test", BOB, good))
            self.refused(client.send_text("info@shop.test", BOB, good.replace(b"Good", b"Bad")),
                         "550 5.7.1 The owner of shop.test")
            self.accepted(client.send_text("x@open.test", BOB, large))
        self.assertIn("dkim=pass", self.results(self.delivered("one")))
        self.assertIn("dkim=none", self.results(self.delivered("two")))
