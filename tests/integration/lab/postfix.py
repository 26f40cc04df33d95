"""A private Postfix: own configuration and queue, loopback only."""

import glob
import grp
import json
import os
import pwd
import re
import shutil
import subprocess

from .isolation import isolated, postfix_root
from .process import LabError, accepts, poll, stop_pid

_QUEUE_FOLDERS = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
                  "private", "saved", "trace", "maildrop", "public", "pid")

_MAIN = """compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = {folder}/etc
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
myhostname = mx.example.test
mydomain = example.test
myorigin = example.test
mydestination =
mynetworks = 127.0.0.1/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = {names}
alias_maps =
alias_database =
local_transport = error:no local delivery
default_transport = discard:outside
relay_transport = discard:outside
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_mailbox_base = {folder}/mail
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 100
virtual_transport = virtual
virtual_destination_recipient_limit = 50
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_milters = {milter}
non_smtpd_milters = {milter}
milter_default_action = tempfail
message_size_limit = 30000000
header_checks = regexp:{{{{ /^X-Refuse-Me:/ REJECT refused by header_checks }}}}
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 10000
smtpd_hard_error_limit = 10001
smtpd_junk_command_limit = 100000
smtpd_client_connection_count_limit = 0
smtpd_recipient_limit = 2000
default_process_limit = 200
in_flow_delay = 0
"""

_SERVICES = """pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def _address(mailbox: str) -> str:
    return mailbox if "@" in mailbox else mailbox + "@example.test"


class Postfix:
    """Delivers to maildirs below `folder`/mail; what goes elsewhere is discarded. A mailbox is a
    name at example.test, or a whole address, whose domain is then one of the site's."""

    def __init__(self, folder: str, milter: str, mailboxes: list):
        self.folder = folder
        self.etc = folder + "/etc"
        self._listeners = []
        self._ports = []
        self._lay_out(mailboxes)
        with open(self.etc + "/main.cf", "w", encoding="utf-8") as main:
            domains = {_address(name).split("@")[1] for name in mailboxes}
            main.write(_MAIN.format(folder=folder, milter=milter, domains=" ".join(sorted(domains)),
                                    names="yes" if isolated() else "no"))

    @property
    def sasl_socket(self) -> str:
        return self.folder + "/queue/private/auth"

    def listen(self, port: int, **options: str) -> int:
        """Adds an smtpd on this port with these main.cf settings of its own."""
        self._ports.append(port)
        self._listeners.append(f"127.0.0.1:{port} inet n - n - - smtpd\n" + "".join(
            f"  -o {{ {name} = {value} }}\n" for name, value in options.items()))
        return port

    def start(self) -> None:
        with open(self.etc + "/master.cf", "w", encoding="utf-8") as master:
            master.write("".join(self._listeners) + _SERVICES)
        done = self._run("postfix", "start")
        if done.returncode != 0 or not poll(lambda: all(map(accepts, self._ports)), 30):
            raise LabError("postfix does not start: " + done.stdout + done.stderr + self.log())

    def stop(self) -> None:
        try:
            with open(self.folder + "/queue/pid/master.pid", encoding="ascii") as pid_file:
                pid = int(pid_file.read())
            with open(f"/proc/{pid}/cmdline", "rb") as command:
                ours = b"postfix/sbin/master" in command.read()
        except (OSError, ValueError):
            return
        if ours:
            stop_pid(pid)

    def sendmail(self, sender: str, recipient: str, text: str) -> int:
        """Mail from a program on this machine, by the sendmail command; its exit status."""
        return subprocess.run(
            ["/usr/sbin/sendmail", "-C", self.etc, "-i", "-f", sender, recipient],
            input=text, text=True, capture_output=True, check=False, timeout=60).returncode

    def queue(self) -> list:
        """What postqueue knows: one dict a message."""
        lines = self._run("postqueue", "-j").stdout.splitlines()
        return [json.loads(line) for line in lines]

    def held(self) -> list:
        """What is in the hold queue, as queue() tells it."""
        return [mail for mail in self.queue() if mail["queue_name"] == "hold"]

    def queued_text(self, queue_id: str) -> str:
        """A message of the queue as it would be delivered."""
        return self._run("postcat", "-qbh", queue_id).stdout

    def wait_until_empty(self, seconds: float = 60.0) -> None:
        """Returns when every accepted message has been delivered, or is on hold."""
        def idle() -> bool:
            return all(mail["queue_name"] == "hold" for mail in self.queue())

        if not poll(idle, seconds, 0.1):
            raise LabError(f"mail is still in the queue after {seconds} s: {self.queue()}")

    def log(self) -> str:
        try:
            with open(self.folder + "/maillog", encoding="utf-8", errors="replace") as text:
                return text.read()
        except OSError:
            return ""

    def delivered_to(self, marker: str) -> list:
        """Whose maildirs hold a message with this marker, once for each copy; queue empty first."""
        return [owner for owner, _ in self.delivered(f"\nX-Marker: {marker}\n".encode())]

    def delivered(self, part: bytes) -> list:
        """All messages with these octets in them, each with its owner in front; queue empty first."""
        self.wait_until_empty()
        found = []
        for path in glob.glob(self.folder + "/mail/*/new/*"):
            with open(path, "rb") as mail:
                text = mail.read()
            if part in text:
                found.append((path.split("/")[-3], text))
        return sorted(found)

    def sent_outside(self) -> int:
        """How many recipients elsewhere were delivered (to nowhere); queue empty first."""
        self.wait_until_empty()
        return len(re.findall(r"postfix/discard\[\d+\]: \w+: to=<", self.log()))

    def _lay_out(self, mailboxes: list) -> None:
        # Postfix' daemons run as another user and walk down to these.
        for folder in ("", "/etc", "/queue", "/data", "/mail"):
            os.makedirs(self.folder + folder, mode=0o755, exist_ok=True)
        os.chmod(self.folder, 0o755)
        for name in _QUEUE_FOLDERS:
            os.mkdir(f"{self.folder}/queue/{name}")
        shipped = postfix_root().rstrip("/") + "/etc/postfix/"
        for name in ("postfix-files", "post-install", "postfix-script", "dynamicmaps.cf"):
            if os.path.exists(shipped + name):
                shutil.copy(shipped + name, self.etc)
        for name in ("postfix-files.d", "dynamicmaps.cf.d"):
            if os.path.isdir(shipped + name):
                shutil.copytree(shipped + name, f"{self.etc}/{name}")
        with open(self.folder + "/mailboxes", "w", encoding="utf-8") as table:
            table.writelines(f"{_address(name)} {name}/\n" for name in mailboxes)
        shutil.chown(self.folder + "/mail", 65534, 65534)
        shutil.chown(self.folder + "/data", pwd.getpwnam("postfix").pw_uid)
        self._hand_over_queue()

    # As postfix set-permissions would, without its look at the whole system.
    def _hand_over_queue(self) -> None:
        queue, postfix = self.folder + "/queue/", pwd.getpwnam("postfix").pw_uid
        postdrop = grp.getgrnam("postdrop").gr_gid
        for name in _QUEUE_FOLDERS:
            os.chmod(queue + name, 0o700)
            os.chown(queue + name, 0 if name == "pid" else postfix, 0)
        os.chmod(queue + "pid", 0o755)
        for name, mode in (("maildrop", 0o1730), ("public", 0o2710)):
            os.chown(queue + name, postfix, postdrop)
            os.chmod(queue + name, mode)

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(["/usr/sbin/" + program, "-c", self.etc, *words], text=True,
                              capture_output=True, check=False, timeout=60)
