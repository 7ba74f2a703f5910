# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw docs/demo.svg: a part of the output of the demo in a terminal.

``nox --session picture`` runs this script. tests/unit/test_demo.py compares the picture with the demo.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "demo.svg"
SHOWN = 2  # lines of the same kind
COLOR = re.compile(r"\x1b\[[0-9;]*m")
# The picture omits check mode, and shows only the result of the second run.
START, AGAIN, RESULT = "=== Run the playbook (", "=== Run the playbook again", "PLAY RECAP"

# In pixels.
MARGIN, TOP, LINE = 20, 62, 19
HEADING = ' class="heading"'
# Ansible's colours by their ANSI numbers: ok is green, changed is yellow, skipped is cyan, failed is red.
SVG = """\
<!--
Copyright (c) 2026, the community.linkengage contributors
GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
Drawn by demo/picture.py from the output of the demo.
-->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 950 {height}">
<title>The output of make demo</title>
<style>
text {{ fill: #d0d7de; font: 13px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
.heading {{ fill: #ffffff; font-weight: bold; }}
.c31 {{ fill: #ff7b72; }}
.c32 {{ fill: #56d364; }}
.c33 {{ fill: #e3b341; }}
.c36 {{ fill: #76e3ea; }}
</style>
<rect width="950" height="{height}" rx="10" fill="#161b22"/>
<circle cx="24" cy="22" r="6" fill="#ff5f57"/>
<circle cx="44" cy="22" r="6" fill="#febc2e"/>
<circle cx="64" cy="22" r="6" fill="#28c840"/>
<text x="475" y="26" text-anchor="middle">make demo</text>
{texts}
</svg>
"""


def run_demo(**variables: str) -> str:
    """Return the output of the demo. Raises CalledProcessError."""
    command = [sys.executable, str(ROOT / "demo" / "demo.py")]
    environment = {**os.environ, **variables}
    run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return run.stdout


def kind(line: str) -> str:
    """Return the common part of lines of the same kind, such as the items of a loop or the contacts of the account."""
    found = re.match(r"\w+: \[localhost\] => \(item=|  (?:contact|group|message) ", COLOR.sub("", line))
    return found[0] if found else line


def cut(output: str) -> list[str]:
    """Return the lines of the output that the picture shows, with their colours."""
    lines = [line.rstrip() for line in output.splitlines()]
    plain = [COLOR.sub("", line) for line in lines]
    start, again = (next(i for i, line in enumerate(plain) if line.startswith(mark)) for mark in (START, AGAIN))
    result = next(i for i, line in enumerate(plain) if i > again and line.startswith(RESULT))
    shown: list[str] = []
    for _kind, alike in groupby([*lines[start : again + 1], "", "...", "", *lines[result:]], kind):
        group = list(alike)
        rest = len(group) - SHOWN
        # Show one of several blank lines. Show one more line instead of the count "1 more".
        shown += group[:1] if not group[0] else group if rest < 2 else [*group[:SHOWN], f"  ... and {rest} more"]
    return shown


def markup(line: str) -> str:
    """Return a line of terminal output as SVG text with a class for each colour."""
    # Viewers show several spaces differently, so use no-break spaces. Keep the spaces inside tags.
    pieces = re.split(r"\x1b\[([0-9;]*)m", line.replace(" ", "\0"))
    spans = [("", pieces[0]), *zip(pieces[1::2], pieces[2::2])]
    written = [
        f'<tspan class="c{codes.split(";")[-1]}">{html.escape(text)}</tspan>' if codes.strip("0") else html.escape(text)
        for codes, text in spans
    ]
    return "".join(written).replace("\0", "\N{NO-BREAK SPACE}")


def draw(output: str) -> str:
    """Return the picture of the output."""
    lines = cut(output)
    texts = "\n".join(
        f'<text x="{MARGIN}" y="{TOP + LINE * row}"{HEADING if line.startswith("===") else ""}>{markup(line)}</text>'
        for row, line in enumerate(lines)
        if line
    )
    return SVG.format(height=TOP + LINE * len(lines), texts=texts)


def main() -> None:
    PICTURE.write_text(draw(run_demo(ANSIBLE_FORCE_COLOR="true")), encoding="utf-8")


if __name__ == "__main__":
    main()
