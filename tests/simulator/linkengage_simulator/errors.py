# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a request is refused; each kind has its status code (contract page, "Status codes")."""

from __future__ import annotations


class ServiceError(Exception):
    """The request is answered with this status and nothing is done."""

    status = 500


class NonsenseError(ServiceError):
    """The request makes no sense."""

    status = 400


class NotFoundError(ServiceError):
    """No such element or endpoint."""

    status = 404


class NotAllowedError(ServiceError):
    """The path does not take this method."""

    status = 405


class NotAcceptableError(ServiceError):
    """Wrong parameters, or a function that this user may not use."""

    status = 406


class UnauthorisedError(NotAcceptableError):
    """Wrong or missing credentials: the service has no 401."""


class ThrottledError(ServiceError):
    """Too many requests within the window."""

    status = 503

    def __init__(self, reason: str, seconds: int) -> None:
        super().__init__(reason)
        self.seconds = seconds
