#!/usr/bin/env python3
"""facts.py TREE: docs/metrics.md lists every metric there is, docs/operations.md every log event and
log key, and no page names one that there is not."""

import pathlib
import re
import sys


def read(tree, pattern):
    return "\n".join(path.read_text() for path in sorted(tree.glob(pattern)))


def documented(page, heading):
    """The names in code spans of one section's tables' first column."""
    section = page.split(heading, 1)[1].split("\n## ", 1)[0]
    names = set()
    for row in re.findall(r"^\| (.+?) \|", section, re.M):
        for span in re.findall(r"`([^`]+)`", row):
            names.add(re.match(r"[a-z_]+", span).group(0))
    return names


def in_code(tree):
    """What the daemon really writes: metrics, log events, keys of a decision's line."""
    metrics = set(re.findall(r"\bgatepost_[a-z_]+", read(tree, "admin/metrics.cpp")))
    daemon = read(tree, "daemon/*.cpp")
    events = set(re.findall(r'"event",\s*"([a-z_]+)"', daemon))
    events |= set(re.findall(r'say\(\s*Level::\w+,\s*"([a-z_]+)"', daemon))
    line = read(tree, "daemon/decision_line.cpp")
    keys = set(re.findall(r'(?:add\(fields, |emplace_back\(|\{)"([a-z_]+)",', line)) - {"event"}
    return metrics, events, keys


def listed_metrics(page):
    """The series that have a row of their own in metrics.md."""
    return set(re.findall(r"^\| `(gatepost_[a-z_]+)` \|", page, re.M))


def unknown_metrics(tree, metrics):
    """What the pages call a metric though it is none, as lines; a histogram has three endings."""
    histograms = re.findall(r'"(gatepost_\w+)",\s*"histogram"', read(tree, "admin/metrics.cpp"))
    known = metrics | {name + ending for name in histograms
                       for ending in ("_bucket", "_sum", "_count")}
    return [f"metric {name}: {path.name} names it, the code does not know it"
            for path in sorted((tree / "docs").glob("*.md"))
            for name in sorted(set(re.findall(r"\bgatepost_[a-z_]+", path.read_text())) - known)]


def differences(what, page, code, docs, not_in_docs=()):
    found = [f"{what} {name}: {page} does not name it"
             for name in sorted(code - docs - set(not_in_docs))]
    return found + [f"{what} {name}: {page} names it, the code does not know it"
                    for name in sorted(docs - code)]


def main():
    tree = pathlib.Path(sys.argv[1])
    page = (tree / "docs/operations.md").read_text()
    metrics, events, keys = in_code(tree)
    log = page.split("## The log", 1)[1].split("\n## ", 1)[0]
    decision, others = log.split("The other events:", 1)
    found = differences("metric", "metrics.md", metrics,
                        listed_metrics((tree / "docs/metrics.md").read_text()))
    found += unknown_metrics(tree, metrics)
    found += differences("log event", "operations.md", events,
                         documented("##x\n" + others, "##x"), ["decision", "stopped"])
    found += differences("log key", "operations.md", keys,
                         documented("##x\n" + decision, "##x") - {"message_rate"})
    for line in found:
        print(line)
    print(f"{len(metrics)} metrics, {len(events)} events, {len(keys)} keys, {len(found)} wrong")
    return 1 if found or not (metrics and events and keys) else 0


if __name__ == "__main__":
    sys.exit(main())
