"""The servers of the bench: each is started in a folder of its own on a free loopback port, its cost
is read from /proc, and it is stopped by its own process id."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running program with its children."""

    def __init__(self, name, argv, folder, port, patience=20):
        self.name, self.port, self.folder = name, port, folder
        self.log = open(folder / f"{name}.log", "ab")
        self.process = subprocess.Popen(
            [str(a) for a in argv], cwd=folder, stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=subprocess.STDOUT, process_group=0)
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
        """Resident memory. Of a program of several processes, what they share counts once."""
        pids = self.pids()
        wanted = "Rss:" if len(pids) == 1 else "Pss:"
        total = 0
        for pid in pids:
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith(wanted):
                    total += int(line.split()[1])
        return total / 1024

    def complaints(self):
        """What the program said of its store, and what it logged as an error."""
        text = (self.folder / f"{self.name}.log").read_text(errors="replace")
        return [line for line in text.splitlines()
                if "level=error" in line or ("level=warning" in line and "event=store" in line)]

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

NO_HEADER_RULES = """\
  from_is_sender: { on_hit: continue, on_unknown: continue }
  own_domains_from_outside: { on_hit: continue, on_unknown: continue }
  dmarc: { on_reject: continue, on_quarantine: continue }
  ambiguous_from: { on_hit: continue, on_unknown: continue }
  display_name: { on_hit: continue, on_foreign: continue, on_unknown: continue }
"""


def start_gatepost(root, name, program, redis=None, rate=1_000_000, day=10_000_000,
                   headers=False, asked=False):
    """gatepostd with the embedded store, or with `redis`; with the limits alone, or with `headers`
    all rules that look at them too; with `asked` Dovecot can ask it about logins, at login_port.
    The default figures let everything pass: what is measured is the price of counting and
    checking."""
    port = free_port()
    folder = folder_of(root, name)
    (folder / "state").mkdir(exist_ok=True)
    store = "  kind: memory"
    if redis:
        store = f"  kind: redis\n  url: redis://127.0.0.1:{redis.port}/0"
    config = folder / "gatepost.yaml"
    config.write_text(GATEPOST_YAML.format(port=port, folder=folder, store=store, rate=rate,
                                           day=day) + ("" if headers else NO_HEADER_RULES))
    login_port = free_port()
    if asked:
        with config.open("a") as more:
            more.write(f"logins: {{ auth_policy: {{ listen: inet:{login_port}@127.0.0.1, "
                       "secret: none } }\n")
    server = Server(name, [program, "--config", config], folder, port)
    server.login_port = login_port
    return server


def start_rspamd(root, name, redis, rate=1_000_000, workers=2):
    """rspamd as its package configures it, scanning in its milter workers, with every module switched
    off but ratelimit: one bucket a login."""
    program, stock = shutil.which("rspamd"), pathlib.Path("/etc/rspamd")
    if not program:
        return None
    port = free_port()
    folder = folder_of(root, name)
    local = folder_of(folder, "local") / "local.d"
    for made in (local, folder / "db"):
        made.mkdir(exist_ok=True)
    for module in (stock / "modules.d").glob("*.conf"):
        (local / module.name).write_text("enabled = false;\n")
    files = {
        "redis.conf": f'servers = "127.0.0.1:{redis.port}";',
        "ratelimit.conf":
            f'rates {{ user = {{ bucket = {{ burst = {rate}; rate = "{rate} / 15min"; }} }} }}',
        "worker-proxy.inc": f'bind_socket = "127.0.0.1:{port}"; milter = yes; count = {workers}; '
                            'upstream "local" { default = yes; self_scan = yes; }',
        "logging.inc": f'type = "file"; filename = "{folder}/own.log"; level = "warning";',
        "options.inc": f'pidfile = "{folder}/pid"; control_socket = "{folder}/control.sock"; '
                       'dns { nameserver = ["127.0.0.1:9"]; }',
    }
    for worker in ("normal", "controller", "fuzzy"):
        files[f"worker-{worker}.inc"] = "enabled = false;"
    for file, text in files.items():
        (local / file).write_text(text + "\n")
    argv = [program, "-f", "-c", stock / "rspamd.conf", f"--var=LOCAL_CONFDIR={folder}/local",
            f"--var=DBDIR={folder}/db", f"--var=RUNDIR={folder}", f"--var=LOGDIR={folder}"]
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "_rspamd", "_rspamd")
        argv += ["-u", "_rspamd", "-g", "_rspamd"]
    return Server(name, argv, folder, port, patience=120)
