"""Several Redis servers that belong together: Sentinels with a master, and a Cluster."""

import os
import subprocess

from .process import LabError, Process, accepts, free_port, poll
from .redis import Redis


class SentinelSite:
    """A master and a replica, watched by three Sentinels that act within half a second."""

    NAME = "counters"

    def __init__(self, folder: str, options=()):
        self._folder = folder
        self.servers = [Redis(f"{folder}/a", True, options)]
        self.servers.append(Redis(f"{folder}/b", True, [
            "--replicaof", "127.0.0.1", str(self.servers[0].port), *options]))
        if not poll(lambda: "master_link_status:up" in self.servers[1].command(
                "INFO", "replication"), 20):
            raise LabError("the replica does not reach its master")
        self._ports = [free_port() for _ in range(3)]
        self.sentinels = [self._sentinel(port) for port in self._ports]
        self.url = "sentinel://" + ",".join(
            f"127.0.0.1:{port}" for port in self._ports) + f"/{self.NAME}/0"
        if not poll(self._agreed, 20):
            raise LabError("the Sentinels do not find each other")

    def _sentinel(self, port: int) -> Process:
        folder = f"{self._folder}/sentinel{port}"
        os.makedirs(folder)
        with open(folder + "/sentinel.conf", "w", encoding="ascii") as conf:
            conf.write(f"bind 127.0.0.1\nport {port}\ndir {folder}\n"
                       f"sentinel monitor {self.NAME} 127.0.0.1 {self.servers[0].port} 2\n"
                       f"sentinel down-after-milliseconds {self.NAME} 500\n"
                       f"sentinel failover-timeout {self.NAME} 2000\n")
        return Process("sentinel", ["redis-server", folder + "/sentinel.conf", "--sentinel"],
                       folder + "/log")

    def _ask(self, port: int, *words: str) -> str:
        try:
            return subprocess.run(["redis-cli", "-p", str(port), *words], text=True, check=False,
                                  capture_output=True, timeout=1).stdout
        except subprocess.TimeoutExpired:  # it is paused
            return ""

    def _agreed(self) -> bool:
        def sees_all(port: int) -> bool:
            words = self._ask(port, "sentinel", "master", self.NAME).split("\n")
            known = dict(zip(words[::2], words[1::2]))
            return known.get("num-other-sentinels") == "2" and known.get("num-slaves") == "1"
        return all(accepts(port) and sees_all(port) for port in self._ports)

    def master(self) -> Redis:
        """The server that most Sentinels call the master."""
        said = [self._ask(port, "sentinel", "get-master-addr-by-name", self.NAME).split("\n")
                for port, sentinel in zip(self._ports, self.sentinels) if sentinel.running()]
        named = [words[1] for words in said if len(words) > 1]
        port = int(max(set(named), key=named.count))
        return next(server for server in self.servers if server.port == port)

    def replica(self) -> Redis:
        """The other one."""
        master = self.master()
        return next(server for server in self.servers if server is not master)

    def whole(self) -> bool:
        """Whether a master with a replica in step runs."""
        return all(server.running() for server in self.servers) \
            and "master_link_status:up" in self.replica().command("INFO", "replication") \
            and self._agreed()

    def switch(self) -> None:
        """A failover by hand."""
        self._ask(self._ports[0], "sentinel", "failover", self.NAME)

    def stop(self) -> None:
        for each in [*self.sentinels, *self.servers]:
            each.stop()


class ClusterSite:
    """Three masters with a replica each."""

    def __init__(self, folder: str):
        self.servers = [Redis(f"{folder}/{number}", True, [
            "--cluster-enabled", "yes", "--cluster-node-timeout", "1000",
            "--cluster-port", str(free_port()), "--cluster-config-file", f"{folder}/{number}.conf"])
                        for number in range(6)]
        nodes = [f"127.0.0.1:{server.port}" for server in self.servers]
        made = subprocess.run(["redis-cli", "--cluster", "create", *nodes, "--cluster-replicas",
                               "1", "--cluster-yes"], text=True, check=False, capture_output=True,
                              timeout=60)
        if made.returncode != 0:
            raise LabError("no Redis Cluster: " + made.stdout + made.stderr)
        if not poll(self.whole, 30):
            raise LabError("the Redis Cluster does not come up")
        self.url = "cluster://" + ",".join(nodes[:2])

    def _nodes(self) -> list:
        """What the first server that runs says: a list of words for each node."""
        first = next(server for server in self.servers if server.running())
        said = subprocess.run(["redis-cli", "-p", str(first.port), "cluster", "nodes"], text=True,
                              check=False, capture_output=True, timeout=10).stdout
        return [line.split() for line in said.splitlines()]

    def whole(self) -> bool:
        """Whether all slots are served and every master has a replica in step."""
        return all(server.running() and "cluster_state:ok" in server.command("CLUSTER", "INFO")
                   for server in self.servers) and len(self.masters()) == 3 \
            and all("master_link_status:down" not in server.command("INFO", "replication")
                    for server in self.servers)

    def masters(self) -> list:
        """The servers that serve slots."""
        ports = {int(node[1].split("@")[0].rsplit(":", 1)[1]) for node in self._nodes()
                 if "master" in node[2] and "fail" not in node[2] and len(node) > 8}
        return [server for server in self.servers if server.port in ports]

    def master_of(self, key: str) -> Redis:
        """The server that serves this key."""
        any_node = self.masters()[0]
        slot = int(any_node.command("CLUSTER", "KEYSLOT", key)[1:])
        for node in self._nodes():
            for part in node[8:]:
                first, _, last = part.partition("-")
                if first.isdigit() and int(first) <= slot <= int(last or first):
                    port = int(node[1].split("@")[0].rsplit(":", 1)[1])
                    return next(server for server in self.servers if server.port == port)
        raise LabError(f"no node serves slot {slot}")

    def reshard(self, slots: int) -> None:
        """Moves so many slots from the first master to the second."""
        source, target = self.masters()[:2]
        ids = {int(node[1].split("@")[0].rsplit(":", 1)[1]): node[0] for node in self._nodes()}
        done = subprocess.run(
            ["redis-cli", "--cluster", "reshard", f"127.0.0.1:{source.port}", "--cluster-from",
             ids[source.port], "--cluster-to", ids[target.port], "--cluster-slots", str(slots),
             "--cluster-yes"], text=True, check=False, capture_output=True, timeout=120)
        if done.returncode != 0:
            raise LabError("resharding failed: " + done.stdout[-2000:] + done.stderr)

    def stop(self) -> None:
        for server in self.servers:
            server.stop()
