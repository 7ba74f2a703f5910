# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Checks of the way to the service: host name, proxy, certificate, clock, response time, login, throttle. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from .findings import Finding, counted, ok, problem, warning
from .recognised import REFUSED_LOGIN
from .survey import Survey

FEW_DAYS = 14
SKEW, SLOW = 60, 5  # seconds
CERTIFICATE = "Check the host in api_url, or set the option ca_path to the file with the certificates of your CA."
LOGIN = (
    "Check username (user@domain) and password. Check in the web application that the API feature is enabled for the "
    "user or the organisation."
)
WRONG_PLACE = (301, 302, 307, 308, 404, 405)
ADDRESS = (
    "Check api_url. The value must be the address of the API with its version, such as https://intouchapi.pswin.com/2."
)
LATER = "Run the doctor again later. If the error occurs again, attach the report to an issue."


def check_reach(survey: Survey) -> Iterator[Finding]:
    """Check name resolution, proxy and certificate."""
    reach = survey.reach
    if not reach.unresolved:
        yield ok("name resolution", "The host name in api_url has an IP address.")
    elif reach.proxied:
        yield ok(
            "name resolution",
            "Requests use a proxy, so this machine need not know the IP address of the host in api_url.",
        )
    else:
        yield problem(
            "name resolution",
            f"The host name in api_url has no IP address: {reach.unresolved}.",
            "Check api_url, the network and the name servers.",
        )
    yield ok(
        "proxy",
        "Requests use the proxy from the environment variables." if reach.proxied else "Requests do not use a proxy.",
    )
    yield _certificate(survey)


def _certificate(survey: Survey) -> Finding:
    reach = survey.reach
    if reach.untrusted:
        return problem(
            "certificate", f"The TLS connection to the service cannot be trusted: {reach.untrusted}.", CERTIFICATE
        )
    if not reach.encrypted:
        return warning(
            "certificate",
            "The connection to the service is not encrypted.",
            "Use an api_url that begins with https://. Use http:// only for tests.",
        )
    if reach.days is None:
        if reach.proxied:
            return ok(
                "certificate", "The doctor has not read the certificate of the service, because requests use a proxy."
            )
        if reach.unresolved:
            return ok(
                "certificate",
                "The doctor cannot read the certificate of the service, because the host name in api_url has no IP "
                "address.",
            )
        return warning(
            "certificate",
            "The certificate of the service is not checked, because validate_certs is false.",
            "Set validate_certs to true.",
        )
    valid = f"The certificate was issued by {reach.issuer}, and is valid for {counted(reach.days, 'more day')}."
    if reach.days < FEW_DAYS:
        return warning("certificate", valid, "Ask the vendor, or the operator of your proxy, for a new certificate.")
    return ok("certificate", valid)


def check_login(survey: Survey) -> Iterator[Finding]:
    """Check the login, the clock and the response time."""
    error = survey.errors.get("login")
    if error is None:
        yield ok("login", "The service accepts the login.")
    elif "status" in error.facts:
        status = error.facts["status"]
        remedy = LOGIN if status in REFUSED_LOGIN else ADDRESS if status in WRONG_PLACE else LATER
        yield problem("login", f"The service refused the first request with status {status}.", remedy)
    else:
        yield problem(
            "login",
            f"The service did not return a valid response to the first request ({error.kind}).",
            "Check api_url, the network and the proxy. To see the whole error, run the module linkengage_user_info.",
        )
    if survey.skew is not None:
        yield _clock(survey.skew.total_seconds())
    if survey.seen:
        yield _latency([seen.seconds for seen in survey.seen])


def _clock(seconds: float) -> Finding:
    if abs(seconds) <= SKEW:
        return ok("clock", f"The clocks of this machine and of the service differ by at most {SKEW} s.")
    side = "ahead of" if seconds > 0 else "behind"
    return warning(
        "clock",
        f"The clock of the service is {abs(seconds):.0f} s {side} the clock of this machine.",
        "Synchronise the clock of this machine, for example with chrony.",
    )


def _latency(seconds: list[float]) -> Finding:
    shown = (
        f"The median response time of the service is {median(seconds):.2f} s. "
        f"The longest response time is {max(seconds):.2f} s."
    )
    if median(seconds) > SLOW:
        return warning(
            "latency",
            shown,
            "Check the network and the proxy. Set the option timeout to more than the longest response time.",
        )
    return ok("latency", shown)


def check_throttle(refusals: int, requests: int) -> Finding:
    """Report whether the throttle of the service refused requests."""
    if not refusals:
        return ok(
            "throttle", f"The doctor has sent {counted(requests, 'request')}. The service has throttled no request."
        )
    return warning(
        "throttle",
        f"The service throttled {refusals} of {counted(requests, 'request')} from the doctor, because the service got "
        "too many requests in one minute.",
        "Set requests_per_minute to the number of requests that the service allows in one minute.",
    )
