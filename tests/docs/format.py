#!/usr/bin/env python3
"""format.py CLANG-FORMAT TREE: every C++ file is as clang-format leaves it."""

import pathlib
import subprocess
import sys

ROOMS = ["policy", "mailauth", "store", "config", "session", "milter", "logins", "admin",
         "daemon", "tests"]


def main():
    program, tree = sys.argv[1], pathlib.Path(sys.argv[2])
    files = [str(path) for room in ROOMS for suffix in ("*.cpp", "*.hpp")
             for path in sorted((tree / room).rglob(suffix))]
    run = subprocess.run([program, "--dry-run", "-Werror", *files], stderr=subprocess.PIPE,
                         text=True, check=False)
    wrong = sorted({line.split(":", 1)[0] for line in run.stderr.splitlines()
                    if "code should be clang-formatted" in line})
    for path in wrong:
        print(f"{path}: run {program} -i on it")
    if run.returncode and not wrong:
        print(run.stderr)
    print(f"{len(files)} files, {len(wrong)} not formatted")
    return 1 if run.returncode or not files else 0


if __name__ == "__main__":
    sys.exit(main())
