"""An SMTP client that shows every reply, and can ignore them."""

import base64
import dataclasses
import socket


@dataclasses.dataclass(frozen=True)
class Reply:
    """One reply, continuation lines joined. code 0: the server hung up."""
    code: int
    text: str

    @property
    def ok(self) -> bool:
        return 200 <= self.code < 400

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


HUNG_UP = Reply(0, "(the server closed the connection)")


class SmtpClient:
    """One SMTP session from any loopback address."""

    def __init__(self, port: int, source: str = "127.0.0.1", timeout: float = 60.0):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout, (source, 0))
        self._file = self._socket.makefile("rb")
        self.banner = self.reply()

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if failure is None:
            self.quit()
        else:
            self.close()

    def close(self) -> None:
        """Drops the connection without QUIT."""
        self._file.close()
        self._socket.close()

    def quit(self) -> None:
        self.command("QUIT")
        self.close()

    def reply(self) -> Reply:
        lines = []
        while True:
            try:
                line = self._file.readline()
            except ConnectionError:
                line = b""
            if not line:
                return HUNG_UP
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            lines.append(text[4:])
            if text[3:4] != "-":
                return Reply(int(text[:3]), "\n".join(lines))

    def raw(self, octets: bytes) -> None:
        self._socket.sendall(octets)

    def command(self, line: str) -> Reply:
        try:
            self.raw(line.encode() + b"\r\n")
        except ConnectionError:
            return HUNG_UP
        return self.reply()

    def pipeline(self, lines: list) -> list:
        """Sends everything at once, whatever the replies say; all replies."""
        self.raw("".join(line + "\r\n" for line in lines).encode())
        return [self.reply() for _ in lines]

    def ehlo(self, name: str = "client.example.test") -> Reply:
        return self.command("EHLO " + name)

    def login(self, name: str, password: str = "secret") -> Reply:
        """EHLO and AUTH PLAIN."""
        self.ehlo()
        return self.auth(name, password)

    def auth(self, name: str, password: str = "secret") -> Reply:
        """AUTH PLAIN alone."""
        token = base64.b64encode(f"\0{name}\0{password}".encode()).decode()
        return self.command("AUTH PLAIN " + token)

    def mail(self, sender: str, options: str = "") -> Reply:
        return self.command(f"MAIL FROM:<{sender}>{options}")

    def rcpt(self, recipient: str) -> Reply:
        return self.command(f"RCPT TO:<{recipient}>")

    def data(self, sender: str, marker: str = "none", body: str = "Good day.") -> Reply:
        """DATA and a whole message, by whose marker the lab finds it in mailboxes."""
        reply = self.command("DATA")
        if reply.code != 354:
            return reply
        return self.command(message(sender, marker, body) + "\r\n.")

    def send(self, sender: str, recipients, marker: str = "none") -> Reply:
        """One message as a well-behaved client sends it: the first refusal ends it, with RSET."""
        return self.send_text(sender, recipients, message(sender, marker).encode())

    def send_text(self, sender: str, recipients, text: bytes, options: str = "") -> Reply:
        """The same with any text, in which no line begins with a dot."""
        if isinstance(recipients, str):
            recipients = [recipients]
        reply = self.mail(sender, options)
        for recipient in recipients:
            if reply.ok:
                reply = self.rcpt(recipient)
        if reply.ok:
            reply = self.command("DATA")
        if reply.code == 354:
            self.raw(text + b"\r\n.\r\n")
            return self.reply()
        if reply.code not in (0, 421):
            self.command("RSET")
        return reply


def letter(fields: list, marker: str, body: str = "Good day.") -> bytes:
    """A message whose header begins with these lines, str or bytes; its own From is not added."""
    lines = [line if isinstance(line, bytes) else line.encode() for line in fields]
    own = ["To: undisclosed-recipients:;", "Subject: test", f"X-Marker: {marker}", "", body]
    return b"\r\n".join(lines + [line.encode() for line in own])


def message(sender: str, marker: str, body: str = "Good day.") -> str:
    return (f"From: <{sender}>\r\nTo: undisclosed-recipients:;\r\nSubject: test\r\n"
            f"X-Marker: {marker}\r\n\r\n{body}")
