# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The errors of the collection. Modules and plugins convert them to errors of Ansible."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

LIBRARIES = ("requests", "xmltodict", "phonenumberslite")  # by the names of their packages


class LinkEngageError(Exception):
    """An error with a remedy.

    ``str(error)`` says what failed, for which record, the answer of the service, and what to do. ``failure`` is the
    same for programs: ``kind``, and ``status``, ``method``, ``path``, ``ids`` and ``problems`` if they are known.
    ``warnings`` are the warnings of the task before it failed.
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
        changed = {"changed": True} if self.facts.get("made") or self.facts.get("sent") else {}
        return {"failure": self.failure, **changed}

    def made_before(self, made: Sequence[str], count: int) -> None:
        """Add the changes that were made before the error: the first changes, and their number."""
        if count and not isinstance(self, PartialFailure):
            more = f" and {count - len(made)} more" if count > len(made) else ""
            self.args = (f"{self} Changes that were made before: {', '.join(made)}{more}.",)
            self.facts = {**self.facts, "made": list(made), "made_count": count}


class InvalidInput(LinkEngageError):
    """An option is not valid. Nothing was sent."""

    kind = "invalid_input"


class NoCountryCode(LinkEngageError):
    """The country of a phone number without a country code is not known."""


class MissingLibrary(LinkEngageError):
    """A Python library is not installed. ``facts``: ``library``, ``trace``."""

    kind = "missing_library"

    @classmethod
    def of(cls, package: str, trace: str) -> MissingLibrary:
        """The error for a package that pip can install. *trace* is the traceback of the failed import."""
        packages = " ".join(LIBRARIES if package in LIBRARIES else (package,))
        return cls(
            f"Install the Python libraries: `pip install {packages}`, in the Python that runs Ansible "
            f"({sys.executable}); {package} is missing.",
            library=package,
            trace=trace,
        )


class TooOld(LinkEngageError):
    """The Python of a host is too old for the modules. Nothing was sent."""

    kind = "too_old"


class AmbiguousRecord(LinkEngageError):
    """Several records have one name or number. ``facts``: ``ids``."""

    kind = "ambiguous_record"


class UnknownRecord(LinkEngageError):
    """A record in an option does not exist. ``facts``: ``problems``, a list of sentences."""

    kind = "unknown_record"


class GuardError(LinkEngageError):
    """A safety guard stopped the run before its first write."""

    kind = "guard"


class DriftError(LinkEngageError):
    """The account differs from what is declared, and the user asked for an error. Nothing was written."""

    kind = "drift"


class PartialFailure(LinkEngageError):
    """Some entries could not be applied. The other entries are done.

    ``facts``: ``problems`` and the report of the module, with the ``changes`` that were made.
    """

    kind = "partial_failure"

    @property
    def report(self) -> dict[str, Any]:
        return {"failure": self.failure, "changed": bool(self.facts.get("changes"))}


class ConnectionFailed(LinkEngageError):
    """The service could not be reached, and nothing was sent to it."""

    kind = "connection"


class UnknownOutcome(LinkEngageError):
    """A request was sent, but there is no usable answer. It is not known whether the service acted."""

    kind = "unknown_outcome"


class WrongAnswer(UnknownOutcome):
    """A write has an answer, but not an answer of the API. A later read can show whether the service acted."""


class UnknownChange(LinkEngageError):
    """A plan has a change of an unknown kind: an error in the collection. Nothing was sent."""

    kind = "unknown_change"


class NotSent(LinkEngageError):
    """The run was stopped before this request was sent."""


class Locked(LinkEngageError):
    """Another process holds a lock for too long. Nothing was written. ``facts``: ``holder``, ``waited`` (seconds)."""

    kind = "locked"


class Throttled(LinkEngageError):
    """The service refuses more requests for now. It did not act."""

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


class IncompleteList(LinkEngageError):
    """The service lists fewer records than it has, so that the others would seem to be missing."""

    kind = "incomplete_list"


class UnreadableAnswer(LinkEngageError):
    """The answer is not in a format of the API (an HTML page, an incomplete body, an entity bomb)."""

    kind = "unreadable_answer"


class Unforeseen(LinkEngageError):
    """An unexpected exception, which is an error of the collection. ``facts``: ``error``, ``place``.

    ``trace`` has the places in the code without values, because values can be personal data or secrets.
    """

    kind = "unforeseen"
    trace = ""


@contextmanager
def foreseen(doing: Callable[[], str]) -> Iterator[None]:
    """Convert an unexpected exception to an Unforeseen error. *doing* says what failed."""
    try:
        yield
    except LinkEngageError:
        raise
    except Exception as error:
        raise unforeseen(error, doing()) from error


def unforeseen(error: Exception, doing: str) -> Unforeseen:
    """The error for the user instead of an exception, without the text of the exception."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "linkengage" in frame.filename] or list(frames)
    place = f"{ours[-1].filename.rpartition('/plugins/')[2]} line {ours[-1].lineno}" if ours else "unknown"
    found = Unforeseen(
        f"{doing}: an unexpected error ({type(error).__name__} in {place}). This is an error of the collection. Report "
        "it as an issue, with the output of the same command with -vvv, and read the account before you run it again.",
        error=type(error).__name__,
        place=place,
    )
    found.trace = "".join(["Traceback (most recent call last):\n", *frames.format(), type(error).__name__])
    return found
