# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies are decompressed up to a limit. A body is complete, or it is an error."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import (
    PIECE,
    Damaged,
    TooLarge,
    read_body,
)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@given(st.binary(max_size=500), st.integers(1, 4), st.integers(1, 50), st.integers(1, 400))
def test_a_compressed_body_is_decompressed(data: bytes, layers: int, size: int, times: int) -> None:
    packed = data * times
    for _layer in range(layers):
        packed = gzip.compress(packed)
    assert read_body(pieces(packed, size), ", ".join(["gzip"] * layers), 10**6).head == data * times


@pytest.mark.parametrize("encoding", ["", "identity", " Identity "])
def test_an_uncompressed_body_is_not_changed(encoding: str) -> None:
    assert read_body([b"a", b"b"], encoding, 2).head == b"ab"


def test_several_members_are_one_body() -> None:
    assert read_body([gzip.compress(b"a") + gzip.compress(b"b")], "x-gzip", 1000).head == b"ab"


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_cut_compressed_body_is_never_a_body(size: int) -> None:
    packed = gzip.compress(b"abc" * 100)
    for cut in range(1, len(packed)):
        with pytest.raises(Damaged):
            read_body(pieces(packed[:cut], size), "gzip", 1000)


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("length", [PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_the_limit_is_exact_in_every_layer(layers: int, length: int) -> None:
    packed = bytes(length)
    for _layer in range(layers):
        packed = gzip.compress(packed)
    encoding = ",".join(["gzip"] * layers)
    assert len(read_body([packed], encoding, length).head) == length
    with pytest.raises(TooLarge):
        read_body([packed], encoding, length - 1)


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, br", "gzip," * 5 + "gzip", "\x1b"])
def test_an_unknown_encoding_is_not_read(encoding: str) -> None:
    with pytest.raises(Damaged):
        read_body([gzip.compress(b"")], encoding, 1000)
