# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""What can go wrong, as values that modules and plugins turn into Ansible's own errors."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

LIBRARIES = ("requests", "xmltodict", "phonenumberslite")  # by the names of their packages


class LinkEngageError(Exception):
    """A failure that a person can act on.

    ``str(error)`` says what was tried, on which record, what was answered and what to do; ``failure`` is the same for
    machines: ``kind`` and whatever of ``status``, ``method``, ``path``, ``ids``, ``problems`` is known. ``warnings``
    are what the task had to report before it failed.
    """

    kind = "error"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.facts = facts
        self.warnings: list[str] = []

    @property
    def failure(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.facts}

    @property
    def report(self) -> dict[str, Any]:
        """The values of a result in addition to the message."""
        changed = {"changed": True} if self.facts.get("made") else {}
        return {"failure": self.failure, **changed}

    def made_before(self, made: Sequence[str], count: int) -> None:
        """Add the changes that the task had made: the first of them, and how many there are."""
        if count and not isinstance(self, PartialFailure):
            more = f" and {count - len(made)} more" if count > len(made) else ""
            self.args = (f"{self} Changes that were made before: {', '.join(made)}{more}.",)
            self.facts = {**self.facts, "made": list(made), "made_count": count}


class InvalidInput(LinkEngageError):
    """An option does not make sense. Nothing was sent."""

    kind = "invalid_input"


class NoCountryCode(LinkEngageError):
    """A phone number without a country code must be understood, and nothing says which country is meant."""


class MissingLibrary(LinkEngageError):
    """A Python library is not installed. ``facts``: ``library``, ``trace``."""

    kind = "missing_library"

    @classmethod
    def of(cls, package: str, trace: str) -> MissingLibrary:
        """The error for a package that pip can install; *trace* is of the import that failed."""
        packages = " ".join(LIBRARIES if package in LIBRARIES else (package,))
        return cls(
            f"Install the Python libraries: `pip install {packages}`, in the Python that runs Ansible "
            f"({sys.executable}); {package} is missing.",
            library=package,
            trace=trace,
        )


class AmbiguousRecord(LinkEngageError):
    """More than one record answers to one name or number. ``facts``: ``ids``."""

    kind = "ambiguous_record"


class UnknownRecord(LinkEngageError):
    """A record that an option names does not exist. ``facts``: ``problems``, a list of sentences."""

    kind = "unknown_record"


class GuardError(LinkEngageError):
    """A safety guard stopped the run before its first write."""

    kind = "guard"


class DriftError(LinkEngageError):
    """The account differs from what is declared, and the user asked for an error. Nothing was written."""

    kind = "drift"


class PartialFailure(LinkEngageError):
    """Some entries could not be converged; the rest is done.

    ``facts``: ``problems`` and the module's report, whose ``changes`` are those that were made.
    """

    kind = "partial_failure"

    @property
    def report(self) -> dict[str, Any]:
        return {"failure": self.failure, "changed": bool(self.facts.get("changes"))}


class ConnectionFailed(LinkEngageError):
    """The service could not be reached, and nothing was sent to it."""

    kind = "connection"


class UnknownOutcome(LinkEngageError):
    """A request was sent and no usable answer came: the service may or may not have acted."""

    kind = "unknown_outcome"


class UnknownChange(LinkEngageError):
    """A plan holds a change of a kind that nobody makes: an error in the collection. Nothing was sent."""

    kind = "unknown_change"


class NotSent(LinkEngageError):
    """The run was stopped before this request was sent."""


class Locked(LinkEngageError):
    """Another process holds a lock for too long. Nothing was written. ``facts``: ``holder``, ``waited`` (seconds)."""

    kind = "locked"


class Throttled(LinkEngageError):
    """The service refuses further requests for now. It did not act."""

    kind = "throttled"


class ApiError(LinkEngageError):
    """The service answered with an error status. ``facts``: ``status``, ``method``, ``path``."""

    kind = "api"

    @property
    def status(self) -> int:
        return int(self.facts["status"])


class NotFound(ApiError):
    """404: an unknown id, a record that this user may not see, or no such endpoint."""

    kind = "not_found"


class UnreadableAnswer(LinkEngageError):
    """The answer is not in a format of the API (an HTML page, a cut-off body, an entity bomb)."""

    kind = "unreadable_answer"


class Unforeseen(LinkEngageError):
    """An exception that no code expected, which is an error of the collection. ``facts``: ``error``, ``place``.

    ``trace`` holds the places in the code and no values: those could be people's data or a secret.
    """

    kind = "unforeseen"
    trace = ""


@contextmanager
def foreseen(doing: Callable[[], str]) -> Iterator[None]:
    """The one place that turns an exception which no code expected into an Unforeseen. *doing* says what was tried."""
    try:
        yield
    except LinkEngageError:
        raise
    except Exception as error:
        raise unforeseen(error, doing()) from error


def unforeseen(error: Exception, doing: str) -> Unforeseen:
    """The error that a person sees instead of an exception, without the text of the exception."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "linkengage" in frame.filename] or list(frames)
    place = f"{ours[-1].filename.rpartition('/plugins/')[2]} line {ours[-1].lineno}" if ours else "unknown"
    found = Unforeseen(
        f"{doing}: an unforeseen error ({type(error).__name__} in {place}). This is an error of the collection. Report "
        "it as an issue, with the output of the same command with -vvv, and read the account before you run it again.",
        error=type(error).__name__,
        place=place,
    )
    found.trace = "".join(["Traceback (most recent call last):\n", *frames.format(), type(error).__name__])
    return found
