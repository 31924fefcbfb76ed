"""Connects to a web server: its certificate, and the proxy on the way."""

from __future__ import annotations

import base64
import http.client
import ssl
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from camdigits.errors import SourceOpenError


@dataclass(frozen=True, slots=True)
class Route:
    """A connection to a server, and what its requests need.

    Attributes:
        connection: not connected yet.
        is_by_proxy: requests name the whole address.
        headers: that the proxy wants.
    """

    connection: http.client.HTTPConnection
    is_by_proxy: bool
    headers: dict[str, str]


def route_to(parts: SplitResult, timeout_s: float, insecure: bool) -> Route:
    """Return the way to a server, through the proxy that the environment names.

    Args:
        parts: of an http or https address.
        timeout_s: how long to wait for it, and for each of its next bytes.
        insecure: it may have any certificate.

    Raises:
        ValueError, http.client.InvalidURL: if the address can be none.
    """
    host, port = parts.hostname or "", parts.port
    if not host:
        raise ValueError("no host")
    named = None if urllib.request.proxy_bypass(host) else urllib.request.getproxies()
    proxy = urlsplit((named or {}).get(parts.scheme, ""))
    at, at_port = (proxy.hostname, proxy.port) if proxy.hostname else (host, port)
    headers = _login(proxy)
    if parts.scheme == "http":
        plain = http.client.HTTPConnection(at, at_port, timeout=timeout_s)
        return Route(plain, bool(proxy.hostname), headers)
    context = tls_context(insecure)
    secure = http.client.HTTPSConnection(at, at_port, timeout=timeout_s, context=context)
    if proxy.hostname:
        secure.set_tunnel(host, port or 443, headers)
    return Route(secure, False, {})


def connect(connection: http.client.HTTPConnection, shown_name: str) -> None:
    """Connect.

    Raises:
        SourceOpenError: if it is not trusted, speaks no TLS, or says nothing.
        OSError: if it cannot be reached.
    """
    try:
        connection.connect()
    except ssl.SSLError as error:
        raise SourceOpenError(f"{shown_name}: {why_insecure(error)}") from error
    except TimeoutError as error:
        # Where even TCP gets no answer, there is no socket.
        if connection.sock is None:
            raise
        raise silent(connection, shown_name) from error


def silent(connection: http.client.HTTPConnection, shown_name: str) -> SourceOpenError:
    """Return the error of a server that lets one in and says nothing."""
    return SourceOpenError(
        f"{shown_name}: {connection.host} takes connections on port {connection.port} and does not "
        f"answer within {connection.timeout:g} s; check the port, and whether another program has "
        "the camera"
    )


def tls_context(insecure: bool) -> ssl.SSLContext:
    """Return how TLS is spoken; where any certificate will do, with old devices, too."""
    context = ssl.create_default_context()
    if insecure:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with suppress(ssl.SSLError):  # not known to every library
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    return context


def why_insecure(error: ssl.SSLError) -> str:
    """Return why there is no secure connection, and what to do."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not trusted ({error.verify_message}); if this is your own camera, "
            "add --insecure"
        )
    reason = (error.reason or "no TLS").replace("_", " ").lower()
    return (
        f"no secure connection ({reason}); is it http:// rather than https://? An old camera may "
        "need --insecure"
    )


def _login(proxy: SplitResult) -> dict[str, str]:
    user = unquote(proxy.netloc.rpartition("@")[0])
    if not user:
        return {}
    return {"Proxy-Authorization": f"Basic {base64.b64encode(user.encode()).decode()}"}
