"""Finds out why a network address gives nothing to read; OpenCV only says that it does not."""

from __future__ import annotations

import http.client
import re
import socket
from urllib.parse import SplitResult, urlsplit

from camdigits.sinks.target import printable

PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtmp": 1935}
TIMEOUT_S = 3.0

_LINE_BYTES = 1024


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
    ask = {"http": _http_answer, "https": _http_answer, "rtsp": _rtsp_answer}.get(parts.scheme)
    answer = ask(parts, host, port) if ask else None
    if answer is None or (answer[0] < 400 and not answer[1]):
        return "the server answers, but with no video that can be read"
    status, kind = answer
    if status >= 400:
        return f"the server answers {status} {_words(status)}".rstrip() + _hint(status, parts)
    return (
        f"the server answers with {kind}, and no picture or video that can be read; give the "
        "address of the picture or video itself"
    )


def _words(status: int) -> str:
    return http.client.responses.get(status, "")  # RTSP's are those of HTTP, with some of its own


def _hint(status: int, parts: SplitResult) -> str:
    if status != http.HTTPStatus.UNAUTHORIZED:
        return ""
    if parts.username is None:
        return f"; give name and password: {parts.scheme}://NAME:PASSWORD@{parts.hostname}/..."
    return "; check name and password"


def _rtsp_answer(parts: SplitResult, host: str, port: int) -> tuple[int, str] | None:
    """Return the status of what the server sends, and no type; None if it speaks no RTSP.

    It is asked without name and password: where the address has them, OpenCV showed them before.
    """
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    try:
        with socket.create_connection((host, port), TIMEOUT_S) as connection:
            request = f"DESCRIBE {address} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n"
            connection.sendall(request.encode("ascii"))
            line = connection.makefile("rb").readline(_LINE_BYTES)
    except (OSError, ValueError):
        return None
    found = re.match(rb"RTSP/\d\.\d (\d{3})\b", line)
    return (int(found[1]), "") if found else None


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
