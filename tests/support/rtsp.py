"""An RTSP server on loopback that notes what it is asked for, and sends nothing."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_DESCRIPTION = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=video 0 RTP/AVP 26\r\na=control:track1\r\n"
)


@contextmanager
def udp_camera() -> Iterator[tuple[str, list[str]]]:
    """Give the address of a camera that refuses TCP, and the transports it was asked for."""
    asked: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while method := self.rfile.readline().decode().partition(" ")[0]:
                headers = dict(self._headers())
                transport = headers.get("transport", "")
                if transport:
                    asked.append(transport)
                refused = "TCP" in transport
                lines = [f"RTSP/1.0 {'461 Unsupported Transport' if refused else '200 OK'}"]
                lines.append(f"CSeq: {headers['cseq']}")
                if method == "OPTIONS":
                    lines.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
                if method == "SETUP" and not refused:
                    lines += [f"Transport: {transport};server_port=9-10", "Session: 1"]
                body = _DESCRIPTION if method == "DESCRIBE" else ""
                if body:
                    lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
                self.wfile.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

        def _headers(self) -> Iterator[tuple[str, str]]:
            while line := self.rfile.readline().decode().strip():
                name, _, value = line.partition(":")
                yield name.lower(), value.strip()

    with _served(Handler) as address:
        yield address, asked


@contextmanager
def answering(line: str) -> Iterator[str]:
    """Give the address of a server that answers everything with one line."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            number = "1"
            while asked := self.rfile.readline().decode().strip().lower():
                if asked.startswith("cseq:"):
                    number = asked.partition(":")[2].strip()
            self.wfile.write(f"{line}\r\nCSeq: {number}\r\n\r\n".encode())

    with _served(Handler) as address:
        yield address


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextmanager
def _served(handler: type[socketserver.StreamRequestHandler]) -> Iterator[str]:
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"rtsp://127.0.0.1:{server.server_address[1]}/live"
        server.shutdown()
