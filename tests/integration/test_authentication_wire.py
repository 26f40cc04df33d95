"""What Postfix makes of a message before it is verified, and of our fields after."""

import re
import threading

from lab import OriginCase, SmtpClient, letter
from lab.mail_signer import signed
from lab.origin_case import AUTHSERV_ID, SENDER, STRANGER
from lab.sender_case import BOB, fields_of

SHOP = "info@shop.test"


class AsSigned(OriginCase):
    """A signature covers octets, and has to hold for those that were sent."""

    def setUp(self):
        self.start()
        self.publish_key("shop.test")
        self.publish_dmarc("shop.test", "p=reject")

    def holds(self, text: bytes, marker: str, form: str = "simple", **how) -> None:
        text = signed(self.key, "shop.test", text, form=form, **how)
        self.passes_as(text, marker, {"dkim": "pass", "dmarc": "pass"}, source=STRANGER)

    def test_header_fields_of_every_shape(self):
        shapes = {
            "empty": b"X-Shape:",
            "blank": b"X-Shape: \t ",
            "folded": b"X-Shape: a,\r\n\t\tb,\r\n   c  ",
            "folded at once": b"X-Shape:\r\n a",
            "raw GBK": b"X-Shape: \xd7\xaa\xd5\xcb \xa3\xa4",
            "raw UTF-8": "X-Shape: 转账".encode(),
            "long line": b"X-Shape: " + b"x" * 5_000,
            "many lines": b"X-Shape: " + b"y" * 70 + (b"\r\n " + b"z" * 70) * 700,
            "lower case": b"x-shape: a",
            "signs": b"X-Shape: ;=:%s%d\\\"<>()[]{}",
            "tab": b"X-Shape:\ta\tb\t",
        }
        for number, (name, line) in enumerate(shapes.items()):
            with self.subTest(name):
                marker = f"shape{number}"
                for form in ("simple", "relaxed"):
                    self.holds(letter([line, f"From: <{SHOP}>"], marker + form), marker + form,
                               form, names=["from", "x-shape", "x-marker", "to"])

    def test_repeated_and_absent_fields(self):
        for number, names in enumerate((
                ["from", "from", "x-twice"], ["from", "x-twice", "x-twice", "x-twice"],
                ["from", "reply-to", "x-never", "from"])):
            marker = f"again{number}"
            fields = [f"From: <{SHOP}>", "X-Twice: one", "X-Twice: two"]
            self.holds(letter(fields, marker), marker, names=names)

    def test_bodies_of_every_shape(self):
        shapes = {
            "empty": b"",
            "line ends alone": b"\r\n\r\n\r\n",
            "dots": b"..\r\n..a\r\n.. b",
            "blanks": b"  a \t b  \r\n\t\r\n \r\n",
            "eight bits": bytes(range(128, 256)) * 3,
            "control characters": b"a\x01\x02\x0b\x0c\x7fb",
            "long line": b"q" * 40_000 + b"\r\nend",
            "many short lines": b"r\r\n" * 70_000,
        }
        for number, (name, body) in enumerate(shapes.items()):
            with self.subTest(name):
                for form in ("simple", "relaxed"):
                    marker = f"body{number}{form}"
                    head = letter([f"From: <{SHOP}>"], marker, "")
                    # What the client doubles and the server takes away again is not signed.
                    text = signed(self.key, "shop.test", head + body.replace(b"\n..", b"\n.")
                                  .removeprefix(b"."), form=form)
                    own, _, sent = text.partition(b"\r\n\r\n")
                    sent = b"." + sent if body.startswith(b".") else sent
                    sent = sent.replace(b"\n.", b"\n..")
                    self.passes_as(own + b"\r\n\r\n" + sent, marker,
                                   {"dkim": "pass", "dmarc": "pass"}, source=STRANGER)

    def test_chunks(self):
        text = signed(self.key, "shop.test", self.message("chunks", body="a\r\n.\r\n..b\r\n"),
                      form="simple")
        text += b"\r\n"
        with SmtpClient(self.lab.mx, STRANGER) as client:
            client.ehlo("mail.shop.test")
            client.mail(SHOP)
            client.rcpt(BOB)
            for at in range(0, len(text), 37):
                part = text[at:at + 37]
                client.raw(b"BDAT %d\r\n" % len(part) + part)
                self.accepted(client.reply())
            self.accepted(client.command("BDAT 0 LAST"))
        self.assertIn("dkim=pass", self.results(self.delivered("chunks")))

    def test_field_that_postfix_cuts_is_no_longer_what_was_signed(self):
        text = letter([b"X-Large: " + b"x" * 70_000, f"From: <{SHOP}>"], "cut")
        text = signed(self.key, "shop.test", text, names=["from", "x-large"])
        self.assertIn("the header was changed", self.bring(text, source=STRANGER).text)

    def test_length_and_expiry(self):
        text = self.message("length")
        covered = len(text.split(b"\r\n\r\n", 1)[1]) + 2
        self.holds(text, "length", length=covered)
        partly = signed(self.key, "shop.test", text, length=covered) + b"\r\nBuy this."
        self.refused(self.bring(partly, source=STRANGER), "550 5.7.1")
        expired = signed(self.key, "shop.test", text, tags=" t=1000000000; x=1000000600;")
        self.assertIn("expired", self.bring(expired, source=STRANGER).text)

    def test_messages_of_one_session_have_nothing_in_common(self):
        self.publish_spf("other.test")
        good = signed(self.key, "shop.test", self.message("of1"))
        changed = good.replace(b"Good day", b"Bad day")
        with SmtpClient(self.lab.mx, STRANGER) as client:
            client.ehlo("mail.shop.test")
            self.accepted(client.send_text(SHOP, BOB, good))
            self.refused(client.send_text(SHOP, BOB, changed), "550 5.7.1")
            client.mail(SHOP)
            client.rcpt(BOB)
            client.command("RSET")
            self.refused(client.send_text(SHOP, BOB, self.message("of2")), "550 5.7.1")
            third = self.message("of3", "x@other.test")
            self.accepted(client.send_text("x@other.test", BOB, third))
            self.accepted(client.send_text(SHOP, BOB, good))
        third = self.results(self.delivered("of3"))
        self.assertIn("dkim=none", third)
        self.assertNotIn("shop.test", third)
        self.assertEqual(self.lab.postfix.delivered_to("of2"), [])


class Large(OriginCase):
    """Messages are hashed as they come, and not kept."""

    def test_several_at_once_leave_memory_as_it_was(self):
        daemon = self.start()
        self.publish_key("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        first = signed(self.key, "shop.test", self.message("l0"))
        self.accepted(self.bring(first, source=STRANGER))

        def resident(line: str) -> int:
            with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as status:
                return next(int(each.split()[1]) for each in status if each.startswith(line))

        before, replies = resident("VmRSS"), []
        body = "\r\n".join(["0123456789 " * 6] * 360_000)  # 24.5 MB
        texts = [signed(self.key, "shop.test", self.message(f"l{number + 1}", body=body))
                 for number in range(4)]
        threads = [threading.Thread(
            target=lambda text=text: replies.append(self.bring(text, source=STRANGER)))
                   for text in texts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([reply.code for reply in replies], [250] * 4)
        print(f"\n{resident('VmHWM') - before} KiB more at most")
        self.assertLess(resident("VmHWM") - before, 12_000, "KiB more at most")


class Forged(OriginCase):
    """No field in our name but ours, and that one first."""

    SPELLINGS = {
        "plain": f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass",
        "nothing": f"Authentication-Results: {AUTHSERV_ID}; none",
        "alone": f"Authentication-Results: {AUTHSERV_ID}",
        "version": f"Authentication-Results: {AUTHSERV_ID} 1; dmarc=pass",
        "upper case": f"AUTHENTICATION-RESULTS: {AUTHSERV_ID.upper()}; dmarc=pass",
        "folded": f"Authentication-Results:\r\n\t{AUTHSERV_ID};\r\n dmarc=pass",
        "no space": f"Authentication-Results:{AUTHSERV_ID};dmarc=pass",
        "comments": f"Authentication-Results: (a (b) \\) c) {AUTHSERV_ID} (d) ; dmarc=pass",
        "quoted": f'Authentication-Results: "{AUTHSERV_ID}"; dmarc=pass',
        "quoted pair": 'Authentication-Results: "mx.ex\\ample.test"; dmarc=pass',
        "final dot": f"Authentication-Results: {AUTHSERV_ID}.; dmarc=pass",
        "before the colon": f"Authentication-Results : {AUTHSERV_ID}; dmarc=pass",
        "semicolon first": f"Authentication-Results: ; {AUTHSERV_ID}; dmarc=pass",
        "open comment": f"Authentication-Results: (a {AUTHSERV_ID}; dmarc=pass",
        "open quote": f'Authentication-Results: "{AUTHSERV_ID}; dmarc=pass',
        "blanks within": f"Authentication-Results: \t {AUTHSERV_ID} \t ; dmarc=pass",
    }
    OTHER = "Authentication-Results: elsewhere.test; spf=pass"

    def only_ours(self, text: bytes) -> None:
        fields = [field for field in re.split(rb"\n(?![ \t])", text.split(b"\n\n")[0])
                  if re.match(rb"(?i)authentication-results\s*:", field)]
        mine = [field for field in fields
                if re.sub(rb'[\\"]', b"", field).lower().find(AUTHSERV_ID.encode()) >= 0]
        self.assertEqual(len(mine), 1, mine)
        self.assertEqual(mine[0], fields[0])
        self.assertNotIn(b"dmarc=pass", mine[0])

    def test_each_spelling(self):
        self.start()
        for number, (name, line) in enumerate(self.SPELLINGS.items()):
            with self.subTest(name):
                text = letter([line.encode("latin-1"), f"From: <{SHOP}>"], f"sp{number}")
                self.accepted(self.bring(text))
                self.only_ours(self.delivered(f"sp{number}"))

    def test_all_among_others_and_below_everything(self):
        self.start()
        lines = [line.encode("latin-1") for line in self.SPELLINGS.values()]
        mixed = [part for line in lines for part in (self.OTHER.encode(), line)]
        text = letter([f"From: <{SHOP}>", *mixed], "mix")
        self.accepted(self.bring(text))
        arrived = self.delivered("mix")
        self.only_ours(arrived)
        others = [value for value in fields_of(arrived, "Authentication-Results")
                  if value.startswith("elsewhere.test")]
        self.assertEqual(len(others), len(lines), "those of others stay")

    def test_arc_fields_and_names_that_only_look_like_ours_stay(self):
        self.start()
        lines = [f"ARC-Authentication-Results: i=1; {AUTHSERV_ID}; dmarc=pass",
                 f"Authentication-Results: not-{AUTHSERV_ID}; spf=pass",
                 f"Authentication-Results: {AUTHSERV_ID}.evil.test; spf=pass",
                 f"X-Authentication-Results: {AUTHSERV_ID}; spf=pass"]
        self.accepted(self.bring(letter([*lines, f"From: <{SHOP}>"], "stay")))
        header = self.delivered("stay").split(b"\n\n")[0].decode()
        for line in lines:
            self.assertIn(line, header)

    def test_relays_of_ours_keep_what_they_bring(self):
        self.start()
        with self.lab.client(port=self.lab.mx) as client:
            self.accepted(client.send_text(SHOP, BOB, letter(
                [self.SPELLINGS["plain"], f"From: <{SHOP}>"], "kept")))
        self.assertEqual(fields_of(self.delivered("kept"), "Authentication-Results"),
                         [f"{AUTHSERV_ID}; dmarc=pass"])

    def test_people_cannot_bring_results_either(self):
        self.start()
        alice = "alice@example.test"
        with self.lab.client(alice, source=STRANGER) as client:
            self.accepted(client.send_text(alice, BOB, letter(
                [self.SPELLINGS["plain"], f"From: <{alice}>"], "own")))
        self.assertEqual(fields_of(self.delivered("own"), "Authentication-Results"), [])


class Prices(OriginCase):
    """What a failing message costs is the site's to say."""

    def test_prices(self):
        cases = (
            ({"on_reject": "junk"}, "p=reject", [], "junk"),
            ({"on_reject": "hold"}, "p=reject", [], "held"),
            ({"on_quarantine": "hold"}, "p=quarantine", [], "held"),
            ({"on_quarantine": "refuse"}, "p=quarantine", [], "550 5.7.1"),
            ({"on_reject": "defer"}, "p=reject", [], "45"),
            ({"on_reject": "continue"}, "p=reject", [], "clean"),
            ({"on_list_mail": "refuse"}, "p=reject", ["Precedence: list"], "550 5.7.1"),
            ({}, "p=reject", ["List-Post: <mailto:l@lists.test>"], "junk"),
            ({"on_list_mail": "suspicious"}, "p=reject", ["List-Id: <l.test>"], "suspicious"),
            ({"mode": "observe"}, "p=reject", [], "clean"),
        )
        for number, (rule, record, fields, outcome) in enumerate(cases):
            with self.subTest(f"{rule} {record} {fields}"):
                daemon = self.start(rules={"dmarc": rule})
                self.publish_dmarc("shop.test", record)
                marker = f"price{number}"
                held = len(self.lab.postfix.held())
                reply = self.bring(self.message(marker, SHOP, *fields), source=STRANGER)
                if outcome[0].isdigit():
                    self.refused(reply, outcome)
                else:
                    self.accepted(reply)
                    if outcome == "held":
                        self.assertEqual(len(self.lab.postfix.held()), held + 1)
                    else:
                        self.assertRegex(self.verdict(self.delivered(marker)), "^" + outcome)
                daemon.kill()
                self.lab.dns.clear()

    def test_what_explain_suggests_lets_it_pass(self):
        daemon = self.start()
        self.publish_dmarc("shop.test", "p=reject")
        reference = self.refused(self.bring(self.message("hint1"), source=STRANGER), "550 5.7.1")
        self.eventually(lambda: daemon.run("explain", reference).returncode == 0, "on record")
        case = daemon.json("explain", reference)
        self.assertIn("unauthenticated_domains", str(case))
        for language in ("en", "zh"):
            said = daemon.tell("explain", reference, "--lang", language)
            for word in ("shop.test", STRANGER, "unauthenticated_domains"):
                self.assertIn(word, said)

    def test_the_command_line_finds_the_same(self):
        daemon = self.start()
        self.publish_spf("shop.test")
        self.publish_key("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        text = signed(self.key, "shop.test", self.message("same")) + b"\r\n"
        path = daemon.folder + "/same.eml"
        for name, content in (("whole", text), ("changed", text.replace(b"Good", b"Bad"))):
            with open(path, "wb") as output:
                output.write(content)
            for client in (SENDER, STRANGER):
                with self.subTest(f"{name} {client}"):
                    said = daemon.tell("auth-check", path, "--client", client,
                                       "--helo", "mail.shop.test", "--from", SHOP)
                    proven = name == "whole" or client == SENDER
                    self.assertRegex(said, "(?i)dmarc[ :=]+" + ("pass" if proven else "fail"))
                    reply = self.bring(content.removesuffix(b"\r\n"), source=client)
                    self.assertEqual(reply.code, 250 if proven else 550, reply)
