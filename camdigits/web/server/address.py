"""Where the server is found: its names, its address, and that as a code for cameras of phones."""

from __future__ import annotations

import io
import ipaddress
import socket
from contextlib import suppress

_ANYWHERE = ("0.0.0.0", "::")


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a server that listens at `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def neighbour(host: str) -> str | None:
    """Return what stands for whoever calls from an address, to be counted; None for this machine.

    That is the address, and for IPv6 the network of 2**64 addresses that one household has.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    if address.is_loopback:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def reached_by(host: str) -> str:
    """Return the name or address by which others reach a server that listens at `host`.

    Of all addresses of this machine it is the one that it would send from.
    """
    if host not in _ANYWHERE:
        return host
    family, far = (
        (socket.AF_INET, "192.0.2.1") if host == _ANYWHERE[0] else (socket.AF_INET6, "2001:db8::1")
    )
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((far, 9))  # a datagram socket sends nothing by this
        return str(probe.getsockname()[0])
    return socket.gethostname()


def names_of(host: str) -> frozenset[str]:
    """Return the names, in lower case, by which a server that listens at `host` may be called."""
    own = socket.gethostname().lower()
    return frozenset({"localhost", own, f"{own.split('.')[0]}.local", host.lower()})


def address_of(host: str, port: int, is_secure: bool, token: str | None) -> str:
    """Return what is typed into a browser.

    The token stands behind the ``#``, which browsers keep to themselves, so that no log has it.
    """
    name = f"[{host}]" if ":" in host else host
    scheme = "https" if is_secure else "http"
    return f"{scheme}://{name}:{port}/" + (f"#token={token}" if token else "")


def qr_code(address: str) -> str:
    """Return an address as a QR code of a terminal's characters, with a margin around it."""
    import segno

    drawn = io.StringIO()
    segno.make(address, error="l", micro=False).terminal(drawn, compact=True)
    return drawn.getvalue()
