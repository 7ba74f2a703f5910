# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._sms.text import clean, measure
from ansible_collections.community.linkengage.plugins.plugin_utils._run_report import (
    ABORTED,
    INTERRUPTED,
    Failure,
    Report,
    compose,
    fit,
    reference_of,
    shorten,
    tidy,
)

NGINX = ("Install nginx", "No package matching 'nginx' found")


def failed(*hosts: str, title: str = "site.yml", of: int = 40, **more: object) -> Report:
    return Report(title, of, [Failure(host, *NGINX, **more) for host in hosts])


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (
            failed(*(f"web{number}" for number in range(1, 31))),
            "FAILED site.yml, 30 of 40 hosts: web1, web2, web3, +27. Install nginx: No package matching 'nginx' found",
        ),
        (failed("web1", of=1), "FAILED site.yml, 1 of 1 host: web1. Install nginx: No package matching 'nginx' found"),
        (
            failed("db1", delegate="lb1"),
            "FAILED site.yml, 1 of 40 hosts: db1. Install nginx on lb1: No package matching 'nginx' found",
        ),
        (
            Report("site.yml", 3, [Failure("db1", "Ping", "No route", unreachable=True)]),
            "FAILED site.yml, 1 of 3 hosts unreachable: db1. Ping: No route",
        ),
        (
            Report("site.yml", 3, [Failure("db2", "Ping", "No route", "", True, 1), Failure("db10", "Test", "Bad")]),
            "FAILED site.yml, 2 of 3 hosts (1 unreachable): db10, db2. Test: Bad",
        ),
        (Report("site.yml", 3, [Failure("db1")]), "FAILED site.yml, 1 of 3 hosts: db1"),
        (Report("site.yml", 3, [Failure("db1", "Ping")]), "FAILED site.yml, 1 of 3 hosts: db1. Ping"),
        (Report("site.yml", 4, changed=["db10", "db9", "db09"]), "CHANGED site.yml, 3 of 4 hosts: db09, db9, db10"),
        (Report("site.yml", 3), "OK site.yml, 3 hosts"),
        (Report("site.yml", 0), "NOTHING RUN site.yml, no matching host"),
        (Report("site.yml", 0, check_mode=True), "NOTHING RUN (check mode) site.yml, no matching host"),
        (Report("site.yml", 3, ended=INTERRUPTED), "INTERRUPTED site.yml, 3 hosts"),
        (
            Report("site.yml", 3, changed=["db1"], ended=INTERRUPTED),
            "CHANGED (interrupted) site.yml, 1 of 3 hosts: db1",
        ),
        (
            Report("site.yml", 3, [Failure("db1", "Ping", "No route")], ended=INTERRUPTED, check_mode=True),
            "FAILED (interrupted, check mode) site.yml, 1 of 3 hosts: db1. Ping: No route",
        ),
        (Report("site.yml", 3, ended=ABORTED, reason="An error"), "FAILED site.yml, 3 hosts. An error"),
        (Report("site.yml", 0, ended=ABORTED, reason="An error"), "FAILED site.yml, no host has begun. An error"),
        (
            Report("site.yml", 3, changed=["db1"], ended=ABORTED, reason="An error"),
            "FAILED site.yml, 1 of 3 hosts changed: db1. An error",
        ),
        (
            Report("site.yml", 3, [Failure("db1", "Ping", "No route", "lb1", item="eth0")]),
            "FAILED site.yml, 1 of 3 hosts: db1. Ping on lb1 (item eth0): No route",
        ),
        (
            Report("site.yml", 3, [Failure("db1", "Ping", "No route to lb1", item="lb1")]),
            "FAILED site.yml, 1 of 3 hosts: db1. Ping: No route to lb1",
        ),
        (Report("site.yml", 1, check_mode=True), "OK (check mode) site.yml, 1 host"),
    ],
)
def test_the_most_useful_part_comes_first(report: Report, text: str) -> None:
    assert compose(report, 1) == text


@pytest.mark.parametrize(
    ("key", "reference"),
    [
        ("1658821493-deploy", "1658821493-deploy"),
        ("job 4711", "job 4711"),
        ("", ""),
        ("1658821493-deploy: [eu, 1/2]", "1658821493-d-5c"),
        ("{{ key }}", "-"),
        ("password=hunter2", "-"),
        ("0123456789abcdef0123456789abcdef01234567", "-"),
        ("æøå", "-"),
        ("x" * 300, "xxxxxxxxxxxx-"),
    ],
)
def test_the_reference_of_a_key_is_short(key: str, reference: str) -> None:
    found = reference_of(key)
    assert found.rpartition("-")[0] == reference.rpartition("-")[0] or found == key
    assert len(found) <= 24
    assert "hunter2" not in found
    assert clean(found) == found


@given(st.text(), st.text())
def test_two_keys_have_two_references(one: str, other: str) -> None:
    assert (reference_of(one) == reference_of(other)) is (one == other)


@pytest.mark.parametrize("error", ["short", "long " * 99, "пакет не найден " * 30])
def test_the_reference_is_never_cut(error: str) -> None:
    for segments in (1, 2):
        text = compose(Report("site.yml", 1, [Failure("web1", "Test", error)]), segments, reference="1001-deploy")
        assert text.endswith(" (1001-deploy)")
        assert measure(text).segments <= segments


def test_the_first_failed_task_is_reported_and_its_host_comes_first() -> None:
    failures = [Failure("web2", "Late", "b", place=7), Failure("web10", "Early", "a"), Failure("web9", "Early", "c")]
    assert compose(Report("x", 3, failures), 1) == "FAILED x, 3 of 3 hosts: web9, web10, web2. Early: c"


def test_a_long_part_leaves_room_for_the_next_parts() -> None:
    long = [f"{letter}{'.very-long-domain' * 9}" for letter in "abcd"]
    report = Report("p" * 99, 4, [Failure(host, "t" * 99, "An error to be seen", "d" * 99) for host in long])
    seen = (
        f"FAILED {'p' * 23}..., 4 of 4 hosts: a.very-long-domain.very-long-..., +3. {'t' * 37}...: An error to be seen"
    )
    assert compose(report, 1) == seen


def test_two_segments_contain_more_than_one() -> None:
    report = failed("web1", title="x" * 40)
    report = replace(report, failures=[Failure("web1", "Test", "word " * 200)])
    one, two = compose(report, 1), compose(report, 2)
    assert (measure(one).segments, measure(two).segments) == (1, 2)
    assert len(one) > 150 < 255 < len(two) <= 268


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m and \x1b]0;title\x07plain", "red and plain"),
        ("one\r\n\ttwo\x00\x08 three\u2028four", "one two three four"),
        ("'x' is undefined in {{ x }} and {% if %}", "'x' is undefined in < x > and <% if %}"),
        ("{{{{ x }}}} \uff5b\uff5b y", "<< x >> < y"),
        ("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER and ********", "*** and ***"),
        ("https://bob:hunter2@x/y?token=1 password=hunter2", "https://***@x/y password=***"),
        ("The password is not set. token: missing", "The password is not set. token: missing"),
        ("the password is nothing, password: wrongly", "the password is *** password: ***"),
        ("the password of the service: zaq12wsx", "the password of the service: ***"),
        ("\u201cd\u00e9j\u00e0 vu\u201d \u2013 \u017c\u00f3\u0142\u0107\u2026", '"d\u00e9j\u00e0 vu" - zolc...'),
        ("a long enough error \u2717 with one odd \N{FIRE} or two", "a long enough error ? with one odd ? or two"),
        ("lone \ud800 surrogate", "lone surrogate"),
    ],
)
def test_an_error_is_converted_for_an_sms(error: str, shown: str) -> None:
    text = compose(Report("site.yml", 1, [Failure("web1", "Test", error)]), 2, ["zaq12wsx"])
    assert text == f"FAILED site.yml, 1 of 1 host: web1. Test: {shown}"
    assert measure(text).encoding == "gsm7"


def test_a_script_outside_gsm_stays_readable() -> None:
    report = Report("сайт", 1, [Failure("web1", "Установка", "пакет не найден, " * 9)])
    text = compose(report, 1)
    assert text.startswith("FAILED сайт, 1 of 1 host: web1. Устан")
    assert (measure(text).encoding, measure(text).segments) == ("ucs2", 1)


names = st.one_of(st.text(max_size=60), st.sampled_from(["web1", "{{ x }}", "\x1b[31m", "Å\u0308", "€" * 80]))
failures = st.builds(Failure, names, names, st.text(max_size=200), names, st.booleans(), st.integers(0, 9))
reports = st.builds(
    Report, names, st.integers(1, 99), st.lists(failures, max_size=4), st.lists(names, max_size=4), st.booleans()
)


@given(reports, st.integers(1, 4))
def test_any_report_can_be_sent(report: Report, max_segments: int) -> None:
    text = compose(report, max_segments)
    assert measure(text).segments <= max_segments
    assert clean(text) == text
    assert text.startswith(report.status.upper())
    assert not set("\n\r\x1b") & set(text)


printable = st.one_of(st.characters(exclude_categories=("C", "Z")), st.just(" "))


@given(reports, st.text(printable, min_size=4), st.integers(1, 4))
def test_no_report_holds_a_secret(report: Report, secret: str, max_segments: int) -> None:
    secret = f"q{secret}q".replace("*", "")
    reported = Report(f"{report.title} {secret}", 1, [Failure("h", f"x {secret} y", f"a {secret} b", f"{secret}")])
    assert secret not in compose(reported, max_segments, [secret])


@given(st.text(), st.integers(1, 3))
def test_as_much_of_a_text_is_kept_as_fits(text: str, max_segments: int) -> None:
    kept = fit(text * 9, max_segments)
    assert measure(kept).segments <= max_segments
    if kept != text * 9:
        whole = (text * 9)[: len(kept) - 2]
        assert kept.endswith("...")
        assert measure(whole + "...").segments > max_segments or whole.rstrip() != whole


@given(st.text(), st.integers(4, 50))
def test_a_shortened_text_has_at_most_the_given_length(text: str, length: int) -> None:
    short = shorten(text, length)
    assert len(short) <= length
    assert short == text or short.endswith("...")


@given(st.text(max_size=300))
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
