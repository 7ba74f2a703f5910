# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
import json
import sys
from datetime import datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._errors import (
    InvalidInput,
    MissingLibrary,
    UnreadableAnswer,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT
from ansible_collections.community.linkengage.plugins.module_utils._model.values import check_text, children
from ansible_collections.community.linkengage.plugins.module_utils._service import xml_format
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import (
    FORMATS,
    Json,
)
from ansible_collections.community.linkengage.plugins.module_utils._service.xml_format import INSTANCE, NAMESPACE, Xml

# The texts that the service can store: all texts that XML 1.0 can contain.
STORABLE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
        lambda character: character >= " " or character in "\t\n\r"
    )
)
NAMES = st.from_regex(r"[A-Z][A-Za-z0-9]{0,12}", fullmatch=True)
BOTH = pytest.mark.parametrize("wire", [Json(), Xml()], ids=["json", "xml"])


@BOTH
@given(tree=st.dictionaries(NAMES, st.none() | STORABLE, min_size=1))
def test_any_storable_text_is_read_back_unchanged(wire: Any, tree: dict[str, str | None]) -> None:
    assert wire.loads(Body(wire.dumps("Contact", tree))) == tree


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "  both  ",
        "\n",
        "\r",
        "\r\n",
        "a\rb\r\nc\nd",
        "\t",
        "æøåÆØÅ",
        "\N{FIRE}",
        "&<>\"'",
        "]]>",
        "&amp;",
        "&#13;",
        "<!-- -->",
        "<?xml?>",
        "\\/",
        "\u2028",
        "\u0085",
        "null",
        "true",
        "{{ 1 }}",
    ],
    ids=ascii,
)
def test_texts_that_formats_often_change_are_read_back_unchanged(wire: Any, text: str) -> None:
    tree = {"A": text, "B": "b"}
    assert wire.loads(Body(wire.dumps("Contact", tree))) == tree


@given(text=st.text())
def test_a_text_is_rejected_exactly_if_xml_cannot_contain_it(text: str) -> None:
    try:
        check_text("text", text)
    except InvalidInput as error:
        assert str(error).startswith("text: the character at position ")
        assert not all(character >= " " or character in "\t\n\r" for character in text) or set(text) & set(
            "\ufffe\uffff"
        )
    else:
        assert Xml().loads(Body(Xml().dumps("A", {"Text": text}))) == {"Text": text}


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"^first_name: the character at position 2 \(U\+D800\) is half a character"):
        check_text("first_name", "a\ud800")


# JSON


def test_json_is_plain_utf_8() -> None:
    assert Json().dumps("Contact", {"Firstname": "Åse", "Id": 7, "Private": True, "Email": None}) == (
        '{"Firstname": "Åse", "Id": 7, "Private": true, "Email": null}'.encode()
    )


def test_json_dates_are_milliseconds_with_the_offset_of_utc() -> None:
    moment = datetime(2014, 1, 1, 13, tzinfo=timezone(timedelta(hours=1)))
    assert Json().dumps("", {"D": moment}) == b'{"D": "\\/Date(1388577600000+0000)\\/"}'


def test_a_value_that_json_cannot_contain_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="set"):
        Json().dumps("", {"A": {1}})


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"null"])
def test_an_empty_json_answer_is_none_and_not_a_list(body: bytes) -> None:
    assert Json().loads(Body(body)) is None
    assert Json().loads_any(Body(body)) is None
    with pytest.raises(UnreadableAnswer, match="the answer must be a list, but is null"):
        Json().loads_many(Body(body))


@pytest.mark.parametrize(
    ("body", "value"), [(b"155", 155), (b'"O_5001"', "O_5001"), (b" 155\n", 155), (b"\xef\xbb\xbf7", 7)]
)
def test_json_values_without_an_object_are_read(body: bytes, value: Any) -> None:
    assert Json().loads(Body(body)) == value


def test_escaped_slashes_are_slashes() -> None:
    assert Json().loads(Body(rb'{"D": "\/Date(0)\/"}')) == {"D": "/Date(0)/"}


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Login</body></html>",
        b'{"A": "b',
        b'[{"A": 1}, {"A"',
        b"{'A': 1}",
        b"OK",
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_invalid_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer, match="JSON"):
        Json().loads(Body(body))


@pytest.mark.parametrize("body", [b'{"A": 1}', b"7", b'"x"'])
def test_json_without_a_list_is_unreadable_as_a_list(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer, match="the answer must be a list"):
        Json().loads_many(Body(body))


# XML


def elements(body: bytes) -> list[str]:
    return [child.tag.rpartition("}")[2] for child in ElementTree.fromstring(body)]


@given(tree=st.dictionaries(st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True), STORABLE))
def test_elements_are_written_in_ordinal_order(tree: dict[str, str]) -> None:
    names = elements(Xml().dumps("Contact", tree))
    assert names == sorted(tree, key=lambda name: name.encode("utf-16-be"))


def test_a_contact_is_written_in_the_order_of_the_contract() -> None:
    names = "CPAAccepted ContactId CreatedDate Description Description2 Description3 Email Firstname IsPrivate Lastname"
    expected = [*names.split(), "PhoneNumber"]
    assert elements(Xml().dumps("Contact", dict.fromkeys(reversed(expected), "x"))) == expected


def test_xml_is_written_as_the_contract_shows_it() -> None:
    moment = datetime(2014, 1, 1, 12, 0, 0, 123456, tzinfo=timezone.utc)
    tree = {
        "Email": None,
        "CPAAccepted": False,
        "IsPrivate": True,
        "ContactId": 7,
        "Firstname": "",
        "CreatedDate": moment,
    }
    root = ElementTree.fromstring(Xml().dumps("Contact", tree))
    assert root.tag == f"{{{NAMESPACE}}}Contact"
    shown = {child.tag.rpartition("}")[2]: child for child in root}
    assert shown["Email"].get(f"{{{INSTANCE}}}nil") == "true"
    assert (shown["CPAAccepted"].text, shown["IsPrivate"].text, shown["ContactId"].text) == ("false", "true", "7")
    assert (shown["Firstname"].text, shown["Firstname"].attrib) == (None, {})
    assert shown["CreatedDate"].text == "2014-01-01T12:00:00.123Z"


def test_a_list_and_a_nested_record_are_written() -> None:
    root = ElementTree.fromstring(
        Xml().dumps("Thing", {"Tags": {"string": ["a", "b"]}, "Owner": {"Name": "K", "Id": 1}})
    )
    owner, tags = root
    assert [child.text for child in owner] == ["1", "K"]
    assert [child.text for child in tags] == ["a", "b"]


@pytest.mark.parametrize("body", [b"", b" \n"])
def test_an_empty_xml_answer_is_none_and_not_a_list(body: bytes) -> None:
    assert Xml().loads(Body(body)) is None
    assert Xml().loads_any(Body(body)) is None
    with pytest.raises(UnreadableAnswer, match="no element"):
        Xml().loads_many(Body(body))


NIL = f'xmlns:i="{INSTANCE}" i:nil="true"'


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('<int xmlns="http://schemas.microsoft.com/2003/10/Serialization/">155</int>', "155"),
        ("<whatever>155</whatever>", "155"),
        ("<a:string xmlns:a='urn:a'>O_5001</a:string>", "O_5001"),
        (f"<Contact {NIL} />", None),
        ("<Contact/>", ""),
        ("<?xml version='1.0'?><Contact> <Name> x </Name>\n <B/> </Contact>", {"Name": " x ", "B": ""}),
        ("<Contact xmlns:p='urn:p'><p:Name>x</p:Name></Contact>", {"Name": "x"}),
        (f"<Contact><Email {NIL}/></Contact>", {"Email": None}),
        ("<Contact><Name><![CDATA[<x> & y]]></Name></Contact>", {"Name": "<x> & y"}),
        ("<Contact><!-- c --><Name>x</Name></Contact>", {"Name": "x"}),
        ("<Contact><Name a='1'>x</Name></Contact>", {"Name": "x"}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_xml_is_read_with_any_namespaces_and_roots(body: str, value: Any) -> None:
    assert Xml().loads(Body(body.encode())) == value


@pytest.mark.parametrize("item", ["Contact", "Whatever", "d2p1:string"])
@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize("space", ["", "\n  "])
def test_a_list_is_read_with_any_element_names(item: str, count: int, space: str) -> None:
    inner = "".join(f"{space}<{item}><Id>{number}</Id></{item}>" for number in range(count))
    body = f'<ArrayOfContact xmlns:d2p1="urn:x">{inner}{space}</ArrayOfContact>'
    assert Xml().loads_many(Body(body.encode())) == [{"Id": str(number)} for number in range(count)]


def test_an_array_that_is_null_is_not_a_list() -> None:
    with pytest.raises(UnreadableAnswer, match="the answer must be a list, but is null"):
        Xml().loads_many(Body(f"<ArrayOfContact {NIL}/>".encode()))


@pytest.mark.parametrize(
    ("content", "fault"),
    [("<Contact><Id>1</Id></Contact>stray", "has text between its records"), ("stray", "is a text")],
    ids=["between", "only"],
)
def test_an_array_with_a_text_is_not_a_list(content: str, fault: str) -> None:
    with pytest.raises(UnreadableAnswer, match=f"the answer must be a list, but {fault}"):
        Xml().loads_many(Body(f"<ArrayOfContact>{content}</ArrayOfContact>".encode()))


def test_a_list_inside_a_record_is_its_children() -> None:
    tree = Xml().loads(Body(b"<User><Senders><s>A</s><s>B</s></Senders><One><s>A</s></One><None/></User>"))
    assert children(tree["Senders"]) == ["A", "B"]
    assert children(tree["One"]) == ["A"]
    assert children(tree["None"]) == []


BOMB = """<?xml version="1.0"?><!DOCTYPE Contact [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Contact><Firstname>&b;</Firstname></Contact>"""
EXTERNAL = (
    """<!DOCTYPE Contact [<!ENTITY x SYSTEM "file:///etc/passwd">]><Contact><Firstname>&x;</Firstname></Contact>"""
)


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        EXTERNAL,
        "<html><head><title>Login</title></head><body/></html>",
        "<!DOCTYPE html><html><body><p>Error<br></body></html>",
        "<HTML></HTML>",
        "<Contact><Firstname>Ka",
        "<Contact></Kontakt>",
        "Number of allowed",
        '{"A": 1}',
        "<a>" * 5_000 + "</a>" * 5_000,
    ],
    ids=lambda body: body[:30],
)
def test_invalid_or_dangerous_xml_is_unreadable(body: str) -> None:
    for load in (Xml().loads, Xml().loads_many):
        with pytest.raises(UnreadableAnswer):
            load(Body(body.encode()))


def test_an_entity_bomb_is_rejected_with_its_reason() -> None:
    with pytest.raises(UnreadableAnswer, match="entities"):
        Xml().loads(Body(BOMB.encode()))


@pytest.mark.parametrize("load", [Xml().loads, Xml().loads_many, Xml().loads_any])
def test_declared_attributes_are_rejected(load: Any) -> None:
    # The document declares a long attribute for each <a/>, so 100 KB would become a gigabyte.
    declared = f'<!DOCTYPE Contact [<!ATTLIST a b CDATA "{"c" * 100}">]>'
    with pytest.raises(UnreadableAnswer, match="declares attributes"):
        load(Body(f"{declared}<ArrayOfContact><Contact><a/><a/></Contact></ArrayOfContact>".encode()))


@pytest.mark.parametrize("load", [Xml().loads, Xml().loads_many])
def test_many_namespaces_are_rejected(load: Any) -> None:
    spaces = "".join(f' xmlns:n{number}="u"' for number in range(33))
    inner = f"<Contact{spaces}><n1:A>x</n1:A></Contact>"
    for body in (f"<ArrayOfContact{spaces}><Contact/></ArrayOfContact>", f"<ArrayOfContact>{inner}</ArrayOfContact>"):
        with pytest.raises(UnreadableAnswer, match="too many XML namespaces"):
            load(Body((inner if load.__name__ == "loads" else body).encode()))


def test_kept_elements_of_a_record_share_their_namespaces() -> None:
    tree = Xml().loads(Body(b'<Contact xmlns:x="u"><x:A>1</x:A><x:B>2</x:B></Contact>'))
    assert tree["A"].scope is tree["B"].scope


def test_without_the_library_only_xml_does_not_work(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "xmltodict", None)
    module = importlib.reload(xml_format)
    try:
        with pytest.raises(MissingLibrary) as caught:
            module.Xml()
        assert caught.value.facts["library"] == "xmltodict"
        assert Json().loads(Body(b"7")) == 7
    finally:
        monkeypatch.undo()
        importlib.reload(xml_format)


def test_both_formats_have_a_name() -> None:
    assert {name: make().content_type for name, make in FORMATS.items()} == {
        "json": "application/json",
        "xml": "application/xml",
    }


# Half characters, numbers that JSON does not have, and characters that XML forbids


@pytest.mark.parametrize("text", ["\ud83d", "a\udc00b", "\ud83d\ud83d", "\udc00\ud83d"], ids=ascii)
def test_half_a_character_is_written_back_unchanged(text: str) -> None:
    body = Json().dumps("Contact", {"Firstname": text, "Lastname": "Å\N{FIRE}"})
    assert rf"\u{ord(text[-1]):04x}".encode() in body or text[-1].isascii()
    assert "Å\N{FIRE}".encode() in body
    assert Json().loads(Body(body))["Firstname"] == text


@given(tree=st.dictionaries(NAMES, st.text(st.characters(max_codepoint=0x10FFFF)), min_size=1))
def test_any_text_is_read_back_from_json(tree: dict[str, str]) -> None:
    halves_joined = json.loads(json.dumps(tree))  # two halves next to each other become one character
    assert Json().loads(Body(Json().dumps("Contact", tree))) == halves_joined


@pytest.mark.parametrize("body", [b'{"A": Infinity}', b'{"A": -Infinity}', b'{"A": NaN}', b'{"A": 1e400}', b"[1e999]"])
def test_numbers_that_json_does_not_have_are_unreadable(body: bytes) -> None:
    for load in (Json().loads, Json().loads_many):
        with pytest.raises(UnreadableAnswer, match="JSON"):
            load(Body(body))


def test_a_control_character_that_json_should_escape_is_read() -> None:
    assert Json().loads(Body(b'{"A": "a\x0cb\nc"}')) == {"A": "a\x0cb\nc"}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a&#xC;b", "ab"),
        ("a&#12;b", "ab"),
        ("a&#x0000000c;b", "ab"),
        ("a\x0cb", "ab"),
        ("a\x00b", "ab"),
        ("&#x0;", ""),
        ("&#xFFFF;x", "x"),
        ("\uffffx", "x"),
        ("a&#x1;&amp;&#x41;&#13;&#x1F525;", "a&A\r\N{FIRE}"),
        ("&#xD83D;&#xDD25;", "\N{FIRE}"),
        ("&#xD83D;x", "x"),
        ("&#x110000;&#99999999999999999999;x", "x"),
        ("<![CDATA[&#xC;]]>&#xC;", "&#xC;"),
        ("<![CDATA[a\x0cb]]>", "ab"),
        ("<!-- &#xC; -->x&#xC;", "x"),
        ("x<!-- a -->&#xC;<![CDATA[b]]>", "xb"),
    ],
    ids=ascii,
)
def test_characters_that_xml_forbids_are_removed(text: str, read: str) -> None:
    for declaration in ("", '<?xml version="1.0" encoding="utf-8"?>'):
        body = f"{declaration}<Row><Text>{text}</Text></Row>"
        assert Xml().loads(Body(body.encode())) == {"Text": read}
        assert Xml().loads_many(Body(f"{declaration}<A><Row><Text>{text}</Text></Row></A>".encode())) == [
            {"Text": read}
        ]


def test_half_a_character_in_utf_8_is_removed() -> None:
    assert Xml().loads(Body(b"<Row><Text>a\xed\xa0\xbdb</Text></Row>")) == {"Text": "ab"}
    assert Xml().loads(Body(b"<Row><Text>\xed\xa0\xbd\xed\xb4\xa5</Text></Row>")) == {"Text": "\N{FIRE}"}


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_forbidden_characters_are_removed_in_other_encodings_too(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?><Row><Text>å&#xC;</Text></Row>'
    assert Xml().loads(Body(body.encode(encoding))) == {"Text": "å"}


@pytest.mark.parametrize("body", ["<!--" * 50_000, "<a>&#xC;" + "<![CDATA[" * 50_000, "<a>" + "&#xC;" * 100_000])
def test_a_broken_document_is_rejected_quickly(body: str) -> None:
    with pytest.raises(UnreadableAnswer):
        Xml().loads(Body(body.encode()))


def test_xml_never_contains_forbidden_characters() -> None:
    with pytest.raises(InvalidInput, match=r"Contact: a text contains the character U\+D83D"):
        Xml().dumps("Contact", {"Firstname": "\ud83d"})


# Elements that are written back unchanged

EXTRAS = f"""<Contact xmlns="{NAMESPACE}" xmlns:i="{INSTANCE}" xmlns:a="urn:a">
  <Alias i:type="x:string" xmlns:x="http://www.w3.org/2001/XMLSchema">K</Alias>
  <a:Badge><a:Code>5</a:Code><a:Code>6</a:Code><a:None i:nil="true" /></a:Badge>
  <ContactId>7</ContactId>
  <Door xmlns="urn:b" i:type="Door"><Name n="1">front</Name></Door>
  <Email i:nil="true" />
  <Firstname>Kari</Firstname>
  <Tags xmlns:d2p1="urn:d"><d2p1:string>x</d2p1:string><d2p1:string /></Tags>
  <Zip>0150</Zip>
</Contact>"""


def canonical(element: ElementTree.Element) -> Any:
    """Return an element with resolved names: its attributes, its text and its children.

    White space between children is left out.
    """
    inner = [canonical(child) for child in element]
    return element.tag, dict(element.attrib), "" if inner else element.text or "", inner


def test_unknown_elements_are_written_back_with_namespaces_and_types() -> None:
    for wire in (Xml(), Xml()):
        record = CONTACT.from_wire(wire.loads(Body(EXTRAS.encode())))
        assert record["first_name"] == "Kari"
        written = ElementTree.fromstring(wire.dumps("Contact", CONTACT.to_wire({**record, "first_name": "Åse"})))
        expected = {child.tag: canonical(child) for child in ElementTree.fromstring(EXTRAS)}
        found = {child.tag: canonical(child) for child in written}
        changed = f"{{{NAMESPACE}}}Firstname"
        assert found.pop(changed)[2] == "Åse"
        expected.pop(changed)
        assert {tag: found[tag] for tag in expected} == expected
        names = [child.tag.rpartition("}")[2] for child in written]
        assert names == sorted(names)


def test_the_prefix_in_a_type_is_still_declared() -> None:
    wire = Xml()
    record = CONTACT.from_wire(wire.loads(Body(EXTRAS.encode())))
    text = wire.dumps("Contact", CONTACT.to_wire(record)).decode()
    alias = text[text.index("<Alias") : text.index("</Alias>")]
    assert 'i:type="x:string"' in alias
    assert 'xmlns:x="http://www.w3.org/2001/XMLSchema"' in alias


def test_unknown_elements_of_a_list_are_written_back() -> None:
    wire = Xml()
    inner = EXTRAS.replace(f' xmlns="{NAMESPACE}" xmlns:i="{INSTANCE}" xmlns:a="urn:a"', "")
    outer = f'<ArrayOfContact xmlns="{NAMESPACE}" xmlns:i="{INSTANCE}" xmlns:a="urn:a">{inner}{inner}</ArrayOfContact>'
    first, second = [CONTACT.from_wire(tree) for tree in wire.loads_many(Body(outer.encode()))]
    assert first == second
    one = CONTACT.from_wire(Xml().loads(Body(EXTRAS.encode())))
    written = [ElementTree.fromstring(wire.dumps("Contact", CONTACT.to_wire(record))) for record in (first, one)]
    assert canonical(written[0]) == canonical(written[1])


@pytest.mark.parametrize("namespace", ["urn:new", ""])
def test_the_namespace_of_the_answers_is_written(namespace: str) -> None:
    wire = Xml()
    declared = f' xmlns="{namespace}"' if namespace else ""
    assert ElementTree.fromstring(wire.dumps("Contact", {"A": "1"})).tag == f"{{{NAMESPACE}}}Contact"
    record = f"<Contact{declared}><ContactId>5</ContactId></Contact>"
    group = f"<ArrayOfGroup{declared}><Group><GroupId>5</GroupId></Group></ArrayOfGroup>"
    wire.loads(Body(record.encode()))
    wire.loads_many(Body(group.encode()))
    for root in ("Contact", "Group"):
        written = ElementTree.fromstring(wire.dumps(root, {"A": "1"}))
        expected = f"{{{namespace}}}" if namespace else ""
        assert (written.tag, written[0].tag) == (f"{expected}{root}", f"{expected}A")


def test_a_prefix_on_all_elements_makes_no_difference() -> None:
    wire = Xml()
    body = '<p:Contact xmlns:p="urn:p"><p:ContactId>5</p:ContactId><p:New p:x="1">n</p:New></p:Contact>'
    record = CONTACT.from_wire(wire.loads(Body(body.encode())))
    assert (record["contact_id"], record["New"]) == (5, "n")
    written = ElementTree.fromstring(wire.dumps("Contact", CONTACT.to_wire({**record, "first_name": "Kari"})))
    found = {child.tag: (child.text, dict(child.attrib)) for child in written}
    assert written.tag == "{urn:p}Contact"
    assert found["{urn:p}New"] == ("n", {"{urn:p}x": "1"})
    assert found["{urn:p}Firstname"] == ("Kari", {})
