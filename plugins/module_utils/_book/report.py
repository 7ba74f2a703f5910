# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The report of the module that manages a whole address book. It stays small even for a large address book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._errors import REPORT_IT, DriftError, PartialFailure
from .._model.changes import AddMember, Change, Create, Delete, Update
from .._model.fields import Record, Resource
from .._model.halves import json_text
from .._model.listing import IN_FAILURE, first_of, listed
from .._model.plan import Outcome, Plan
from .._model.resources import CONTACT, GROUP
from .book import Book, Sync
from .declared import LISTED
from .deletions import CREATED_SINCE
from .losses import losses
from .rereading import Rereading
from .review import Review, name_of
from .scope import Scope

if TYPE_CHECKING:
    from .apply import Tally

SHOWN = 20  # number of problems in a message, and number of examples in a result
RESOURCES = {"contacts": CONTACT, "groups": GROUP}
PROBLEMS = 100  # number of problems in a message if the other entries were applied
IN_PROBLEMS = "the return value `problems`"


@dataclass(frozen=True)
class BookPlan(Plan):
    """The plan of a whole address book.

    - ``failing`` has the problems because of which the task fails at its end.
    - ``skipped`` has the problems that are only reported.
    - ``notes`` are sentences about records that the user should check. They are also warnings.
    - ``book`` is the current account. The file ``backup`` is written from it.
    - ``created`` are the records that were created after the backup that is restored; None without a restore.
    - ``people`` is how names and numbers of people are shown.
    - ``dest`` is the file for the whole plan.
    - ``declared`` says in words where records are declared.
    - ``scope`` has the marker.
    """

    sync: Sync = field(default_factory=Sync)
    book: Book = field(default_factory=Book)
    review: Review = field(default_factory=lambda: Review((), Book()))
    failing: Sequence[str] = ()
    skipped: Sequence[str] = ()
    without_number: int = 0
    notes: Sequence[str] = ()
    country_code: str | None = None
    workers: int = 1
    rereading: Rereading | None = None
    backup: str | None = None
    created: Mapping[str, Mapping[int, Record]] | None = None
    dest: str | None = None
    people: str = "names"
    declared: str = "declared"
    scope: Scope = field(default_factory=Scope)


def report_address_book(plan: BookPlan, outcome: Outcome) -> dict[str, Any]:
    """Return the counts, and the first entries of each kind."""
    return {**_report(plan, plan.review.of(outcome.done)), "plan": lines(plan, plan.people)}


def _report(plan: BookPlan, review: Review) -> dict[str, Any]:
    lost = losses(review.changes, plan.book)
    return {
        "plan_id": plan.sync.plan_id,
        "default_country_code": plan.country_code,
        **_counts(plan, review.changes),
        "losses": [
            {"group": loss.name, "group_id": loss.id, "members": loss.size, "removed": loss.leaving}
            for loss in lost[:SHOWN]
        ],
        "change_count": len(review.changes),
        "changes": [review.row(change) for change in review.shown],
        "problems": [*plan.failing[:PROBLEMS], *plan.skipped[:LISTED]],
        "without_number": plan.without_number,
        "problem_count": len(plan.failing) + len(plan.skipped),
        "unmanaged": {
            part: {"count": len(records), "sample": _names(part, records[:SHOWN], "names")}
            for part, records in plan.sync.unmanaged.items()
        },
        "questions": [question.shown("true") for question in plan.sync.questions[:LISTED]],
        "notes": list(plan.notes[:LISTED]),
        **_created(plan),
    }


def _counts(plan: BookPlan, changes: Sequence[Change]) -> dict[str, dict[str, int]]:
    records = {
        part: {
            "created": _count(changes, Create, resource),
            "updated": _count(changes, Update, resource),
            "deleted": _count(changes, Delete, resource),
            "unchanged": plan.sync.unchanged.get(resource.name, 0),
        }
        for part, resource in RESOURCES.items()
    }
    removed = sum(loss.leaving for loss in losses(changes, plan.book))
    return {**records, "members": {"added": _count(changes, AddMember, GROUP), "removed": removed}}


def _created(plan: BookPlan) -> dict[str, Any]:
    if plan.created is None:
        return {}
    return {
        "created_since": {
            part: {
                "count": len(records),
                "ids": sorted(records)[:LISTED],
                "sample": _names(part, [records[id] for id in sorted(records)[:SHOWN]], "names"),
            }
            for part, records in plan.created.items()
        }
    }


def created_since(created: Mapping[str, Mapping[int, Record]]) -> list[str]:
    """Return the warning about records that were created after the backup and are not deleted."""
    kinds = [(resource.name, sorted(created[part])) for part, resource in RESOURCES.items() if created[part]]
    listing = "; ".join(f"{name} {listed(list(map(str, ids)), SHOWN)}" for name, ids in kinds)
    stay = f"restore: these records were created after the backup, and the task keeps them: {listing}."
    return [f"{stay} To delete them, set remove_created."] if kinds else []


def lines(plan: BookPlan, people: str) -> list[str]:
    """Return the plan for the person who reviews it. *people* is explained at ``name_of``."""
    created = {part: list(records.values()) for part, records in (plan.created or {}).items()}
    kept = "deleted" if any(change.where == CREATED_SINCE for change in plan.review.changes) else "kept"
    return [
        *_summary(plan),
        *plan.review.lines(people),
        *_rest(plan),
        *first_problems(
            [f"Skipped: {reason}" for reason in plan.skipped], IN_PROBLEMS, plan.dest or "", LISTED, limit=LISTED
        ),
        *first_of(
            [question.shown(people) for question in plan.sync.questions],
            SHOWN,
            "the return value `questions`",
            "question",
            LISTED,
        ),
        *_listing(f"in the account, but not {plan.declared}", plan.sync.unmanaged, people),
        *_listing(f"newer than the backup, and {kept}", created, people),
    ]


def whole_plan(plan: BookPlan, path: str) -> str:
    """Return the content of the file with the whole plan: text for people if the name ends in .txt, otherwise JSON."""
    if path.endswith(".txt"):
        whole = [*_summary(plan), *plan.review.lines("true", whole=True)]
        undeclared = _listing(f"in the account, but not {plan.declared}", plan.sync.unmanaged, "true", limit=None)
        problems = [f"To be corrected: {reason}" for reason in (*plan.failing, *plan.skipped)]
        return "".join(f"{line}\n" for line in [*whole, *undeclared, *problems])
    wrong = [{"action": "correct", "problem": reason} for reason in (*plan.failing, *plan.skipped)]
    return json_text([*(plan.review.row(change) for change in plan.review.changes), *wrong], indent=1) + "\n"


def _summary(plan: BookPlan) -> Iterator[str]:
    changes = plan.review.changes
    declared = "declared" if plan.created is None else plan.declared
    if changes:
        yield f"Plan {plan.sync.plan_id}: {counted(len(changes), 'change', 'changes')}."
    else:
        yield f"The account is as {declared}."
    counts = _counts(plan, changes)
    for part in RESOURCES:
        yield (
            f"{part.capitalize()}: {counts[part]['created']} to create, {counts[part]['updated']} to update, "
            f"{counts[part]['deleted']} to delete, {counts[part]['unchanged']} as {declared}."
        )
    yield f"Members: {counts['members']['added']} to add, {counts['members']['removed']} to remove."


def _rest(plan: BookPlan) -> Iterator[str]:
    """Yield sentences that say where the whole plan is, and what the plan leaves out."""
    if plan.dest and plan.review.changes:
        yield f"The whole plan is in {plan.dest}."
    elif plan.review.more:
        yield "This is a summary. Set dest to write the whole plan to a file."
    if plan.failing or plan.skipped:
        yield f"{counted(len(plan.failing) + len(plan.skipped), 'entry has', 'entries have')} to be corrected."
    if plan.sync.withheld:
        yield f"{counted(plan.sync.withheld, 'deletion waits', 'deletions wait')} until all entries are correct."


def _listing(what: str, found: Mapping[str, Sequence[Record]], people: str, limit: int | None = SHOWN) -> Iterator[str]:
    """Yield the names of the first records, one line for each part. Without a *limit*, all records are named."""
    for part, records in found.items():
        most = len(records) if limit is None else limit
        if records:
            names = listed(_names(part, records[:most], people), most, total=len(records))
            yield f"{counted(len(records), f'{part[:-1]} is', f'{part} are')} {what}: {names}."


def _names(part: str, records: Sequence[Record], people: str) -> list[str]:
    resource = RESOURCES[part]
    return [name_of(resource, record, people) or f"{resource.name} {record[resource.id]}" for record in records]


def drift(plan: BookPlan, unmanaged: bool) -> DriftError:
    """Return the error for an account that differs from the declaration. *unmanaged* records count too if it is set.

    An entry with a problem also counts as a difference, because it cannot be compared.
    """
    records = sum(map(len, plan.sync.unmanaged.values())) if unmanaged else 0
    counts = [counted(len(plan.changes), "change", "changes")] if plan.changes else []
    if records:
        counts += [counted(records, f"record that is not {plan.declared}", f"records that are not {plan.declared}")]
    what = "unmanaged: the account differs" if unmanaged else "fail_on_drift: the account differs"
    target = "declared address book" if plan.created is None else "backup"
    found = [f"{what} from the {target} by {' and '.join(counts)}."]
    if not counts:
        found = ["unmanaged:" if unmanaged else "fail_on_drift:"]
    if plan.problems:
        wrong = len({reason for _where, reason in plan.sync.problems})
        found.append(
            f"{counted(wrong, 'entry has', 'entries have')} to be corrected before the comparison with the account."
        )
    advice = " Declare these records, delete them, or add them to the option `ignore`." if records else ""
    message = [
        f"{' '.join(found)} Nothing was written.{advice}",
        *plan.problems,
        *plan.review.lines("false"),
        *_listing(f"in the account, but not {plan.declared}", plan.sync.unmanaged, "false"),
    ]
    return DriftError("\n".join(message), **report_of_failure(plan, plan.review))


def report_of_failure(plan: BookPlan, review: Review) -> dict[str, Any]:
    """Return the report of a failed task. It may appear in logs, so it has places, and no names or numbers."""
    report = _report(plan, review)
    places = [{name: row[name] for name in ("action", "resource", "where")} for row in report["changes"]]
    without_names: dict[str, Any] = {
        name: {
            part: {key: value for key, value in found.items() if key != "sample"}
            for part, found in report[name].items()
        }
        for name in ("unmanaged", "created_since")
        if name in report
    }
    questions = [question.shown("names") for question in plan.sync.questions[:LISTED]]
    return {**report, "changes": places, "questions": questions, **without_names}


def failure(plan: BookPlan, failed: Sequence[str], tally: Tally) -> PartialFailure:
    """Return the error for a plan that was partly applied: a summary, and one line for each problem."""
    failed = list(dict.fromkeys(failed))
    withheld = plan.sync.withheld + len(tally.withheld)
    problems = counted(len(failed), "problem", "problems")
    made = f"{counted(len(tally.done), 'change was', 'changes were')} made." if tally.done else "Nothing was written."
    sentences = [f"{problems} occurred, so some changes could not be applied. {made}"] if failed else [made]
    if tally.untried:
        untried = counted(len(tally.untried), "more change was", "more changes were")
        sentences.append(f"{untried} not tried, {tally.stopped}")
    if withheld:
        waits = counted(withheld, "removal waits", "removals wait")
        sentences.append(f"{waits} until all entries are correct.")
    report = report_of_failure(plan, plan.review.of(tally.done))
    # The file of the plan is older than the errors of the service.
    dest = (plan.dest or "") if len(failed) == len(plan.failing) else None
    shown = first_problems(failed, IN_FAILURE, dest)
    return PartialFailure(
        one_a_line(" ".join(sentences), failed, _remedy(failed), shown),
        **{**report, "problems": failed[:PROBLEMS], "problem_count": len(failed)},
        not_tried=len(tally.untried),
        withheld=withheld,
    )


def first_problems(
    problems: Sequence[str], place: str, dest: str | None, most: int = PROBLEMS, limit: int = SHOWN
) -> list[str]:
    """Return the first problems, at most *limit*, and a last sentence that says where all problems are.

    *place* is a return value that has at most *most* problems. *dest* is the file that has all of them; empty if the
    option is not set, and None if the file does not have them.
    """
    found = first_of(problems, limit, place, most=most)
    if len(problems) > most and dest is not None:
        found[-1] += f" All problems are in {dest}." if dest else " To write all problems to a file, set `dest`."
    return found


def one_a_line(summary: str, problems: Sequence[str], remedy: str = "", shown: Sequence[str] | None = None) -> str:
    """Return a message with one line for each problem below its summary. What to do is at the end.

    *shown* are the lines for the problems, if they are not the usual lines.
    """
    lines = first_of(problems, SHOWN, IN_FAILURE, most=LISTED) if shown is None else shown
    text = "\n".join([summary, *lines])
    return f"{text}{' ' if len(problems) < 2 else chr(10)}{remedy}".rstrip()


def _remedy(failed: Sequence[str]) -> str:
    if not failed:
        return "Run the task again to make the other changes."
    if all("run the task again" in problem.lower() or REPORT_IT in problem for problem in failed):
        return ""
    return f"Fix the {'problem' if len(failed) == 1 else 'problems'}, then run the task again."


def counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _count(changes: Sequence[Change], kind: type, resource: Resource) -> int:
    return sum(1 for change in changes if isinstance(change, kind) and change.resource is resource)
