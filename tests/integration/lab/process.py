"""Processes, ports and waiting: what every part of the lab needs."""

import os
import random
import signal
import socket
import subprocess
import time


class LabError(Exception):
    """The lab itself cannot work; says what is missing and what to do."""


def free_port() -> int:
    """A loopback TCP port nobody listens on, below the range of outgoing connections."""
    for _ in range(1000):
        port = random.randrange(12000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise LabError("no free TCP port between 12000 and 32000 on 127.0.0.1")


def poll(outcome, seconds: float = 15.0, every: float = 0.02):
    """Asks `outcome` until it is true or the deadline has passed; the last answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = outcome()
        if answer or time.monotonic() > deadline:
            return answer
        time.sleep(every)


def accepts(port: int) -> bool:
    """Whether something listens on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def stop_pid(pid: int, seconds: float = 10.0) -> None:
    """TERM, and KILL for one that does not go."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if poll(lambda: not alive(pid), seconds):
            return


class Process:
    """A program in the foreground, its output in a file, stopped by its pid."""

    def __init__(self, name: str, argv: list, log: str, env: dict = None):
        self.name = name
        self.log = log
        with open(log, "ab") as output:
            self._child = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=env, start_new_session=True)

    @property
    def pid(self) -> int:
        return self._child.pid

    def running(self) -> bool:
        return self._child.poll() is None

    def signal(self, number: int) -> None:
        self._child.send_signal(number)

    def kill(self) -> None:
        """kill -9, and waits until it is gone."""
        self._child.kill()
        self._child.wait()

    def stop(self) -> None:
        if self.running():
            self._child.terminate()
            try:
                self._child.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def exit_status(self, seconds: float) -> int:
        """Waits for the end; None where it still runs at the deadline."""
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def output(self) -> str:
        with open(self.log, encoding="utf-8", errors="replace") as text:
            return text.read()
