"""Asks an http server for what stands behind an address, once, and keeps the connection."""

from __future__ import annotations

import http.client
import socket
from contextlib import suppress

from camdigits.sources.remote.session import HttpSession
from camdigits.support.context_manager import Closeable

ANSWER_S = 10.0
"""How long to wait for the server to answer, and for each of its next bytes."""
HEAD_BYTES = 512
"""Enough for the signature of a video, and little enough to arrive with its first picture."""
_MOST_BYTES = 2**45
"""Cameras state lengths beyond for what has no end."""


class Answer(Closeable):
    """What a server sends, behind its headers.

    Args:
        session: that it comes by; closed with this.
        response: just opened.

    Attributes:
        kind: its type as the server says, "video/mp4".
        length: in bytes; None where it is not stated, as of what has no end.
        has_ranges: the server says that it also gives parts of it.
        boundary: what stands between its parts, if it has parts and says so.
        is_partial: it begins where it was asked to.
        is_kept: it is a file that the server keeps, and so has an end.
        is_closed: nothing can be read of it any more.
    """

    def __init__(self, session: HttpSession, response: http.client.HTTPResponse) -> None:
        self._session, self._response, self._line = session, response, session.line
        headers = response.headers
        self.kind = headers.get_content_type()
        self.boundary = (headers.get_boundary() or "").encode("latin-1", "replace")
        stated = response.length
        self.length = stated if stated is not None and stated < _MOST_BYTES else None
        self.has_ranges = headers.get("Accept-Ranges", "").strip().lower() == "bytes"
        self.is_partial = response.status == http.HTTPStatus.PARTIAL_CONTENT
        marks = ("Last-Modified", "ETag", "Content-Disposition")
        self.is_kept = self.length is not None or any(mark in headers for mark in marks)
        self._head = b""
        self.is_closed = False

    def head(self, count: int = HEAD_BYTES) -> bytes:
        """Return the first bytes without taking them: `count`, or fewer at the end.

        Call it before anything was taken.

        Raises:
            OSError: if they stay away, or the connection broke off.
        """
        while len(self._head) < count and (block := self._received(count - len(self._head))):
            self._head += block
        return self._head[:count]

    def read(self, count: int) -> bytes:
        """Return the next bytes, as many as are there up to `count`; none only at the end.

        Raises:
            OSError: if they stay away, or the connection broke off.
        """
        if self._head:
            block, self._head = self._head[:count], self._head[count:]
            return block
        return self._received(count)

    def _received(self, count: int) -> bytes:
        try:
            return self._response.read1(count)
        except (http.client.HTTPException, ValueError) as error:
            raise ConnectionError(str(error)) from error

    def wait_for(self, seconds: float) -> None:
        """Set how long the next bytes may stay away."""
        if self._line is not None:
            self._line.settimeout(seconds)

    def interrupt(self) -> None:
        """End the connection, also while another thread waits for its next bytes."""
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up; a second call does nothing."""
        self.interrupt()
        self._response.close()
        self._session.close()
        self.is_closed = True


def ask(
    address: str,
    name: str,
    insecure: bool,
    start: int | None = None,
    wait_s: float | None = None,
) -> Answer:
    """Ask for what stands behind an address.

    Args:
        address: beginning with http:// or https://; a name and password in it are sent.
        name: as the user named it.
        insecure: the server may have any certificate.
        start: byte from which on it is wanted; None asks for all, without a word about bytes.
        wait_s: for the server to answer, and for each of its bytes; None takes `ANSWER_S`.

    Raises:
        SourceOpenError: if the server is not trusted, is silent, or leads in a circle.
        OSError: if it cannot be reached, or refuses.
        ValueError: if the address is none.
        http.client.HTTPException: if what answers speaks no HTTP.
    """
    session = HttpSession(address, name, ANSWER_S if wait_s is None else wait_s, insecure)
    try:
        response = session.get({} if start is None else {"Range": f"bytes={start}-"})
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise OSError(f"the server answers {response.status}")
    except BaseException:
        session.close()
        raise
    return Answer(session, response)
