"""The lab's DNS: everything a test publishes, NXDOMAIN for all else."""

import collections
import socket
import struct
import threading

from .process import LabError, free_port

_TYPES = {"A": 1, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
_SOA = 6
_LONGEST_UDP = 1232
_SERVFAIL, _NXDOMAIN = 2, 3
_TTL = struct.pack("!I", 300)


def _name(text: str) -> bytes:
    labels = [label.encode("latin-1") for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _data(kind: str, value) -> bytes:
    if kind == "A":
        return socket.inet_aton(value)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, value)
    if kind == "MX":
        return struct.pack("!H", value[0]) + _name(value[1])
    if kind in ("CNAME", "PTR"):
        return _name(value)
    octets = value.encode("latin-1")
    parts = [octets[at:at + 255] for at in range(0, len(octets), 255)] or [b""]
    return b"".join(bytes([len(part)]) + part for part in parts)


def _sockets_on_one_port() -> tuple:
    """A UDP socket and a listening TCP socket on the same port of 127.0.0.1."""
    for _ in range(100):
        port = free_port()
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(("127.0.0.1", port))
            return udp, socket.create_server(("127.0.0.1", port), backlog=64)
        except OSError:  # taken by another meanwhile, or for UDP
            udp.close()
    raise LabError("no port of 127.0.0.1 is free for both UDP and TCP")


class DnsServer:
    """Answers over UDP and TCP on a port of 127.0.0.1. `silent` holds the names (and all below
    them) about which nothing is said, `failing` those that get SERVFAIL; "" is every name."""

    def __init__(self):
        self._zone = collections.defaultdict(list)
        self.silent = set()
        self.failing = set()
        self.asked = collections.Counter()  # (name, type) to how often, by the wire
        self._udp, self._tcp = _sockets_on_one_port()
        self.port = self._tcp.getsockname()[1]
        for work in (self._one_datagram, self._one_connection):
            threading.Thread(target=self._serve, args=(work,), daemon=True).start()

    def publish(self, name: str, kind: str, *values) -> None:
        self._zone[name.lower(), kind].extend(values)

    def clear(self) -> None:
        """Forgets what was published, asked, and which names are silent."""
        self._zone.clear()
        self.silent.clear()
        self.failing.clear()
        self.asked.clear()

    def close(self) -> None:
        for server in (self._udp, self._tcp):
            try:
                server.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            server.close()

    def _serve(self, work) -> None:
        try:
            while True:
                work()
        except OSError:
            return

    def _one_datagram(self) -> None:
        question, peer = self._udp.recvfrom(65535)
        if not question:
            raise OSError("closed")
        answer = self._answer(question)
        if answer is not None and len(answer) > _LONGEST_UDP:
            answer = answer[:2] + struct.pack("!H", 0x8780) + answer[4:6] + b"\0" * 6
            answer += question[12:self._end_of_question(question)]
        if answer is not None:
            self._udp.sendto(answer, peer)

    def _one_connection(self) -> None:
        connection, _ = self._tcp.accept()
        threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as stream:
                while head := stream.read(2):
                    answer = self._answer(stream.read(struct.unpack("!H", head)[0]))
                    if answer is None:
                        return
                    connection.sendall(struct.pack("!H", len(answer)) + answer)
        except OSError:
            return

    @staticmethod
    def _end_of_question(question: bytes) -> int:
        at = 12
        while question[at]:
            at += question[at] + 1
        return at + 5

    @staticmethod
    def _holds(names: set, name: str) -> bool:
        return any(not each or name == each or name.endswith("." + each) for each in names)

    def _records(self, name: str, kind: int) -> tuple:
        """What is published, with the aliases on the way; and the name at their end."""
        records = []
        while len(records) < 8 and (alias := self._zone.get((name, "CNAME"))):
            records.append((name, _TYPES["CNAME"], _data("CNAME", alias[0])))
            name = alias[0]
        records += [(name, kind, _data(each, value)) for each in _TYPES if _TYPES[each] == kind
                    for value in self._zone.get((name, each), ())]
        return records, name

    def _answer(self, question: bytes):
        end = self._end_of_question(question)
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode("latin-1"))
            at += question[at] + 1
        name = ".".join(labels).lower()
        kind = struct.unpack("!H", question[end - 4:end - 2])[0]
        self.asked[name, kind] += 1
        if self._holds(self.silent, name):
            return None
        records, target = self._records(name, kind)
        code, found = 0, any(each == kind for _, each, _ in records)
        if self._holds(self.failing, name):
            code, records = _SERVFAIL, []
        elif not found and not any(known == target or known.endswith("." + target)
                                     for known, _ in list(self._zone)):
            code = _NXDOMAIN
        flags = 0x8580 | code
        answer = b"".join(_name(owner) + struct.pack("!HH", each, 1) + _TTL
                          + struct.pack("!H", len(data)) + data for owner, each, data in records)
        authority = b""
        if not found and code != _SERVFAIL:
            soa = _name("ns.test") + _name("root.test") + struct.pack("!5I", 1, 60, 60, 60, 1)
            authority = b"\0" + struct.pack("!HH", _SOA, 1) + struct.pack("!I", 1) \
                + struct.pack("!H", len(soa)) + soa
        head = question[:2] + struct.pack("!5H", flags, 1, len(records), 1 if authority else 0, 0)
        return head + question[12:end] + answer + authority
