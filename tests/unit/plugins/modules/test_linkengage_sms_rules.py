# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text, cost, sender, tariff and merge codes: the checks before a message is sent."""

from __future__ import annotations

from typing import Any

import pytest

EITHER_FORMAT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])
JSON = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json"])
TWO = ["+4792000004", "+4792000005"]


def sent_text(account) -> str:
    (text,) = {delivery["text"] for delivery in account.simulator.deliveries()}
    return text


# Text and cost


@JSON
@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("a" * 160, "gsm7", 1),
        ("a" * 161, "gsm7", 2),
        ("€" * 80, "gsm7", 1),
        ("€" * 81, "gsm7", 2),
        ("a" * 152 + "€" + "a" * 20, "gsm7", 2),
        ("ő" * 70, "ucs2", 1),
        ("ő" * 71, "ucs2", 2),
        ("\N{FIRE}" * 35, "ucs2", 1),
        ("\N{FIRE}" * 36, "ucs2", 2),
    ],
)
def test_the_number_of_segments_is_returned(account, text: str, encoding: str, segments: int) -> None:
    for check in (True, False):
        result = account.done("sms", check=check, text=text, numbers=TWO)
        assert (result["encoding"], result["segments"], result["total_segments"]) == (encoding, segments, 2 * segments)


@JSON
def test_offending_characters_are_returned(account) -> None:
    result = account.done("sms", text="på ő", numbers=TWO)
    assert result["offending_characters"] == [
        {"character": "ő", "position": 4, "name": "LATIN SMALL LETTER O WITH DOUBLE ACUTE"}
    ]


@EITHER_FORMAT
def test_replace_replaces_characters_and_returns_them(account) -> None:
    result = account.done("sms", text="\u201cHi\u201d \u2013 now\u2026", numbers=TWO, unsupported_characters="replace")
    assert sent_text(account) == '"Hi" - now...'
    assert (result["encoding"], result["offending_characters"]) == ("gsm7", [])
    assert [row["replacement"] for row in result["replaced_characters"]] == ['"', '"', "-", "..."]
    assert result["message"]["text"] == '"Hi" - now...'


@JSON
def test_fail_sends_nothing(account) -> None:
    message = account.refused("sms", text="Hi \u2026", numbers=TWO, unsupported_characters="fail")
    assert "HORIZONTAL ELLIPSIS" in message


@JSON
@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"max_segments": 1}, "max_segments: the message takes 2 segments in gsm7 for each receiver, but"),
        (
            {"max_total_segments": 3},
            "max_total_segments: the message takes 4 segments (2 in gsm7 for each of 2 receivers)",
        ),
    ],
)
def test_too_many_segments_are_an_error(account, limits: dict[str, int], words: str) -> None:
    for check in (True, False):
        assert words in account.refused("sms", check=check, text="a" * 161, numbers=TWO, **limits)
    account.done("sms", text="a" * 160, numbers=TWO, **limits)


@EITHER_FORMAT
@pytest.mark.parametrize(
    ("text", "stored"),
    [("one\r\ntwo\rthree\n", "one\ntwo\nthree"), ("one\n\n", "one\n"), ("  one  ", "  one  ")],
)
def test_line_breaks_are_sent_as_line_feeds(account, text: str, stored: str) -> None:
    account.done("sms", text=text, numbers=TWO)
    assert sent_text(account) == stored


@JSON
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one\x00", ["U+0000"]),
        ("a" * 2145, ["17 segments", "cuts off everything after 16"]),
        ("\u03c9" * 1073, ["17 segments", "cuts off everything after 16"]),
        ("\t\x1b[0m\n", ["An SMS needs a text"]),
        ("Disk {{ mount }} full", ["template that was not evaluated", "at position 6."]),
        ("{% if x %}", ["template that was not evaluated"]),
        ("", ["An SMS needs a text"]),
        ("\n", ["An SMS needs a text"]),
        ("  ", ["An SMS needs a text"]),
    ],
)
def test_invalid_texts_are_errors(account, text: str, words: list[str]) -> None:
    message = account.refused("sms", text=text, numbers=TWO)
    assert message.startswith("text: ")
    assert [word for word in words if word not in message] == []
    assert account.requests == []


@EITHER_FORMAT
def test_a_text_with_braces_can_be_sent_as_it_is(account) -> None:
    text = "Disk {{ mount }} full {% raw %}"
    account.done("sms", text=text, numbers=TWO, allow_braces=True)
    assert sent_text(account) == text


@EITHER_FORMAT
@pytest.mark.parametrize("policy", ["allow", "replace", "fail"])
def test_a_tab_and_colours_do_not_stop_a_message(account, policy: str) -> None:
    text = "\x1b[31mFAILED\x1b[0m\tweb1\x0c\u2013" if policy != "fail" else "\x1b[31mFAILED\x1b[0m\tweb1\x0c"
    result = account.done("sms", text=text, numbers=TWO, unsupported_characters=policy)
    assert sent_text(account).startswith("FAILED web1 ")
    names = [(row["name"], row["position"], row["replacement"]) for row in result["replaced_characters"]]
    assert names[:4] == [
        ("ESCAPE SEQUENCE", 1, ""),
        ("ESCAPE SEQUENCE", 12, ""),
        ("TAB", 16, " "),
        ("FORM FEED", 21, " "),
    ]
    assert names[4:] == ([("EN DASH", 22, "-")] if policy == "replace" else [])


@JSON
@pytest.mark.parametrize(
    ("length", "options", "segments"),
    [
        (160, {}, 1),
        (300, {}, 3),
        (300, {"part_size": "vendor"}, 3),
        (300, {"part_size": "gsm"}, 2),
        (2144, {}, 16),
        (2144, {"part_size": "gsm"}, 15),
    ],
)
def test_segments_are_counted_by_the_size_of_the_parts(account, length: int, options: dict[str, Any], segments) -> None:
    result = account.done("sms", text="a" * length, numbers=TWO, **options)
    assert (result["segments"], result["total_segments"]) == (segments, segments * len(TWO))


@JSON
@pytest.mark.parametrize("part_size", ["vendor", "gsm"])
@pytest.mark.parametrize("limit", ["max_segments", "max_total_segments"])
def test_limits_use_the_larger_count(account, part_size: str, limit: str) -> None:
    options = {"text": "a" * 300, "numbers": TWO, "part_size": part_size}
    most = 3 if limit == "max_segments" else 3 * len(TWO)
    message = account.refused("sms", **{limit: most - 1}, **options)
    assert message.startswith(f"{limit}: the message takes {most} segments ")
    assert "3 in gsm7" in message or "3 segments in gsm7" in message
    account.done("sms", **{limit: most}, **options)


@JSON
@pytest.mark.parametrize("part_size", ["vendor", "gsm"])
def test_a_text_that_would_be_cut_off_is_not_sent(account, part_size: str) -> None:
    assert "17 segments" in account.refused("sms", text="a" * 2145, numbers=TWO, part_size=part_size)


# Sender


@pytest.fixture
def bound(account) -> Any:
    """An account that may only use the senders in its list."""
    account.simulator.reset(user={"Settings": {"FREE_SENDER_ID": "False"}, "AllowedSenderIds": ["ACME", "4792000000"]})
    return account


@EITHER_FORMAT
@pytest.mark.parametrize("sender", ["ACME", "LINK", "4792000000", "+47 920 00 000", "92000000"])
def test_a_sender_that_the_account_allows_is_used(bound, sender: str) -> None:
    bound.done("sms", text="Hi", numbers=TWO, sender=sender)
    assert bound.simulator.deliveries()[0]["sender"] in ("ACME", "LINK", "4792000000")


@JSON
@pytest.mark.parametrize("sender", ["Acme", "OTHER", "+4792000001"])
def test_a_sender_that_the_account_does_not_allow_is_an_error(bound, sender: str) -> None:
    message = bound.refused("sms", text="Hi", numbers=TWO, sender=sender)
    assert message == f"sender: the account does not allow {sender!r}. Use an allowed sender: 4792000000, ACME, LINK."


@JSON
def test_an_account_without_senders_has_another_remedy(account) -> None:
    account.simulator.reset(user={"Settings": {"FREE_SENDER_ID": "False", "SENDER_ID": ""}, "AllowedSenderIds": []})
    message = account.refused("sms", text="Hi", numbers=TWO, sender="ACME")
    remedy = "The account has no list of allowed senders, so omit the option."
    assert message == f"sender: the account does not allow 'ACME'. {remedy}"


@JSON
@pytest.mark.parametrize(
    ("sender", "words"),
    [
        ("ACME Limited", "has 12"),
        ("Intouch Demo", "has 12"),
        ("ACME AS", "' '"),
        ("B\u00e6rum", "'\u00e6'"),
        ("", "1 to 11 characters"),
        ("   ", "1 to 11 characters"),
        (4792000000, "quote it"),
        ("+47920000000000000", "sender: "),
        ("1234567890123456", "sender: "),
        ("AC\x00ME", "U+0000"),
        ("AC\nME", "U+000A"),
    ],
)
def test_invalid_senders_are_errors(account, sender: Any, words: str) -> None:
    message = account.refused("sms", text="Hi", numbers=TWO, sender=sender)
    assert message.startswith("sender: ")
    assert words in message


@EITHER_FORMAT
@pytest.mark.parametrize("free", ["True", "False"])
@pytest.mark.parametrize("sender", ["Intouch Demo", "B\u00e6rum", "+47 920 00 000", "26112", "1234567890123456789"])
def test_a_sender_that_the_account_lists_is_allowed_in_any_form(account, sender: str, free: str) -> None:
    account.simulator.reset(user={"Settings": {"FREE_SENDER_ID": free}, "AllowedSenderIds": [sender]})
    account.done("sms", text="Hi", numbers=TWO, sender=sender)
    assert {delivery["sender"] for delivery in account.simulator.deliveries()} == {sender}


@JSON
@pytest.mark.parametrize("sender", ["A-Team!", "~{}|[]\\^`x", "a.b,c;d:e_f"])
def test_a_free_sender_can_have_ascii_punctuation(account, sender: str) -> None:
    account.done("sms", text="Hi", numbers=TWO, sender=sender)
    assert {delivery["sender"] for delivery in account.simulator.deliveries()} == {sender}


@JSON
@pytest.mark.parametrize("sender", ["2012", "26112", "123456789012345"])
def test_a_free_sender_can_be_a_number_that_is_not_a_phone_number(account, sender: str) -> None:
    account.done("sms", text="Hi", numbers=TWO, sender=sender)
    assert {delivery["sender"] for delivery in account.simulator.deliveries()} == {sender}


@JSON
def test_an_account_with_free_senders_can_set_any_sender(account) -> None:
    account.done("sms", text="Hi", numbers=TWO, sender="Anything")
    assert {delivery["sender"] for delivery in account.simulator.deliveries()} == {"Anything"}


@JSON
def test_without_a_sender_the_default_of_the_account_is_used(account) -> None:
    account.done("sms", text="Hi", numbers=TWO)
    assert "SenderNumber" not in account.body
    assert {delivery["sender"] for delivery in account.simulator.deliveries()} == {"LINK"}


# Tariff


@JSON
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tariff": 100}, "Set `allow_premium` to allow this price"),
        ({"tariff": 1001, "allow_premium": True}, "1001 is more than the account allows (MAX_TARIFF is 1000)"),
        ({"tariff": -1, "allow_premium": True}, "tariff: -1 is negative"),
    ],
)
def test_invalid_tariffs_are_errors(account, options: dict[str, Any], words: str) -> None:
    assert words in account.refused("sms", text="Hi", numbers=TWO, **options)


@EITHER_FORMAT
def test_a_tariff_is_sent_with_allow_premium(account) -> None:
    result = account.done("sms", text="Hi", numbers=TWO, tariff=1000, allow_premium=True)
    assert (account.body["Tariff"], result["message"]["tariff"]) == ("1000", 1000)


@JSON
@pytest.mark.parametrize(
    ("limit", "words"),
    [("0", "MAX_TARIFF is 0"), ("", "MAX_TARIFF is 0"), ("none", "MAX_TARIFF is 'none' and not a number")],
)
def test_an_account_without_premium_rejects_a_tariff(account, limit: str, words: str) -> None:
    user = {"Settings": {"MAX_TARIFF": limit}}
    account.simulator.seed(user=user)
    assert words in account.refused("sms", text="Hi", numbers=TWO, tariff=1, allow_premium=True)


# Merge


@pytest.fixture
def merging(account) -> Any:
    account.simulator.seed(
        contacts=[
            {"ContactId": 1, "PhoneNumber": "92000001", "Description": "IT", "Description2": "Boss"},
            {"ContactId": 2, "PhoneNumber": "92000002", "Description": "IT"},
            {"ContactId": 3, "PhoneNumber": "92000003", "Description2": ""},
        ],
        groups=[{"GroupId": 12, "Name": "All", "members": [1, 2, 3]}],
    )
    return account


@EITHER_FORMAT
def test_the_service_replaces_merge_codes(merging) -> None:
    result = merging.done("sms", text="To Department, as Title", contacts=[1], merge=True)
    assert (merging.body["IsMergeMessage"], result["message"]["merge"]) == ("true", True)


@JSON
def test_receivers_without_a_field_are_listed(merging) -> None:
    result = merging.run(
        "sms", text="To Department, as Title", groups=["All"], contacts=[1], numbers=["92000009"], merge=True
    )
    assert result["failure"]["problems"] == [
        "groups[0] (contact with id 2) has no value for Title",
        "groups[0] (contact with id 3) has no value for Department",
        "groups[0] (contact with id 3) has no value for Title",
        "numbers[0] (a phone number, not a contact) has no value for Department",
        "numbers[0] (a phone number, not a contact) has no value for Title",
    ]
    assert (
        "Nothing was sent. Move the numbers in `numbers` to `contacts`, and create the missing contacts. Add"
        in result["msg"]
    )
    assert merging.writes == []


@JSON
@pytest.mark.parametrize("text", ["Hi", "Titles", "SubTitle", "title"])
def test_a_text_without_merge_codes_gives_a_warning(merging, text: str) -> None:
    result = merging.done("sms", text=text, groups=["All"], merge=True)
    assert "The merge codes of the account are: Department, Title, Place. Write" in str(result["warnings"])


@EITHER_FORMAT
def test_an_account_without_labels_has_no_merge_codes(merging) -> None:
    labels = dict.fromkeys(("Description1Alias", "Description2Alias", "Description3Alias"), "")
    merging.simulator.seed(user={"Organization": labels})
    result = merging.done("sms", text="To Department", contacts=[1], merge=True)
    assert "merge: the account has no merge codes." in str(result["warnings"])
