#!/usr/bin/env python3
"""scripts_test.py TREE: the shell scripts are sound, and starting is denied while they install."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SHEBANG = re.compile(rb"#!\S*(/|/env )(ba)?sh\b")
TREE = pathlib.Path(sys.argv.pop(1)).resolve()


def scripts():
    """Every shell script of tools/, .ci/ and tests/."""
    found = []
    places = [*(TREE / "tools").rglob("*"), *(TREE / "tests").rglob("*"), TREE / ".ci/run"]
    for path in sorted(places):
        if path.is_file() and (path.suffix == ".sh" or SHEBANG.match(path.read_bytes()[:40])):
            found.append(str(path))
    return found


def bash(script, **environment):
    return subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, env={**os.environ, **environment})


class Scripts(unittest.TestCase):
    def test_all_are_looked_at(self):
        names = {pathlib.Path(script).name for script in scripts()}
        self.assertLessEqual({"test", "quickstart", "packages.sh", "install.sh", "run"}, names)

    def test_bash_reads_them(self):
        for script in scripts():
            with self.subTest(script):
                done = subprocess.run(["bash", "-n", script], stderr=subprocess.PIPE, text=True,
                                      check=False)
                self.assertEqual((0, ""), (done.returncode, done.stderr))

    def test_shellcheck_finds_nothing(self):
        done = subprocess.run(["shellcheck", "-x", "-P", str(TREE), *scripts()],
                              stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual((0, ""), (done.returncode, done.stdout))


class Denial(unittest.TestCase):
    """install.sh's policy-rc.d, in a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.rc = pathlib.Path(folder.name) / "policy-rc.d"

    def run_denied(self, inside):
        return bash(f"""
            set -uo pipefail
            GATEPOST_ROOT={TREE}; source {TREE}/tools/install.sh
            POLICY_RC={self.rc}; POLICY_RC_KEPT={self.rc}.kept
            ( trap restore_policy_rc EXIT; trap 'exit 143' TERM; deny_starts; {inside} )
        """)

    def test_denies_every_start_and_leaves_nothing_behind(self):
        done = self.run_denied(f"{self.rc} postfix start; echo said $?")
        self.assertIn("said 101", done.stdout)
        self.assertEqual([], list(self.rc.parent.iterdir()))

    def test_puts_the_admins_own_policy_back_as_it_was(self):
        self.rc.write_text("#!/bin/sh\nexit 104\n")
        self.rc.chmod(0o750)
        before = self.rc.stat()
        done = self.run_denied(f"{self.rc} postfix start; echo said $?")
        self.assertIn("said 101", done.stdout)
        after = self.rc.stat()
        self.assertEqual((before.st_ino, before.st_mode), (after.st_ino, after.st_mode))
        self.assertEqual("#!/bin/sh\nexit 104\n", self.rc.read_text())
        self.assertEqual([self.rc], list(self.rc.parent.iterdir()))

    def test_puts_a_link_back_as_a_link(self):
        self.rc.symlink_to("/nowhere/policy")
        self.run_denied("true")
        self.assertEqual("/nowhere/policy", os.readlink(self.rc))

    def test_is_undone_after_an_interruption(self):
        self.rc.write_text("#!/bin/sh\nexit 104\n")
        self.run_denied('kill -TERM "$BASHPID"; sleep 5')
        self.assertEqual("#!/bin/sh\nexit 104\n", self.rc.read_text())

    def test_the_next_run_undoes_what_a_killed_one_left(self):
        self.rc.write_text("#!/bin/sh\nexit 104\n")
        self.run_denied('kill -KILL "$BASHPID"; sleep 5')
        self.assertIn("exit 101", self.rc.read_text())
        self.run_denied("true")
        self.assertEqual("#!/bin/sh\nexit 104\n", self.rc.read_text())


class MailServer(unittest.TestCase):
    def other(self, *installed):
        """other_mail_server on a machine with these `status package provides`."""
        lines = "\n".join("\t".join(row) for row in installed)
        done = bash(f"""
            GATEPOST_ROOT={TREE}; source {TREE}/tools/install.sh
            dpkg-query() {{ printf '%s\\n' "$DPKG"; }}
            other_mail_server
        """, DPKG=lines)
        return done.stdout.strip()

    def test_finds_one_that_is_not_postfix(self):
        self.assertEqual("exim4-daemon-light", self.other(
            ("installed", "bash", ""),
            ("installed", "exim4-daemon-light", "exim4-localscanapi-2.0, mail-transport-agent")))

    def test_passes_over_postfix_and_what_is_removed(self):
        self.assertEqual("", self.other(
            ("installed", "postfix", "mail-transport-agent"),
            ("config-files", "sendmail-bin", "mail-transport-agent")))


if __name__ == "__main__":
    unittest.main()
