"""Records as people publish them, name servers as they are, and the daemon's life while it asks."""

import signal
import socket
import threading
import time

from lab import MilterClient, OriginCase, SmtpClient
from lab.dns_server import DnsServer
from lab.mail_signer import Key, signed
from lab.origin_case import SENDER, STRANGER
from lab.sender_case import ALICE, BOB

SHOP = "info@shop.test"


class Records(OriginCase):
    def setUp(self):
        self.start()

    def test_everything_behind_aliases(self):
        dns = self.lab.dns
        dns.publish("s1._domainkey.shop.test", "CNAME", "k7.dkim.provider.test")
        dns.publish("k7.dkim.provider.test", "TXT", self.key.record)
        dns.publish("_dmarc.shop.test", "CNAME", "reject.dmarc.provider.test")
        dns.publish("reject.dmarc.provider.test", "CNAME", "strict.provider.test")
        dns.publish("strict.provider.test", "TXT", "v=DMARC1; p=reject")
        dns.publish("shop.test", "TXT", "v=spf1 include:spf.shop.test -all")
        dns.publish("spf.shop.test", "CNAME", "spf.provider.test")
        dns.publish("spf.provider.test", "TXT", "v=spf1 a:out.shop.test -all")
        dns.publish("out.shop.test", "CNAME", "out.provider.test")
        dns.publish("out.provider.test", "A", SENDER)
        self.passes_as(self.message("alias1"), "alias1", {"spf": "pass", "dmarc": "pass"})
        self.passes_as(signed(self.key, "shop.test", self.message("alias2")), "alias2",
                       {"spf": "fail", "dkim": "pass", "dmarc": "pass"}, source=STRANGER)
        self.refused(self.bring(self.message("alias3"), source=STRANGER), "550 5.7.1")

    def test_alias_that_leads_nowhere_is_no_record(self):
        self.lab.dns.publish("s1._domainkey.shop.test", "CNAME", "gone.provider.test")
        self.publish_dmarc("shop.test", "p=reject")
        reply = self.bring(signed(self.key, "shop.test", self.message("nowhere")), source=STRANGER)
        self.refused(reply, "550 5.7.1")

    def test_key_too_long_for_a_datagram(self):
        key = Key(self.lab.folder, bits=4096)
        self.lab.dns.publish("s1._domainkey.shop.test", "TXT", key.record + "; n=" + "x" * 1500)
        self.publish_dmarc("shop.test", "p=reject")
        self.passes_as(signed(key, "shop.test", self.message("long")), "long",
                       {"dkim": "pass", "dmarc": "pass"}, source=STRANGER)

    def test_other_texts_beside_the_records(self):
        noise = [f"verification-{n}={'v' * 200}" for n in range(20)]
        self.lab.dns.publish("shop.test", "TXT", *noise[:10], f"v=spf1 ip4:{SENDER} -all",
                             *noise[10:])
        self.lab.dns.publish("_dmarc.shop.test", "TXT", "google=1", "V=dmarc1 ;p=reject", "x")
        self.publish_dmarc("next.test", "p=reject")
        self.passes_as(self.message("noise"), "noise", {"spf": "pass"})
        self.publish_dmarc("shop.test", "p=none")
        self.publish_spf("next.test")
        self.passes_as(self.message("noise2", "a@next.test"), "noise2",
                       {"spf": "pass", "dmarc": "pass"}, sender="a@next.test")

    def test_two_records_are_none(self):
        self.publish_spf("shop.test")
        self.publish_spf("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        self.publish_dmarc("shop.test", "p=none")
        self.passes_as(self.message("two"), "two", {"spf": "permerror", "dmarc": "none"})

    def test_mechanisms_that_ask_for_more(self):
        dns = self.lab.dns
        last = SENDER.rsplit(".", 1)[1]
        dns.publish("mx1.shop.test", "A", "192.0.2.1", SENDER)
        dns.publish("shop.test", "MX", (10, "mx0.shop.test"), (20, "mx1.shop.test"))
        dns.publish(f"{last}.0.0.127.in-addr.arpa", "PTR", "out.shop.test")
        dns.publish("out.shop.test", "A", SENDER)
        dns.publish(f"info.{SENDER}.yes.test", "A", "127.0.0.2")
        terms = ("mx", "mx:shop.test/24 -all", "a:mx1.shop.test", "exists:%{l}.%{i}.yes.test",
                 "ptr", "ptr:shop.test", "redirect=far.test", "include:far.test",
                 "exists:%{l1r-}.%{i}.yes.test")
        dns.publish("far.test", "TXT", "v=spf1 a:out.shop.test -all")
        for number, term in enumerate(terms):
            with self.subTest(term):
                domain = f"m{number}.test"
                dns.publish(domain, "MX", (10, "mx1.shop.test"))
                rest = "" if "redirect" in term else " -all"
                dns.publish(domain, "TXT", f"v=spf1 {term}{rest}")
                if term == "ptr":  # only names below the domain itself count
                    dns.publish(f"{last}.0.0.127.in-addr.arpa", "PTR", f"out.{domain}")
                    dns.publish(f"out.{domain}", "A", SENDER)
                for source, result in ((SENDER, "pass"), ("127.0.1.61", "fail")):
                    marker = f"term{number}{result}"
                    self.passes_as(self.message(marker, f"info@{domain}"), marker, {"spf": result},
                                   sender=f"info@{domain}", source=source)

    def test_clients_of_ip_version_6(self):
        self.lab.dns.publish("six.test", "TXT", "v=spf1 ip6:2001:db8::/32 ip4:192.0.2.0/24 -all")
        self.publish_dmarc("six.test", "p=reject")
        for address, answer in (("2001:db8::7", "c"), ("IPv6:2001:db8::7", "c"),
                                ("2001:db9::7", "y"), ("::ffff:192.0.2.9", "c"),
                                ("::ffff:192.0.3.9", "y")):
            with self.subTest(address), MilterClient(self.lab.milter_port) as client:
                client.negotiate()
                client.macros("C", daemon_name="MX")
                client.step("C", b"six.test\0" + b"6\x9c\x40" + address.encode() + b"\0")
                client.step("H", b"six.test\0")
                self.assertEqual(client.message("", "a@six.test", [BOB])[0], answer)


class Servers(OriginCase):
    """What is configured may be away."""

    def dead_port(self) -> int:
        """A port that nobody serves and nobody else gets."""
        held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(held.close)
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]

    def test_second_server_answers_for_one_that_is_away(self):
        silent = DnsServer()
        self.addCleanup(silent.close)
        silent.silent.add("")
        for number, port in enumerate((silent.port, self.dead_port())):
            daemon = self.start(authentication={"budget": "5s"}, dns={
                "servers": [f"127.0.0.1:{port}", f"127.0.0.1:{self.lab.dns.port}"],
                "timeout": "4s"})
            self.publish_spf("shop.test")
            self.publish_dmarc("shop.test", "p=reject")
            results = []
            for attempt in range(4):
                begun = time.monotonic()
                marker = f"second{number}{attempt}"
                self.passes_as(self.message(marker, f"a@x{attempt}.shop.test"), marker, {})
                results.append(time.monotonic() - begun)
            print("\nwith a server that is away:", [f"{took:.2f}" for took in results])
            marker = f"second{number}"
            self.passes_as(self.message(marker), marker, {"spf": "pass", "dmarc": "pass"})
            daemon.kill()
            self.lab.dns.clear()

    def test_outage_ends(self):
        self.start(authentication={"budget": "1s"})
        self.publish_spf("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        self.lab.dns.silent.add("")
        for number in range(5):
            marker = f"outage{number}"
            self.passes_as(self.message(marker), marker, {"dmarc": "temperror"})
        self.lab.dns.silent.clear()
        begun, numbers = time.monotonic(), iter(range(10_000))

        def known() -> bool:
            marker = f"back{next(numbers)}"
            self.accepted(self.bring(self.message(marker)))
            return "dmarc=pass" in self.results(self.delivered(marker))
        self.eventually(known, "the DNS is believed again", 30)
        print(f"\nbelieved again after {time.monotonic() - begun:.1f} s")


class Life(OriginCase):
    """The daemon while messages wait for the DNS."""

    WAITING = 12

    def begin_waiting(self, **sections) -> tuple:
        daemon = self.start(authentication={"budget": "4s"}, dns={
            "servers": [f"127.0.0.1:{self.lab.dns.port}"], "timeout": "4s"}, **sections)
        self.lab.dns.silent.add("")
        replies = []

        def bring(number: int) -> None:
            replies.append(self.bring(self.message(f"life{number}", f"x@life{number}.test"),
                                      f"x@life{number}.test"))
        threads = [threading.Thread(target=bring, args=(number,)) for number in range(self.WAITING)]
        for thread in threads:
            thread.start()
        names = {f"life{number}.test" for number in range(self.WAITING)}
        self.eventually(lambda: names <= {name for name, _ in list(self.lab.dns.asked)},
                        "all are asked about")
        return daemon, threads, replies

    def end(self, threads: list) -> None:
        for thread in threads:
            thread.join(30)
            self.assertFalse(thread.is_alive())

    def test_it_can_be_stopped(self):
        for number in (signal.SIGTERM, signal.SIGUSR2):
            with self.subTest(number):
                daemon, threads, replies = self.begin_waiting()
                begun = time.monotonic()
                daemon.process.signal(number)
                self.assertEqual(daemon.process.exit_status(20), 0)
                print(f"\n{number.name}: gone after {time.monotonic() - begun:.1f} s")
                self.end(threads)
                for reply in replies:
                    self.assertIn(reply.code, (250, 451), reply)
                self.lab.dns.clear()

    def test_clients_may_go_away(self):
        daemon = self.start(authentication={"budget": "2s"}, dns={
            "servers": [f"127.0.0.1:{self.lab.dns.port}"], "timeout": "3s"})
        self.lab.dns.silent.add("")
        for number in range(20):
            client = SmtpClient(self.lab.mx, STRANGER)
            client.ehlo("mail.shop.test")
            client.mail(f"x@gone{number}.test")
            client.rcpt(BOB)
            client.command("DATA")
            client.raw(self.message(f"gone{number}", f"x@gone{number}.test") + b"\r\n.\r\n")
            client.close()
        for number in range(20):  # of the milter's protocol, in the middle of the wait
            with MilterClient(self.lab.milter_port) as client:
                client.connect(STRANGER, "MX")
                client.macros("M", mail_addr="x@torn.test")
                client.step("M", f"<x@torn{number}.test>\0".encode())
                client.step("R", f"<{BOB}>\0".encode())
                client.step("T")
                client.step("L", f"From\0 x@torn{number}.test\0".encode())
                client.step("N")
                client.packet("E")
        self.eventually(lambda: daemon.status() and not self.lab.postfix.queue(), "all has ended")
        self.lab.dns.silent.clear()
        self.publish_spf("shop.test")
        marker = "after"
        self.passes_as(self.message(marker), marker, {"spf": "pass"})
        self.assertTrue(daemon.process.running())

    def test_reload_while_messages_wait(self):
        daemon, threads, replies = self.begin_waiting()
        daemon.configure(authentication={"budget": "1s", "authserv_id": "other.example.test"},
                         rules={"dmarc": {"on_unknown": "defer"}},
                         dns={"servers": [f"127.0.0.1:{self.lab.dns.port}"], "timeout": "4s"})
        self.assertEqual(daemon.run("reload").returncode, 0)
        self.end(threads)
        # What was begun before goes by what was in force then.
        self.assertEqual([reply.code for reply in replies], [250] * self.WAITING)
        self.refused(self.bring(self.message("later", "x@later.test"), "x@later.test"), "451 4.4.3")


class Crowd(OriginCase):
    """More messages wait than may."""

    BUDGET, ROUNDS = 3, 3

    def bring_together(self, count: int, first: int) -> list:
        """How long each of so many messages took that come at once; all go on."""
        together, took = threading.Barrier(count), []

        def bring(number: int) -> None:
            with MilterClient(self.lab.milter_port) as client:
                client.connect(STRANGER, "MX")
                together.wait()
                begun = time.monotonic()
                letter, _ = client.message("", f"x@crowd{first + number % 5}.test", [BOB])
                took.append((time.monotonic() - begun, letter))
        threads = [threading.Thread(target=bring, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([letter for _, letter in took], ["c"] * count)
        return sorted(seconds for seconds, _ in took)

    def test_who_finds_no_seat_goes_on_at_once_and_nobody_waits_behind_another(self):
        daemon = self.start(authentication={"budget": f"{self.BUDGET}s"}, dns={
            "servers": [f"127.0.0.1:{self.lab.dns.port}"], "timeout": "30s"})
        self.lab.dns.silent.add("")
        for number in range(1, self.ROUNDS + 1):
            waited = self.bring_together(100, 5 * number)
            at_once = sum(seconds < self.BUDGET / 2 for seconds in waited)
            print(f"\n{at_once} of 100 went on at once, the longest wait was {waited[-1]:.2f} s")
            self.assertGreaterEqual(daemon.status()["dns"]["turned_away"], 20 * number)
            # Who waited behind another would wait for two budgets.
            self.assertLess(waited[-1], 2 * self.BUDGET - 0.5)
        self.assertLess(max(self.lab.dns.asked.values()), 12)
