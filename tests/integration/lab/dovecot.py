"""A private Dovecot that checks passwords, for Postfix' SASL and on request for IMAP."""

import dataclasses
import os
import re

from .process import LabError, Process, accepts, poll

_CONF = """base_dir = {folder}/run
state_dir = {folder}/run
instance_name = gatepost-lab
log_path = {folder}/dovecot.log
protocols = {protocols}
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
# Names reach the milter as they were typed, which is what Cyrus SASL does too.
auth_username_format = %u
mail_location = maildir:{folder}/imap/%u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu {folder}/users
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={folder}/imap/%u
}}
service auth {{
  unix_listener {socket} {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
{more}"""

_IMAP = """service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
mail_max_userip_connections = 1000
"""

# As docs/login-lockout.md asks for.
_POLICY = """auth_policy_server_url = http://127.0.0.1:{port}/
auth_policy_server_api_header = Authorization: Bearer {secret}
auth_policy_hash_nonce = lab-nonce
auth_policy_request_attributes = login=%{{requested_username}} pwhash=%{{hashed_password}} \\
  remote=%{{rip}} device_id=%{{client_id}} protocol=%s session_id=%{{session}} mech=%m
auth_verbose = yes
auth_debug = yes
"""


@dataclasses.dataclass(frozen=True)
class LoginPorts:
    """Where people read mail, and where Dovecot asks before it looks at a password."""
    imap: int = 0  # 0: it serves no IMAP
    policy: int = 0  # 0: it asks nobody
    secret: str = ""


class Dovecot:
    """Every account has the password `secret`."""

    def __init__(self, folder: str, socket: str, accounts: list, ports: LoginPorts = None):
        os.makedirs(folder + "/run", mode=0o755)
        os.chmod(folder, 0o755)
        os.mkdir(folder + "/imap")
        os.chown(folder + "/imap", 65534, 65534)
        with open(folder + "/users", "w", encoding="utf-8") as users:
            users.writelines(f"{name}:{{PLAIN}}secret::::::\n" for name in accounts)
        os.chmod(folder + "/users", 0o644)
        self.log_path = folder + "/dovecot.log"
        more = ""
        if ports and ports.imap:
            more += _IMAP.format(port=ports.imap)
        if ports and ports.policy:
            more += _POLICY.format(port=ports.policy, secret=ports.secret)
        with open(folder + "/dovecot.conf", "w", encoding="utf-8") as conf:
            conf.write(_CONF.format(folder=folder, socket=socket, more=more,
                                    protocols="imap" if ports and ports.imap else ""))
        self._process = Process("dovecot", ["dovecot", "-F", "-c", folder + "/dovecot.conf"],
                                folder + "/start.log")

        def serves() -> bool:
            return os.path.exists(socket) and (not ports or not ports.imap or accepts(ports.imap))

        poll(lambda: serves() or not self._process.running(), 20)
        if not serves():
            self.stop()
            raise LabError("dovecot does not start: " + self._process.output() + self.log())

    def stop(self) -> None:
        self._process.stop()

    def log(self) -> str:
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as text:
                return text.read()
        except OSError:
            return ""

    def passwords_looked_at(self, client: str) -> int:
        """How many attempts from this address reached the password check."""
        return len(re.findall(rf"passwd-file\([^)]*,{re.escape(client)}[,)][^\n]*"
                              r"Performing passdb lookup", self.log()))
