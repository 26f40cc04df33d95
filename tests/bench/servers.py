"""The servers of the bench: each is started in a folder of its own on a free loopback port, its cost
is read from /proc, and it is stopped by its own process id."""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running program with its children."""

    def __init__(self, name, argv, folder, port, patience=20, user=None):
        self.name, self.port, self.folder = name, port, folder
        self.log = open(folder / f"{name}.log", "ab")
        self.process = subprocess.Popen(
            [str(a) for a in argv], cwd=folder, stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=subprocess.STDOUT, start_new_session=True, user=user)
        deadline = time.monotonic() + patience
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                text = (folder / f"{name}.log").read_text(errors="replace")
                raise RuntimeError(f"{name} did not start:\n{text[-2000:]}")
            time.sleep(0.02)

    @property
    def address(self):
        return f"inet:{self.port}@127.0.0.1"

    def _answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def pids(self):
        """The process and all it has started."""
        found, wave = [], [self.process.pid]
        while wave:
            found += wave
            children = []
            for pid in wave:
                for tasks in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                    children += [int(child) for child in tasks.read_text().split()]
            wave = children
        return found

    def cpu(self):
        """Seconds of processor used so far."""
        total = 0
        for pid in self.pids():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def rss_mib(self):
        """Resident memory of the process and its children."""
        pages = sum(int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
                    for pid in self.pids())
        return pages * PAGE / 2**20

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


def folder_of(root, name):
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def start_redis(root, name="redis"):
    port = free_port()
    folder = folder_of(root, name)
    return Server(name, ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "",
                         "--appendonly", "no", "--maxmemory-policy", "noeviction", "--dir", folder],
                  folder, port)


def start_bare(root, program, steps):
    port = free_port()
    name = f"bare-{steps}"
    return Server(name, [program, f"inet:{port}@127.0.0.1", steps], folder_of(root, name), port)


GATEPOST_YAML = """\
listen: inet:{port}@127.0.0.1
admin: unix:{folder}/admin.sock
state_dir: {folder}/state
site:
  mode: enforce
  domains: [example.test]
  time_zone: UTC
store:
{store}
rules:
  message_rate: {{ limit: {rate} per 15m }}
  recipients_per_message: {{ limit: 100 }}
  recipients_per_day: {{ limit: {day} }}
"""


def start_gatepost(root, name, program, redis=None, rate=1_000_000, day=10_000_000):
    """gatepostd with the embedded store, or with `redis`. The default figures let everything pass:
    what is measured is the price of counting."""
    port = free_port()
    folder = folder_of(root, name)
    (folder / "state").mkdir(exist_ok=True)
    store = "  kind: memory"
    if redis:
        store = f"  kind: redis\n  url: redis://127.0.0.1:{redis.port}/0"
    config = folder / "gatepost.yaml"
    config.write_text(GATEPOST_YAML.format(port=port, folder=folder, store=store, rate=rate,
                                           day=day))
    return Server(name, [program, "--config", config], folder, port)


RSPAMD_RULES = 'lua = "/usr/share/rspamd/rules/rspamd.lua";'

RSPAMD_CONF = """\
options {{
  pidfile = "{folder}/rspamd.pid";
  tempdir = "{folder}";
  control_socket = "{folder}/control.sock mode=0600";
  hs_cache_dir = "{folder}";
  url_tld = "/usr/share/rspamd/effective_tld_names.dat";
  filters = "";
  explicit_modules = [];
  disable_monitoring = true;
  dns {{ nameserver = ["127.0.0.1:9"]; timeout = 0.1s; }}
}}
logging {{ type = "file"; filename = "{folder}/rspamd-own.log"; level = "warning"; }}
worker "rspamd_proxy" {{
  bind_socket = "127.0.0.1:{port}";
  count = {workers};
  milter = yes;
  timeout = 120s;
  upstream "local" {{ default = yes; self_scan = yes; }}
}}
modules {{ path = "/usr/share/rspamd/plugins/"; }}
{rules}
redis {{ servers = "127.0.0.1:{redis}"; }}
actions {{ reject = 15000; add_header = 14000; greylist = 13000; }}
ratelimit {{
  max_rcpt = 100;
  rates {{
    user = {{ bucket = {{ burst = {burst}; rate = "{rate}"; }} }}
  }}
}}
"""


def start_rspamd(root, name, redis, rate=1_000_000, workers=2, rules=True):
    """rspamd with its ratelimit module alone, scanning in the proxy itself."""
    program = shutil.which("rspamd")
    if not program:
        return None
    port = free_port()
    folder = folder_of(root, name)
    config = folder / "rspamd.conf"
    config.write_text(RSPAMD_CONF.format(folder=folder, port=port, redis=redis.port, burst=rate,
                                         rate=f"{rate} / 15min", workers=workers,
                                         rules=RSPAMD_RULES if rules else ""))
    argv = [program, "-f", "-c", config]
    if os.geteuid() == 0:
        user = "_rspamd" if any(u.pw_name == "_rspamd" for u in pwd.getpwall()) else "nobody"
        shutil.chown(folder, user)
        argv += ["-u", user, "-g", user if user == "_rspamd" else "nogroup"]
    return Server(name, argv, folder, port)
