#!/usr/bin/env python3
"""layering.py TREE: includes go left only, and third-party headers stay in their rooms.

The house is described in docs/architecture.md. Prints one line per violation and exits 1, or
prints what it looked at and exits 0.
"""

import pathlib
import re
import sys

# Room -> the rooms whose headers it may include, besides its own. `policy/mail` names a part of
# a room.
ROOMS = {
    "policy": [],
    "mailauth": ["policy/mail"],
    "store": ["policy"],
    "config": ["policy"],
    "session": ["policy", "mailauth"],
    "milter": ["session", "policy"],
    "logins": ["policy"],
    "admin": ["session", "mailauth", "config", "store", "policy"],
    "daemon": ["policy", "mailauth", "store", "config", "session", "milter", "logins", "admin"],
}

# Third-party header -> the rooms that may include it.
THIRD_PARTY = [
    (r"fmt/", list(ROOMS)),
    (r"(idn2|iconv)\.h$", ["policy"]),
    (r"openssl/", ["mailauth", "store"]),
    (r"unbound\.h$", ["mailauth"]),
    (r"hiredis/", ["store"]),
    (r"sqlite3\.h$", ["store"]),
    (r"yaml-cpp/", ["config"]),
    (r"date/", ["config"]),
    (r"libmilter/", ["milter"]),
    (r"boost/beast", ["logins", "admin"]),
    (r"boost/json", ["logins", "admin"]),
    (r"boost/", ["store", "logins", "admin"]),
    (r"CLI/", ["admin", "daemon"]),
    (r"spdlog/", ["daemon"]),
    (r"systemd/", ["daemon"]),
]

# The core decides on plain values: of POSIX it may only turn an address into bytes and back.
POSIX_IN_POLICY = {"arpa/inet.h", "netinet/in.h", "sys/socket.h"}

POSIX = re.compile(
    r"(sys|net|netinet|arpa|linux)/[a-z_]+\.h$"
    r"|(unistd|fcntl|poll|signal|pwd|grp|netdb|syslog|pthread|dirent|spawn|termios|time)\.h$")
STANDARD = re.compile(r"[a-z_0-9]+$")
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', re.M)


def room_of(path):
    """The room a repository path belongs to, or None."""
    head = path.split("/", 1)[0]
    return head if head in ROOMS else None


def may_include(room, header):
    """Whether a file of `room` may include our own `header`."""
    if room_of(header) == room:
        return True
    return any(header.startswith(allowed + "/") for allowed in ROOMS[room])


def third_party_rooms(header):
    """The rooms that may include this system header; None: unknown to this test."""
    for pattern, rooms in THIRD_PARTY:
        if re.match(pattern, header):
            return rooms
    return None


def system_violation(room, header):
    """What is wrong with `#include <header>` in `room`, or None."""
    if STANDARD.match(header):
        return None
    if POSIX.match(header):
        if room == "policy" and header not in POSIX_IN_POLICY:
            return f"policy decides on plain values and may not include <{header}>"
        return None
    rooms = third_party_rooms(header)
    if rooms is None:
        return f"<{header}> is in no list of tests/docs/layering.py: which rooms may use it?"
    if room not in rooms:
        return f"<{header}> belongs to {', '.join(rooms)}, not to {room}"
    return None


def violations_in(path, text):
    """All violations of one file, as lines."""
    room = room_of(path)
    found = []
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(1) if match.group(1) else match.start(2)) + 1
        system, own = match.groups()
        if system is not None:
            wrong = system_violation(room, system)
        elif room_of(own) is None:
            wrong = f'"{own}": our own headers are named by room, others stand in <>'
        elif not may_include(room, own):
            wrong = f'"{own}": {room} may not include {room_of(own)}'
        else:
            wrong = None
        if wrong:
            found.append(f"{path}:{line}: {wrong}")
    return found


def leaks(files):
    """Headers that show a third-party type to another room."""
    heavy = {}
    for path, text in files.items():
        if not path.endswith(".hpp"):
            continue
        for match in INCLUDE.finditer(text):
            system = match.group(1)
            if system and not STANDARD.match(system) and not POSIX.match(system):
                if not system.startswith("fmt/"):
                    heavy[path] = system
    found = []
    for path, text in files.items():
        for match in INCLUDE.finditer(text):
            own = match.group(2)
            if own in heavy and room_of(own) != room_of(path):
                found.append(f'{path}: includes "{own}", which shows <{heavy[own]}> above its room')
    return found


def sources(tree):
    """Path -> text of every source file in a room."""
    files = {}
    for room in ROOMS:
        for path in sorted((tree / room).rglob("*")):
            if path.suffix in (".cpp", ".hpp", ".h", ".ipp", ".in"):
                files[path.relative_to(tree).as_posix()] = path.read_text()
    return files


def check(tree):
    """All violations in the tree, and how many files were looked at."""
    files = sources(tree)
    found = []
    for path, text in files.items():
        found += violations_in(path, text)
    return found + leaks(files), len(files)


def main():
    found, count = check(pathlib.Path(sys.argv[1]))
    for line in found:
        print(line)
    if count == 0:
        found = ["no source file"]
    print(f"{count} files, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
