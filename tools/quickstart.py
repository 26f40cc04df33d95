#!/usr/bin/python3
"""quickstart.py [--stay]: the show of tools/quickstart, which installs and builds before it.

Uses the lab of the integration tests: a private Postfix and Dovecot in a temporary folder, in
namespaces of their own where the kernel lets us. Everything is stopped when it ends."""

import email.message
import os
import re
import signal
import smtplib
import sys
import threading

TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TREE + "/tests/integration")

from lab import Gatepostd, LabError, PolicyLab, SmtpClient, enter  # noqa: E402  (the path is set above)

ALICE, BOB, CAROL = "alice@example.test", "bob@example.test", "carol@example.test"
PASSWORD = "secret"
LIMIT = 50
PHONE, FAILURES = "127.0.0.9", 10

CONFIG = """listen: inet:{port}@127.0.0.1
admin: unix:{folder}/admin.sock
state_dir: {state}
site:
  domains: [example.test]
logins:
  auth_policy: {{ listen: inet:{policy}@127.0.0.1, secret: none }}
"""


def say(text: str = "") -> None:
    print(text, flush=True)


def section(title: str) -> None:
    say(f"\n---- {title}")


def letter(number: int, author: str = f"Alice <{ALICE}>") -> email.message.EmailMessage:
    mail = email.message.EmailMessage()
    mail["From"] = author
    mail["To"] = f"Bob <{BOB}>"
    mail["Subject"] = f"Letter {number}"
    mail["X-Marker"] = "quickstart"
    mail.set_content("Good day, Bob.\n")
    return mail


def send_until_refused(port: int) -> str:
    """Alice writes to Bob; the refusal as her mail program shows it."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
        smtp.login(ALICE, PASSWORD)
        say(f"{ALICE} has logged in on the submission port and writes to {BOB}.")
        for number in range(1, LIMIT + 2):
            try:
                smtp.send_message(letter(number))
            except smtplib.SMTPSenderRefused as refusal:
                say(f"Message {number} is refused at MAIL FROM:")
                return f"{refusal.smtp_code} {refusal.smtp_error.decode('ascii', 'replace')}"
            if number % 10 == 0:
                say(f"{number} messages accepted")
    raise LabError(f"{LIMIT + 1} messages were accepted, and {LIMIT} are allowed")


def send_as_another(port: int) -> str:
    """Alice writes in Carol's name; the refusal as her mail program shows it."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
        smtp.login(ALICE, PASSWORD)
        say(f"{ALICE} writes with From: Carol <{CAROL}>, and is refused at the end of the message:")
        try:
            smtp.send_message(letter(0, f"Carol <{CAROL}>"), from_addr=ALICE)
        except smtplib.SMTPDataError as refusal:
            return f"{refusal.smtp_code} {refusal.smtp_error.decode('ascii', 'replace')}"
    raise LabError("a message in another's name was accepted")


def fail_to_log_in(port: int) -> str:
    """A phone with last year's password; what it is told when it is given the right one."""
    with SmtpClient(port, PHONE) as client:
        client.ehlo()
        for number in range(1, FAILURES + 1):
            reply = client.auth(ALICE, f"wrong{number}")
            if reply.code != 535:
                raise LabError(f"wrong password {number}: {reply}")
        say(f"{FAILURES} wrong passwords came from {PHONE}. Now the right one:")
        refusal = client.auth(ALICE, PASSWORD)
    if "locked until" not in refusal.text:
        raise LabError(f"a locked address is answered: {refusal}")
    return str(refusal)


def log_in(port: int) -> None:
    with SmtpClient(port, PHONE) as client:
        reply = client.login(ALICE, PASSWORD)
    if reply.code != 235:
        raise LabError(f"after unlocking: {reply}")
    say(f"{ALICE} logs in from {PHONE}: {reply}")


def reference_in(refusal: str) -> str:
    found = re.search(r"\[ref ([0-9A-Z]{4}-[0-9A-Z]{4})\]", refusal)
    if found is None:
        raise LabError(f"no reference in: {refusal}")
    return found.group(1)


def start(lab: PolicyLab) -> Gatepostd:
    daemon = lab.gatepostd()
    with open(daemon.config, "w", encoding="utf-8") as output:
        output.write(CONFIG.format(port=daemon.port, folder=daemon.folder, state=daemon.state,
                                   policy=lab.login_ports.policy))
    daemon.start()
    return daemon


def ask(daemon: Gatepostd, *words: str) -> None:
    """Shows a command as it is typed, and what it says."""
    section("$ gatepost " + " ".join(words))
    say(daemon.tell(*words).rstrip())


def show(lab: PolicyLab, stay: bool) -> None:
    daemon = start(lab)
    section(f"gatepostd runs behind a private Postfix, with this configuration ({daemon.config}):")
    with open(daemon.config, encoding="utf-8") as config:
        say(config.read().rstrip())

    section("A fake sender")
    refusal = send_as_another(lab.submission)
    say("  " + refusal)
    ask(daemon, "explain", reference_in(refusal))

    section("Real mail, over SMTP AUTH")
    refusal = send_until_refused(lab.submission)
    say("  " + refusal)
    delivered = lab.postfix.delivered_to("quickstart")
    say(f"{len(delivered)} messages are in {BOB}'s mailbox.")
    if delivered != ["bob"] * LIMIT:
        raise LabError(f"expected {LIMIT} deliveries, got {delivered}")
    ask(daemon, "account", "show", ALICE)
    ask(daemon, "explain", reference_in(refusal))

    section("A phone with an old password")
    say("  " + fail_to_log_in(lab.submission))
    ask(daemon, "lockout", "show", ALICE)
    ask(daemon, "lockout", "unlock", ALICE, "--reason", "ticket 4711, new phone")
    log_in(lab.submission)

    if stay:
        section("All of it keeps running until Ctrl-C. In another terminal:")
        say(f"{TREE}/build/release/bin/gatepost --config {daemon.config} status")
        threading.Event().wait()


def go_on() -> None:
    section("How to go on")
    say("docs/install.md      put it behind your own Postfix or Sendmail, observing first")
    say("docs/operations.md   what its log lines and figures mean, and what to do")
    say("tools/test           build and run all tests")
    say("tools/quickstart --stay    the same again, left running to look around")


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        enter()
        with PolicyLab() as lab:
            show(lab, "--stay" in sys.argv[1:])
    except LabError as error:
        print(f"quickstart: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    say("\nEverything that was started here is stopped, and its folder removed.")
    go_on()
    return 0


if __name__ == "__main__":
    sys.exit(main())
