"""Passwords in addresses, taken out of what people and files are told."""

from __future__ import annotations

import re

_LOGIN = re.compile(
    r"(?P<user>\b(?P<scheme>[a-z][a-z0-9+.-]*)://(?!\[)[^\s/:]*:)(?P<rest>.*)@", re.I | re.S
)
"""Of one address.  Up to the last @: who puts one, or a /, into a password does not write %40."""
_PORT = re.compile(r"[0-9]{1,5}(?:[/?#]|$)")
_QUERY = re.compile(
    r"(?P<key>[?&;](?:pass|passwd|password|pwd|pw|psw|secret|token|api_?key)=)[^&;#\s'\"]+", re.I
)
_ADDRESS_WITHIN = re.compile(r"\S*://\S*")


def masked(address: str) -> str:
    """Return an address without its password, `***` in its place; other names as they are.

    In an http address a number and a slash behind the first colon are taken for the port: there,
    an @ in the path is common.
    """
    if "://" not in address:
        return address
    return _QUERY.sub(r"\g<key>***", _LOGIN.sub(_without_login, address))


def masked_within(text: str) -> str:
    """Return a text in which every address, up to the next space, is as `masked` returns it."""
    return _ADDRESS_WITHIN.sub(lambda found: masked(found[0]), text) if "://" in text else text


def _without_login(found: re.Match[str]) -> str:
    is_web = found["scheme"].lower() in ("http", "https")
    if found["rest"] == "PASSWORD":  # as messages show how to give one
        return found[0]
    if (is_web or "@" in found["user"]) and _PORT.match(found["rest"]):
        return found[0]
    return f"{found['user']}***@"
