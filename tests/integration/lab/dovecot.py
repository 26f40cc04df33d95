"""A private Dovecot that only checks passwords, for Postfix' SASL."""

import os

from .process import LabError, Process, poll

_CONF = """base_dir = {folder}/run
state_dir = {folder}/run
instance_name = gatepost-lab
log_path = {folder}/dovecot.log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
# Names reach the milter as they were typed, which is what Cyrus SASL does too.
auth_username_format = %u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu {folder}/users
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home=/nonexistent
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
"""


class Dovecot:
    """Every account has the password `secret`."""

    def __init__(self, folder: str, socket: str, accounts: list):
        os.makedirs(folder + "/run", mode=0o755)
        os.chmod(folder, 0o755)
        with open(folder + "/users", "w", encoding="utf-8") as users:
            users.writelines(f"{name}:{{PLAIN}}secret::::::\n" for name in accounts)
        os.chmod(folder + "/users", 0o644)
        with open(folder + "/dovecot.conf", "w", encoding="utf-8") as conf:
            conf.write(_CONF.format(folder=folder, socket=socket))
        self._process = Process("dovecot", ["dovecot", "-F", "-c", folder + "/dovecot.conf"],
                                folder + "/start.log")
        poll(lambda: os.path.exists(socket) or not self._process.running(), 20)
        if not os.path.exists(socket):
            self.stop()
            raise LabError("dovecot does not start: " + self._process.output())

    def stop(self) -> None:
        self._process.stop()
