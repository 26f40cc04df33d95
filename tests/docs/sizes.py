#!/usr/bin/env python3
"""sizes.py TREE: no source file is longer than 400 lines. One that is does two things."""

import pathlib
import sys

LONGEST = 400
FOLDERS = ["policy", "mailauth", "store", "config", "session", "milter", "logins", "admin",
           "daemon", "tests", "tools"]
SUFFIXES = {".cpp", ".hpp", ".h", ".py", ".lua", ".sh", ".cmake", ""}


def main():
    tree = pathlib.Path(sys.argv[1])
    count, long = 0, []
    for folder in FOLDERS:
        for path in sorted((tree / folder).rglob("*")):
            if not path.is_file() or path.suffix not in SUFFIXES or "seeds" in path.parts:
                continue
            count += 1
            lines = path.read_bytes().count(b"\n")
            if lines > LONGEST:
                long.append(f"{path.relative_to(tree)}: {lines} lines, at most {LONGEST}")
    for line in long:
        print(line)
    print(f"{count} files, {len(long)} too long")
    return 1 if long or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
