# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The report of a run as the text of an SMS. Pure: no Ansible, no service."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..module_utils._model.templates import without_signs
from ..module_utils._sms.text import (
    ESCAPES,
    MOST_SEGMENTS,
    PART_SIZES,
    SEPTETS,
    SIZES,
    UNSENDABLE,
    measure,
    replace_unsupported,
)
from ._secrets import HIDDEN, mask_secrets

FOREIGN = re.compile(f"[^{re.escape(''.join(SEPTETS))}]+")
NO_LOG = re.compile(r"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER|\*{4,}")
RARE = 10  # one of this many characters may become a question mark to keep the text in the GSM alphabet
NAMED = 3  # hosts by name; the others are a number
CUT = "..."


@dataclass(frozen=True)
class Failure:
    """The first error of a host. ``place`` is the position of the task; ``delegate`` is the host that ran the task."""

    host: str
    task: str = ""
    error: str = ""
    delegate: str = ""
    unreachable: bool = False
    place: int = 0


@dataclass(frozen=True)
class Report:
    """The outcome of a run. ``hosts`` is the number of hosts; ``changed`` has the names of the changed hosts."""

    title: str
    hosts: int
    failures: list[Failure] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    check_mode: bool = False

    @property
    def status(self) -> str:
        """``failed``, ``changed`` or ``ok``, whichever is the worst."""
        return "failed" if self.failures else "changed" if self.changed else "ok"


def compose(report: Report, max_segments: int, secrets: Iterable[str] = ()) -> str:
    """The text of a report in at most *max_segments* segments and without the *secrets*. The most useful part is first.

    Long parts are cut to leave room for the following parts. If the whole text is too long, its end is cut.
    """
    max_segments = min(max_segments, MOST_SEGMENTS)
    first, hosts, where = _subject(report)
    texts = [report.title, first.task, first.delegate, first.error, *hosts[:NAMED]]
    title, task, delegate, error, *names = _in_one_alphabet([tidy(text, secrets) for text in texts])
    single, part = SIZES[PART_SIZES[0]][measure("".join([title, task, delegate, error, *names])).encoding]
    room = single if max_segments == 1 else part * max_segments
    text = f"{report.status.upper()}{' (check mode)' if report.check_mode else ''} {shorten(title, room // 6)}, {where}"
    if names:
        text += f": {_listed(names, len(hosts), room // 5)}"
    task = shorten(f"{task} on {delegate}" if delegate else task, room // 4)
    if task or error:
        text += f". {': '.join(filter(None, [task, error]))}"
    return fit(without_signs(text), max_segments)


def _subject(report: Report) -> tuple[Failure, list[str], str]:
    """The failure to report, its hosts in order, and the number of hosts in words."""
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
    """As many names as there is room for, at least one name, and the number of the other hosts."""
    shown = [shorten(names[0], room)]
    for name in names[1:]:
        if len(", ".join([*shown, name])) > room:
            break
        shown.append(name)
    rest = count - len(shown)
    return ", ".join([*shown, f"+{rest}"] if rest else shown)


def tidy(text: str, secrets: Iterable[str] = ()) -> str:
    """The text on one line, without control characters and without secrets."""
    known = [form for secret in secrets for form in (secret, _one_line(secret))]
    return NO_LOG.sub(HIDDEN, mask_secrets(_one_line(text), known))


def _one_line(text: str) -> str:
    return " ".join(UNSENDABLE.sub(" ", ESCAPES.sub("", text)).split())


def _in_one_alphabet(texts: list[str]) -> list[str]:
    """The texts with GSM characters instead of others, if that is possible.

    A few characters without a GSM form become question marks, because one such character makes the whole message UCS-2
    with less than half the room. Many such characters are text in another script, so they stay.
    """
    texts = [" ".join(" ".join(replace_unsupported(word)[0] for word in text.split()).split()) for text in texts]
    whole = "".join(texts)
    foreign = sum(map(len, FOREIGN.findall(whole)))
    return [FOREIGN.sub("?", text) for text in texts] if foreign * RARE <= len(whole) else texts


def shorten(text: str, length: int) -> str:
    """At most *length* characters, with dots at the end if the text was cut."""
    return text if len(text) <= length else text[: max(length - len(CUT), 1)].rstrip() + CUT


def fit(text: str, max_segments: int) -> str:
    """The text, or its beginning if the text takes more than *max_segments* segments."""
    if measure(text).segments <= max_segments:
        return text
    low, high = 0, len(text)  # low fits and high does not, because more text never takes fewer segments
    while high - low > 1:
        middle = (low + high) // 2
        if measure(text[:middle] + CUT).segments <= max_segments:
            low = middle
        else:
            high = middle
    return text[:low].rstrip() + CUT
