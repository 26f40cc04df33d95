"""An IMAP client that shows the server's own words."""

import socket


class ImapClient:
    """One IMAP session from any loopback address."""

    def __init__(self, port: int, source: str = "127.0.0.1", timeout: float = 60.0):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout, (source, 0))
        self._file = self._socket.makefile("rb")
        self._count = 0
        self.banner = self._line()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def login(self, name: str, password: str = "secret") -> str:
        """The tagged answer without its tag: `OK ...`, `NO [ALERT] ...`; empty: it hung up."""
        self._count += 1
        tag = f"a{self._count}"
        self._socket.sendall(f'{tag} LOGIN "{name}" "{password}"\r\n'.encode())
        while True:
            line = self._line()
            if not line or line.startswith(tag + " "):
                return line[len(tag) + 1:]

    def _line(self) -> str:
        return self._file.readline().decode("utf-8", "replace").rstrip("\r\n")
