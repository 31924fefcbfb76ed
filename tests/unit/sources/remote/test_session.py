"""Web servers are asked over one connection, with the login they want, and their faults named."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from camdigits.config import CameraConfig
from camdigits.errors import SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.live.probe import why_unreachable
from camdigits.sources.remote import answer
from camdigits.sources.remote.session import HttpSession
from tests.support.media import encoded, numbered_frame, read_number
from tests.support.web_camera import answering_camera, respond, sending, with_digest

PICTURE = encoded(".png", numbered_frame(5))
MD5 = 'Digest realm="cam", nonce="{nonce}"'
QOP = f'{MD5}, qop="auth-int, auth", opaque="x"'
SHA = f'{MD5}, qop="auth", algorithm=SHA-256'
BASIC = 'Basic realm="cam"'


def session_for(url: str) -> HttpSession:
    return HttpSession(url, url, 20.0)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate that nobody signed, as cameras have."""
    pytest.importorskip("cryptography", reason="needs camdigits[web]")
    from camdigits.web.server.tls import own_pair

    pair = own_pair(tmp_path, {"127.0.0.1"})
    return pair.certificate, pair.key


@pytest.mark.parametrize(
    "challenges",
    [[MD5], [QOP], [SHA], [BASIC, QOP], [f"{BASIC}, {QOP}"], [QOP, SHA]],
    ids=["first form", "qop", "SHA-256", "Basic too", "in one header", "the better of two"],
)
@pytest.mark.parametrize("login", [("anna", "s3cret"), ("jörg", "päss:wörd")])
def test_picture_behind_a_digest_login_is_read(
    challenges: list[str], login: tuple[str, str]
) -> None:
    locked = with_digest(login, sending(PICTURE), challenges, ["n1"])
    with answering_camera(locked) as camera:
        user, password = login[0], login[1].replace(":", "%3A")
        address = camera.url.replace("//", f"//{user}:{password}@")
        with open_source(address) as source:
            assert [read_number(frame.image) for frame in source] == [5]
    assert camera.connections == 1
    if challenges == [QOP, SHA]:
        assert "SHA-256" in camera.asked[-1][1]["Authorization"]


def test_wrong_password_is_asked_once_and_told(capfd: pytest.CaptureFixture[str]) -> None:
    locked = with_digest(("anna", "s3cret"), sending(PICTURE), [QOP], ["n1"])
    with answering_camera(locked) as camera:
        address = camera.url.replace("//", "//anna:wrong@")
        with session_for(address) as session:
            assert session.get().status == 401
        assert len(camera.asked) == 2
        told = pytest.raises(
            SourceOpenError, match="401 Unauthorized; check name, password and path"
        )
        with told as caught:
            open_source(address)
    assert "wrong" not in str(caught.value)
    assert capfd.readouterr().err == ""


def test_old_nonce_is_given_up_for_the_new_one() -> None:
    nonces = ["n1"]
    locked = with_digest(("anna", "s3cret"), sending(PICTURE), [QOP], nonces)
    with (
        answering_camera(locked) as camera,
        session_for(camera.url.replace("//", "//anna:s3cret@")) as session,
    ):
        assert session.get().read() == PICTURE
        nonces.append("n2")
        assert session.get().read() == PICTURE
        assert session.get().read() == PICTURE
    assert (len(camera.asked), camera.connections) == (5, 1)


def test_connection_is_kept_and_made_again_where_the_server_closed_it() -> None:
    with answering_camera(sending(PICTURE)) as camera, session_for(camera.url) as session:
        for _ in range(3):
            answer, parts = session.get(), b""
            while part := answer.read1(1000):
                parts += part
            assert parts == PICTURE
        assert camera.connections == 1

        def hang_up(request: BaseHTTPRequestHandler) -> None:
            sending(PICTURE)(request)
            request.close_connection = True  # without a word in the headers

        camera.answer = hang_up
        for _ in range(3):
            assert session.get().read() == PICTURE
        assert camera.connections == 3


def test_redirection_to_another_server_takes_no_password_along() -> None:
    with answering_camera(sending(PICTURE)) as other:

        def lead(request: BaseHTTPRequestHandler) -> None:
            respond(request, 302, Location=other.url)

        with (
            answering_camera(lead) as camera,
            session_for(camera.url.replace("//", "//anna:s3cret@")) as session,
        ):
            assert session.get({"Range": "bytes=0-"}).read() == PICTURE
    assert "Authorization" in camera.asked[0][1]
    assert "Authorization" not in other.asked[0][1]
    assert other.asked[0][1]["Range"] == "bytes=0-"


def test_redirection_in_a_circle_is_told() -> None:
    def lead(request: BaseHTTPRequestHandler) -> None:
        respond(request, 302, Location="/b" if request.path == "/a" else "/a")

    told = pytest.raises(
        SourceOpenError, match=r"leads in a circle \(10 redirections, .*/b\); give"
    )
    with answering_camera(lead) as camera, told:
        open_source(camera.url)


def test_redirection_to_another_scheme_names_it() -> None:
    def lead(request: BaseHTTPRequestHandler) -> None:
        respond(request, 302, Location="rtsp://me:secret@camera/live")

    told = pytest.raises(SourceOpenError, match=r"leads to rtsp://me:\*\*\*@camera/live; give that")
    with answering_camera(lead) as camera, told:
        open_source(camera.url)


@pytest.fixture
def silent() -> Iterator[int]:
    """A port whose server takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_server_that_never_answers_is_told(
    scheme: str, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "ANSWER_S", 0.5)
    told = rf"127\.0\.0\.1 takes connections on port {silent} and does not answer within 0.5 s"
    with pytest.raises(SourceOpenError, match=told):
        open_source(f"{scheme}://127.0.0.1:{silent}/video")


def test_rtsp_server_that_never_answers_is_told(
    silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("camdigits.sources.live.probe.TIMEOUT_S", 0.5)
    told = f"takes connections on port {silent} and does not answer; check the port"
    with pytest.raises(SourceOpenError, match=told):
        open_source(f"rtsp://127.0.0.1:{silent}/live", CameraConfig(open_timeout_s=0.5))


def test_certificate_that_nobody_signed_is_told_and_taken_when_asked(
    certificate: tuple[Path, Path],
) -> None:
    with answering_camera(sending(PICTURE), certificate) as camera:
        told = r"certificate is not trusted \(self.signed certificate\); .* add --insecure$"
        for address in (camera.url, camera.url.replace("https", "rtsps")):
            with pytest.raises(SourceOpenError, match=told):
                open_source(address)
        assert camera.asked == []
        with open_source(camera.url, CameraConfig(insecure=True)) as source:
            assert [read_number(frame.image) for frame in source] == [5]


def test_server_without_tls_is_told() -> None:
    with answering_camera(sending(PICTURE)) as camera:
        told = r"no secure connection \(.*\); is it http:// rather than https://"
        with pytest.raises(SourceOpenError, match=told):
            open_source(camera.url.replace("http", "https"))


def test_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering_camera(sending(PICTURE)) as proxy:
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//me:pw@"))
        with session_for("http://camera.invalid/a?b#c") as session:
            assert session.get().read() == PICTURE
    path, headers = proxy.asked[0]
    assert path == "http://camera.invalid/a?b"
    assert headers["Host"] == "camera.invalid"
    assert headers["Proxy-Authorization"] == "Basic bWU6cHc="


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("udp://127.0.0.1:5000", "nothing came that can be read; is it sent to this machine"),
        ("rtp://239.0.0.1:5000", "nothing came that can be read"),
        (
            "srt://me:secret@host:9",
            r"reads no srt://; .*-i srt://me:\*\*\*@host:9 -c copy .* run -$",
        ),
        ("tcp://127.0.0.1", "names no port; give it as tcp://127.0.0.1:PORT"),
        ("tcp://127.0.0.1:1", "refuses connections on port 1"),
    ],
)
def test_why_other_streams_cannot_be_read(address: str, told: str) -> None:
    assert re.search(told, why_unreachable(address))
