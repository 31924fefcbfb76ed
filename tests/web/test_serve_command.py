"""The command line of ``camdigits serve``: the address, who can open it, how it ends."""

from __future__ import annotations

import json
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from camdigits.cli import main
from camdigits.errors import CamdigitsError
from camdigits.support.user_folders import taught_folder
from camdigits.web.server.access import PROTOCOL
from camdigits.web.server.address import address_of, is_loopback, names_of, qr_code, reached_by
from camdigits.web.server.web_server import bind
from tests.cli.pages import TEXT, page
from tests.support.media import encoded
from tests.support.weights import copy_weights
from tests.web.serving import masked, stalled_client


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``camdigits serve``; give the process and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "camdigits", "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None and process.stderr is not None
        address = process.stdout.readline().strip()
        assert address, process.stderr.read()
        yield process, address
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGINT for one process")
def test_ctrl_c_ends_it_at_once_with_clients_connected() -> None:
    frame = encoded(".jpg", page())
    with started() as (process, address), ExitStack() as clients:
        url = address.replace("http", "ws") + "v1/stream"
        port = int(address.rstrip("/").rpartition(":")[2])
        for _ in range(2):
            settings = {"subprotocols": [PROTOCOL], "proxy": None, "close_timeout": 1}
            client = clients.enter_context(connect(url, **settings))
            client.send(frame)
        clients.enter_context(stalled_client(port, "/v1/stream", [masked(2, frame)] * 40))
        clients.enter_context(socket.create_connection(("127.0.0.1", port)))
        client.recv(100)

        began_s = time.monotonic()
        process.send_signal(signal.SIGINT)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                client.recv(100)
        _, told = process.communicate(timeout=100)
        took_s = time.monotonic() - began_s

    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1001
    assert process.returncode == 130
    assert took_s < 15  # it waits for no client; a loaded machine may take some seconds
    assert "Traceback" not in told and "Error" not in told


def test_what_is_taught_while_it_runs_is_used_and_told() -> None:
    picture = encoded(".png", page())

    def read(address: str) -> str:
        answer = httpx.post(f"{address}v1/read", content=picture, timeout=100, trust_env=False)
        return " ".join(number["text"] for number in answer.json()["numbers"])

    with started() as (process, address):
        assert TEXT in read(address)
        taught_folder().mkdir(parents=True)
        weights = copy_weights(taught_folder(), temperature=100.0)  # sure of nothing
        assert TEXT not in read(address)
        process.kill()
        _, told = process.communicate(timeout=100)
    assert f"reads with what you taught: {weights} (--weights bundled goes back)" in told


def test_others_need_the_token_which_is_told_nowhere_else(tmp_path: Path) -> None:
    with started("--host", "0.0.0.0") as (process, address):
        found = re.fullmatch(r"https://([\w.-]+):(\d+)/#token=([\w-]{32})", address)
        assert found
        _, port, token = found.groups()
        with httpx.Client(verify=False, trust_env=False, timeout=100) as client:
            url = f"https://127.0.0.1:{port}/"
            assert client.get(url).status_code == 200
            refused = client.get(url + "v1/info")
            assert refused.status_code == 401
            assert "the token is missing or wrong: each start has a new one" in refused.text
            allowed = {"authorization": f"Bearer {token}"}
            assert client.get(url + "v1/info", headers=allowed).status_code == 200
        process.terminate()
        out, told = process.communicate(timeout=100)

    assert process.returncode == 143
    assert re.search(r"fingerprint ([0-9A-F]{2}:){31}[0-9A-F]{2}\n", told)
    assert "whoever has this address" in told
    assert token not in told and out == ""


@pytest.mark.parametrize("more", [[], ["--host", "0.0.0.0", "--no-tls"]], ids=["own", "others"])
def test_a_token_that_is_kept_stays_the_same(tmp_path: Path, more: list[str]) -> None:
    file = tmp_path / "token"
    seen = set()
    for _ in range(2):
        with started("--token", str(file), *more) as (process, address):
            found = re.fullmatch(r"http://[\w.-]+:(\d+)/#token=([\w-]{32})", address)
            assert found
            port, token = found.groups()
            seen.add(token)
            url = f"http://127.0.0.1:{port}/v1/info"
            for shown, status in ((token, 200), ("wrong", 401)):
                headers = {"authorization": f"Bearer {shown}"}
                answer = httpx.get(url, headers=headers, trust_env=False, timeout=100)
                assert answer.status_code == status
                assert "each start" not in answer.text  # since it is kept
            process.terminate()
            _, told = process.communicate(timeout=100)
            assert token not in told
            assert ("the token in it is that of --token, as before" in told) == bool(more)
    assert len(seen) == 1
    assert file.read_text() == f"{seen.pop()}\n"
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_token_can_be_given_itself() -> None:
    with started("--token", "a-token-that-nobody-guesses") as (_, address):
        assert address.endswith("/#token=a-token-that-nobody-guesses")


def test_a_token_that_cannot_be_kept_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "state" / "token"
    assert main(["serve", "--port", "0", "--token", str(path)])
    assert str(path) in capsys.readouterr().err


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_address_of_this_machine_alone_is_as_none(host: str) -> None:
    with started("--host", host) as (process, address):
        assert httpx.get(address + "v1/info", trust_env=False, timeout=100).status_code == 200
        process.terminate()
        _, told = process.communicate(timeout=100)
    assert re.fullmatch(rf"http://{host}:\d+/", address)
    assert "only this machine can open it" in told


def test_without_a_certificate_the_camera_is_said_to_be_missing() -> None:
    with started("--host", "0.0.0.0", "--no-tls") as (process, address):
        process.terminate()
        _, told = process.communicate(timeout=100)

    assert address.startswith("http://")
    assert "browsers give the camera only to https or to localhost" in told


def test_this_machine_alone_needs_no_token() -> None:
    with started() as (process, address):
        assert httpx.get(address + "v1/info", trust_env=False, timeout=100).status_code == 200
        process.terminate()
        _, told = process.communicate(timeout=100)

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
    assert "only this machine can open it" in told and "--host 0.0.0.0" in told


@pytest.mark.parametrize(("most", "kind"), [("100000", "error"), ("1M", "frame")])
def test_frames_have_a_fifth_of_the_pixels_that_pictures_may_have(most: str, kind: str) -> None:
    picture = page()
    assert 20_000 < picture.shape[0] * picture.shape[1] <= 200_000
    with started("--max-pixels", most) as (_, address):
        there = address.replace("http", "ws", 1) + "v1/stream"
        with connect(there, subprotocols=[PROTOCOL], proxy=None) as client:
            client.send(encoded(".png", picture))
            assert json.loads(client.recv(timeout=100))["type"] == kind


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "70000"], "not a port"),
        (["--host", "203.0.113.7"], "no address of this machine"),
        (["--token", "short"], "a token has 16 to 128 letters, digits, - and _, or is kept by"),
        (["--token", "sixteen letters!"], "a token has 16 to 128"),
        (["--token", __file__], "holds no token: a token has 16 to 128"),
        (["--token", str(Path(__file__).parent)], "cannot read --token"),
        (["--token", f"{__file__}/token"], "cannot read --token"),
        (
            ["--token", "no-folder/token"],
            "in --token no-folder/token: there is no folder no-folder; make it, or name a file in",
        ),
        (["--host", "no such host"], "no name or address"),
        (["--tls-cert", "a.pem"], "belong together"),
        (["--tls-key", "a.pem"], "belong together"),
        (["--no-tls", "--tls-cert", "a.pem", "--tls-key", "b.pem"], "contradict"),
        (
            ["--tls-cert", "missing.pem", "--tls-key", __file__],
            "cannot read --tls-cert missing.pem: No such file or directory\n",
        ),
        (
            ["--tls-cert", __file__, "--tls-key", str(Path(__file__).parent)],
            f"cannot read --tls-key {Path(__file__).parent}: Is a directory\n",
        ),
        (["--tls-cert", __file__, "--tls-key", __file__], "cannot be used; both are PEM"),
        (["--min-confidence", "2"], "not a number from 0 to 1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_arguments_that_make_no_sense_are_told(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *(arguments if "--port" in arguments else ["--port", "0", *arguments])])
    told = capsys.readouterr()
    assert words in told.err
    assert told.out == ""


def test_a_port_that_is_taken_is_told() -> None:
    with bind("127.0.0.1", 0) as taken, pytest.raises(CamdigitsError, match="taken; choose"):
        bind("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("arguments", [["serve"], ["run", "0", "--serve"]], ids=" ".join)
def test_missing_packages_are_named(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)

    assert main(arguments) == 1
    assert "pip install 'camdigits[web]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        *(("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.8.9.1", True)),
        *(("0.0.0.0", False), ("::", False), ("192.168.1.5", False), ("desk", False)),
    ],
)
def test_loopback_is_told_from_the_rest(host: str, is_one: bool) -> None:
    assert is_loopback(host) is is_one


def test_addresses_are_what_browsers_take() -> None:
    assert address_of("127.0.0.1", 80, False, None) == "http://127.0.0.1:80/"
    assert address_of("::1", 1, True, "ab") == "https://[::1]:1/#token=ab"
    assert reached_by("192.168.1.5") == "192.168.1.5"
    assert reached_by("0.0.0.0") not in ("", "0.0.0.0")
    assert {"localhost", "desk.example"} <= names_of("Desk.Example")


def test_the_code_for_phones_has_a_margin_and_is_square() -> None:
    lines = re.sub(r"\x1b\[[\d;]*m", "", qr_code("https://192.168.1.5:8765/#token=abc")).split("\n")
    widths = {len(line) for line in lines if line}

    assert len(widths) == 1
    [width] = widths
    assert width >= 29 + 8 - 1
    assert abs(len([line for line in lines if line]) * 2 - width) <= 1


def test_the_commands_load_nothing_of_the_web_before_they_are_run() -> None:
    modules = "camdigits.cli, camdigits.cli.commands.serve, camdigits.cli.commands.run"
    code = f"import sys, {modules}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    heavy = {"starlette", "uvicorn", "websockets", "cryptography", "segno", "cv2", "numpy"}
    assert not heavy & set(done.stdout.split())
