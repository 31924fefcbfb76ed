"""Reads a slow camera and a picture that is asked for again, for long, and watches the process.

    python tools/soak_cameras.py snapshot --seconds 3600 --pause 1
    python tools/soak_cameras.py stream --seconds 3600 --pause 5

Both stand on loopback: the stream sends motion JPEG, a picture each pause; the picture has an ETag.
What they show changes with every sixth picture.  Right is: the exit code 0, resident memory at the
end within 5 % of what it was after two minutes, and as many threads and open files as then.  Needs
Linux.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np
from soak import SETTLED_S, TOLERANCE, compared, page, watch

PICTURES = 6
"""Of each number: one is told when it has stood still on some."""


def main() -> int:
    """Read, print what was seen, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kind", choices=("stream", "snapshot"))
    parser.add_argument("--seconds", type=float, default=3600.0, metavar="N")
    parser.add_argument("--pause", type=float, default=5.0, help="between two pictures, in seconds")
    parser.add_argument("--settled", type=float, default=SETTLED_S, metavar="SECONDS")
    args = parser.parse_args()
    asked = ["--every", str(args.pause)] if args.kind == "snapshot" else []
    with camera(args.pause) as (address, sent):
        source = f"{address}/{args.kind}"
        code, samples = watch([source, "--no-window", "--timeout", str(args.seconds), *asked])
    report = {"exit code": code, "pictures sent": len(sent), **compared(samples, args.settled)}
    for what, value in report.items():
        print(f"{what}: {value}")
    is_flat = report.get("growth", 1.0) <= TOLERANCE
    is_same = len(report.get("threads", ())) == len(report.get("open files", ())) == 1
    return int(code != 0 or not is_flat or not is_same)


def picture(pause_s: float) -> tuple[str, bytes]:
    """Return the page of now, and its ETag."""
    number = int(time.time() / (PICTURES * pause_s))
    rng = np.random.default_rng(number)
    paper = page(1 + number % 4) + rng.integers(-6, 7, page(1).shape)
    _, data = cv2.imencode(".jpg", np.clip(paper, 0, 255).astype(np.uint8))
    return f'"{number}"', data.tobytes()


@contextmanager
def camera(pause_s: float) -> Iterator[tuple[str, list[int]]]:
    """Give the address of a camera with a stream and a picture, and the sizes of what it sent."""
    sent: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            try:
                if self.path == "/snapshot":
                    self._picture()
                else:
                    self._stream()
            except OSError:  # the viewer has left
                self.close_connection = True

        def _picture(self) -> None:
            mark, data = picture(pause_s)
            is_known = self.headers.get("If-None-Match") == mark
            self.send_response(304 if is_known else 200)
            self.send_header("ETag", mark)
            self.send_header("Content-Type", "image/jpeg")
            if not is_known:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if not is_known:
                sent.append(self.wfile.write(data))

        def _stream(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=part")
            self.end_headers()
            while True:
                data = picture(pause_s)[1]
                head = f"--part\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                sent.append(self.wfile.write(head.encode() + data + b"\r\n"))
                time.sleep(pause_s)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
