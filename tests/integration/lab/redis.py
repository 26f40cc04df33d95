"""A private Redis server."""

import os
import signal
import socket
import subprocess

from .process import LabError, Process, accepts, free_port, poll


class Redis:
    """On one port for its whole life; with `durable` a kill loses nothing of what it answered."""

    def __init__(self, folder: str, durable: bool = False, options=()):
        """`options` are more arguments of redis-server."""
        os.makedirs(folder, exist_ok=True)
        self._durable = durable
        self._options = list(options)
        self._folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process = None
        self.start()

    def start(self) -> None:
        self._process = Process("redis", [
            "redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "",
            "--appendonly", "yes" if self._durable else "no", "--appendfsync", "always",
            "--dir", self._folder, "--maxmemory-policy", "noeviction",
            *self._options],
            self._folder + "/redis.log")
        if not poll(lambda: accepts(self.port) or not self._process.running(), 20) \
                or not self._process.running():
            raise LabError("redis-server does not start: " + self._process.output())

    def kill(self) -> None:
        """kill -9"""
        self._process.kill()

    def pause(self) -> None:
        """It hangs: connections stay, nothing is answered."""
        self._process.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.signal(signal.SIGCONT)

    def stop(self) -> None:
        if self.running():
            self.go_on()
        self._process.stop()

    def running(self) -> bool:
        return self._process.running()

    def drop_clients(self, password: str) -> None:
        """Ends all connections, and lets nobody in who does not know the new password."""
        subprocess.run(["redis-cli", "-p", str(self.port), "-a", password, "--no-auth-warning",
                        "CLIENT", "KILL", "TYPE", "normal"], check=True, capture_output=True,
                       timeout=10)

    def command(self, *words: str) -> str:
        """One command's answer, as it is on the wire; of a long one the first 64 KiB."""
        request = f"*{len(words)}\r\n" + "".join(f"${len(w)}\r\n{w}\r\n" for w in words)
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            connection.sendall(request.encode())
            return connection.recv(65536).decode("utf-8", "replace")
