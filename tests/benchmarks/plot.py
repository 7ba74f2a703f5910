# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws the growth curves. This is the only file that needs matplotlib."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.cases import METHODS, Case
from benchmarks.results import Result

# The text is written in two parts, because licence tools would otherwise read this line as a licence of this file.
LICENCE = (
    "<!-- Copyright (c) 2026, the community.linkengage contributors\n"
    "GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)\n"
    "SPDX-License-Identifier"
    ": GPL-3.0-or-later -->\n"
)
# For each curve: method, format of the requests, colour, line style.
CURVES = (
    ("uri", "json", "#b2182b", "o-"),
    ("contact-module", "json", "#ef8a62", "s-"),
    ("contact", "json", "#e6ab02", "^-"),
    ("inline", "json", "#7570b3", "D-"),
    ("src-yaml", "json", "#66a61e", "v--"),
    ("src-csv", "json", "#66a61e", "x:"),
    ("src-json", "xml", "#1b7837", "+--"),
    ("src-json", "json", "#1b7837", "*-"),
    ("floor", "json", "#333333", ".-"),
)


def draw(results: list[Result], path: Path) -> None:
    """Draw time and peak memory by the number of contacts.

    The time of an empty playbook is subtracted. The time is drawn for unchanged and for new address books.
    """
    import matplotlib as mpl  # type: ignore[import-not-found, unused-ignore]

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "linkengage", "svg.fonttype": "path", "font.size": 9})
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 3, figsize=(13, 4.6), layout="constrained")
    _panel(panels[0], results, "unchanged", "own_seconds")
    _panel(panels[1], results, "new", "own_seconds")
    _panel(panels[2], results, "unchanged", "peak_mib")
    for panel, title in zip(panels, ("Nothing changed: seconds", "All new: seconds", "Nothing changed: peak MiB")):
        scale = "log" if panel.lines else "linear"
        panel.set(title=title, xscale=scale, yscale=scale, xlabel="contacts")
        panel.grid(alpha=0.3)
    shown = {label: handle for panel in panels for handle, label in zip(*panel.get_legend_handles_labels())}
    figure.legend(shown.values(), shown.keys(), loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(path, metadata={"Date": None})
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<svg ", f"{LICENCE}<svg ", 1), encoding="utf-8")


def _panel(panel: Any, results: list[Result], state: str, figure: str) -> None:
    for method, wire, colour, line in CURVES:
        found = [r for r in results if r.case == Case(method, r.case.size, state, wire=wire)]
        what = "seconds" if method == "floor" and figure == "own_seconds" else figure
        # A logarithmic axis cannot show values of zero or less.
        points = sorted((r.case.size, getattr(r, what)) for r in found if getattr(r, what) > 0)
        label = METHODS[method].replace("`", "") + (", data_format: xml" if wire == "xml" else "")
        if points:
            panel.plot(*zip(*points), line, color=colour, label=label)
