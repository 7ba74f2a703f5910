# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.
"""Guards against large changes by mistake: each raises GuardError before the first write. Pure."""

from __future__ import annotations

from .._errors import GuardError

GUARD_FROM = 10  # records: a share of fewer records says little, so other rules apply to them
SOME = 10  # additions that are always allowed
NO_LIMIT = 100  # percent


def guard_removals(
    removed: int, total: int, limit: float, option: str, what: str, *, confirm: str = "", added: int = 0
) -> None:
    """Raise GuardError if more than *limit* percent of *total* would be removed.

    Of fewer than ten records, at most half may go, unless *limit* is 100. *confirm* names the option that allows more;
    it is empty if that option is set. What is *added* in exchange counts for these few.
    """
    if total >= GUARD_FROM:
        if removed * 100 > limit * total:
            raise _error(removed, total, limit, option, f"{removed} of {total} {what} would be removed")
    elif confirm and limit < NO_LIMIT and (removed - added) * 2 > total:
        left = total - removed + added
        rest = "which leaves none" if not left else "which is more than half"
        raise GuardError(
            f"{removed} of {total} {what} would be removed, {rest}. Nothing was written. Set {confirm} to allow this.",
            removed=removed,
            total=total,
            option=confirm,
        )


def guard_additions(added: int, total: int, limit: float, option: str, what: str) -> None:
    """Raise GuardError if more than *limit* percent of *total* would be added, and more than ten.

    Without any record the first ones are being added, and nothing is checked.
    """
    if total and added > SOME and added * 100 > limit * total:
        raise _error(added, total, limit, option, f"{added} {what} would be added to {total}")


def guard_updates(updated: int, total: int, limit: float, option: str, what: str) -> None:
    """Raise GuardError if filled values of more than *limit* percent of *total* would be overwritten, from ten up."""
    if total >= GUARD_FROM and updated * 100 > limit * total:
        raise _error(updated, total, limit, option, f"values of {updated} of {total} {what} would be overwritten")


def _error(count: int, total: int, limit: float, option: str, sentence: str) -> GuardError:
    return GuardError(
        f"{sentence}, which is {count * 100 / total:.0f} % and more than {option} allows ({limit:g} %). Nothing was "
        f"written. Raise {option} to allow this.",
        **({"removed": count} if "removed" in sentence else {"changed": count}),
        total=total,
        limit=limit,
        option=option,
    )
