#!/usr/bin/env python3
"""links.py TREE: every relative link in README.md, CHANGELOG.md and docs/ leads somewhere."""

import pathlib
import re
import sys

LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.M)
FENCE = re.compile(r"^```.*?^```", re.M | re.S)


def anchor(heading):
    """The anchor that a heading gets when the page is shown."""
    text = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return text.replace(" ", "-")


def anchors(path):
    text = FENCE.sub("", path.read_text())
    return {anchor(match.group(1)) for match in HEADING.finditer(text)}


def broken(tree, page):
    """The links of one page that lead nowhere, as lines."""
    found = []
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, part = target.partition("#")
        to = (page.parent / file).resolve() if file else page
        if not to.exists():
            found.append(f"{page.relative_to(tree)}: {target}: no such file")
        elif part and to.suffix == ".md" and part not in anchors(to):
            found.append(f"{page.relative_to(tree)}: {target}: no such heading")
    return found


def main():
    tree = pathlib.Path(sys.argv[1]).resolve()
    pages = [tree / "README.md", tree / "CHANGELOG.md", *sorted((tree / "docs").glob("*.md"))]
    found = [line for page in pages for line in broken(tree, page)]
    for line in found:
        print(line)
    print(f"{len(pages)} pages, {len(found)} broken links")
    return 1 if found or len(pages) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
