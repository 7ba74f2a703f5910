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

LIBRARIES = ("requests", "xmltodict", "phonenumberslite")  # the names that pip uses for these libraries
REPORT_IT = "Report the error as an issue"  # what to do about an error of the collection


class LinkEngageError(Exception):
    """An error that also says what the user can do.

    ``str(error)`` says what failed, for which record, what the service answered, and what to do. ``failure`` has the
    same information for programs: always ``kind``, and ``status``, ``method``, ``path``, ``ids`` and ``problems`` if
    they are known. ``warnings`` are the warnings that the task gave before it failed.
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
        """The return values of the failed task, in addition to the message."""
        changed = {"changed": True} if self.facts.get("made") or self.facts.get("sent") else {}
        return {"failure": self.failure, **changed}

    def made_before(self, made: Sequence[str], count: int) -> None:
        """Add to the message that some changes were made before the error.

        *made* has the first of them, *count* the number of all.
        """
        if count and not isinstance(self, PartialFailure):
            more = f" and {count - len(made)} more" if count > len(made) else ""
            self.args = (f"{self} These changes were made before the error: {', '.join(made)}{more}.",)
            self.facts = {**self.facts, "made": list(made), "made_count": count}


class InvalidInput(LinkEngageError):
    """The value of an option is not valid. No request was sent."""

    kind = "invalid_input"


class NoCountryCode(LinkEngageError):
    """A phone number has no country code, and no option or setting says which country it belongs to."""


class MissingLibrary(LinkEngageError):
    """A Python library is not installed. ``facts`` has ``library`` and ``trace``."""

    kind = "missing_library"

    @classmethod
    def of(cls, package: str, trace: str) -> MissingLibrary:
        """The error for a package that pip can install. *trace* is the traceback of the failed import."""
        packages = " ".join(LIBRARIES if package in LIBRARIES else (package,))
        return cls(
            f"Install the Python libraries: `pip install {packages}`, in the Python that runs Ansible "
            f"({sys.executable}). The library {package} is missing.",
            library=package,
            trace=trace,
        )


class TooOld(LinkEngageError):
    """The Python of a managed host is too old for the modules. No request was sent."""

    kind = "too_old"


class AmbiguousRecord(LinkEngageError):
    """Several records have the same name or number. ``facts`` has their ``ids``."""

    kind = "ambiguous_record"


class UnknownRecord(LinkEngageError):
    """An option names a record that does not exist. ``facts`` has ``problems``, a list of sentences."""

    kind = "unknown_record"


class GuardError(LinkEngageError):
    """A safety guard stopped the run before it wrote anything."""

    kind = "guard"


class DriftError(LinkEngageError):
    """The account differs from the declared records, and the user asked for an error in this case.

    Nothing was written.
    """

    kind = "drift"


class PartialFailure(LinkEngageError):
    """Some entries could not be applied. All other entries were applied.

    ``facts`` has ``problems`` and the report of the module, which lists the ``changes`` that were made.
    """

    kind = "partial_failure"

    @property
    def report(self) -> dict[str, Any]:
        return {"failure": self.failure, "changed": bool(self.facts.get("changes"))}


class ConnectionFailed(LinkEngageError):
    """The service could not be reached. No request was sent."""

    kind = "connection"


class UnknownOutcome(LinkEngageError):
    """A request was sent, but no usable answer arrived.

    It is not known whether the service has acted on the request.
    """

    kind = "unknown_outcome"


class WrongAnswer(UnknownOutcome):
    """The answer to a write request is not an answer of the API.

    A later read can show whether the service made the change.
    """


class UnknownChange(LinkEngageError):
    """A plan contains a change of an unknown kind.

    This is a programming error in the collection. No request was sent.
    """

    kind = "unknown_change"


class NotSent(LinkEngageError):
    """The run was stopped before this request was sent."""


class Locked(LinkEngageError):
    """Another process holds a lock for too long.

    Nothing was written. ``facts`` has ``holder`` and ``waited`` (seconds).
    """

    kind = "locked"


class Throttled(LinkEngageError):
    """The service refuses further requests for some time. It did not act on this request."""

    kind = "throttled"


class ApiError(LinkEngageError):
    """The service answered with an error status. ``facts`` has ``status``, ``method`` and ``path``."""

    kind = "api"

    @property
    def status(self) -> int:
        return int(self.facts["status"])


class NotFound(ApiError):
    """Status 404: the id is unknown, this user may not see the record, or the endpoint does not exist."""

    kind = "not_found"


class IncompleteList(LinkEngageError):
    """A list of the service has fewer records than the service counts.

    The missing records exist, but would seem deleted.
    """

    kind = "incomplete_list"


class UnreadableAnswer(LinkEngageError):
    """The answer is not in a format of the API, for example an HTML page, a truncated body or an XML entity bomb."""

    kind = "unreadable_answer"


class Unforeseen(LinkEngageError):
    """An unexpected exception. It is a programming error in the collection. ``facts`` has ``error`` and ``place``.

    ``trace`` is a traceback without the values of variables, because these values can be personal data or secrets.
    """

    kind = "unforeseen"
    trace = ""


@contextmanager
def foreseen(doing: Callable[[], str]) -> Iterator[None]:
    """Convert an unexpected exception to the error Unforeseen. *doing* returns a text that says what failed."""
    try:
        yield
    except LinkEngageError:
        raise
    except Exception as error:
        raise unforeseen(error, doing()) from error


def unforeseen(error: Exception, doing: str) -> Unforeseen:
    """Return the error that the user sees instead of the exception. The text of the exception is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "linkengage" in frame.filename] or list(frames)
    place = f"{ours[-1].filename.rpartition('/plugins/')[2]} line {ours[-1].lineno}" if ours else "unknown"
    found = Unforeseen(
        f"{doing}: there was an unexpected error ({type(error).__name__} in {place}). This is an error of the "
        "collection. If this task changes the account, first check which changes were made. Then run the same "
        f"command with -vvv. {REPORT_IT}, with the output of this command.",
        error=type(error).__name__,
        place=place,
    )
    found.trace = "".join(["Traceback (most recent call last):\n", *frames.format(), type(error).__name__])
    return found
