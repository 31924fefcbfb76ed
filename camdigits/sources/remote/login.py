"""Answers a web server that asks for a name and a password: Basic (RFC 7617), Digest (RFC 7616)."""

from __future__ import annotations

import base64
import hashlib
import re
import urllib.request
from collections.abc import Callable, Sequence
from urllib.error import URLError

_NEXT = re.compile(r",\s*(?=(?:basic|digest|bearer|negotiate|ntlm)\b)", re.IGNORECASE)
"""Between two challenges that a server sends in one header."""
_HASHES = {"MD5": "md5", "SHA-256": "sha256"}
"""What Digest hashes with; the better one last."""

_Hash = Callable[[str], str]


class Login:
    """A name and a password for one server.

    Args:
        user: the name.
        password: the password.
    """

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._digest: _Digest | None = None
        self._challenge: dict[str, str] = {}

    def heed(self, challenges: Sequence[str]) -> bool:
        """Take what a server that refused asks for.

        Args:
            challenges: its ``WWW-Authenticate`` headers.

        Returns:
            Whether asking again makes sense: it asks for Digest, and not because the last answer to
            it was wrong.
        """
        known = [found for found in map(_digest_challenge, _parts(challenges)) if found]
        if not known:
            return False
        best = max(known, key=lambda each: list(_HASHES).index(_algorithm(each)))
        was_asked, self._challenge = self._digest is not None, best
        self._digest = self._digest or _Digest(self._user, self._password)
        return not was_asked or best.get("stale", "").lower() == "true"

    def header(self, address: str) -> str | None:
        """Return the ``Authorization`` for the next GET of an address; None if there is none.

        Basic before a server asked for anything, as browsers and curl do.
        """
        if self._digest is None:
            login = base64.b64encode(f"{self._user}:{self._password}".encode()).decode()
            return f"Basic {login}"
        answer = self._digest.get_authorization(urllib.request.Request(address), self._challenge)
        return f"Digest {answer}" if answer else None


class _OneLogin(urllib.request.HTTPPasswordMgr):
    """The same name and password wherever they are asked for."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__()
        self._login = user, password

    def find_user_password(self, realm: str, authuri: str) -> tuple[str, str]:
        return self._login


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Python's own, which knows SHA-256 from 3.14 on only, and passwords of ASCII characters."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__(_OneLogin(user, password))

    def get_algorithm_impls(self, algorithm: str) -> tuple[_Hash, Callable[[str, str], str]]:
        name = _HASHES[algorithm.upper()]

        def hashed(text: str) -> str:
            return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()

        return hashed, lambda secret, data: hashed(f"{secret}:{data}")


def _parts(challenges: Sequence[str]) -> list[str]:
    return [part.strip() for each in challenges for part in _NEXT.split(each)]


def _algorithm(challenge: dict[str, str]) -> str:
    return challenge.get("algorithm", "MD5").upper()


def _digest_challenge(text: str) -> dict[str, str] | None:
    """Return what a challenge of Digest says; None if it is none that can be answered."""
    scheme, _, rest = text.partition(" ")
    if scheme.lower() != "digest":
        return None
    try:
        said = urllib.request.parse_keqv_list(urllib.request.parse_http_list(rest))
    except (ValueError, URLError):
        return None
    offered = [each.strip() for each in said.get("qop", "auth").split(",")]
    if (
        _algorithm(said) not in _HASHES
        or "auth" not in offered
        or not {"realm", "nonce"} <= {*said}
    ):
        return None
    if "qop" in said:
        said["qop"] = "auth"
    return said
