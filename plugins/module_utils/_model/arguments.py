# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Arguments that Ansible rejects, in sentences that say which option is wrong and what to write. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from .values import is_number, kind_of, mask, misread, read_as

# Names that people know from other modules, with the options that they may mean here.
SYNONYMS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("msg", "message", "body", "content", "sms"), ("text", "body")),
    **dict.fromkeys(("to", "recipient", "recipients", "receivers", "dest_number"), ("numbers",)),
    **dict.fromkeys(("phone", "number", "mobile", "phone_numbers", "msisdn"), ("phone_number", "numbers")),
    **dict.fromkeys(("from", "source", "originator", "sender_id", "from_number"), ("sender",)),
    **dict.fromkeys(("id", "uid"), ("contact_id", "group_id", "message_id", "folder_id")),
    **dict.fromkeys(("title", "group_name"), ("name",)),
    **dict.fromkeys(("users", "contacts"), ("members",)),
    **dict.fromkeys(("given_name", "forename"), ("first_name",)),
    **dict.fromkeys(("family_name", "surname"), ("last_name",)),
    **dict.fromkeys(("mail", "e_mail"), ("email",)),
    **dict.fromkeys(("at", "when", "time", "schedule"), ("send_at",)),
    **dict.fromkeys(("key", "token", "unique_id"), ("idempotency_key",)),
    **dict.fromkeys(("file", "files", "folder", "dir", "path"), ("src", "dest")),
    **dict.fromkeys(("user", "login"), ("username",)),
    **dict.fromkeys(("pass", "passwd"), ("password",)),
    **dict.fromkeys(("url", "host", "endpoint"), ("api_url", "path")),
    **dict.fromkeys(("ssl_verify", "verify_ssl", "verify"), ("validate_certs",)),
    **dict.fromkeys(("country", "country_code", "prefix"), ("default_country_code",)),
}
EXPECTED = {
    "dict": "a dictionary",
    "list": "a list",
    "str": "a text",
    "path": "a path",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}
DICTIONARIES = {
    "absent": '{contacts: ["+4790555817"]}',
    "columns": "{Mobile: phone_number}",
    "members": '{set: ["+4790555817"]}',
    "quiet_hours": '{from: "22:00", to: "07:00", zone: Europe/Oslo}',
}
TIMES = ("send_at", "since", "until")  # options that are a moment
LIKENESS = 0.7  # of a misspelt name to an option, from 0 to 1
NEAR = 0.85  # of a variable to one of a role, because other variables can begin with the name of the role
SHOWN = 20  # characters of a value in a message
WRONG_TYPE = re.compile(r"argument '(?P<name>[^']+)' is of type .*? and we were unable to convert to (?P<type>\w+): ")
REPEATED = ("NoLogError", "SubParameterTypeError")  # Ansible adds these for an option of a wrong type
INSIDE = re.compile(r" found in '(?P<names>[^']+)'")
CHOICE = re.compile(r"value of (?P<name>\S+) must be one of: (?P<choices>.*), got: (?P<value>.*)", re.S)
MISSING_IF = re.compile(
    r"(?P<if>\S+) is (?P<value>\S+) but (?P<how>all|any) of the following are missing: (?P<names>.+)"
)


@dataclass(frozen=True)
class Arguments:
    """What a task gave a module: its options, and those that come from the environment.

    ``purposes`` says what a value of ``state`` does, as in ``{"present": "to send"}``. ``manual`` is the command that
    lists the options.
    """

    given: Mapping[str, Any]
    spec: Mapping[str, Any]
    manual: str
    purposes: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def complaint(self, errors: Collection[tuple[str, str]]) -> str:
        """Every problem once, from the kinds and the texts of Ansible's errors."""
        unknown = unknown_options(list(_unknown(self.given, self.spec)), list(_names(self.spec)), self.manual)
        return " ".join(dict.fromkeys(filter(None, [unknown, *self._sentences(errors)])))

    def _sentences(self, errors: Collection[tuple[str, str]]) -> Iterator[str]:
        wrong = any(WRONG_TYPE.match(text) for _kind, text in errors)
        for kind, text in errors:
            if kind == "ArgumentTypeError" and (found := WRONG_TYPE.match(text)):
                yield self._wrong_type(found)
            elif kind == "RequiredIfError":
                yield self._missing(text)
            elif found := CHOICE.fullmatch(text):
                yield self._not_a_choice(found)
            elif not (kind in REPEATED and wrong) and kind != "UnsupportedError":
                yield f"{text}."

    def _missing(self, text: str) -> str:
        found = MISSING_IF.match(text)
        if not found:
            return f"{text}."
        names = [f"`{name}`" for name in found["names"].split(", ")]
        purpose = self.purposes.get(found["value"], f"with {found['if']}={found['value']}")
        if len(names) > 1 and found["how"] == "any":
            return f"One of {', '.join(names)} is required {purpose}."
        return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} required {purpose}."

    def _wrong_type(self, found: re.Match[str]) -> str:
        inside = INSIDE.search(found.group())
        path = [*(inside["names"].split(" -> ") if inside else []), found["name"]]
        place, value = ".".join(path), _value(self.given, path)
        if len(path) == 1:
            place = self._variable(found["name"], value) or place
        return f"{place}: {_expectation(found['name'], found['type'], value)}"

    def _not_a_choice(self, found: re.Match[str]) -> str:
        place = self._variable(found["name"], found["value"]) or found["name"]
        return f"{place}: {found['value'][:SHOWN]!r} is not one of {found['choices']}."

    def _variable(self, name: str, value: Any) -> str:
        """The environment variable that a value comes from; empty if it comes from the task."""
        _how, variables = self.spec.get(name, {}).get("fallback", (None, ()))
        return next((name for name in variables if value is not None and self.environment.get(name) == value), "")


def variables_of(given: Mapping[str, Any], spec: Mapping[str, Any], environment: Mapping[str, Any]) -> dict[str, str]:
    """The options that come from variables of the environment, and the names of these variables.

    An option of the task takes precedence. An empty variable is not set.
    """
    found = {}
    for name, option in spec.items():
        _how, variables = option.get("fallback", (None, ()))
        variable = next((variable for variable in variables if str(environment.get(variable, "")).strip()), "")
        if variable and given.get(name) is None:
            found[name] = variable
    return found


def by_variable(text: str, variables: Mapping[str, str]) -> str:
    """A message with a variable as the place of each value that comes from a variable."""
    for option, variable in variables.items():
        text = re.sub(rf"(^|[.;] |\(){option}(?=(\[\d+\])?: )", rf"\g<1>{variable}", text)
    return text


def nulls(given: Mapping[str, Any], spec: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    """A sentence for each option that is null, which is neither a value nor omitted."""
    for name, option in spec.items():
        value = given.get(name)
        if name in given and value is None:
            yield f"{inside}{name}: it is null. Omit the option, or use omit in a template."
        elif isinstance(value, Mapping):
            yield from nulls(value, option.get("options", {}), f"{inside}{name}.")


def not_texts(given: Mapping[str, Any], spec: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    """A sentence for each value that YAML changed, or that Ansible would change, into a text that nobody wrote.

    *given* are the arguments before Ansible converts them: it makes ``False`` of NO, and ``297`` of 0451.
    """
    for name, option in spec.items():
        value, place = given.get(name), f"{inside}{name}"
        if value is None:
            continue
        if "options" in option and isinstance(value, Mapping):
            yield from not_texts(value, option["options"], f"{place}.")
        elif option.get("type") == "list" and isinstance(value, list):
            yield from _not_texts_in(value, option, place)
        elif option.get("type") == "list" and is_number(value):
            yield f"{place}: a list of texts is expected; {_changed(value, option)}"
        elif _is_text(option.get("type", "str"), option) and not isinstance(value, str):
            yield f"{place}: {_changed(value, option, name)}"


def with_moments(given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments, with the moments that YAML read as text. A time without a zone is not a moment."""
    return {
        name: value.isoformat()
        if name in TIMES and isinstance(value, datetime) and value.utcoffset() is not None
        else value
        for name, value in given.items()
    }


def lost_values(given: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each value, also inside others, that would become another text on its way to a module.

    Only texts, numbers, true, false, null, lists and dictionaries arrive as they were read.
    """
    for name, value in given.items():
        for place, lost in _lost(value, name):
            yield f"{place}: {_changed(lost, spec.get(name, {}), place)}"


def _lost(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        joint = ": " if place.endswith("]") else "."
        for name, inner in value.items():
            yield from _lost(inner, f"{place}{joint}{name}")
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _lost(inner, f"{place}[{index}]")
    elif value is not None and not isinstance(value, (str, int, float)):
        yield place, value


def _not_texts_in(values: Iterable[Any], option: Mapping[str, Any], place: str) -> Iterator[str]:
    for index, value in enumerate(values):
        if _is_text(option.get("elements"), option) and not isinstance(value, str):
            yield f"{place}[{index}]: {_changed(value, option)}"


def _is_text(kind: Any, option: Mapping[str, Any]) -> bool:
    return kind in ("str", "path") and "choices" not in option


def _changed(value: Any, option: Mapping[str, Any], name: str = "") -> str:
    if name in TIMES and isinstance(value, date):
        zone = " without a zone" if isinstance(value, datetime) else ""
        return f'it was read as {read_as(value)}{zone}; quote it and write its zone, as in "2026-01-31T08:00:00+01:00".'
    return f"it {misread(value, bool(option.get('no_log')))}, or in a template add | string."


def unknown_options(names: Collection[str], known: Collection[str], manual: str) -> str:
    """What to say of options that do not exist; empty if there are none."""
    if not names:
        return ""
    names = sorted(names)
    *most, last = (f"`{name}`" for name in names)
    listed = f"{', '.join(most)} and {last}" if most else last
    options = [f"`{option}`" for option in dict.fromkeys(meant(name, known) for name in names) if option]
    hint = f"did you mean {', '.join(options)}?" if options else f"`{manual}` lists the options"
    return f"There {'are no options' if most else 'is no option'} {listed} ({hint})."


def misspelt(names: Iterable[str], prefix: str, known: Collection[str]) -> Iterator[str]:
    """A sentence for each name that is nearly the name of a known variable with the same prefix."""
    ends = {name[len(prefix) :]: name for name in known if name.startswith(prefix)}
    for name in sorted(name for name in names if name.startswith(prefix) and name not in known):
        end = name[len(prefix) :]
        near = [other for other in ends if sorted(other) == sorted(end)] or get_close_matches(end, ends, 1, NEAR)
        if near:
            yield f"`{name}` is not one of its variables (did you mean `{ends[near[0]]}`?)."


def _expectation(name: str, wanted: str, value: Any) -> str:
    if wanted in ("int", "float", "bool") and isinstance(value, str):
        shown = repr(mask(value) if re.fullmatch(r"[+0-9 ()./-]+", value) else value[:SHOWN])
        unit = " of seconds" if name.endswith("timeout") else ""
        return f"{shown} is not {EXPECTED[wanted]}{unit}."
    example = f", as in `{DICTIONARIES[name]}`" if name in DICTIONARIES and wanted == "dict" else ""
    return f"{EXPECTED.get(wanted, wanted)} is expected{example}; this is {kind_of(value)}."


def did_you_mean(name: Any, known: Collection[str]) -> str:
    """The hint for the unknown name of a field, after a sentence; empty if no field is like it."""
    field = meant(str(name), known)
    return f" (did you mean {field}?)" if field else ""


def meant(name: str, known: Collection[str]) -> str:
    """The option or field that a person may have meant; empty if no option is like it."""
    outer, dot, inner = name.rpartition(".")
    options = [option.rpartition(".")[2] for option in known if option.rpartition(".")[0] == outer]
    word = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", inner).lower().replace("-", "_")
    near = [option for option in SYNONYMS.get(word, ()) if option in options]
    near = near or get_close_matches(word, options, 1, LIKENESS)
    near = near or [option for option in options if word in option.split("_")]
    return f"{outer}{dot}{near[0]}" if near else ""


def _unknown(given: Mapping[str, Any], spec: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    for name, value in given.items():
        if name not in spec and not str(name).startswith("_ansible_"):
            yield f"{inside}{name}"
        elif isinstance(value, Mapping) and "options" in spec.get(name, {}):
            yield from _unknown(value, spec[name]["options"], f"{inside}{name}.")


def _names(spec: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    for name, option in spec.items():
        yield f"{inside}{name}"
        yield from _names(option.get("options", {}), f"{inside}{name}.")


def _value(given: Any, path: Iterable[str]) -> Any:
    for name in path:
        given = given.get(name) if isinstance(given, Mapping) else None
    return given
