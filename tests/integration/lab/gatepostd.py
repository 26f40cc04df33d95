"""gatepostd and its command line."""

import datetime
import json
import os
import socket
import subprocess

from .process import LabError, Process, accepts, poll


def program(name: str) -> str:
    """A built program, from GATEPOST_BIN_DIR."""
    folder = os.environ.get("GATEPOST_BIN_DIR")
    if not folder:
        raise LabError("GATEPOST_BIN_DIR is not set: the folder with gatepostd and gatepost")
    path = os.path.join(folder, name)
    if not os.access(path, os.X_OK):
        raise LabError(f"{path} is not there: build it first")
    return path


# Hours that the site is ahead of UTC: it is about noon there, so that no test runs over midnight.
_AHEAD = 12 - datetime.datetime.now(datetime.timezone.utc).hour
# The Etc zones are named for what must be added to reach UTC.
ZONE = "Etc/GMT" if _AHEAD == 0 else f"Etc/GMT{-_AHEAD:+d}"


def site_time(seconds_from_now: float) -> datetime.datetime:
    """The site's wall clock, so many seconds from now."""
    utc = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    return utc + datetime.timedelta(hours=_AHEAD, seconds=seconds_from_now)


def yaml(value, indent: int = 0) -> str:
    """Nested dicts as block YAML; lists and scalars as flow, which JSON is."""
    if not isinstance(value, dict):
        return json.dumps(value)
    pad = " " * indent
    return "".join(
        f"{pad}{name}:\n{yaml(part, indent + 2)}" if isinstance(part, dict) and part
        else f"{pad}{name}: {yaml(part) if part != {} else '{}'}\n"
        for name, part in value.items())


def _serves(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0


class Gatepostd:
    """One daemon with a folder of its own; a port, or a unix socket where a path is given, for its
    whole life, over restarts."""

    def __init__(self, folder: str, port: int, dns_port: int, socket_path: str = None):
        self.folder = folder
        self.port = port
        self._dns_port = dns_port
        self._socket_path = socket_path
        self.config = folder + "/gatepost.yaml"
        self.whitelist = folder + "/whitelist.yaml"
        self.state = folder + "/state"
        os.makedirs(self.state, exist_ok=True)
        self._process = None
        self.configure()
        self.write_whitelist("")

    def configure(self, **sections) -> None:
        """Writes gatepost.yaml: the lab's own lines and these sections."""
        site = {"domains": ["example.test"], "time_zone": ZONE}
        site.update(sections.pop("site", {}))
        listen = f"unix:{self._socket_path}" if self._socket_path else f"inet:{self.port}@127.0.0.1"
        text = {"listen": listen, "admin": f"unix:{self.folder}/admin.sock",
                "state_dir": self.state, "site": site, "whitelist": "whitelist.yaml",
                "dns": {"servers": [f"127.0.0.1:{self._dns_port}"], "timeout": "1s"}}
        text.update(sections)
        with open(self.config, "w", encoding="utf-8") as output:
            output.write(yaml(text))

    def write_whitelist(self, content) -> None:
        """Replaces whitelist.yaml as an editor does: a new file under the old name. `content` is
        its text, or its sections."""
        with open(self.whitelist + ".new", "w", encoding="utf-8") as output:
            output.write(content if isinstance(content, str) else yaml(content))
        os.replace(self.whitelist + ".new", self.whitelist)

    def start(self) -> None:
        """Runs it and waits until the milter port and the admin socket accept."""
        self.launch()
        poll(lambda: self._ready() or not self._process.running(), 30)
        if not self._process.running() or not self._ready():
            raise LabError("gatepostd does not start: " + self.log())

    def _ready(self) -> bool:
        milter = _serves(self._socket_path) if self._socket_path else accepts(self.port)
        return milter and _serves(self.folder + "/admin.sock")

    def launch(self) -> Process:
        """Runs it and waits for nothing."""
        self._process = Process("gatepostd", [program("gatepostd"), "--config", self.config],
                                self.folder + "/gatepostd.log")
        return self._process

    @property
    def process(self) -> Process:
        return self._process

    def kill(self) -> None:
        """kill -9"""
        if self._process is not None:
            self._process.kill()

    def log(self) -> str:
        return self._process.output() if self._process else ""

    def run(self, *words: str) -> subprocess.CompletedProcess:
        """The command line; nothing of its outcome is checked."""
        return subprocess.run([program("gatepost"), "--config", self.config, *words], text=True,
                              capture_output=True, check=False, timeout=60)

    def tell(self, *words: str) -> str:
        """The command line, which must succeed; what it prints."""
        done = self.run(*words)
        if done.returncode != 0:
            raise AssertionError(f"gatepost {' '.join(words)} exits with {done.returncode}: "
                                 f"{done.stdout}{done.stderr}")
        return done.stdout

    def json(self, *words: str):
        """The command line with --json, which must succeed."""
        return json.loads(self.tell(*words, "--json"))

    def status(self) -> dict:
        return self.json("status")

    def used(self, login: str) -> tuple:
        """What `account show` says: messages in the rate's window, recipients today."""
        account = self.json("account", "show", login)
        by_rule = {limit["rule"]: limit for limit in account["limits"]}
        return by_rule["message_rate"]["used"], by_rule["recipients_per_day"]["used"]
