"""Finds out why a network address gives no video; OpenCV only says that it does not."""

from __future__ import annotations

import http.client
import socket
from urllib.parse import SplitResult, urlsplit

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
    status = _http_status(parts, host, port) if parts.scheme in ("http", "https") else None
    if status is not None and status >= 400:
        return f"the server answers {status} {http.client.responses.get(status, '')}".rstrip()
    return "the server answers, but with no video that can be read"


def _http_status(parts: SplitResult, host: str, port: int) -> int | None:
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", parts._replace(scheme="", netloc="").geturl() or "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
