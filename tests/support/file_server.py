"""Serves a folder over HTTP on loopback, as web servers and as encoders do."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(slots=True)
class Manners:
    """How a server serves.

    Attributes:
        has_ranges: it gives parts of its files.
        states_length: it says how long they are; else it sends them in chunks.
        is_endless: it states no length and holds the line at the end.
        breaks: so many answers break off in the middle, the first ones.
        starts: where each answer began so far.
    """

    has_ranges: bool = True
    states_length: bool = True
    is_endless: bool = False
    breaks: int = 0
    starts: list[int] = field(default_factory=list)


@contextmanager
def served(folder: Path, manners: Manners | None = None) -> Iterator[str]:
    """Give the address of a folder whose files may be read."""
    done, manners = threading.Event(), manners or Manners()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            data = (folder / self.path.lstrip("/")).read_bytes()
            found = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
            is_part = found is not None and manners.has_ranges
            start = int(found[1]) if found and is_part else 0
            manners.starts.append(start)
            self.close_connection = True
            self._begin(206 if is_part else 200, start, len(data))
            rest = data[start:]
            if manners.breaks:
                manners.breaks -= 1
                rest = rest[: len(rest) // 2]
            try:
                self._send(rest)
            except OSError:  # who reads has seen enough
                return
            if manners.is_endless:
                done.wait(20)

        def _begin(self, status: int, start: int, size: int) -> None:
            self.send_response(status)
            if manners.has_ranges:
                self.send_header("Accept-Ranges", "bytes")
                self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
            if manners.is_endless:
                self.send_header("Connection", "close")
            elif manners.states_length:
                self.send_header("Content-Length", str(size - start))
            else:
                self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()

        def _send(self, rest: bytes) -> None:
            if manners.states_length or manners.is_endless:
                self.wfile.write(rest)
                return
            for place in range(0, len(rest), 5000):
                chunk = rest[place : place + 5000]
                self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        done.set()
        server.shutdown()
        server.server_close()
