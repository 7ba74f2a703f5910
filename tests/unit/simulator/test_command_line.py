# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the simulator starts, the options of its command line, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
from requests.auth import HTTPBasicAuth

from linkengage_simulator.process import SimulatorError, SimulatorProcess

pytestmark = pytest.mark.slow  # each test starts a simulator


def basic(simulator: SimulatorProcess) -> HTTPBasicAuth:
    return HTTPBasicAuth(simulator.login.encode("utf-8"), simulator.password.encode("utf-8"))


def get(simulator: SimulatorProcess, path: str) -> requests.Response:
    return requests.get(simulator.api() + path, auth=basic(simulator), timeout=60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_simulator_and_the_files_have_its_process_and_url(tmp_path: Path, number: int) -> None:
    pid, url = tmp_path / "pid", tmp_path / "url"
    with SimulatorProcess("--pid-file", str(pid), "--url-file", str(url)) as simulator:
        assert pid.read_text("utf-8") == f"{simulator.pid}\n"
        assert url.read_text("utf-8") == f"{simulator.url}\n"
        assert simulator.url.startswith("http://127.0.0.1:")
        assert get(simulator, "/user").status_code == 200
        os.kill(simulator.pid, number)
        child = simulator._running()
        assert child.wait(timeout=60) == 0
        assert child.stdout is not None
        assert child.stdout.read() == ""
        assert simulator.complaints() == ""
    assert list(tmp_path.iterdir()) == []


def test_a_login_can_begin_with_a_hyphen() -> None:
    with SimulatorProcess(username="-kari", password="-secret") as simulator:
        assert get(simulator, "/user").status_code == 200


def test_it_stops_although_a_client_is_connected() -> None:
    with SimulatorProcess() as simulator, requests.Session() as session:
        session.get(simulator.api() + "/user", timeout=60)
        simulator.faults([{"action": "delay", "seconds": 60}])
        with pytest.raises(requests.Timeout):
            session.get(simulator.api() + "/user", timeout=0.2)
        child = simulator._running()
        simulator.stop()
        assert child.returncode == 0, "it was killed, because it did not stop"


def test_the_command_line_sets_the_options(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"contacts": [{"Firstname": "Åse", "PhoneNumber": "1"}]}), encoding="utf-8")
    flags = ["--retry-after", "--block-methods", "--plain-slashes"]
    values = ["--rate", "3", "--window", "5", "--latency", "1.5", "--assume", "missing_number=null"]
    others = ["--prefix", "46", "--clock-zone", "UTC", "--seed-file", str(seed)]
    with SimulatorProcess(*flags, *values, *others) as simulator:
        options = simulator.options()
        assert options.pop("assume")["missing_number"] == "null"
        assert options == {
            "rate": 3,
            "window": 5.0,
            "retry_after": True,
            "latency": 1.5,
            "block_methods": True,
            "plain_slashes": True,
        }
        simulator.options(rate=100)
        assert "46" in [entry["Value"] for entry in get(simulator, "/user").json()["Settings"]]
        (contact,) = get(simulator, "/contacts").json()
        assert contact["Firstname"] == "Åse"
        assert contact["CreatedDate"].endswith("+0000)/")
        simulator.reset()
        assert get(simulator, "/contacts").json() == []
        assert simulator.options()["rate"] == 3


@pytest.mark.parametrize(
    ("username", "domain", "login"),
    [
        ("kari", "acme.com", "kari@acme.com"),
        ("kari@acme.com", "acme.com", "kari@acme.com"),
        ("kari@other.com", "acme.com", "kari@other.com@acme.com"),
        ("kåre", "", "kåre"),
    ],
)
def test_a_login_has_the_user_name_and_the_domain(username: str, domain: str, login: str) -> None:
    with SimulatorProcess(username=username, domain=domain, password="a:b:ø") as simulator:
        assert simulator.login == login
        assert get(simulator, "/user").status_code == 200
        assert [entry["username"] for entry in simulator.log()] == [login]


def test_a_given_port_is_used_and_must_be_free() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with SimulatorProcess("--port", str(port)) as simulator:
        assert simulator.url == f"http://127.0.0.1:{port}"
        with pytest.raises(SimulatorError, match=r"(?i)address already in use"):
            SimulatorProcess("--port", str(port)).start()


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--clock-zone", "Nowhere"], ["--seed-file", "/nowhere"]])
def test_a_failed_start_reports_the_reason(arguments: list[str]) -> None:
    with pytest.raises(SimulatorError, match=r"(?i)nonsense|nowhere"):
        SimulatorProcess(*arguments).start()


def test_nothing_works_without_a_start() -> None:
    simulator = SimulatorProcess()
    simulator.stop()
    with pytest.raises(SimulatorError, match="not running"):
        print(simulator.pid)


def certificate(folder: Path) -> tuple[str, str, str]:
    """Return a certificate for the loopback address, its key, and its authority."""
    authority = trustme.CA()
    pair = authority.issue_cert("127.0.0.1")
    cert, key, ca = folder / "cert", folder / "key", folder / "ca"
    pair.cert_chain_pems[0].write_to_path(cert)
    pair.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(ca)
    return str(cert), str(key), str(ca)


def test_with_tls_the_simulator_uses_its_certificate(tmp_path: Path) -> None:
    cert, key, ca = certificate(tmp_path)
    with SimulatorProcess("--tls", cert, key) as simulator:
        assert simulator.url.startswith("https://127.0.0.1:")
        with requests.Session() as session:
            session.trust_env, session.verify, session.auth = False, ca, basic(simulator)
            answer = session.post(simulator.api() + "/contacts", json={"PhoneNumber": "1"}, timeout=60)
            assert answer.headers["Location"] == simulator.api().replace("https", "http") + "/contacts/1001"
            simulator.inbound("1", "x")
            row = session.get(simulator.api() + "/folders/1/messages", timeout=60).json()[0]
            assert row["ResourceURI"].startswith("http://127.0.0.1:")
            session.verify = True
            with pytest.raises(requests.exceptions.SSLError):
                session.get(simulator.api() + "/user", timeout=60)
        assert simulator.log()[0]["connection"] > 0
        simulator.faults([{"action": "drop_before"}])
        with pytest.raises(requests.ConnectionError):
            requests.get(simulator.api() + "/user", verify=ca, timeout=60)


def test_only_the_loopback_is_served(simulator: Any) -> None:
    port = int(simulator.url.rpartition(":")[2])
    with socket.socket() as other:
        other.settimeout(2)
        # All addresses in 127.0.0.0/8 belong to this machine, but the simulator listens on only one of them.
        assert other.connect_ex(("127.0.0.2", port)) != 0
