# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The body of an answer. It is decompressed piece by piece, up to a maximum size."""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

PIECE = 64 * 1024  # bytes of one piece, before and after decompression
IN_MEMORY = 1024 * 1024  # bytes; a larger body is stored in a temporary file
SEARCHED = 65536  # bytes of a body that are searched for a message
LAYERS = 4  # maximum number of nested compressions of one answer
ACCEPTED = "gzip"  # the only compression that is requested, because its decompressed size can be limited
GZIP = zlib.MAX_WBITS | 16


class Damaged(Exception):
    """The body does not match its headers."""


class TooLarge(Exception):
    """The body is larger than the maximum."""


@dataclass(frozen=True)
class Body:
    """A complete body.

    ``head`` is the whole body, or the beginning of a larger body. ``file`` contains a larger body.
    """

    head: bytes = b""
    file: IO[bytes] | None = None

    @property
    def blank(self) -> bool:
        """Return whether the body has only white space, or nothing."""
        return self.file is None and not self.head.strip()

    @property
    def last(self) -> bytes:
        """Return the last byte of the body."""
        if self.file is None:
            return self.head[-1:]
        self.file.seek(-1, os.SEEK_END)
        return self.file.read()

    def pieces(self) -> Iterator[bytes]:
        """Yield the whole body, in pieces of at most PIECE bytes."""
        if self.file is None:
            yield from (self.head[start : start + PIECE] for start in range(0, len(self.head), PIECE))
            return
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            yield piece

    def close(self) -> Body:
        """Delete the temporary file, and return the beginning of the body."""
        if self.file is not None:
            self.file.close()
        return Body(self.head)


def read_body(pieces: Iterable[bytes], encoding: str, limit: int) -> Body:
    """Read and decompress a whole body. *encoding* is the value of the header Content-Encoding.

    Raises TooLarge as soon as the body has more than *limit* bytes before or after any decompression. Raises Damaged.
    """
    names = [name for name in (part.strip().lower() for part in encoding.split(",")) if name not in ("", "identity")]
    if len(names) > LAYERS:
        raise Damaged(f"the answer is compressed {len(names)} times")
    layer = _bounded(pieces, limit)
    for name in reversed(names):
        layer = _bounded(_decoded(layer, name), limit)
    head, file = bytearray(), None
    try:
        for piece in layer:
            if file is None and len(head) + len(piece) <= IN_MEMORY:
                head += piece
            else:
                file = file or _file(bytes(head))
                file.write(piece)
    except BaseException:
        if file is not None:
            file.close()
        raise
    return Body(bytes(head), file)


def _file(head: bytes) -> IO[bytes]:
    """Return a temporary file without a name, for a body that begins with *head*."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the body closes it
    file.write(head)
    return file


def _bounded(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise TooLarge
        yield piece


def _decoded(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    if name not in ("gzip", "x-gzip"):
        raise Damaged("the answer is compressed in a format that was not requested")
    return _inflated(pieces)


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress one or more gzip members, and yield the content in pieces of at most PIECE bytes."""
    inflator = None
    for piece in pieces:
        rest = piece
        while rest:
            if inflator is None or inflator.eof:
                inflator = zlib.decompressobj(GZIP)
            yield from _member(inflator, rest)
            rest = inflator.unused_data
    if inflator is not None and not inflator.eof:
        raise Damaged("it was cut off")


def _member(inflator: Any, piece: bytes) -> Iterator[bytes]:
    more = True
    while more:
        try:
            content = inflator.decompress(piece, PIECE)
        except zlib.error:
            raise Damaged("it cannot be decompressed") from None
        yield content
        piece = inflator.unconsumed_tail
        more = not inflator.eof and (bool(piece) or len(content) == PIECE)
