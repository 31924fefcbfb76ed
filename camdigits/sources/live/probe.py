"""Finds out why a network address gives nothing to read; OpenCV only says that it does not."""

from __future__ import annotations

import http.client
import re
import socket
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from camdigits.support.printable import printable

PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtmp": 1935}
TIMEOUT_S = 3.0

_LINE_BYTES = 1024
_SAFE = ":/?#[]@!$&'()*+,;=%~"


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
    except (socket.gaierror, UnicodeError):  # the latter of names that no host can have
        return f"the host {host} is not known; check its name"
    except ConnectionRefusedError:
        return f"{host} refuses connections on port {port}; is the camera or server running?"
    except OSError:
        return f"{host} does not answer on port {port}; check that it is turned on and reachable"
    ask = {"http": _http_answer, "https": _http_answer, "rtsp": _rtsp_answer}.get(parts.scheme)
    answer = ask(parts, host, port) if ask else None
    if answer is None:
        return "the server answers, but with no video that can be read"
    if answer.status >= 400:
        return f"the server answers {answer.status} {answer.reason}".rstrip() + _hint(answer, parts)
    if not answer.kind:
        return "the server answers, but with no video that can be read"
    return (
        f"the server answers with {answer.kind}, and no picture or video that can be read; give "
        "the address of the picture or video itself"
    )


class _Answer(NamedTuple):
    """What a server said: status, what that means, and the type of what it sends, if it sends."""

    status: int
    reason: str
    kind: str


def _hint(answer: _Answer, parts: SplitResult) -> str:
    if answer.status != http.HTTPStatus.UNAUTHORIZED:
        return ""
    user, _, host = parts.netloc.rpartition("@")
    if not user:
        return f"; give name and password: {parts.scheme}://NAME:PASSWORD@{host}/..."
    # It is asked without them, so that it is not known whether they are right.
    return "; check name, password and path"


def _rtsp_answer(parts: SplitResult, host: str, port: int) -> _Answer | None:
    """Return what the server says of a stream; None if it speaks no RTSP."""
    address = quote(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), safe=_SAFE)
    request = f"DESCRIBE {address} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n"
    try:
        with socket.create_connection((host, port), TIMEOUT_S) as connection:
            connection.sendall(request.encode("ascii"))
            line = connection.makefile("rb").readline(_LINE_BYTES).decode("latin-1")
    except OSError:
        return None
    found = re.match(r"RTSP/\d\.\d (\d{3})\b *(.*)", line)
    return _Answer(int(found[1]), printable(found[2].strip()), "") if found else None


def _http_answer(parts: SplitResult, host: str, port: int) -> _Answer | None:
    """Return what the server says and sends; None if it speaks no HTTP."""
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(host, port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", parts._replace(scheme="", netloc="").geturl() or "/")
        answer = connection.getresponse()
        kind = printable(answer.headers.get_content_type())
        return _Answer(answer.status, http.client.responses.get(answer.status, ""), kind)
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
