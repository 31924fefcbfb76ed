"""Asks a web address, again and again over one connection where the server keeps it."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from camdigits.errors import SourceOpenError
from camdigits.sources.names import label, shown
from camdigits.sources.remote.connection import Route, connect, route_to, silent
from camdigits.sources.remote.login import Login
from camdigits.support.context_manager import Closeable

MAX_REDIRECTS: Final = 10
_SMALL = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)
_SAFE = "/?%:@!$&'()*+,;=~[]"
"""Characters that stay in the path of a request; a space or an umlaut does not."""

_Origin = tuple[str, str]
"""Scheme and host of a server."""


class HttpSession(Closeable):
    """One address, with the name and password that it has.

    Redirections are followed, Basic and Digest logins answered, and the proxy of the environment is
    used (``http_proxy``, ``https_proxy``, ``no_proxy``).

    Args:
        address: beginning with http:// or https://.
        name: as the user named it.
        timeout_s: how long to wait for a connection, and for each of the server's next bytes.
        insecure: the server may have any certificate.

    Attributes:
        line: the socket of the connection, once there is one.
    """

    def __init__(self, address: str, name: str, timeout_s: float, insecure: bool = False) -> None:
        self._address, self._label, self._timeout_s = address, label(name), timeout_s
        self._insecure = insecure
        self.line: socket.socket | None = None
        self._route: Route | None = None
        self._answer: http.client.HTTPResponse | None = None
        self._origin: _Origin = ("", "")
        self._logins: dict[_Origin, Login] = {}

    def get(self, headers: Mapping[str, str] | None = None) -> http.client.HTTPResponse:
        """Ask for the address.

        Args:
            headers: to be sent besides.

        Returns:
            The answer, whatever its status, to be read before the next one is asked for; the
            connection is closed with the session.

        Raises:
            SourceOpenError: if the server's certificate is not trusted, it does not answer in time,
                or leads in a circle.
            OSError, ValueError, http.client.HTTPException: if there is none that speaks HTTP.
        """
        address = self._address
        for _ in range(MAX_REDIRECTS):
            parts, origin = _split(address)
            self._learn_login(parts, origin)
            answer = self._asked(parts, origin, headers or {})
            place = answer.headers.get("Location")
            if answer.status not in _REDIRECTS or not place:
                return answer
            address = urljoin(address, place)
            if urlsplit(address).scheme not in ("http", "https"):
                raise SourceOpenError(
                    f"{self._label}: the server leads to {shown(address)}; give that address"
                )
        raise SourceOpenError(
            f"{self._label}: the server leads in a circle ({MAX_REDIRECTS} redirections, the last "
            f"to {shown(address)}); give the address of the picture or video itself"
        )

    def close(self) -> None:
        """Hang up; a second call does nothing."""
        if self._answer is not None:
            self._answer.close()
        if self._route is not None:
            self._route.connection.close()
        self._route = self._answer = None

    def _learn_login(self, parts: SplitResult, origin: _Origin) -> None:
        user, _, password = parts.netloc.rpartition("@")[0].partition(":")
        if user and origin not in self._logins:
            self._logins[origin] = Login(unquote(user), unquote(password))

    def _asked(
        self, parts: SplitResult, origin: _Origin, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        answer = self._sent(parts, origin, headers)
        login = self._logins.get(origin)
        if answer.status != http.HTTPStatus.UNAUTHORIZED or login is None:
            return answer
        if not login.heed(answer.headers.get_all("WWW-Authenticate", [])):
            return answer
        answer.read(_SMALL)  # so that the connection can be kept
        return self._sent(parts, origin, headers)

    def _sent(
        self, parts: SplitResult, origin: _Origin, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        """Send one request and return its answer; once more if the kept connection was closed."""
        path = parts._replace(scheme="", netloc="", fragment="").geturl()
        target = quote(path if path.startswith("/") else f"/{path}", safe=_SAFE)
        url = f"{origin[0]}://{origin[1]}{target}"
        login = self._logins.get(origin)
        authorization = login.header(url) if login else None
        known = {"Authorization": authorization} if authorization else {}
        is_kept = self._is_kept(origin)
        route = self._route if is_kept and self._route else self._connected(parts, origin)
        known |= {"User-Agent": "camdigits", "Accept": "*/*", **headers, **route.headers}
        try:
            route.connection.request("GET", url if route.is_by_proxy else target, headers=known)
            self._answer = route.connection.getresponse()
        except TimeoutError as error:
            raise silent(route.connection, self._label) from error
        except (ConnectionError, http.client.BadStatusLine):
            if not is_kept:
                raise
            self.close()
            return self._sent(parts, origin, headers)
        return self._answer

    def _is_kept(self, origin: _Origin) -> bool:
        """Return whether the connection can be used for another request to this server."""
        answer = self._answer
        if (
            answer is not None and answer.length == 0
        ):  # read to its end in parts, which tells nobody
            answer.close()
        is_read = answer is None or answer.isclosed()
        is_open = self._route is not None and self._route.connection.sock is not None
        return is_open and is_read and origin == self._origin

    def _connected(self, parts: SplitResult, origin: _Origin) -> Route:
        self.close()
        self._route, self._origin = route_to(parts, self._timeout_s, self._insecure), origin
        connect(self._route.connection, self._label)
        # The connection forgets it where the server will hang up after its answer.
        self.line = self._route.connection.sock
        return self._route


def _split(address: str) -> tuple[SplitResult, _Origin]:
    parts = urlsplit(address)
    return parts, (parts.scheme, parts.netloc.rpartition("@")[2])
