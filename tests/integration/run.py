#!/usr/bin/python3
"""Runs integration tests: run.py MODULE[.CLASS[.TEST]]...

As root. GATEPOST_BIN_DIR: where gatepostd and gatepost are. GATEPOST_POSTFIX_ROOT: the folder into
which Postfix' package was unpacked, default /. GATEPOST_LAB_KEEP=1: keep the lab's folders."""

import os
import signal
import sys
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [FOLDER, os.path.join(os.path.dirname(FOLDER), "chaos")]

from lab import LabError, enter  # noqa: E402  (the path is set above)


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    # ctest ends an overdue test with a signal; the lab is cleaned up all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        enter()
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
    suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:])
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())
