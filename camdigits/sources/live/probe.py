"""Finds out why a network address gives nothing to read; OpenCV only says that it does not."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from camdigits.errors import SourceOpenError
from camdigits.sources.names import label, shown
from camdigits.sources.remote.connection import tls_context, why_insecure
from camdigits.support.printable import printable

PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322, "rtmp": 1935, "rtmps": 443}
TIMEOUT_S = 3.0

_LINE_BYTES = 1024
_SAFE = ":/?#[]@!$&'()*+,;=%~"


def why_unreachable(address: str, insecure: bool = False) -> str:
    """Return what keeps an address from being read, and what to do; asks it once.

    Args:
        address: beginning with the scheme of a stream.
        insecure: the server may have any certificate.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return "is no valid address; check its host and port"
    if parts.scheme in ("udp", "rtp"):
        return "nothing came that can be read; is it sent to this machine, and to this port?"
    if parts.scheme == "srt":
        return (
            "this FFmpeg reads no srt://; have another one pass it on: "
            f"ffmpeg -v error -i {shown(address)} -c copy -f mpegts - | camdigits run -"
        )
    if not host:
        return "the address names no host; check it"
    if port is None:
        return f"the address names no port; give it as {parts.scheme}://{host}:PORT"
    try:
        socket.create_connection((host, port), TIMEOUT_S).close()
    except (socket.gaierror, UnicodeError):  # the latter of names that no host can have
        return f"the host {host} is not known; check its name"
    except ConnectionRefusedError:
        return f"{host} refuses connections on port {port}; is the camera or server running?"
    except OSError:
        return f"{host} does not answer on port {port}; check that it is turned on and reachable"
    try:
        return _why_nothing(parts, host, port, insecure)
    except TimeoutError:
        return (
            f"{host} takes connections on port {port} and does not answer; check the port, and "
            "whether another program has the camera"
        )


def _why_nothing(parts: SplitResult, host: str, port: int, insecure: bool) -> str:
    """Return what a server that can be reached says; raises `TimeoutError` if it is silent."""
    answer = None
    if parts.scheme in ("http", "https"):
        answer = _http_answer(parts, host, port, insecure)
    elif parts.scheme in ("rtsp", "rtsps"):
        answer = _rtsp_answer(parts, host, port)
    if answer is None or (answer.status < 400 and not answer.kind):
        return "the server answers, but with no video that can be read"
    if answer.status >= 400:
        hint = login_hint(answer.status, parts.geturl())
        return f"the server answers {answer.status} {answer.reason}".rstrip() + hint
    return (
        f"the server answers with {answer.kind}, and no picture or video that can be read; give "
        "the address of the picture or video itself"
    )


def check_trusted(address: str, name: str, insecure: bool) -> None:
    """Look at the certificate of an rtsps address, which FFmpeg takes whatever it is.

    Args:
        address: beginning with rtsps://.
        name: as the user named it.
        insecure: any will do.

    Raises:
        SourceOpenError: if it is not trusted.
    """
    if insecure:
        return
    try:
        parts = urlsplit(address)
        _secured(parts, parts.hostname or "", parts.port or PORTS["rtsps"], insecure).close()
    except ssl.SSLError as error:
        raise SourceOpenError(f"{label(name)}: {why_insecure(error)}") from error
    except (OSError, ValueError):
        return  # whoever reads it tells


def _secured(parts: SplitResult, host: str, port: int, insecure: bool) -> socket.socket:
    """Return a connection to a server, with TLS where the scheme says so."""
    plain = socket.create_connection((host, port), TIMEOUT_S)
    if parts.scheme != "rtsps":
        return plain
    try:
        return tls_context(insecure).wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


class _Answer(NamedTuple):
    """What a server said: status, what that means, and the type of what it sends, if it sends."""

    status: int
    reason: str
    kind: str


def login_hint(status: int, address: str) -> str:
    """Return what to do about a login that a server asks for; "" if it asks for none."""
    if status != http.HTTPStatus.UNAUTHORIZED:
        return ""
    parts = urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    if not user:
        return f"; give name and password: {parts.scheme}://NAME:PASSWORD@{host}/..."
    return "; check name, password and path"


def _rtsp_answer(parts: SplitResult, host: str, port: int) -> _Answer | None:
    """Return what the server says of a stream; None if it speaks no RTSP."""
    address = quote(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), safe=_SAFE)
    request = f"DESCRIBE {address} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n"
    try:
        # Whether it is to be trusted was looked at before.
        with _secured(parts, host, port, True) as connection:
            connection.sendall(request.encode("ascii"))
            line = connection.makefile("rb").readline(_LINE_BYTES).decode("latin-1")
    except TimeoutError:
        raise
    except OSError:
        return None
    found = re.match(r"RTSP/\d\.\d (\d{3})\b *(.*)", line)
    return _Answer(int(found[1]), printable(found[2].strip()), "") if found else None


def _http_answer(parts: SplitResult, host: str, port: int, insecure: bool) -> _Answer | None:
    """Return what the server says and sends; None if it speaks no HTTP."""
    context = tls_context(insecure)
    connection = (
        http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    )
    try:
        connection.request("GET", parts._replace(scheme="", netloc="").geturl() or "/")
        answer = connection.getresponse()
        kind = printable(answer.headers.get_content_type())
        return _Answer(answer.status, http.client.responses.get(answer.status, ""), kind)
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
