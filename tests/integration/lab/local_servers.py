"""Two small servers on unix sockets that Sendmail expects of its machine: syslog and saslauthd."""

import os
import socket
import struct
import threading

# `Nov 22 20:59:27`
_STAMP = 15
_LONGEST = 65536


class _Server:
    """A socket at `path` that a thread serves until it is closed."""

    def __init__(self, path: str, kind: int):
        self._socket = socket.socket(socket.AF_UNIX, kind)
        self._socket.bind(path)
        os.chmod(path, 0o666)
        self._path = path

    def _serve_with(self, work) -> None:
        threading.Thread(target=self._until_closed, args=(work,), daemon=True).start()

    def _until_closed(self, work) -> None:
        try:
            while True:
                work()
        except OSError:
            return

    def close(self) -> None:
        """Ends the thread and removes the socket."""
        # Closing alone would not wake a thread that waits in it.
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()
        os.unlink(self._path)


class Syslog(_Server):
    """Writes what arrives to a file as syslog daemons do: one line a message, without the priority
    in front, and with the host between time and program."""

    def __init__(self, path: str, log: str):
        super().__init__(path, socket.SOCK_DGRAM)
        self._log = log
        open(log, "ab").close()
        self._serve_with(self._one)

    def _one(self) -> None:
        line = self._socket.recv(_LONGEST)
        if not line:
            raise OSError("closed")
        with open(self._log, "ab") as log:
            text = line.split(b">", 1)[-1].rstrip(b"\0\n")
            log.write(text[:_STAMP] + b" mx" + text[_STAMP:] + b"\n")


class Saslauthd(_Server):
    """Cyrus SASL's password check: `right(login, realm, password)` says whether they may come in."""

    def __init__(self, path: str, right):
        super().__init__(path, socket.SOCK_STREAM)
        self._right = right
        self._socket.listen(64)
        self._serve_with(self._one)

    # Counted strings: login, password, service, realm; the answer is one, too.
    def _one(self) -> None:
        connection, _ = self._socket.accept()
        with connection, connection.makefile("rb") as request:
            login, password, _, realm = (self._string(request) for _ in range(4))
            answer = b"OK" if self._right(login, realm, password) else b"NO"
            connection.sendall(struct.pack("!H", len(answer)) + answer)

    @staticmethod
    def _string(request) -> str:
        length = struct.unpack("!H", request.read(2))[0]
        return request.read(length).decode()
