"""What strangers can make of mail authentication: waiting, questions, work and memory are bounded."""

import threading
import time

from lab import OriginCase
from lab.mail_signer import signed
from lab.origin_case import STRANGER
from lab.sender_case import ALICE, BOB


class Silence(OriginCase):
    """A DNS that says nothing."""

    QUICK = {"authentication": {"budget": "1s"}}

    def test_message_goes_on_within_the_budget(self):
        daemon = self.start(**self.QUICK)
        self.lab.dns.silent.add("")
        begun = time.monotonic()
        self.passes_as(self.message("s1"), "s1", {"spf": "temperror", "dmarc": "temperror"})
        self.assertLess(time.monotonic() - begun, 5)
        for number in range(5):
            sender = f"x@d{number}.test"
            self.accepted(self.bring(self.message(f"s1{number}", sender), sender))
        self.eventually(lambda: "name servers do not answer" in daemon.tell("status"), "status")

    def test_it_may_be_put_off_instead(self):
        self.start(rules={"dmarc": {"on_unknown": "defer"}}, **self.QUICK)
        self.lab.dns.failing.add("_dmarc.shop.test")
        self.refused(self.bring(self.message("s2")), "451 4.4.3")

    def test_forger_gains_nothing_by_his_own_silence(self):
        self.start(**self.QUICK)
        self.publish_dmarc("shop.test", "p=reject")
        self.lab.dns.silent.add("evil.test")
        self.refused(self.bring(self.message("s3"), "x@evil.test"), "550 5.7.1")


class Attacks(OriginCase):
    """What strangers can make us do is bounded."""

    def questions(self) -> int:
        return sum(self.lab.dns.asked.values())

    def test_hundred_signatures(self):
        self.start()
        self.publish_key("shop.test")
        text = self.message("k1")
        one = signed(self.key, "shop.test", text).split(b"From:")[0]
        copies = [one.replace(b"s=s1", b"s=s%d" % n) for n in range(100)]
        self.lab.dns.asked.clear()
        self.accepted(self.bring(b"".join(copies) + text))
        self.delivered("k1")
        keys = [name for name, _ in self.lab.dns.asked if "_domainkey" in name]
        self.assertLessEqual(len(keys), 8)

    def test_thousand_seals_and_large_fields(self):
        self.start()
        seals = b"".join(b"ARC-Seal: i=%d; a=rsa-sha256; cv=pass; d=x%d.test; s=s; b=AAAA\r\n" % (n, n)
                         for n in range(1, 1001))
        self.passes_as(seals + self.message("k2"), "k2", {"arc": "fail"})
        self.assertEqual([name for name, _ in self.lab.dns.asked if "_domainkey" in name], [])
        self.passes_as(b"X-Large: " + b"x" * 59_000 + b"\r\n" + self.message("k3"), "k3",
                       {"dmarc": "none"})

    def test_spf_that_never_ends(self):
        self.start()
        dns = self.lab.dns
        dns.publish("loop.test", "TXT", "v=spf1 include:loop.test -all")
        eleven = " ".join(f"include:i{n}.test" for n in range(11))
        dns.publish("many.test", "TXT", f"v=spf1 {eleven} -all")
        for n in range(11):
            dns.publish(f"i{n}.test", "TXT", "v=spf1 ?all")
        dns.publish("bomb.test", "TXT", "v=spf1 " + "exists:" + "%{l}" * 60 + ".bomb.test -all")
        for number, domain in enumerate(("loop.test", "many.test")):
            self.passes_as(self.message(f"m{number}", f"x@{domain}"), f"m{number}",
                           {"spf": "permerror"}, sender=f"x@{domain}")
        self.passes_as(self.message("m9", "x@bomb.test"), "m9", {"spf": "fail"},
                       sender=("a." * 30 + "a@bomb.test"))
        self.assertLess(self.questions(), 100)

    def test_large_signed_messages_leave_no_trace_in_memory(self):
        daemon = self.start()
        self.publish_key("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        self.accepted(self.bring(signed(self.key, "shop.test", self.message("x0")), source=STRANGER))

        def resident() -> int:
            with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as status:
                return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

        before = resident()
        body = "\r\n".join(["0123456789" * 7] * 340_000)  # 24.5 MB
        for number in range(2):
            text = signed(self.key, "shop.test", self.message(f"x{number + 1}", body=body))
            self.accepted(self.bring(text, source=STRANGER))
        self.assertLess(resident() - before, 8_000, "KiB more")


class UnderSilence(OriginCase):
    """Strangers whose DNS says nothing wait; nobody else does."""

    STRANGERS = 20

    def wait_for_dns(self, number: int, took: list) -> None:
        begun = time.monotonic()
        self.bring(self.message(f"q{number}", f"x@silent{number % 4}.test"),
                   f"x@silent{number % 4}.test")
        took.append(time.monotonic() - begun)

    def test_people_send_while_strangers_wait(self):
        daemon = self.start(authentication={"budget": "3s"}, dns={
            "servers": [f"127.0.0.1:{self.lab.dns.port}"], "timeout": "2s"})
        self.lab.dns.silent.add("")
        waited, spent = [], []
        strangers = [threading.Thread(target=self.wait_for_dns, args=(number, waited))
                     for number in range(self.STRANGERS)]
        for stranger in strangers:
            stranger.start()
        self.eventually(lambda: self.lab.dns.asked, "questions are under way")
        with self.lab.client(ALICE, source=STRANGER) as client:
            while any(stranger.is_alive() for stranger in strangers) and len(spent) < 45:
                begun = time.monotonic()
                self.accepted(client.send(ALICE, BOB))
                spent.append(time.monotonic() - begun)
        for stranger in strangers:
            stranger.join()
        spent.sort()
        self.assertGreater(len(spent), 10, "messages sent meanwhile")
        print(f"\n{len(spent)} messages beside {self.STRANGERS} that waited: median "
              f"{spent[len(spent) // 2] * 1000:.0f} ms, longest {spent[-1] * 1000:.0f} ms; strangers "
              f"at most {max(waited):.1f} s; {sum(self.lab.dns.asked.values())} packets for "
              f"{len(self.lab.dns.asked)} questions")
        # Waiting behind a stranger would take seconds.
        self.assertLess(spent[len(spent) // 2], 0.5)
        self.assertLess(max(waited), 3 + 5)
        self.assertLess(max(self.lab.dns.asked.values()), 40, "one question is under way once")
        self.assertIn("temperror", daemon.log())
