# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The report of a run as the text of an SMS. Pure: no Ansible, no service."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

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
from ._secrets import HIDDEN, hide_values, mask_secrets

FOREIGN = re.compile(f"[^{re.escape(''.join(SEPTETS))}]+")
NO_LOG = re.compile(r"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER|\*{4,}")
RARE = 10  # at most one of RARE characters may become a question mark, to keep the text in the GSM alphabet
NAMED = 3  # number of hosts that are named; the others are only counted
CUT = "..."
# Why a run can end early. An error of ansible-playbook counts as a failure, an interruption does not.
INTERRUPTED, ABORTED = "interrupted", "ended by an error"
# An idempotency key that is short enough for the text.
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,:;#/_+-]{0,23}")


@dataclass(frozen=True)
class Failure:
    """The first error of a host.

    ``place`` is the position of the task in the run. ``delegate`` is the host on which the task ran, if it was
    delegated. ``item`` is the item of a loop.
    """

    host: str
    task: str = ""
    error: str = ""
    delegate: str = ""
    unreachable: bool = False
    place: int = 0
    item: str = ""


@dataclass(frozen=True)
class Report:
    """The outcome of a run.

    - ``hosts`` is the number of hosts.
    - ``changed`` has the names of the changed hosts.
    - ``ended`` is INTERRUPTED or ABORTED if the run ended early.
    - ``reason`` is what is known about the early end.
    """

    title: str
    hosts: int
    failures: Sequence[Failure] = ()
    changed: Sequence[str] = ()
    check_mode: bool = False
    ended: str = ""
    reason: str = ""

    @property
    def status(self) -> str:
        """The worst of ``failed``, ``changed`` and ``ok`` that applies."""
        if self.failures or self.ended == ABORTED:
            return "failed"
        return "changed" if self.changed else "ok"

    @property
    def first(self) -> Failure:
        """The failure that the report describes."""
        return self.sorted[0] if self.failures else Failure("", error=self.reason)

    @property
    def sorted(self) -> list[Failure]:
        """The failures, sorted by their tasks and hosts."""
        return sorted(self.failures, key=lambda failure: (failure.place, _natural(failure.host)))


def compose(
    report: Report,
    max_segments: int,
    secrets: Iterable[str] = (),
    reference: str = "",
    values: Collection[str] = (),
) -> str:
    """Return the text of a report in at most *max_segments* segments. The most useful part comes first.

    The *secrets* are masked. Long parts are cut, so that there is room for the following parts. If the whole text is
    too long, its end is cut. The *reference* is never cut. The *values* of variables are also masked, except in names
    of hosts.
    """
    max_segments = min(max_segments, MOST_SEGMENTS)
    secrets = list(secrets)
    first, hosts = report.first, _hosts(report)
    said = [hide_values(one_line(text), values) for text in (first.task, first.item, first.delegate, first.error)]
    texts = [report.title, *said, *hosts[:NAMED]]
    title, task, item, delegate, error, *names = _in_one_alphabet([tidy(text, secrets) for text in texts])
    single, part = SIZES[PART_SIZES[0]][measure("".join([title, task, item, delegate, error, *names])).encoding]
    room = (single if max_segments == 1 else part * max_segments) - len(reference)
    text = f"{_heading(report)} {shorten(title, room // 6)}, {_count(report)}"
    if names:
        text += f": {_listed(names, len(hosts), room // 5)}"
    task = shorten(f"{task} on {delegate}" if delegate else task, room // 4)
    task += f" (item {shorten(item, room // 6)})" if item and item not in error else ""
    if task or error:
        text += f". {': '.join(filter(None, [task, error]))}"
    return fit(without_signs(text), max_segments, f" ({reference})" if reference else "")


def reference_of(key: str) -> str:
    """Return a short text that differs between keys: the key itself, or its beginning and a digest."""
    if not key or (REFERENCE.fullmatch(key) and mask_secrets(key) == key):
        return key
    beginning = REFERENCE.match(key)
    shown = beginning[0][:12] if beginning and mask_secrets(key) == key else ""
    return "-".join(
        filter(None, [shown.strip(), hashlib.sha256(key.encode(errors="backslashreplace")).hexdigest()[:8]])
    )


def _heading(report: Report) -> str:
    """Return the status in capitals, and what is special about the run."""
    special = [report.ended if report.ended == INTERRUPTED else "", "check mode" if report.check_mode else ""]
    status = report.status
    if status == "ok" and (report.ended or not report.hosts):
        status, special[0] = report.ended or "nothing run", ""
    notes = ", ".join(filter(None, special))
    return f"{status.upper()} ({notes})" if notes else status.upper()


def _hosts(report: Report) -> list[str]:
    """Return the names of the hosts that the text lists."""
    if report.failures:
        return [failure.host for failure in report.sorted]
    return sorted(report.changed, key=_natural)


def _count(report: Report) -> str:
    """Return the number of hosts in words."""
    if not report.hosts:
        return "no host has begun" if report.ended else "no matching host"
    of = f"{report.hosts} host{'' if report.hosts == 1 else 's'}"
    dark = sum(failure.unreachable for failure in report.failures)
    where = f"{len(report.failures) or len(report.changed)} of {of}" if report.failures or report.changed else of
    if report.changed and not report.failures and report.status == "failed":
        where += " changed"
    if dark:
        where += " unreachable" if dark == len(report.failures) else f" ({dark} unreachable)"
    return where


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Return a sort key that puts web2 before web10."""
    pieces = re.split(r"(\d{1,9})", name)
    return [(int(piece), "") if piece.isdecimal() else (0, piece) for piece in pieces], name


def _listed(names: list[str], count: int, room: int) -> str:
    """Return as many names as fit, at least one name, and the number of the other hosts."""
    shown = [shorten(names[0], room)]
    for name in names[1:]:
        if len(", ".join([*shown, name])) > room:
            break
        shown.append(name)
    rest = count - len(shown)
    return ", ".join([*shown, f"+{rest}"] if rest else shown)


def tidy(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text as one line without control characters and without secrets."""
    known = [form for secret in secrets for form in (secret, one_line(secret))]
    return NO_LOG.sub(HIDDEN, mask_secrets(one_line(text), known))


def one_line(text: str) -> str:
    """Return the text without line breaks and control characters."""
    return " ".join(UNSENDABLE.sub(" ", ESCAPES.sub("", text)).split())


def _in_one_alphabet(texts: list[str]) -> list[str]:
    """Return the texts with GSM characters instead of other characters, if this is possible.

    A few characters without a GSM form become question marks. Otherwise one such character makes the whole message
    UCS-2, which has less than half the room. Many such characters are text in another script, so they stay.
    """
    texts = [" ".join(" ".join(replace_unsupported(word)[0] for word in text.split()).split()) for text in texts]
    whole = "".join(texts)
    foreign = sum(map(len, FOREIGN.findall(whole)))
    return [FOREIGN.sub("?", text) for text in texts] if foreign * RARE <= len(whole) else texts


def shorten(text: str, length: int) -> str:
    """Return at most *length* characters. If the text was cut, it ends with dots."""
    return text if len(text) <= length else text[: max(length - len(CUT), 1)].rstrip() + CUT


def fit(text: str, max_segments: int, end: str = "") -> str:
    """Return the text and its *end*. If they take more than *max_segments* segments, the text is cut."""
    if measure(text + end).segments <= max_segments:
        return text + end
    # A text of length low fits, and a text of length high does not; a longer text never takes fewer segments.
    low, high = 0, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        if measure(text[:middle] + CUT + end).segments <= max_segments:
            low = middle
        else:
            high = middle
    return text[:low].rstrip() + CUT + end
