"""The milter protocol as the MTA speaks it, for what no MTA would send."""

import socket
import struct

# Protocol flags of the negotiation: steps that are not wanted, and steps without a reply.
_NOT_WANTED = {"C": 0x1, "H": 0x2, "M": 0x4, "R": 0x8, "B": 0x10, "L": 0x20, "N": 0x40, "T": 0x200}
_NO_REPLY = {"L": 0x80, "C": 0x1000, "H": 0x2000, "M": 0x4000, "R": 0x8000, "T": 0x10000,
             "N": 0x40000, "B": 0x80000}
_FINAL = "crtadsy"  # continue, reject, tempfail, accept, discard, skip, reply code


class MilterClient:
    """One connection to a milter, in the order the test chooses."""

    def __init__(self, port: int, timeout: float = 30.0):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._protocol = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        self.socket.close()

    def packet(self, command: str, data: bytes = b"") -> None:
        self.socket.sendall(struct.pack("!I", len(data) + 1) + command.encode() + data)

    def read(self):
        """The next answer: its letter and data; letter `` where the milter hung up."""
        head = self._octets(4)
        if head is None:
            return "", b""
        body = self._octets(struct.unpack("!I", head)[0])
        return ("", b"") if not body else (chr(body[0]), body[1:])

    def negotiate(self) -> None:
        """Offers everything, as Postfix and Sendmail do."""
        self.packet("O", struct.pack("!III", 6, 0x1FF, 0x1FFFFF))
        letter, data = self.read()
        if letter != "O":
            raise ConnectionError(f"the milter answered the negotiation with {letter!r}")
        self._protocol = struct.unpack("!III", data[:12])[2]

    def macros(self, step: str, **values: str) -> None:
        fields = "".join(f"{{{name}}}\0{value}\0" for name, value in values.items())
        self.packet("D", (step + fields).encode())

    def step(self, command: str, data: bytes = b""):
        """One step, unless the milter wants none of it; its answer, `c` where it gives none."""
        if self._protocol & _NOT_WANTED.get(command, 0):
            return "c", b""
        self.packet(command, data)
        if self._protocol & _NO_REPLY.get(command, 0):
            return "c", b""
        while True:
            letter, answer = self.read()
            if letter == "" or letter in _FINAL:
                return letter, answer

    def connect(self, address: str = "127.0.0.9", daemon: str = "SUBMISSION"):
        """Negotiation, CONNECT and HELO."""
        self.negotiate()
        self.macros("C", daemon_name=daemon)
        answer = self.step("C", b"client.example.test\0004" + struct.pack("!H", 40000)
                           + address.encode() + b"\0")
        self.step("H", b"client.example.test\0")
        return answer

    def message(self, login: str, sender: str, recipients: list, headers=None):
        """One message, whose From is the sender's where no headers are given; the answer that
        decided it: of MAIL, the last RCPT, or the end."""
        if headers is None:
            headers = [("From", f"<{sender}>"), ("Subject", "test")]
        self.macros("M", auth_type="PLAIN", auth_authen=login)
        letter, answer = self.step("M", f"<{sender}>\0".encode())
        for recipient in recipients:
            if letter == "c":
                self.macros("R", rcpt_mailer="virtual", rcpt_addr=recipient)
                letter, answer = self.step("R", f"<{recipient}>\0".encode())
        if letter == "c":
            letter, answer = self._content(headers)
        self.packet("A")
        return letter, answer

    def _content(self, headers):
        steps = [("T", b"")] + [("L", f"{name}\0{value}\0".encode()) for name, value in headers]
        for command, data in steps + [("N", b""), ("B", b"Good day.\r\n"), ("E", b"")]:
            letter, answer = self.step(command, data)
            if letter not in "cs":
                break
        return letter, answer

    def _octets(self, count: int):
        received = b""
        while len(received) < count:
            try:
                part = self.socket.recv(count - len(received))
            except ConnectionError:
                return None
            if not part:
                return None
            received += part
        return received
