# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The options of the module that manages a whole address book, as an immutable value."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import InvalidInput
from .._model.frozen import frozen
from .._model.names import trimmed
from .._model.phone import NUMBER_FORMATS
from .._model.values import all_read, check_text, require_text
from .holders import NEW_HOLDER
from .rereading import REREAD
from .review import PEOPLE
from .scope import MARKER_FIELDS
from .texts import DELIMITERS, UNKNOWN_COLUMNS, is_delimiter, require_encoding

ADDRESS_BOOK_SPEC: dict[str, Any] = {
    "contacts": {"type": "list", "elements": "raw"},
    "groups": {"type": "list", "elements": "raw"},
    "places": {
        "type": "dict",
        "options": {
            "contacts": {"type": "list", "elements": "str"},
            "groups": {"type": "list", "elements": "str"},
            "members": {"type": "list", "elements": "list"},
        },
    },
    "src": {"type": "path"},
    "restore": {"type": "path"},
    "remove_created": {"type": "bool", "default": False},
    "columns": {"type": "dict", "default": {}},
    "unknown_columns": {"choices": list(UNKNOWN_COLUMNS), "default": "fail"},
    "delimiter": {"type": "str", "default": "auto"},
    "encoding": {"type": "str", "default": "auto"},
    "without_number": {"choices": ["fail", "skip"], "default": "fail"},
    "on_invalid": {"choices": ["continue", "refuse", "skip"], "default": "continue"},
    "warn_skipped": {"type": "bool", "default": True},
    "marker": {"type": "str"},
    "marker_field": {"choices": list(MARKER_FIELDS), "default": "description3"},
    "previous_markers": {"type": "list", "elements": "str", "default": []},
    "purge": {"type": "list", "elements": "str", "choices": ["contacts", "groups"], "default": []},
    "ignore": {"type": "list", "elements": "raw", "default": []},
    "absent": {
        "type": "dict",
        "options": {"contacts": {"type": "list", "elements": "raw"}, "groups": {"type": "list", "elements": "str"}},
    },
    "max_delete_percent": {"type": "int", "default": 25},
    "max_create_percent": {"type": "int", "default": 100},
    "max_update_percent": {"type": "int", "default": 50},
    "max_additions": {"type": "int", "default": 100},
    "allow_empty": {"type": "bool", "default": False},
    "force": {"type": "bool", "default": False},
    "read_strategy": {"choices": ["auto", "list", "lookup"], "default": "auto"},
    "reread": {"choices": list(REREAD), "default": "auto"},
    "workers": {"type": "int", "default": 4},
    "new_holder": {"choices": list(NEW_HOLDER), "default": "report"},
    "number_format": {"choices": list(NUMBER_FORMATS), "default": "msisdn"},
    "on_duplicate": {"choices": ["fail", "first"], "default": "fail"},
    "lock": {"choices": ["writes", "always"], "default": "writes"},
    "expect_plan_id": {"type": "str"},
    "fail_on_drift": {"type": "bool", "default": False},
    "unmanaged": {"choices": ["ignore", "report", "fail"], "default": "report"},
    "show_people": {"choices": list(PEOPLE), "default": "names"},
    "backup": {"type": "path"},
    "dest": {"type": "path"},
}
ADDRESS_BOOK_RULES: dict[str, Any] = {
    "required_one_of": [["contacts", "groups", "src", "absent", "restore"]],
    "mutually_exclusive": [
        ["src", "contacts"],
        ["src", "groups"],
        *(["restore", name] for name in ("contacts", "groups", "src", "absent", "marker")),
    ],
}

CONNECTIONS = 64  # maximum number of workers, because each worker has its own connection


@dataclass(frozen=True)
class BookOptions:
    """The options of the module. Entries and numbers are not converted yet."""

    contacts: Sequence[Any]
    groups: Sequence[Any]
    places: Mapping[str, Sequence[Any]]
    src: str | None
    restore: str | None
    remove_created: bool
    columns: Mapping[Any, Any]
    unknown_columns: str
    delimiter: str
    encoding: str
    without_number: str
    on_invalid: str
    warn_skipped: bool
    marker: str
    marker_field: str
    previous_markers: Sequence[str]
    purge: frozenset[str]
    ignore: Sequence[str]
    absent_contacts: Sequence[str]
    absent_groups: Sequence[str]
    max_delete_percent: int
    max_create_percent: int
    max_update_percent: int
    max_additions: int
    allow_empty: bool
    force: bool
    read_strategy: str
    reread: str
    workers: int
    new_holder: str
    number_format: str
    on_duplicate: str
    lock: str
    expect_plan_id: str | None
    fail_on_drift: bool
    unmanaged: str
    show_people: str
    backup: str | None
    dest: str | None

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> BookOptions:
        """Read the options. Raises InvalidInput for invalid options and combinations."""
        absent = params["absent"] or {}
        marker = params["marker"]
        _check_markers(marker, params["previous_markers"])
        options = cls(
            contacts=tuple(params["contacts"] or ()),
            groups=tuple(params["groups"] or ()),
            places=frozen({name: places for name, places in (params["places"] or {}).items() if places is not None}),
            marker=(marker or "").strip(),
            previous_markers=tuple(params["previous_markers"]),
            purge=frozenset(params["purge"]),
            ignore=tuple(all_read(params["ignore"], "ignore", require_text)),
            absent_contacts=tuple(all_read(absent.get("contacts") or (), "absent.contacts", require_text)),
            absent_groups=tuple(map(trimmed, absent.get("groups") or ())),
            **{name: frozen(params[name]) for name in AS_GIVEN},
        )
        _check_reading(options)
        _check_restore(options)
        _check_values(options)
        _check_paths(options)
        return options


AS_GIVEN = (
    "src",
    "restore",
    "remove_created",
    "columns",
    "unknown_columns",
    "delimiter",
    "encoding",
    "without_number",
    "on_invalid",
    "warn_skipped",
    "marker_field",
    "max_delete_percent",
    "max_create_percent",
    "max_update_percent",
    "max_additions",
    "allow_empty",
    "force",
    "read_strategy",
    "reread",
    "workers",
    "new_holder",
    "number_format",
    "on_duplicate",
    "lock",
    "expect_plan_id",
    "fail_on_drift",
    "unmanaged",
    "show_people",
    "backup",
    "dest",
)


def _check_reading(options: BookOptions) -> None:
    if options.purge and not options.marker:
        raise InvalidInput(
            "purge: this option requires the option `marker`, so that the task deletes only records of this playbook. "
            "Set `marker`."
        )
    if options.previous_markers and not options.marker:
        raise InvalidInput(
            "previous_markers: this option requires the option `marker`, because the task replaces previous markers "
            "with this marker. Set `marker`."
        )
    for option, needed in (("purge", bool(options.purge)), ("unmanaged", options.unmanaged == "fail")):
        if needed and options.read_strategy == "lookup":
            raise InvalidInput(
                f"{option}: with this option, the task must read all contacts. Omit read_strategy, or set it to `list`."
            )


def _check_markers(marker: str | None, previous: Sequence[str]) -> None:
    if marker is None and not previous:
        return
    from .marks import check_marker  # imported here, because most runs have no marker

    if marker is not None:
        check_marker("marker", marker)
    for index, text in enumerate(previous):
        check_marker(f"previous_markers[{index}]", text)


def _check_restore(options: BookOptions) -> None:
    if options.remove_created and options.restore is None:
        raise InvalidInput(
            "remove_created: this option requires the option `restore`. Set `restore`, or omit remove_created."
        )
    if options.restore and options.backup and _same_file(options.restore, options.backup):
        raise InvalidInput(
            "backup: the options `backup` and `restore` use the same file, so the backup would overwrite this file. "
            "Use another file."
        )


def _check_values(options: BookOptions) -> None:
    check_text("marker", options.marker)
    if not 1 <= options.workers <= CONNECTIONS:
        raise InvalidInput(f"workers: a number from 1 to {CONNECTIONS} is expected.")
    for name in ("max_delete_percent", "max_update_percent"):
        if not 0 <= getattr(options, name) <= 100:
            raise InvalidInput(f"{name}: a number from 0 to 100 is expected.")
    for name in ("max_create_percent", "max_additions"):
        if getattr(options, name) < 0:
            raise InvalidInput(f"{name}: a percentage of 0 or more is expected.")
    if "" in options.absent_groups:
        raise InvalidInput(f"absent.groups[{options.absent_groups.index('')}]: the name is empty. Write a name.")


def _check_paths(options: BookOptions) -> None:
    if options.columns and options.src is None:
        raise InvalidInput("columns: this option applies only to tables in `src`. Set `src`, or omit `columns`.")
    if not is_delimiter(options.delimiter):
        raise InvalidInput(f"delimiter: expected one character, or one of the words {', '.join(DELIMITERS)}.")
    require_encoding(options.encoding)
    for option, path in (("backup", options.backup), ("dest", options.dest)):
        if options.src is not None and path is not None and _is_within(path, options.src):
            raise InvalidInput(
                f"{option}: {path} is in the folder of the option `src`, so the next run would read this file as an "
                "address book. Use another folder."
            )


def _same_file(first: str, second: str) -> bool:
    return os.path.realpath(first) == os.path.realpath(second)


def _is_within(path: str, source: str) -> bool:
    path, source = os.path.realpath(path), os.path.realpath(source)
    return path == source or path.startswith(source + os.sep)
