"""Finds out why a network address gives nothing to read; OpenCV only says that it does not."""

from __future__ import annotations

import http.client
import socket
from urllib.parse import SplitResult, urlsplit

from camdigits.sinks.target import printable

PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtmp": 1935}
TIMEOUT_S = 3.0


def why_unreachable(address: str) -> str:
    """Return what keeps an address from being read, and what to do; asks it once.

    Args:
        address: beginning with http://, https://, rtsp:// or rtmp://.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or PORTS[parts.scheme]
    except ValueError:
        return "is no valid address; check its host and port"
    if not host:
        return "the address names no host; check it"
    try:
        socket.create_connection((host, port), TIMEOUT_S).close()
    except socket.gaierror:
        return f"the host {host} is not known; check its name"
    except ConnectionRefusedError:
        return f"{host} refuses connections on port {port}; is the camera or server running?"
    except OSError:
        return f"{host} does not answer on port {port}; check that it is turned on and reachable"
    answer = _http_answer(parts, host, port) if parts.scheme in ("http", "https") else None
    if answer is None:
        return "the server answers, but with no video that can be read"
    status, kind = answer
    if status >= 400:
        return f"the server answers {status} {http.client.responses.get(status, '')}".rstrip()
    return (
        f"the server answers with {kind}, and no picture or video that can be read; give the "
        "address of the picture or video itself"
    )


def _http_answer(parts: SplitResult, host: str, port: int) -> tuple[int, str] | None:
    """Return the status and the type of what the server sends; None if it speaks no HTTP."""
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", parts._replace(scheme="", netloc="").geturl() or "/")
        answer = connection.getresponse()
        return answer.status, printable(answer.headers.get_content_type())
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
