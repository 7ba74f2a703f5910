# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.
"""Guards against large changes by mistake. Each guard raises GuardError before the first write. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

from .._errors import GuardError

GUARD_FROM = 10  # with fewer records, a percentage says little, so other rules apply
SOME = 10  # number of additions that are always allowed; fewer existing records also count as this number
FIRST = 100  # number of contacts that can always be added to an account with fewer than ten contacts
FEW = 3  # number of updates that are always allowed among fewer than ten records
HANDOVER = 2  # number of members that can always be replaced by others, such as the people on call
NO_LIMIT = 100  # percent


def guard_removals(
    removed: int,
    total: int,
    limit: float,
    option: str,
    what: str,
    *,
    confirm: str = "",
    added: int = 0,
    detail: str = "",
) -> None:
    """Raise GuardError if more than *limit* percent of *total* records would be removed.

    If there are fewer than ten records, at most half of them may be removed, unless *limit* is 100. One or two of these
    few records can always be replaced by *added* records. *confirm* names the option that allows more removals, and is
    empty if this option is set. *detail* is a sentence about the removed records, with a blank before it.
    """
    if total >= GUARD_FROM:
        if removed * 100 > limit * total:
            sentence = f"{removed} of {total} {what} would be removed"
            raise _error(removed, total, limit, option, sentence, removed=removed, detail=detail)
    elif confirm and limit < NO_LIMIT:
        replaced = min(removed, added) if removed <= HANDOVER else 0
        if (removed - replaced) * 2 > total:
            raise GuardError(
                f"{removed} of {total} {what} would be removed, {_rest(removed, total, what, added)}.{detail} Nothing "
                f"was written. Set `{confirm}` to allow this.",
                removed=removed,
                total=total,
                option=confirm,
            )


def _rest(removed: int, total: int, what: str, added: int) -> str:
    if removed < total:
        return "which is more than half"
    records = _records(what)
    return f"and other {records} would be added instead" if added else f"so no {records} would be left"


def _records(what: str) -> str:
    return what.partition(" of ")[0]  # without the group, as in: members of the group


def guard_additions(added: int, total: int, limit: float, option: str, what: str, some: int = SOME) -> None:
    """Raise GuardError if more than *limit* percent of *total* records would be added, and more than *some* records.

    If there are fewer than ten records, the percentage is calculated as if ten records existed.
    """
    base = max(total, SOME)
    if added > some and added * 100 > limit * base:
        records = _records(what)
        existing = records.removesuffix("s") if total == 1 else records
        sentence = f"{added} new {what} would be added to {total} existing {existing}"
        small = f". The percentage is calculated as if {SOME} {records} existed, so {added} new {records} are"
        link = small if total < SOME else ", which is"
        error = _error(added, base, limit, option, sentence, link, changed=added)
        error.facts["total"] = total
        raise error


def guard_updates(updated: int, total: int, limit: float, option: str, what: str, *, confirm: str = "") -> None:
    """Raise GuardError if an update would overwrite values in more than *limit* percent of *total* records.

    If there are fewer than ten records, three of them can always be updated. If *confirm* is empty, all of them can be
    updated.
    """
    few = total < GUARD_FROM and (updated <= FEW or not confirm)
    if updated * 100 > limit * total and not few:
        sentence = f"Values in {updated} of {total} {what} would be overwritten"
        raise _error(updated, total, limit, option, sentence, changed=updated)


def check_all(*guards: Callable[[], None]) -> None:
    """Call all guards. Raises one GuardError that lists all exceeded limits."""
    errors = []
    for guard in guards:
        try:
            guard()
        except GuardError as error:
            errors.append(error)
    if errors:
        raise all_of(errors)


def all_of(errors: Sequence[GuardError]) -> GuardError:
    """Return one error for several limits, with one line for each limit. Its facts are those of the first error."""
    problems = [str(error) for error in errors]
    more = {"problems": problems} if len(errors) > 1 else {}
    return GuardError("\n".join(problems), **errors[0].facts, **more)


def _error(
    count: int,
    total: int,
    limit: float,
    option: str,
    sentence: str,
    link: str = ", which is",
    detail: str = "",
    **counts: int,
) -> GuardError:
    percent = f"{ceil(count * 1000 / total) / 10:.1f}".removesuffix(".0")  # rounded up, so that it exceeds the limit
    return GuardError(
        f"{sentence}{link} {percent} %, but {option} allows only {limit:g} %.{detail} Nothing was written. Raise "
        f"{option} to {ceil(count * 100 / total)} to allow this.",
        **counts,
        total=total,
        limit=limit,
        option=option,
    )
