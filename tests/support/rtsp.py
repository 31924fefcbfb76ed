"""An RTSP server on loopback that notes what it is asked for, and sends nothing."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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


_TRANSPORT_STREAM = _DESCRIPTION.replace("RTP/AVP 26", "RTP/AVP 33")
_PACKETS = 7 * 188
"""Bytes of a transport stream that travel together (RFC 2250)."""


@contextmanager
def tcp_camera(stream: bytes, seconds: float) -> Iterator[str]:
    """Give the address of a camera that sends a transport stream over TCP, again and again.

    Args:
        stream: whole packets of 188 bytes.
        seconds: how long it lasts.
    """
    blocks = [stream[place : place + _PACKETS] for place in range(0, len(stream), _PACKETS)]
    done = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                while (method := self._answered()) and method != "PLAY":
                    continue
                count = 0
                while method and not done.wait(seconds / len(blocks)):
                    head = struct.pack(">BBHII", 0x80, 33, count & 0xFFFF, count * 90, 1)
                    packet = head + blocks[count % len(blocks)]
                    self.wfile.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                    count += 1

        def _answered(self) -> str:
            method = self.rfile.readline().decode().partition(" ")[0]
            lines = iter(lambda: self.rfile.readline().decode().strip(), "")
            asked = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
            body = _TRANSPORT_STREAM if method == "DESCRIBE" else ""
            answer = ["RTSP/1.0 200 OK", f"CSeq: {asked.get('cseq', 0)}", "Session: 1"]
            answer += (
                ["Transport: RTP/AVP/TCP;unicast;interleaved=0-1"] if method == "SETUP" else []
            )
            answer += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
            self.wfile.write(("\r\n".join(answer) + "\r\n\r\n" + body).encode())
            return method

    with _served(Handler) as address:
        yield address
        done.set()


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
