"""Real TLS clients come, go, break off and talk nonsense: the terminal stays quiet."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("cryptography", reason="needs camdigits[web]")

from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from camdigits.web.server.access import PROTOCOL
from camdigits.web.server.tls import own_pair

PATIENCE_S = 100
HEAD_S = 0.5
"""How long the server waits for the head of a request, and how long it keeps a connection."""

SERVER = f"""
import sys, time
from pathlib import Path
from camdigits.web.api.reader_pool import ReaderPool
from camdigits.web.app import make_app
from camdigits.web.server import protocols
from camdigits.web.server.access import AccessRules
from camdigits.web.server.limits import Limits
from camdigits.web.server.web_server import WebServer, bind

protocols.KEEP_ALIVE_S = 0
limits, listener = Limits(head_s={HEAD_S}), bind("127.0.0.1", 0)
app = make_app(ReaderPool(limits=limits), AccessRules(token="right"))
tls = Path(sys.argv[1], "certificate.pem"), Path(sys.argv[1], "key.pem")
with WebServer(app, listener, limits, tls):
    print(listener.getsockname()[1], flush=True)
    sys.stdin.readline()
    time.sleep({4 * HEAD_S})  # until nobody is waited for any more
"""


@dataclass
class Secure:
    """An https server in a process of its own.

    Attributes:
        port: of 127.0.0.1.
        context: trusts its certificate.
    """

    port: int
    context: ssl.SSLContext
    process: subprocess.Popen[str]

    def connect(self) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE_S)
        return self.context.wrap_socket(plain, server_hostname="localhost")

    def told(self) -> str:
        """End it; return all that it has said."""
        assert self.process.stdin is not None
        _, told = self.process.communicate("end\n", timeout=PATIENCE_S)
        assert self.process.returncode == 0
        return told


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Secure]:
    pair = own_pair(tmp_path, {"localhost", "127.0.0.1"})
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SERVER), str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            context = ssl.create_default_context(cafile=pair.certificate)
            yield Secure(port, context, process)
        finally:
            process.kill()


def get(server: Secure, count: int = 1) -> ssl.SSLSocket:
    client = server.connect()
    client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * count)
    return client


def rest_of(client: socket.socket) -> bytes:
    data = b""
    with suppress(OSError):
        while more := client.recv(1 << 16):
            data += more
    return data


def leaves_politely(server: Secure) -> None:
    client = get(server)
    assert client.recv(15) == b"HTTP/1.1 200 OK"
    client.close()


def is_hung_up_on(server: Secure) -> None:
    assert rest_of(get(server)).startswith(b"HTTP/1.1 200 OK")


def says_nothing(server: Secure) -> None:
    assert rest_of(server.connect()) == b""


def goes_after_the_handshake(server: Secure) -> None:
    server.connect().close()


def resets(server: Secure) -> None:
    for client in (server.connect(), get(server), get(server, 100)):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()


def speaks_no_tls(server: Secure) -> None:
    for text in (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x16\x03\x01", b""):
        client = socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)
        client.sendall(text)
        client.close()


def forgets_its_tls(server: Secure) -> None:
    client = server.connect()
    with socket.socket(fileno=client.detach()) as plain:
        plain.sendall(b"these bytes are no record of TLS" * 20)
        plain.settimeout(PATIENCE_S)
        rest_of(plain)


def sends_no_request(server: Secure) -> None:
    client = server.connect()
    client.sendall(b"\x00 no request \r\n\r\n")
    assert rest_of(client).startswith(b"HTTP/1.1 400 ")


def trusts_nobody(server: Secure) -> None:
    plain = socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")


def is_refused_a_socket(server: Secure) -> None:
    for protocols in ([PROTOCOL], [PROTOCOL, "token.wrong"]):
        with pytest.raises(InvalidStatus, match="401"), web_socket(server, protocols):
            pass
    allowed = [PROTOCOL, "token.right"]
    with pytest.raises(InvalidStatus, match="404"), web_socket(server, allowed, "v1/nothing"):
        pass


def breaks_a_socket_off(server: Secure) -> None:
    for _ in range(3):
        with web_socket(server, [PROTOCOL, "token.right"]) as client:
            for _ in range(20):
                client.send(b"no picture")
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # Not closed under the thread that reads from it: another connection gets its number.
            client.socket.shutdown(socket.SHUT_RD)
            client.recv_events_thread.join(PATIENCE_S)


def web_socket(
    server: Secure, protocols: list[str], path: str = "v1/stream"
) -> AbstractContextManager[ClientConnection]:
    url, settings = f"wss://localhost:{server.port}/{path}", {"proxy": None, "close_timeout": 1}
    return connect(url, ssl=server.context, subprotocols=protocols, **settings)  # type: ignore[arg-type]


CLIENTS = (
    leaves_politely,
    is_hung_up_on,
    says_nothing,
    goes_after_the_handshake,
    resets,
    speaks_no_tls,
    forgets_its_tls,
    sends_no_request,
    trusts_nobody,
    is_refused_a_socket,
    breaks_a_socket_off,
)


def test_no_client_makes_the_server_talk(secure: Secure) -> None:
    for client in CLIENTS:
        client(secure)

    leaves_politely(secure)  # and it still serves
    assert secure.told() == ""


def test_a_server_that_ends_among_clients_says_nothing(secure: Secure) -> None:
    with (
        secure.connect(),
        get(secure),
        socket.create_connection(("127.0.0.1", secure.port), PATIENCE_S),
        web_socket(secure, [PROTOCOL, "token.right"]),
    ):
        assert secure.told() == ""


@pytest.mark.parametrize("more", [[], ["--http1.0"], ["--max-time", "0.01"]])
def test_curl_makes_no_words(secure: Secure, more: list[str]) -> None:
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    url = f"https://localhost:{secure.port}/"
    subprocess.run(
        ["curl", "-sk", "--noproxy", "*", *more, url, url],
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert secure.told() == ""


@pytest.mark.browser
def test_chromium_makes_no_words(
    secure: Secure, open_page: Callable[..., object], chromium: object
) -> None:
    tab = open_page(f"https://localhost:{secure.port}/#token=wrong", ignore_https_errors=True)
    tab.wait_for_load_state()  # type: ignore[attr-defined]
    assert re.search(r"\S", tab.title())  # type: ignore[attr-defined]
    tab.context.close()  # type: ignore[attr-defined]
    assert secure.told() == ""
