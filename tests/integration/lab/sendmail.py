"""A private Sendmail, run from the folder into which its packages were unpacked."""

import contextlib
import glob
import os
import pathlib
import shutil
import subprocess

from .isolation import mount_for_sendmail, unmount_for_sendmail
from .local_servers import Saslauthd, Syslog
from .process import LabError, Process, accepts, poll

_ROOT = str(pathlib.Path(__file__).resolve().parents[3] / "build/sendmail-root")
_PROGRAM = _ROOT + "/usr/libexec/sendmail/sendmail"

# Where the lab's folder appears to Sendmail, which trusts no file below a folder like /tmp.
_PLACE = "/mnt"

_MC = """divert(-1)
divert(0)dnl
include(`{cf}m4/cf.m4')dnl
VERSIONID(`gatepost lab')dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mx.example.test')dnl
define(`confPID_FILE', `{place}/sendmail.pid')dnl
define(`QUEUE_DIR', `{place}/queue')dnl
define(`STATUS_FILE', `{place}/statistics')dnl
define(`confSERVICE_SWITCH_FILE', `{place}/service.switch')dnl
define(`confDEF_USER_ID', `nobody:nogroup')dnl
define(`confTO_IDENT', `0')dnl
define(`confMAX_MESSAGE_SIZE', `2000000')dnl
define(`confLOG_LEVEL', `14')dnl
define(`confMILTER_LOG_LEVEL', `9')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confAUTH_MECHANISMS', `PLAIN LOGIN')dnl
TRUST_AUTH_MECH(`PLAIN LOGIN')dnl
define(`LOCAL_MAILER_PATH', `{place}/deliver')dnl
define(`LOCAL_MAILER_ARGS', `deliver $u')dnl
define(`LOCAL_MAILER_FLAGS', `mn9')dnl
MODIFY_MAILER_FLAGS(`LOCAL', `-wA')dnl
define(`SMART_HOST', `outside:outside')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`virtusertable', `text -k0 -v1 -z| {place}/mailboxes')dnl
LOCAL_DOMAIN(`example.test')dnl
RELAY_DOMAIN(`127.0.0.200')dnl
FEATURE(`no_default_msa')dnl
{listeners}INPUT_MAIL_FILTER(`gatepost', `S=local:{place}/run/milter.sock, F={flag}, T=C:5s;S:10s;R:10s;E:20s')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
LOCAL_CONFIG
ESASL_CONF_PATH={place}/sasl
MAILER_DEFINITIONS
Moutside, P={place}/deliver, F=lsDFMmn9, S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP/HdrFromSMTP,
	T=DNS/RFC822/X-Unix, A=deliver OUTSIDE $u
"""

# One file a mailbox and message, complete when it appears.
_DELIVER = """#!/bin/sh
set -e
text=$(mktemp {place}/incoming/XXXXXXXX)
cat >"$text"
[ "$1" != OUTSIDE ] || set -- OUTSIDE
for mailbox in "$@"; do
  mkdir -p "{place}/mail/$mailbox"
  ln "$text" "{place}/mail/$mailbox/${{text##*/}}"
done
rm "$text"
"""

_SASL = """pwcheck_method: saslauthd
saslauthd_path: {place}/saslauthd
mech_list: PLAIN LOGIN
"""


class Sendmail:
    """Delivers example.test to folders below `folder`/mail, what goes elsewhere to OUTSIDE there.
    The people of `mailboxes` log in with the password `secret`, by their local part alone or with
    one of `realms`. `flag` is its filter's F=: what it does while gatepostd is away."""

    def __init__(self, folder: str, mailboxes: list, realms: list, flag: str):
        if not os.access(_PROGRAM, os.X_OK):
            raise LabError(f"{_PROGRAM} is not there: tools/test fetches it")
        self.folder = folder
        self.milter_socket = folder + "/run/milter.sock"
        self._people = set(mailboxes)
        self._realms = set(realms) | {""}
        self._flag = flag
        self._listeners = []
        self._ports = []
        self._running = contextlib.ExitStack()
        self._lay_out(mailboxes)

    def listen(self, port: int, name: str, modifiers: str = "") -> int:
        """Adds a listener of this {daemon_name}, with these M= letters."""
        self._ports.append(port)
        letters = f", M={modifiers}" if modifiers else ""
        self._listeners.append(
            f"DAEMON_OPTIONS(`Port={port}, Addr=127.0.0.1, Name={name}{letters}')dnl\n")
        return port

    def start(self) -> None:
        mount_for_sendmail(self.folder, _PLACE)
        self._running.callback(unmount_for_sendmail, _PLACE)
        self._running.callback(Syslog("/dev/log", self.folder + "/maillog").close)
        self._running.callback(Saslauthd(self.folder + "/saslauthd", self._may_log_in).close)
        self._make_cf()
        process = Process("sendmail", [_PROGRAM, "-C", _PLACE + "/sendmail.cf", "-bD"],
                          self.folder + "/start.log")
        self._running.callback(process.stop)
        poll(lambda: self._listens() or not process.running(), 30)
        if not process.running() or not self._listens():
            raise LabError("sendmail does not start: " + process.output() + self.log())

    def _listens(self) -> bool:
        return all(map(accepts, self._ports))

    def stop(self) -> None:
        self._running.close()

    def on_standard_input(self, commands: list) -> list:
        """An SMTP session over pipes, as mail programs on the machine hold it; a reply's last line
        for each command. A message's text is one command, with its dot."""
        with subprocess.Popen([_PROGRAM, "-C", _PLACE + "/sendmail.cf", "-bs"], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as session:
            replies = [self._last_line(session.stdout)]
            for command in commands:
                session.stdin.write(command + "\r\n")
                session.stdin.flush()
                replies.append(self._last_line(session.stdout))
        return replies[1:]

    @staticmethod
    def _last_line(output) -> str:
        for line in output:
            if line[3:4] != "-":
                return line.rstrip()
        return ""

    def queue(self) -> list:
        """The names of the messages that are accepted and not yet delivered."""
        return [path.rsplit("/qf", 1)[1] for path in glob.glob(self.folder + "/queue/qf*")]

    def wait_until_empty(self, seconds: float = 60.0) -> None:
        """Returns when every accepted message has been delivered."""
        if not poll(lambda: not self.queue(), seconds):
            raise LabError(f"mail is still in the queue after {seconds} s: {self.queue()}")

    def log(self) -> str:
        try:
            with open(self.folder + "/maillog", encoding="utf-8", errors="replace") as text:
                return text.read()
        except OSError:
            return ""

    def delivered_to(self, marker: str) -> list:
        """Whose mailboxes hold a message with this marker, once for each copy; queue empty first."""
        self.wait_until_empty()
        return sorted(owner for owner, _ in self._mails(marker))

    def message(self, marker: str) -> str:
        """A delivered message with this marker."""
        return next(text for _, text in self._mails(marker))

    def _mails(self, marker: str):
        header = f"\nX-Marker: {marker}\n"
        for path in glob.glob(self.folder + "/mail/*/*"):
            with open(path, encoding="utf-8", errors="replace") as mail:
                text = mail.read()
            if header in text:
                yield path.split("/")[-2], text

    def _may_log_in(self, login: str, realm: str, password: str) -> bool:
        return login in self._people and realm in self._realms and password == "secret"

    def _lay_out(self, mailboxes: list) -> None:
        os.makedirs(self.folder + "/sasl")
        os.chmod(self.folder, 0o755)
        os.mkdir(self.folder + "/queue", 0o700)
        for name in ("mail", "incoming", "run"):
            os.mkdir(f"{self.folder}/{name}")
            shutil.chown(f"{self.folder}/{name}", "nobody", "nogroup")
        self._write("mailboxes", "".join(f"{name}@example.test|{name}\n" for name in mailboxes)
                    + "@example.test|error:nouser 550 5.1.1 User unknown\n")
        self._write("service.switch", "hosts\tfiles\npasswd\tfiles\naliases\tfiles\n")
        self._write("sasl/Sendmail.conf", _SASL.format(place=_PLACE))
        self._write("statistics", "")
        self._write("deliver", _DELIVER.format(place=_PLACE), 0o755)

    def _make_cf(self) -> None:
        templates = _ROOT + "/usr/share/sendmail/cf/"
        self._write("sendmail.mc", _MC.format(
            cf=templates, place=_PLACE, flag=self._flag, listeners="".join(self._listeners)))
        made = subprocess.run([_ROOT + "/usr/bin/m4", f"-D_CF_DIR_={templates}", "sendmail.mc"],
                              cwd=self.folder, text=True, capture_output=True, check=False)
        if made.returncode != 0 or made.stderr:
            raise LabError("m4 cannot make a sendmail.cf: " + made.stderr)
        self._write("sendmail.cf", made.stdout)

    def _write(self, name: str, text: str, mode: int = 0o644) -> None:
        path = f"{self.folder}/{name}"
        with open(path, "w", encoding="utf-8") as output:
            output.write(text)
        os.chmod(path, mode)
