"""What no MTA sends: the daemon lives, and gives back what it took."""

import os
import random
import resource
import socket
import struct

from lab import MailCase, MilterClient, poll

ALICE = "alice@example.test"
BOB = "bob@example.test"


class Milter(MailCase):
    def setUp(self):
        self.daemon = self.start(rules={"message_rate": {"limit": "1000 per 15m"}})
        with MilterClient(self.daemon.port) as client:
            client.connect()
            client.message(BOB, BOB, [ALICE])
        # The resolver opens its own files with the first question.
        with self.lab.client(port=self.lab.mx, source="127.0.0.5") as client:
            self.accepted(client.send("x@outside.test", BOB, "first"))
        self.files_before = self.settled_files()

    def files(self) -> int:
        return len(os.listdir(f"/proc/{self.daemon.process.pid}/fd"))

    def settled_files(self) -> int:
        """The number of open files once it no longer falls."""
        lowest = [self.files()]

        def steady() -> bool:
            now = self.files()
            same = now >= lowest[0]
            lowest[0] = min(now, lowest[0])
            return same
        poll(steady, 5, 0.3)
        return lowest[0]

    def lives(self) -> None:
        """Mail still flows, and every file descriptor comes back."""
        self.send(ALICE, 1, marker="alive")
        self.assertTrue(self.daemon.process.running())
        self.eventually(lambda: self.files() <= self.files_before + 1,
                        f"{self.files_before} files were open before", 20)

    def test_garbage(self):
        chance = random.Random(4711)
        for size in (1, 3, 4, 5, 64, 5000, 70000):
            for _ in range(10):
                with socket.create_connection(("127.0.0.1", self.daemon.port), 10) as connection:
                    try:
                        connection.sendall(chance.randbytes(size))
                    except ConnectionError:
                        pass
        self.lives()

    def test_garbage_after_a_right_negotiation(self):
        chance = random.Random(4712)
        for letter in "ABCDEHKLMNORTUXZ\0\xff":
            for size in (0, 1, 7, 300):
                with MilterClient(self.daemon.port) as client:
                    client.negotiate()
                    try:
                        client.socket.sendall(struct.pack("!I", size + 1)
                                              + letter.encode("latin-1") + chance.randbytes(size))
                    except ConnectionError:
                        pass
        self.lives()

    def test_steps_out_of_order(self):
        for steps in ("EEE", "RTE", "MMMM", "TLNBE", "QMRE", "MRTLNBEE", "CCHHMRARTE"):
            with MilterClient(self.daemon.port, 2) as client:
                client.negotiate()
                for letter in steps:
                    try:
                        client.packet(letter, b"<alice@example.test>\0" if letter in "MR" else b"")
                    except ConnectionError:
                        break
        self.lives()

    def test_half_open_connections(self):
        halves = (b"", b"\0\0", b"\0\0\0\x0dO", b"\0\0\0\x0dO\0\0\0\x06")
        clients = [socket.create_connection(("127.0.0.1", self.daemon.port)) for _ in range(80)]
        for number, client in enumerate(clients):
            client.sendall(halves[number % len(halves)])
        self.send(ALICE, 1)
        for client in clients:
            client.close()
        self.lives()

    def test_oversized_packets(self):
        for size in (65536, 1 << 20, 1 << 31, 0xFFFFFFFF):
            with MilterClient(self.daemon.port) as client:
                client.connect()
                try:
                    client.socket.sendall(struct.pack("!I", size) + b"M" + b"a" * 100000)
                except ConnectionError:
                    pass
        self.lives()

    def test_message_without_any_header_field_is_answered(self):
        with MilterClient(self.daemon.port) as client:
            client.connect()
            letter, answer = client.message(ALICE, ALICE, [BOB], [])
        self.assertEqual((letter, answer[:9]), ("y", b"550 5.7.1"), answer)
        self.lives()

    def test_headers_of_10_megabytes(self):
        before = self.resident_kib()
        headers = [("From", f"<{ALICE}>")] + [("X-Long", "h" * 60000)] * 170
        with MilterClient(self.daemon.port) as client:
            client.connect()
            letter, answer = client.message(ALICE, ALICE, [BOB], headers)
        self.assertEqual(letter, "c", answer)
        self.assertLess(self.resident_kib() - before, 5000, "headers are not kept")
        self.lives()
        self.costs(self.daemon, ALICE, 2, 2)

    def test_nul_and_control_bytes(self):
        nasty = "ali\x01ce\x7f@exa\rmple\n.test"
        with MilterClient(self.daemon.port) as client:
            client.connect()
            client.message(nasty, nasty, [nasty, "\0", "a\0b@example.test"])
            client.message("", "", [""])
            client.message("x" * 60000, "y" * 60000, ["z" * 60000])
        for field in (("", ""), ("\0", "\0\0"), ("From", "\0"), ("\0From", "")):
            with MilterClient(self.daemon.port) as client:
                client.connect()
                try:  # libmilter may hang up on a field without a name
                    client.message("", "", [""], [field])
                except ConnectionError:
                    pass
        self.lives()
        with self.lab.client(ALICE) as client:
            client.mail(ALICE)
            client.rcpt(BOB)
            client.command("DATA")
            client.raw(b"From: <alice@example.test>\r\nX-Nul: a\0b\r\n\r\nte\0xt\r\n.\r\n")
            self.accepted(client.reply())
        for line in self.daemon.log().splitlines():
            self.assertTrue(line.isprintable(), f"control bytes in the log: {line!r}")

    def test_1500_idle_sessions(self):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4096), most))
        idle = []
        for _ in range(1500):
            client = MilterClient(self.daemon.port)
            client.connect()
            idle.append(client)
        self.eventually(lambda: self.daemon.status()["sessions_open"] >= 1500, "all are open")
        self.send(ALICE, 3)
        letter, answer = idle[700].message(BOB, BOB, [ALICE])
        self.assertEqual(letter, "c", answer)
        for client in idle:
            client.close()
        self.lives()
        self.eventually(lambda: self.daemon.status()["sessions_open"] <= 1, "sessions are gone")

    def resident_kib(self) -> int:
        with open(f"/proc/{self.daemon.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
