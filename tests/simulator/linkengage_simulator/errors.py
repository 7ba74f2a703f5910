# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reasons to reject a request, each with its status code (contract page, "Status codes")."""

from __future__ import annotations


class ServiceError(Exception):
    """The request is answered with this status, and the service does nothing."""

    status = 500


class NonsenseError(ServiceError):
    """The request is not valid."""

    status = 400


class NotFoundError(ServiceError):
    """The element or the endpoint does not exist."""

    status = 404


class NotAllowedError(ServiceError):
    """The path does not support this method."""

    status = 405


class NotAcceptableError(ServiceError):
    """The parameters are wrong, or the user lacks a right."""

    status = 406


class RefusedError(ServiceError):
    """The service refuses the request. The status depends on the assumptions."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


class UnauthorisedError(NotAcceptableError):
    """The login is wrong or missing. The service does not use the status 401."""


class ThrottledError(ServiceError):
    """There were too many requests within the time window."""

    status = 503

    def __init__(self, reason: str, seconds: int) -> None:
        super().__init__(reason)
        self.seconds = seconds
