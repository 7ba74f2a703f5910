# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Address books in files and folders. Modules read the files, so the entries never become variables of Ansible."""

from __future__ import annotations

import gc
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .._errors import InvalidInput
from .._model.listing import IN_FAILURE, first_of, listed
from .documents import PARTS, Decrypt, Document, read_json, read_yaml
from .entries import HEADER, VAULT, Entries, Entry
from .texts import decode, is_empty

if TYPE_CHECKING:
    from .columns import Columns

SHOWN = 20  # number of files that a message lists
OF_BACKUP = (
    "this file is a backup. Use the option `restore` instead of `src`. Only `restore` checks whether a number or name "
    "in the backup now belongs to another record of the account."
)


def no_secrets(data: bytes) -> bytes:
    """Decrypt nothing: raise ValueError, because there is no vault secret."""
    raise ValueError(
        "this content is encrypted with ansible-vault, and this task has no vault secrets; run the task on the "
        "controller with a local connection, or decrypt the content"
    )


@dataclass(frozen=True)
class Reading:
    """How files are read. ``decrypt`` returns the content of an encrypted file or value, or raises ValueError."""

    columns: Mapping[Any, Any] = field(default_factory=dict)
    unknown_columns: str = "fail"
    delimiter: str = "auto"
    encoding: str = "auto"
    decrypt: Decrypt = no_secrets

    @cached_property
    def headers(self) -> Columns:
        """The meaning of the headers of all tables. Raises InvalidInput for an invalid mapping."""
        from .columns import Columns  # imported here, because most address books are not tables

        return Columns(self.columns, self.unknown_columns)


@dataclass(frozen=True)
class Source:
    """The entries of the files, by part, and warnings about data that was not read.

    ``members`` has the places of the members of groups, by the places of the groups.
    """

    entries: Entries
    warnings: list[str] = field(default_factory=list)
    members: dict[str, Sequence[str]] = field(default_factory=dict)

    def of(self, document: Document) -> Mapping[str, list[Entry]]:
        """Return the entries of a document, and remember its places of members."""
        self.members.update(document.members)
        return document.entries


def read_source(path: str, reading: Reading | None = None) -> Source:
    """Return the entries of a file, or of all files below a folder in the order of their paths.

    If a row cannot be read, its entry is an InvalidInput. Raises InvalidInput for a file that does not exist, cannot be
    read, or has other parts than contacts and groups. Raises MissingLibrary.
    """
    reading = reading or Reading()
    headers = reading.headers if reading.columns else None
    files, others = _files(path)
    source = Source({part: [] for part in PARTS}, _not_read(others))
    unreadable = []
    for file, name in files:
        try:
            with _collector_at_rest():
                found = _read(file, name, reading, source)
        except (OSError, ValueError, RecursionError) as error:
            unreadable.append((file, error))
            continue
        for part in PARTS:
            source.entries[part].extend(found.get(part, []))
    if unreadable:
        raise _unreadable_files(unreadable) from unreadable[0][1]
    if any(_ending(file) in TABLES for file, _name in files):
        (headers or reading.headers).refuse_unmet()
    return source


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Pause the garbage collector. All entries are kept, so searching them for unused objects only takes time."""
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()


def _files(path: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the files to read, and the names of all other files. Raises InvalidInput.

    Each file to read has its name for messages: its path inside the folder.
    """
    if not os.path.lexists(path):
        where = "" if os.path.isabs(path) else " (the module looked in the folder where ansible-playbook was started)"
        advice = "" if os.path.isabs(path) else f" Write {{{{ playbook_dir }}}}/{path}."
        raise InvalidInput(f"src: {path} does not exist{where}.{advice}")
    if not os.path.isdir(path):
        if _ending(path) not in ENDINGS:
            raise InvalidInput(
                f"src: {path} is not a folder, and its name does not end in {', '.join(ENDINGS)}. Rename the file."
            )
        return [(_regular(path), os.path.basename(path))], []
    names = sorted(_below(path, "", set()))
    files = [name for name in names if _ending(name) in ENDINGS]
    if not files:
        raise InvalidInput(
            f"src: the folder {path} has no file with a name that ends in {', '.join(ENDINGS)}. Correct `src`, or put "
            "such a file into the folder."
        )
    return [(_regular(os.path.join(path, name)), name) for name in files], names


def _not_read(names: Sequence[str]) -> list[str]:
    """Return a warning about files that look like address books but are not read.

    A purge would delete the people who are only in these files.
    """
    found = [name for name in names if _ending(name) in OF_OTHER_PROGRAMS]
    if not found:
        return []
    these, them, files = ("this file", "it", "file") if len(found) == 1 else ("these files", "them", "files")
    remedy = f"Save the {files} as .xlsx, .csv or .vcf, or remove {them} from the folder"
    return [f"src: the module cannot read {these}, and ignores {them}: {listed(found, SHOWN)}. {remedy}."]


def _below(folder: str, name: str, seen: set[str]) -> Iterator[str]:
    """Yield the paths of all files in *folder*. Hidden files and folders and the lock files of Office are left out."""
    here = os.path.realpath(os.path.join(folder, name))
    if here in seen:  # a link that leads to a folder that was already read
        return
    seen.add(here)
    try:
        found = sorted(entry for entry in os.listdir(here) if not entry.startswith((".", "~$")))
    except OSError as error:
        raise _unreadable(here, error) from error
    for entry in found:
        inner = os.path.join(name, entry)
        if os.path.isdir(os.path.join(folder, inner)):
            yield from _below(folder, inner, seen)
        else:
            yield inner


def _regular(path: str) -> str:
    """Return the path.

    Raises InvalidInput for a pipe, a device or a link without a target, because reading could block.
    """
    try:
        if stat.S_ISREG(os.stat(path).st_mode):
            return path
    except OSError as error:
        raise _unreadable(path, error) from error
    raise InvalidInput(f"src: {path} is not a regular file. Nothing was written. Use a file or a folder.")


def _read(path: str, name: str, reading: Reading, source: Source) -> Mapping[str, list[Entry]]:
    """Return the entries of a file. Its warnings and the places of its members are added to *source*."""
    ending = _ending(path)
    data = _content(path, reading.decrypt)
    if not data:
        return {}
    if ending in WORKBOOKS:
        from .workbook import read_workbook  # imported here, because importing its library takes long

        contacts, warnings = read_workbook(data, name, reading.headers)
        source.warnings.extend(warnings)
        return {"contacts": contacts}
    if data.startswith(BINARY):
        raise ValueError("the file is not a text file. If the file is a workbook, its name must end in .xlsx or .ods")
    text = decode(data, reading.encoding)
    if ending not in YAML and is_empty(text):
        return {}
    if ending in DOCUMENTS:
        document = DOCUMENTS[ending](text.encode(), name, reading.decrypt)
        source.warnings.extend([f"{name}: {OF_BACKUP}"] if HEADER in document.entries else [])
        return source.of(document)
    if ending == ".vcf":
        from .vcard import read_vcards  # imported here, because importing its library takes long

        return {"contacts": read_vcards(text, name)}
    return _read_table(text, name, reading, source)


def _read_table(text: str, name: str, reading: Reading, source: Source) -> Mapping[str, list[Entry]]:
    """Return the entries of a delimited text."""
    from .syncopy import is_syncopy, read_syncopy  # imported here, because most address books are not tables
    from .table import read_text

    if is_syncopy(text):
        return source.of(read_syncopy(text, name))
    contacts, warnings = read_text(text, name, reading.headers, reading.delimiter)
    source.warnings.extend(warnings)
    return {"contacts": contacts}


def _content(path: str, decrypt: Decrypt) -> bytes:
    """Return the decrypted bytes of a file."""
    with open(path, "rb") as file:
        data = file.read()
    return decrypt(data) if data.startswith(VAULT) else data


def _ending(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _unreadable(path: str, error: Exception) -> InvalidInput:
    return InvalidInput(f"src: {path} cannot be read: {_reason(error)}. Nothing was written.")


def _unreadable_files(files: Sequence[tuple[str, Exception]]) -> InvalidInput:
    """Return one error for all unreadable files, so that the user can correct all of them at once."""
    if len(files) == 1:
        return _unreadable(*files[0])
    problems = [f"{path}: {_reason(error)}." for path, error in files]
    summary = "src: these files cannot be read. Nothing was written. Correct these files:"
    return InvalidInput("\n".join([summary, *first_of(problems, SHOWN, IN_FAILURE)]), problems=problems)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "the lists and dictionaries are nested too deeply"
    if isinstance(error, PermissionError):
        return f"{error.strerror}; give your user the right to read this path"
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


DOCUMENTS: dict[str, Callable[[bytes, str, Decrypt], Document]] = {
    ".json": lambda data, name, _decrypt: read_json(data, name),
    ".yaml": read_yaml,
    ".yml": read_yaml,
}
# The first bytes of workbooks, of workbooks in the old format, and of PDF files.
BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
YAML = (".yaml", ".yml")
WORKBOOKS = (".xlsx", ".ods")
TABLES = (".csv", ".tsv", *WORKBOOKS)
ENDINGS = sorted([*DOCUMENTS, ".vcf", *TABLES])
OF_OTHER_PROGRAMS = (".xls", ".xlsm", ".xlsb", ".numbers", ".vcard", ".ldif", ".pst")
