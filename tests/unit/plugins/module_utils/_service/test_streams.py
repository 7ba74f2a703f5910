# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents are read item by item, with the same result as in one piece, and within a limit of memory."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._errors import UnreadableAnswer
from ansible_collections.community.linkengage.plugins.module_utils._service import bodies
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import PIECE, Body
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import Json
from ansible_collections.community.linkengage.plugins.module_utils._service.streams import (
    COST,
    Budget,
    Take,
    array,
    blocks,
    decoded,
    flat_size_of,
    size_of,
)
from ansible_collections.community.linkengage.plugins.module_utils._service.xml_format import Nodes, Xml

SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("aÅ", max_size=3), inner), max_leaves=9
)
SPACE = st.text(" \r\n\t", max_size=3)
NAMES = st.sampled_from(["a", "b", "p:a", "Å"])
TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=5).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)
ATTRIBUTES = st.dictionaries(NAMES, st.text("x ", max_size=3), max_size=2)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def element(name: str, attributes: dict[str, str], inner: list[str]) -> str:
    given = "".join(f" {key}='{value}'" for key, value in attributes.items())
    return f"<{name}{given}>{''.join(inner)}</{name}>"


ELEMENTS = st.recursive(
    st.builds(element, NAMES, ATTRIBUTES, st.lists(TEXTS, max_size=2)),
    lambda inner: st.builds(element, NAMES, ATTRIBUTES, st.lists(inner | SPACE, max_size=4)),
    max_leaves=6,
)


def elements_of(text: str, size: int, encoding: str = "utf-8") -> list[Any] | None:
    texts = decoded(blocks(cut(text.encode(encoding, "surrogatepass"), size), b","), encoding)
    found = array(texts, json.JSONDecoder())
    return None if found is None else [tree for trees in found for tree in trees]


@given(st.lists(TREES, max_size=5), st.booleans(), SPACE, st.integers(1, 50), st.sampled_from(["utf-8", "utf-16"]))
def test_an_array_in_pieces_is_the_same_array(trees: list[Any], ascii: bool, space: str, size: int, encoding) -> None:
    inner = f"{space},{space}".join(json.dumps(tree, ensure_ascii=ascii) for tree in trees)
    assert elements_of(f"{space}[{space}{inner}{space}]{space}", size, encoding) == trees


@given(st.lists(TREES, min_size=1, max_size=4), st.integers(1, 50))
def test_an_array_that_is_cut_is_an_error(trees: list[Any], size: int) -> None:
    text = json.dumps(trees)
    for length in range(1, len(text)):
        with pytest.raises(ValueError, match=r"."):
            elements_of(text[:length], size)


@pytest.mark.parametrize("text", ["[1 2]", "[1,]", "[,1]", "[1]]", "[1] x", "[01]", "[1,,2]", "[nul]", "['a']"])
def test_what_is_not_an_array_of_json_is_an_error(text: str) -> None:
    for size in range(1, len(text) + 1):
        with pytest.raises(ValueError, match=r"."):
            elements_of(text, size)


@pytest.mark.parametrize("text", ["", "  ", "{}", "1", '"["', "null"])
def test_another_document_is_not_an_array(text: str) -> None:
    assert elements_of(text, 1) is None


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_half_a_character_at_the_end_of_a_piece_is_kept(size: int) -> None:
    assert elements_of('["a\ud83d","\N{FIRE}\ud83d"]', size) == ["a\ud83d", "\N{FIRE}\ud83d"]


@given(st.builds(element, NAMES, ATTRIBUTES, st.lists(ELEMENTS | SPACE, max_size=4)), st.integers(1, 60))
def test_the_result_is_that_of_xmltodict(text: str, size: int) -> None:
    nodes = Nodes(Budget())
    nodes.parse(cut(text.encode(), size))
    assert dict([nodes.root]) == xmltodict.parse(text, strip_whitespace=False)


@given(st.lists(st.builds(element, st.just("C"), ATTRIBUTES, st.lists(ELEMENTS, max_size=2)), max_size=5))
def test_each_child_is_passed_on_when_it_is_complete(children: list[str]) -> None:
    whole, taken = Nodes(Budget()), []
    whole.parse([element("A", {}, children).encode()])
    Nodes(Budget(), lambda name, node, _scope: taken.append((name, node))).parse([element("A", {}, children).encode()])
    node = whole.root[1]
    listed = [] if node is None else node["C"] if len(children) > 1 else [node["C"]]
    assert taken == [("C", child) for child in listed]


def in_file(data: bytes) -> Body:
    return Body(data[: bodies.IN_MEMORY], io.BytesIO(data))


@pytest.mark.parametrize("wire", [Json(), Xml()], ids=["json", "xml"])
def test_a_body_in_a_file_is_read_like_a_body_in_memory(wire: Any) -> None:
    text = "Å\N{FIRE}" * 20
    rows = [{"ContactId": str(number), "Firstname": text} for number in range(1, 4 * PIECE // len(text.encode()))]
    if isinstance(wire, Json):
        data = json.dumps(rows, ensure_ascii=False).encode()
    else:
        inner = "".join(
            f"<Contact><ContactId>{row['ContactId']}</ContactId><Firstname>{text}&#xC;</Firstname></Contact>"
            for row in rows
        )
        data = f"<ArrayOfContact>{inner}</ArrayOfContact>".encode()
    assert wire.loads_many(in_file(data)) == wire.loads_many(Body(data)) == rows
    assert wire.loads_any(in_file(data)) == (rows if isinstance(wire, Json) else {"Contact": rows})
    assert wire.loads_many(in_file(data), take=Take(len)) == [2] * len(rows)


def test_a_forbidden_reference_late_in_a_long_document_is_removed() -> None:
    comment = "<!-- > &#xC; > -->" * 10 + "<![CDATA[>&#xC;]]>"
    inner = "".join(f"<Row>{comment if number % 7 == 0 else '&#xC;x'}</Row>" for number in range(20_000))
    found = Xml().loads_many(in_file(f"<A>{inner}</A>".encode()))
    assert found[:8] == [">&#xC;", *["x"] * 6, ">&#xC;"]
    assert len(found) == 20_000
    assert set(found) == {"x", ">&#xC;"}


@pytest.mark.parametrize("wire", [Json(), Xml()], ids=["json", "xml"])
def test_items_must_fit_into_the_memory(wire: Any) -> None:
    rows = [{"A": "b" * 100} for _number in range(1000)]
    data = json.dumps(rows).encode()
    if isinstance(wire, Xml):
        data = f"<A>{''.join('<R><A>' + 'b' * 100 + '</A></R>' for _row in rows)}</A>".encode()
    enough = sum(map(size_of, rows)) + 1000 * 16 + COST * PIECE + 1000
    assert len(wire.loads_many(Body(data), memory=enough)) == 1000
    for load in (wire.loads_many, wire.loads_any):
        with pytest.raises(UnreadableAnswer, match="the records in the answer need more than") as caught:
            load(Body(data), memory=enough // 2)
        assert caught.value.facts["final"] is True


@given(st.none() | st.dictionaries(st.text(max_size=3), SCALARS | st.floats(), max_size=12))
def test_a_flat_record_has_the_same_size_as_every_other_tree(record: dict[str, Any] | None) -> None:
    assert flat_size_of(record) == size_of(record)


def test_the_size_of_a_tree_is_the_sum_of_its_objects() -> None:
    assert size_of("") == (sys.getsizeof("") + 15) & -16
    text, inner = "a" * 1000, [1.5, None, "", {}]
    parts = [{"A": text, "B": inner}, text, inner, 1.5, {}]
    assert size_of(parts[0]) == sum((sys.getsizeof(part) + 15) & -16 for part in parts)
