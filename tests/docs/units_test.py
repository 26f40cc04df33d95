#!/usr/bin/env python3
"""units_test.py BUILD: what `cmake --install` lays down, and what systemd makes of it.

Everything happens in a staged root folder; nothing of this machine's systemd is asked or changed.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
SYSTEM_UNITS = pathlib.Path("/lib/systemd/system")


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **options)


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="gatepost-units-")
        cls.addClassCleanup(folder.cleanup)
        cls.root = pathlib.Path(folder.name)
        done = run("cmake", "--install", str(BUILD), "--strip",
                   env={**os.environ, "DESTDIR": str(cls.root)})
        if done.returncode:
            raise AssertionError(done.stdout)
        cls.files = {p.relative_to(cls.root).as_posix(): p
                     for p in cls.root.rglob("*") if p.is_file()}

    def the(self, ending):
        """The one installed file whose path ends so."""
        found = [path for name, path in self.files.items() if name.endswith(ending)]
        self.assertEqual(1, len(found), f"{ending}: {sorted(self.files)}")
        return found[0]

    def unit_root(self):
        """A root folder in which systemd-analyze finds our units and the targets they name."""
        folder = self.root / "verify"
        units = folder / "lib/systemd/system"
        units.mkdir(parents=True, exist_ok=True)
        for path in SYSTEM_UNITS.glob("*"):
            if path.suffix in (".target", ".slice", ".mount") and path.is_file():
                shutil.copy(path, units)
        for name in ("gatepostd.service", "gatepostd.socket"):
            shutil.copy(self.the(name), units)
        for name in ("bin/gatepostd", "bin/gatepost"):
            program = self.the(name)
            there = folder / program.relative_to(self.root)
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(program, there)
        return folder

    def test_both_programs_are_installed_and_run(self):
        for name in ("bin/gatepostd", "bin/gatepost"):
            with self.subTest(name):
                done = run(str(self.the(name)), "--help")
                self.assertEqual(0, done.returncode, done.stdout)

    def test_nothing_is_installed_below_etc_or_var(self):
        touched = [name for name in self.files if re.match(r"(usr/local/)?(etc|var|run)/", name)]
        self.assertEqual([], touched)

    def test_docs_and_examples_are_installed(self):
        for ending in ("docs/install.md", "docs/operations.md", "examples/gatepost.yaml",
                       "examples/whitelist.yaml", "gatepost/README.md", "gatepost/LICENSE"):
            self.the(ending)

    def test_the_examples_name_the_schemas_that_are_installed(self):
        for name in ("gatepost", "whitelist"):
            first = self.the(f"examples/{name}.yaml").read_text().splitlines()[0]
            start = "# yaml-language-server: $schema=/"
            self.assertTrue(first.startswith(start), first)
            schema = self.files[first[len(start):]]
            self.assertEqual(f"{name}.schema.json", schema.name)

    def test_the_service_names_programs_that_are_installed(self):
        text = self.the("gatepostd.service").read_text()
        for program in re.findall(r"^Exec\w+=(\S+)", text, re.M):
            self.assertIn(program.lstrip("/"), self.files)

    def test_systemd_understands_every_line_of_both_units(self):
        root = self.unit_root()
        for name in ("gatepostd.service", "gatepostd.socket"):
            with self.subTest(name):
                done = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                           f"--root={root}", name)
                ours = [line for line in done.stdout.splitlines() if "gatepostd" in line]
                self.assertEqual([], ours)
                self.assertEqual(0, done.returncode, done.stdout)

    def test_verify_catches_a_misspelt_line(self):
        root = self.unit_root()
        unit = root / "lib/systemd/system/gatepostd.service"
        unit.write_text(unit.read_text().replace("ProtectSystem=", "ProtectSistem="))
        done = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                   f"--root={root}", "gatepostd.service")
        self.assertIn("ProtectSistem", done.stdout)

    def test_the_service_is_exposed_at_most_1_point_5(self):
        done = run("systemd-analyze", "--offline=yes", "--no-pager", "security", "--threshold=15",
                   str(self.the("gatepostd.service")))
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertIn("Overall exposure level", done.stdout)

    def test_the_threshold_catches_a_hardening_that_is_lost(self):
        weak = self.root / "weak.service"
        text = self.the("gatepostd.service").read_text()
        weak.write_text(text.replace("SystemCallFilter=@system-service\n", "")
                        .replace("CapabilityBoundingSet=\n", ""))
        done = run("systemd-analyze", "--offline=yes", "--no-pager", "security", "--threshold=15",
                   str(weak))
        self.assertNotEqual(0, done.returncode)

    def test_it_drains_at_stop_and_is_ready_when_it_says_so(self):
        text = self.the("gatepostd.service").read_text()
        for line in ("Type=notify", "KillSignal=SIGUSR2", "User=gatepost", "NoNewPrivileges=yes"):
            self.assertIn(f"\n{line}\n", text)

    def test_sysusers_makes_the_user_a_member_of_both_groups(self):
        root = self.root / "users"
        (root / "etc").mkdir(parents=True)
        for name in ("passwd", "group", "shadow", "gshadow"):
            (root / "etc" / name).write_text("")
        done = run("systemd-sysusers", f"--root={root}", str(self.the("sysusers.d/gatepost.conf")))
        self.assertEqual(0, done.returncode, done.stdout)
        groups = dict(line.split(":")[::3] for line in (root / "etc/group").read_text().split())
        self.assertEqual("gatepost", groups["gatepost-admin"])
        self.assertEqual("gatepost", groups["gatepost-support"])
        self.assertIn("gatepost:x:", (root / "etc/passwd").read_text())

    def test_tmpfiles_makes_a_folder_that_everybody_may_pass_through(self):
        root = self.root / "tmpfiles"
        (root / "etc").mkdir(parents=True)
        me = os.getuid()
        (root / "etc/passwd").write_text(f"root:x:0:0::/:/bin/sh\ngatepost:x:{me}:{os.getgid()}::/:/bin/sh\n")
        (root / "etc/group").write_text(f"root:x:0:\ngatepost:x:{os.getgid()}:\n")
        done = run("systemd-tmpfiles", "--create", f"--root={root}",
                   str(self.the("tmpfiles.d/gatepost.conf")))
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertEqual(0o40755, (root / "run/gatepost").stat().st_mode)


if __name__ == "__main__":
    unittest.main()
