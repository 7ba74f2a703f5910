# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""How a run went, in as few words as an SMS has room for. Pure: no Ansible, no service."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..module_utils._sms.text import SEPTETS, SIZES, UNSENDABLE, measure, replace_unsupported
from ._secrets import HIDDEN, mask_secrets

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
FOREIGN = re.compile(f"[^{re.escape(''.join(SEPTETS))}]+")
NO_LOG = re.compile(r"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER|\*{4,}")
RARE = 10  # one character in so many may be lost to keep a text in the cheap alphabet
NAMED = 3  # hosts by name; the rest are a number
CUT = "..."


@dataclass(frozen=True)
class Failure:
    """A host's first error. ``place`` tells the tasks' order; ``delegate`` is the host that the task was sent to."""

    host: str
    task: str = ""
    error: str = ""
    delegate: str = ""
    unreachable: bool = False
    place: int = 0


@dataclass(frozen=True)
class Report:
    """How a run went. ``hosts`` is how many it had, ``changed`` names those on which something changed."""

    title: str
    hosts: int
    failures: list[Failure] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    check_mode: bool = False

    @property
    def status(self) -> str:
        """``failed``, ``changed`` or ``ok``: the worst of what happened."""
        return "failed" if self.failures else "changed" if self.changed else "ok"


def compose(report: Report, max_segments: int, secrets: Iterable[str] = ()) -> str:
    """The text of a report, in at most so many segments and without the *secrets*: the most useful comes first.

    What is long is cut so that it does not push out what comes after it, and the whole is cut at its end.
    """
    first, hosts, where = _subject(report)
    texts = [report.title, first.task, first.delegate, first.error, *hosts[:NAMED]]
    title, task, delegate, error, *names = _in_one_alphabet([tidy(text, secrets) for text in texts])
    single, part = SIZES[measure("".join([title, task, delegate, error, *names])).encoding]
    room = single if max_segments == 1 else part * max_segments
    text = f"{report.status.upper()}{' (check mode)' if report.check_mode else ''} {shorten(title, room // 6)}, {where}"
    if names:
        text += f": {_listed(names, len(hosts), room // 5)}"
    task = shorten(f"{task} on {delegate}" if delegate else task, room // 4)
    if task or error:
        text += f". {': '.join(filter(None, [task, error]))}"
    return fit(_no_template(text), max_segments)


def _subject(report: Report) -> tuple[Failure, list[str], str]:
    """The failure to tell, the hosts that it is about in their order, and how many they are in words."""
    of = f"{report.hosts} host{'' if report.hosts == 1 else 's'}"
    if report.failures:
        failures = sorted(report.failures, key=lambda failure: (failure.place, _natural(failure.host)))
        dark = sum(failure.unreachable for failure in failures)
        where = f"{len(failures)} of {of}"
        if dark:
            where += " unreachable" if dark == len(failures) else f" ({dark} unreachable)"
        return failures[0], [failure.host for failure in failures], where
    if report.changed:
        return Failure(""), sorted(report.changed, key=_natural), f"{len(report.changed)} of {of}"
    return Failure(""), [], of


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """A key that sorts web2 before web10."""
    pieces = re.split(r"(\d{1,9})", name)
    return [(int(piece), "") if piece.isdecimal() else (0, piece) for piece in pieces], name


def _listed(names: list[str], count: int, room: int) -> str:
    """As many of the names as there is room for, at least one, and how many of the *count* are left."""
    shown = [shorten(names[0], room)]
    for name in names[1:]:
        if len(", ".join([*shown, name])) > room:
            break
        shown.append(name)
    rest = count - len(shown)
    return ", ".join([*shown, f"+{rest}"] if rest else shown)


def tidy(text: str, secrets: Iterable[str] = ()) -> str:
    """Any text on one line, without control characters and without secrets."""
    text = " ".join(UNSENDABLE.sub(" ", ANSI.sub("", text)).split())
    return NO_LOG.sub(HIDDEN, mask_secrets(text, secrets))


def _no_template(text: str) -> str:
    """Errors quote templates; in an SMS one would be refused as not evaluated."""
    return text.replace("{{", "<").replace("}}", ">").replace("{%", "<%")


def _in_one_alphabet(texts: list[str]) -> list[str]:
    """The texts with what GSM lacks in GSM characters.

    A few characters that have no such form become question marks, because one of them makes the whole message UCS-2,
    which has less than half the room. Many of them are somebody's language, and stay.
    """
    texts = [" ".join(" ".join(replace_unsupported(word)[0] for word in text.split()).split()) for text in texts]
    whole = "".join(texts)
    foreign = sum(map(len, FOREIGN.findall(whole)))
    return [FOREIGN.sub("?", text) for text in texts] if foreign * RARE <= len(whole) else texts


def shorten(text: str, length: int) -> str:
    """At most so many characters, with dots where something is cut."""
    return text if len(text) <= length else text[: max(length - len(CUT), 1)].rstrip() + CUT


def fit(text: str, max_segments: int) -> str:
    """The text, or as much of its beginning as so many segments hold."""
    if measure(text).segments <= max_segments:
        return text
    low, high = 0, len(text)  # what fits, and what does not: more text never takes fewer segments
    while high - low > 1:
        middle = (low + high) // 2
        if measure(text[:middle] + CUT).segments <= max_segments:
            low = middle
        else:
            high = middle
    return text[:low].rstrip() + CUT
