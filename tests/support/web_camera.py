"""A web server on loopback that does what cameras do, and notes what it is asked."""

from __future__ import annotations

import hashlib
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Camera:
    """What a server on loopback answers.

    Attributes:
        answer: called for each request.
        url: where to ask it.
        asked: path and headers of all requests.
        connections: how many were made.
    """

    answer: Answer
    url: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    connections: int = 0


@contextmanager
def answering_camera(
    answer: Answer, certificate: tuple[Path, Path] | None = None
) -> Iterator[Camera]:
    """Answer requests, as many on a connection as come by it.

    Args:
        answer: called for each; a new one may be set while the server runs.
        certificate: and its key, to speak https.
    """
    camera, done = Camera(answer), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def setup(self) -> None:
            super().setup()
            camera.connections += 1

        def do_GET(self) -> None:
            camera.asked.append((self.path, dict(self.headers)))
            try:
                camera.answer(self)
            except OSError:  # who asked has left
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            return  # a client that does not trust the certificate

    with Server(("127.0.0.1", 0), Handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        scheme = "http" if certificate is None else "https"
        camera.url = f"{scheme}://127.0.0.1:{server.server_port}/snap.jpg"
        try:
            yield camera
        finally:
            done.set()
            server.shutdown()


def respond(
    request: BaseHTTPRequestHandler, status: int, data: bytes = b"", **headers: str
) -> None:
    """Send an answer whose length is stated; ``_`` in the name of a header stands for ``-``."""
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    if status != 304:
        request.send_header("Content-Length", str(len(data)))
    request.end_headers()
    request.wfile.write(data)


def sending(data: bytes, kind: str = "image/jpeg", **headers: str) -> Answer:
    """Return an answer with a picture."""
    return lambda request: respond(request, 200, data, Content_Type=kind, **headers)


def with_digest(
    login: tuple[str, str], answer: Answer, challenges: list[str], nonces: list[str]
) -> Answer:
    """Return an answer to those who know name and password by Digest (RFC 7616, 3.4.1).

    Args:
        login: name and password.
        answer: that they get.
        challenges: ``WWW-Authenticate`` headers for all others, with {nonce} in them.
        nonces: of which the last is good.
    """

    def authorized(request: BaseHTTPRequestHandler) -> bool:
        said = request.headers.get("Authorization", "")
        if not said.startswith("Digest "):
            return False
        given = dict(re.findall(r'(\w+)="?([^",]*)"?', said))
        name = given.get("algorithm", "MD5").lower().replace("-", "")

        def hashed(text: str) -> str:
            return hashlib.new(name, text.encode()).hexdigest()

        secret = hashed(f"{login[0]}:cam:{login[1]}")
        tail = hashed(f"GET:{request.path}")
        middle = [given["nc"], given["cnonce"], given["qop"]] if "qop" in given else []
        right = hashed(":".join([secret, given["nonce"], *middle, tail]))
        return given["nonce"] == nonces[-1] and right == given["response"]

    def answered(request: BaseHTTPRequestHandler) -> None:
        if authorized(request):
            answer(request)
            return
        request.send_response(401)
        stale = ', stale="true"' if nonces[:-1] and "Digest" in str(request.headers) else ""
        for challenge in challenges:
            request.send_header("WWW-Authenticate", challenge.format(nonce=nonces[-1]) + stale)
        request.send_header("Content-Length", "4")
        request.end_headers()
        request.wfile.write(b"shut")

    return answered
