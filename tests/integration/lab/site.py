"""The whole site: two gatepostd can stand behind one Postfix."""

import contextlib
import os
import shutil
import tempfile

from .cut import Cut
from .dns_server import DnsServer
from .dovecot import Dovecot, LoginPorts
from .gatepostd import Gatepostd
from .imap import ImapClient
from .postfix import Postfix
from .process import free_port
from .redis import Redis
from .redis_sites import ClusterSite, SentinelSite
from .sendmail import Sendmail
from .smtp import SmtpClient

PEOPLE = ["alice", "bob", "carol", "dave", "erin"]
USERS = [f"user{n:04}" for n in range(1, 401)]
# Clients that log in with less or more than their address.
_OTHER_LOGINS = ["alice", "alice@mx.example.test"]


class Lab(contextlib.ExitStack):
    """Stops all it started when it is closed, also after a failure in the middle."""

    # Addresses of further domains of the site; each has a mailbox and is a login.
    others = ()
    # Where Dovecot serves IMAP and asks about logins; None: it does neither.
    login_ports = None

    def __init__(self):
        super().__init__()
        self.folder = tempfile.mkdtemp(prefix="gp")
        self.callback(self._remove)
        os.chmod(self.folder, 0o755)
        self.dns = DnsServer()
        self.callback(self.dns.close)
        self.milter_port = free_port()
        self.second_milter_port = free_port()
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        milter = f"inet:127.0.0.1:{self.milter_port}"
        self.postfix = Postfix(self.folder + "/postfix", milter, PEOPLE + USERS + list(self.others))
        self._listeners()
        self.dovecot = Dovecot(self.folder + "/dovecot", self.postfix.sasl_socket,
                               [name + "@example.test" for name in PEOPLE + USERS]
                               + _OTHER_LOGINS + list(self.others), self.login_ports)
        self.callback(self.dovecot.stop)
        self.callback(self.postfix.stop)
        self.postfix.start()

    def _listeners(self) -> None:
        submission = {
            "smtpd_sasl_auth_enable": "yes",
            "smtpd_relay_restrictions": "permit_sasl_authenticated,reject",
            "milter_macro_daemon_name": "SUBMISSION",
        }
        second = f"inet:127.0.0.1:{self.second_milter_port}"
        back = free_port()
        listen = self.postfix.listen
        self.mx = listen(free_port())
        self.submission = listen(free_port(), **submission)
        self.second_submission = listen(free_port(), **submission, smtpd_milters=second)
        # What a content filter after the queue gets comes back through `back`, with the milter.
        self.filtered_submission = listen(
            free_port(), **submission, content_filter=f"smtp:[127.0.0.1]:{back}")
        listen(back, content_filter="", myhostname="filter.example.test",
               milter_macro_daemon_name="BACK")
        self.proxied = listen(free_port(), smtpd_proxy_filter=f"127.0.0.1:{back}",
                              milter_macro_daemon_name="PROXIED")
        self.open_submission = listen(
            free_port(), mynetworks="127.0.0.0/8", milter_macro_daemon_name="SUBMISSION",
            smtpd_relay_restrictions="permit_mynetworks,reject")
        self.server = listen(
            free_port(), mynetworks="127.0.0.200/32", milter_macro_daemon_name="SERVER",
            smtpd_relay_restrictions="permit_mynetworks,reject")
        # Postfix itself lets everybody in here, so what is refused is refused by the milter.
        self.open_server = listen(
            free_port(), mynetworks="127.0.0.0/8", milter_macro_daemon_name="SERVER",
            smtpd_sasl_auth_enable="yes",
            smtpd_relay_restrictions="permit_mynetworks,permit_sasl_authenticated,reject")

    def gatepostd(self, name: str = "gatepostd", second: bool = False) -> Gatepostd:
        """A daemon behind the first or the second milter port, in an empty folder; not started."""
        folder = tempfile.mkdtemp(prefix=name + "-", dir=self.folder)
        daemon = Gatepostd(folder, self.second_milter_port if second else self.milter_port,
                           self.dns.port)
        self.callback(daemon.kill)
        return daemon

    def redis(self, durable: bool = False, options=()) -> Redis:
        server = Redis(tempfile.mkdtemp(prefix="redis-", dir=self.folder), durable, options)
        self.callback(server.stop)
        return server

    def sentinel_site(self, options=()) -> SentinelSite:
        site = SentinelSite(tempfile.mkdtemp(prefix="sentinels-", dir=self.folder), options)
        self.callback(site.stop)
        return site

    def cluster_site(self) -> ClusterSite:
        site = ClusterSite(tempfile.mkdtemp(prefix="cluster-", dir=self.folder))
        self.callback(site.stop)
        return site

    def cut_before(self, redis: Redis) -> Cut:
        """A way to this server that can be cut."""
        cut = Cut(redis.port)
        self.callback(cut.close)
        return cut

    def imap(self, source: str = "127.0.0.1") -> ImapClient:
        return ImapClient(self.login_ports.imap, source)

    def client(self, login: str = None, port: int = None, source: str = "127.0.0.1") -> SmtpClient:
        """A session on the submission listener (or `port`), logged in where a login is given."""
        client = SmtpClient(port or self.submission, source)
        reply = client.login(login) if login else client.ehlo()
        if not reply.ok:
            raise AssertionError(f"login as {login}: {reply}")
        return client

    def _remove(self) -> None:
        if os.environ.get("GATEPOST_LAB_KEEP"):
            print("kept:", self.folder)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


class PolicyLab(Lab):
    """The same site, with a Dovecot that asks gatepostd before it looks at a password."""

    def __init__(self):
        self.login_ports = LoginPorts(0, free_port(), "lab-secret")
        super().__init__()


class LoginLab(Lab):
    """The same with IMAP; Dovecot asks the first of two daemons."""

    asks = True

    def __init__(self):
        self.login_ports = LoginPorts(free_port(), free_port() if self.asks else 0, "lab-secret")
        self.second_policy_port = free_port()
        super().__init__()


class UnaskedLoginLab(LoginLab):
    """The same, with a Dovecot that asks nobody: what is known of logins is in the logs."""

    asks = False


class SendmailLab(Lab):
    """The same site with Sendmail in Postfix' place, and a unix socket between it and gatepostd.
    While gatepostd is away Sendmail does what the letter of `when_away` says."""

    when_away = "T"

    def _start(self) -> None:
        self.sendmail = Sendmail(self.folder + "/sendmail", PEOPLE + USERS + ["erp"],
                                 ["example.test", "mx.example.test"], self.when_away)
        self.mx = self.sendmail.listen(free_port(), "MTA")
        self.submission = self.sendmail.listen(free_port(), "MSA", "Ea")
        self.server = self.sendmail.listen(free_port(), "SERVER", "A")
        self.callback(self.sendmail.stop)
        self.sendmail.start()

    def gatepostd(self, name: str = "gatepostd", second: bool = False) -> Gatepostd:
        """A daemon behind Sendmail, in an empty folder; not started. There is no second one."""
        folder = tempfile.mkdtemp(prefix=name + "-", dir=self.folder)
        daemon = Gatepostd(folder, self.milter_port, self.dns.port, self.sendmail.milter_socket)
        self.callback(daemon.kill)
        return daemon
