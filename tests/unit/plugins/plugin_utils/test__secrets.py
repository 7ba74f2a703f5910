# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.plugin_utils._secrets import mask_secrets

WORDS = ["password", "db_password", "PASSWD", "api_key", "ApiKey", "client-secret", "auth_token", "AccountKey", "pass"]
JOINTS = ["{}=hunter2", "{}: hunter2", '"{}": "hunter2"', "{} => 'hunter2'", "{} is hunter2", "{} 'hunter2'"]
SHELL = ["--{} hunter2", "--{}=hunter2", "-{} 'x hunter2'"]


@pytest.mark.parametrize("joint", [*JOINTS, *SHELL])
@pytest.mark.parametrize("word", WORDS)
def test_a_value_with_the_name_of_a_secret_is_hidden(word: str, joint: str) -> None:
    masked = mask_secrets(f"Task failed with {joint.format(word)} on web1")
    assert "hunter2" not in masked
    assert masked.startswith("Task failed with ")
    assert masked.endswith(" on web1")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("clone https://bob:s3/cr@t@git.example/x.git failed", "clone https://***@git.example/x.git failed"),
        ("https://ghp_abc@git.example/x", "https://***@git.example/x"),
        ("GET https://h/x?X-Sig=abc&y=1#z gave 404", "GET https://h/x gave 404"),
        ("Authorization: Bearer abc.def, then x", "Authorization: ***, then x"),
        ('{"Authorization": "Basic dXNlcjpwYXNz", "x": 1}', '{"Authorization": ***, "x": 1}'),
        ("sent Bearer AbCd1234 to it", "sent Bearer *** to it"),
        ("curl -u bob:hunter2 x", "curl -u bob:*** x"),
        ("curl --user bob:hunter2 x", "curl --user bob:*** x"),
        ("key AKIAABCDEFGHIJKLMNOP is no good", "key *** is no good"),
        ("ghp_0123abcd and glpat-0123-abcd and xoxb-1-a", "*** and *** and ***"),
        ("jwt eyJhbGciOi.eyJzdWIi.sig-na_ture.", "jwt ***."),
        ("-----BEGIN RSA PRIVATE KEY----- MIIE abc -----END RSA PRIVATE KEY----- end", "*** end"),
        ("-----BEGIN PRIVATE KEY----- MIIE abc", "***"),
        ("got 0123456789abcdef0123456789abcdef01 not", "got *** not"),
        ('password="a \\" b" c', "password=*** c"),
        ("password='a b c", "password=***"),
        ("tokens: [abc, def] x", "tokens: *** x"),
        ('{\\"password\\": \\"abc\\"}', '{\\"password\\": ***'),
        ("SharedAccessKey=a/b+c==;EntityPath=x", "SharedAccessKey=***"),
    ],
)
def test_secrets_are_hidden_by_their_form(text: str, masked: str) -> None:
    assert mask_secrets(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "No package matching 'nginx' found available, installed or updated",
        "Failed to connect to the host via ssh: connect to host 10.0.0.1 port 22: Connection refused",
        "Permission denied (publickey,password).",
        "Invalid password for user bob",
        "Basic authentication failed",
        "bypass the cache",
        "Could not find or access '/srv/app/releases/20260101/nginx.conf.j2'",
        "https://git.example:8443/x.git cannot be reached",
        "ip-10-0-0-1-eu-central-1-compute-internal.example.com",
        "non-zero return code (rc 1)",
        "",
    ],
)
def test_other_text_is_kept(text: str) -> None:
    assert mask_secrets(text) == text


@pytest.mark.parametrize("form", ["p:s/wø rd", "p%3As/w%C3%B8%20rd", "p%3As%2Fw%C3%B8%20rd", "p:s/w\\u00f8 rd"])
def test_a_known_secret_is_hidden_in_every_spelling(form: str) -> None:
    assert mask_secrets(f"x{form}y", ["p:s/wø rd"]) == "x***y"


@given(st.text(), st.text(min_size=1), st.text())
def test_a_known_secret_never_stays(before: str, secret: str, after: str) -> None:
    masked = mask_secrets(before + secret + after, [secret])
    assert secret not in masked.replace("***", "") or secret in "***"


@pytest.mark.parametrize(
    "piece",
    ["a", "a-", "--a", "password", "--password ", "://", "basic ", "eyJa", '"', "authorization", "-----BEGIN ", "_1"],
)
def test_masking_is_fast_for_any_text(piece: str) -> None:
    began = time.process_time()
    mask_secrets((piece * 8000)[:8000])
    assert time.process_time() - began < 3
