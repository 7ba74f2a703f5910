# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""HTTP for the service: retry, throttle, method override, and error statuses.

GET, PUT and DELETE are repeated after a lost connection or a 5xx. A POST is repeated only if the service says that it
did not act (the throttle), or if the request was not sent (contract: transport).
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit
from xml.parsers import expat

from .._errors import (
    ApiError,
    ConnectionFailed,
    LinkEngageError,
    NotFound,
    UnknownOutcome,
    UnreadableAnswer,
    WrongAnswer,
)
from .bodies import SEARCHED, Body
from .pace import Pace
from .transport import Limits, Lost, Received, Transport

if TYPE_CHECKING:
    from .shown import Shown

THROTTLE_TEXT = b"Number of allowed API requests"
OVERRIDE_HEADER = "X-HTTP-Method-Override"
# A phone number or a name in a path is personal data, so messages do not contain it.
PERSONAL = re.compile(r"/(search|phonenumber)/.*")
SECONDS = re.compile(r"\d+(?:\.\d*)?|\.\d+")
UNSURE = "It is not known whether the service has executed the request."
LONGEST = 10.0**9  # seconds; a longer pause is shortened to this value
MOST_SKEW = timedelta(days=3650)  # a difference that is larger than this is not a wrong clock but a wrong header
BACKOFF = 0.5  # seconds before the first repetition; each following pause is twice as long

Value = TypeVar("Value")


@dataclass(frozen=True)
class Settings:
    """How to reach the service.

    ``login`` is for Basic auth. ``verify`` is True or False, or the path of certificates.
    """

    api_url: str
    login: str
    password: str = field(repr=False)
    verify: bool | str = True
    retries: int = 3
    method_override: str = "auto"
    limits: Limits = field(default_factory=Limits)

    def risks(self) -> list[str]:
        """Return a warning if somebody between this machine and the service could read the login."""
        if self.verify or urlsplit(self.api_url).scheme != "https":
            return []
        return [
            f"validate_certs is false, so the certificate of {urlsplit(self.api_url).hostname} is not checked. "
            "Another server could read the user name and password. In production, set validate_certs to true, "
            "and set ca_path to your CA certificate."
        ]


@dataclass(frozen=True)
class Call:
    """A request as data.

    ``path`` is quoted and begins with a slash. ``integer_id`` is True if the last part of the path is an integer id.
    """

    method: str
    path: str
    accept: str
    body: bytes | None = None
    content_type: str | None = None
    integer_id: bool = False
    api_url: str = ""  # the address of another version of the service; "" means the address in the settings

    @property
    def repeatable(self) -> bool:
        return self.method != "POST"

    @property
    def shown(self) -> str:
        return f"{self.method} {self.shown_path}"

    @property
    def shown_path(self) -> str:
        return PERSONAL.sub(r"/\1/...", self.path)


@dataclass(frozen=True)
class Answer:
    """A successful answer.

    ``delimited`` is True if the answer contains the length of its body. Then the answer is complete. Otherwise, only
    the end of the document in the body can show that the answer is complete.
    """

    status: int
    headers: Mapping[str, str]
    body: Body
    delimited: bool = True


class Http:
    """Sends requests. Thread-safe: all workers share the connections, the pace and the learned settings."""

    def __init__(
        self,
        settings: Settings,
        pace: Pace,
        sleep: Callable[[float], None] = time.sleep,
        permit: Callable[[], None] = lambda: None,
        transport: Transport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self.settings = settings
        self.pace = pace
        self.writes = 0
        self._sleep = sleep
        self._now = now  # returns the time of this machine
        self._permit = permit  # raises NotSent if no further request may be sent
        self._override = settings.method_override == "always"
        self._succeeded = False
        self._skew = timedelta()
        # None before the first answer. Then True if an answer has shown the clock of the service, otherwise False.
        self.clock_known: bool | None = None
        # This function is called after each answer of any status. It gets the seconds that the answer took.
        self.on_answer: Callable[[Call, Received, float], None] | None = None
        self._transport = transport or Transport(
            settings.api_url, settings.login, settings.password, settings.verify, settings.limits
        )

    @property
    def shown(self) -> Shown:
        """Prepares texts of the service for errors."""
        return self._transport.shown

    def send(self, call: Call) -> Answer:
        """Return the answer to *call*, whatever its content is. Waits, repeats and raises errors like ``ask``."""
        return self.ask(call, lambda answer: answer)

    def ask(self, call: Call, read: Callable[[Answer], Value]) -> Value:
        """Send *call*, and return the result of *read* for its answer.

        Waits and repeats the request where this is safe.

        If *read* raises UnreadableAnswer, the answer counts as lost. Raises:

        - ConnectionFailed: the request was not sent.
        - UnreadableAnswer: the answer to a GET cannot be read.
        - UnknownOutcome: the service may have acted on a write request.
        - Throttled, NotFound, ApiError.
        """
        if call.method != "GET":
            self.writes += 1
        for repetition in range(self.settings.retries):
            try:
                return self._understood(call, self._send_paced(call), read)
            except LinkEngageError as error:
                if not _may_repeat(call, error):
                    raise
            pause = min(BACKOFF * 2**repetition, LONGEST)
            self.pace.announce(f"{call.shown} failed and is repeated", pause)
            self._sleep(pause)
        return self._understood(call, self._send_paced(call), read)

    def service_now(self) -> datetime:
        """Return the time of the service according to its last answer.

        Before the first answer, return the time of this machine.
        """
        return self._now() + self._skew

    @property
    def skew(self) -> timedelta | None:
        """Return how far the clock of the service is ahead, or None if no answer has shown it."""
        return self._skew if self.clock_known else None

    def _learn_clock(self, date: str | None) -> None:
        given = _moment(date)
        skew = given - self._now() if given else None
        if skew is not None and abs(skew) < MOST_SKEW:
            self._skew, self.clock_known = skew, True
        else:
            self.clock_known = bool(self.clock_known)

    def _send_paced(self, call: Call) -> Received:
        tried_override = False
        while True:
            with self.pace.turn():
                response = self._send_once(call)
                refused = _is_throttle(response)
                if refused:
                    wait = _seconds(response.headers.get("Retry-After"), self.service_now())
                    self.pace.refused(wait, call.shown)
            if refused:
                continue
            if response.status == 405 and self._may_override(call):
                self._override = tried_override = True
            else:
                if response.status == 405 and tried_override:
                    self._override = False
                return response

    def _may_override(self, call: Call) -> bool:
        return (
            self.settings.method_override == "auto"
            and not self._override
            and call.method in ("PUT", "DELETE")
            and call.integer_id
        )

    def _send_once(self, call: Call) -> Received:
        headers = {"Accept": call.accept}
        if call.content_type:
            headers["Content-Type"] = call.content_type
        method = call.method
        if self._override and method in ("PUT", "DELETE"):
            method, headers[OVERRIDE_HEADER] = "POST", method
        self._permit()
        try:
            there = {"api_url": call.api_url} if call.api_url else {}
            begun = time.monotonic()
            response = self._transport.exchange(method, call.path, headers, call.body, **there)
        except Lost as error:
            raise self._lost(call, error) from None
        self._learn_clock(response.headers.get("Date"))
        if self.on_answer:
            self.on_answer(call, response, time.monotonic() - begun)
        return response

    def _lost(self, call: Call, lost: Lost) -> LinkEngageError:
        if not lost.sent:
            return ConnectionFailed(
                f"{call.shown}: {lost}. Nothing was sent. {lost.advice}",
                **({"passing": True} if lost.passing else {}),
            )
        if lost.too_large and call.method == "GET":
            return UnreadableAnswer(f"{call.shown}: {lost}.", method=call.method, path=call.shown_path, final=True)
        return self._broken(call, str(lost), lost.passing)

    def _broken(self, call: Call, what: str, passing: bool = True) -> LinkEngageError:
        """Return the error for a request without a usable answer.

        *passing* is True if the request can be repeated at once, provided that its method may be repeated.
        """
        final = {} if passing else {"final": True}
        if call.method == "GET":
            return ConnectionFailed(f"{call.shown}: {what}.", passing=True, **final)
        return UnknownOutcome(
            f"{call.shown}: {what}, so it is not known whether the service has executed the request.",
            method=call.method,
            path=call.shown_path,
            **final,
        )

    def _understood(self, call: Call, response: Received, read: Callable[[Answer], Value]) -> Value:
        if not 200 <= response.status < 300:
            raise self._rejected(call, response)
        try:
            value = read(Answer(response.status, response.headers, response.body, response.delimited))
        except UnreadableAnswer as error:
            raise self._unreadable(call, response, error) from error
        finally:
            response.body.close()
        self._succeeded = True
        return value

    def _unreadable(self, call: Call, response: Received, error: UnreadableAnswer) -> LinkEngageError:
        excerpt = "" if error.facts.get("private") else self._excerpt(response)
        reason = self.shown.text(str(error))
        text = f"{call.shown}: the answer cannot be read. {reason[:1].upper()}{reason[1:]}.{excerpt}"
        kind: type[LinkEngageError] = UnreadableAnswer
        if call.method != "GET":
            kind, text = WrongAnswer, f"{text} {UNSURE}"
        return kind(
            f"{text} Check that api_url is the address of the API, and not the address of a proxy or a web site.",
            method=call.method,
            path=call.shown_path,
            **({"final": True} if error.facts.get("final") else {}),
        )

    def _excerpt(self, response: Received) -> str:
        text = self.shown.body(response.body.head, response.headers.get("Content-Type", ""))
        return f' The answer contains the text "{text}".' if text else ""

    def _rejected(self, call: Call, response: Received) -> LinkEngageError:
        """Return the error for a status that is not a success."""
        status = response.status
        if status == 404 and not response.delimited and not _ended(response.body.head):
            return self._broken(call, "the service answered 404, and possibly the answer was cut off")
        text = self.shown.body(response.body.head, response.headers.get("Content-Type", ""))
        shown = f' ("{text}")' if text else ""
        if 300 <= status < 400:
            return self._api_error(call, status, f"the service answered {status}{shown}. {self._redirect(response)}")
        if status >= 500 and not call.repeatable:
            return self._broken(call, f"the service answered {status}{shown}")
        from .advice import explained  # imported here, because most runs have no errors

        why = explained(status, text, self.settings.login, self._succeeded, call.method, call.path)
        return self._api_error(call, status, why)

    def _redirect(self, response: Received) -> str:
        location = response.headers.get("Location", "")
        try:
            target = urlsplit(location)
            host = target.hostname
        except ValueError:
            host = None
        where = f"to {self.shown.text(f'{target.scheme}://{host}')}" if host else "to another path"
        return (
            f"The server redirects the request {where}. The collection does not follow redirects, because it sends the "
            "login only to api_url. Set api_url to the address of the service itself."
        )

    def _api_error(self, call: Call, status: int, what: str) -> ApiError:
        kind = NotFound if status == 404 else ApiError
        return kind(f"{call.shown}: {what}", status=status, method=call.method, path=call.shown_path)


def _may_repeat(call: Call, error: LinkEngageError) -> bool:
    if error.facts.get("final"):
        return False
    if isinstance(error, ConnectionFailed):
        return bool(error.facts.get("passing"))
    lost = isinstance(error, (UnknownOutcome, UnreadableAnswer)) or (
        isinstance(error, ApiError) and error.status >= 500
    )
    return lost and call.repeatable


def _ended(body: bytes) -> bool:
    """Return whether a short body is a complete JSON or XML document, and not only the beginning of a document."""
    if len(body) > SEARCHED or b"<!" in body:
        return False
    try:
        return isinstance(json.loads(body), (dict, list, str))
    except (ValueError, RecursionError):
        pass
    try:
        expat.ParserCreate().Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError):
        return False
    return True


def _is_throttle(response: Received) -> bool:
    """Return whether the service did not act because of too many requests (contract: throttle)."""
    if response.status == 503:
        return THROTTLE_TEXT in response.body.head or bool(response.headers.get("Retry-After"))
    return response.status == 429


def _moment(date: str | None) -> datetime | None:
    try:
        given = parsedate_to_datetime(date or "")
        return (given if given.tzinfo else given.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None


def _seconds(retry_after: str | None, now: datetime) -> float | None:
    """Return the seconds to wait. *retry_after* is a number of seconds or a date; for other texts, return None."""
    text = (retry_after or "").strip()
    if SECONDS.fullmatch(text):
        return min(max(float(text), 1.0), LONGEST)
    until = _moment(text)
    return None if until is None else min(max(math.ceil((until - now).total_seconds()), 1.0), LONGEST)
