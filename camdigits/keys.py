"""The keys of the window: the one table for the window, its help, ``--help`` and the README."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["quit", "pause", "step", "save", "mirror", "debug", "help"]


@dataclass(frozen=True, slots=True)
class Key:
    """Keys that do the same.

    Attributes:
        names: as the user is told.
        codes: what OpenCV reports for them.
        action: what the window does.
        what: the same for the user.
    """

    names: str
    codes: tuple[int, ...]
    action: Action
    what: str


_ESCAPE = 27

KEYS: tuple[Key, ...] = (
    Key("q, Esc", (ord("q"), _ESCAPE), "quit", "quit"),
    Key("Space", (ord(" "),), "pause", "pause and go on; the next picture"),
    Key(".", (ord("."), ord("n")), "step", "one frame on; the next picture"),
    Key("s", (ord("s"),), "save", "save the picture with its labels"),
    Key("m", (ord("m"),), "mirror", "mirror the display"),
    Key("d", (ord("d"),), "debug", "show and hide how the picture is read"),
    Key("h", (ord("h"),), "help", "show and hide this table"),
)


def action_of(code: int) -> Action | None:
    """Return what a key code asks for; None for a key without a meaning."""
    return next((key.action for key in KEYS if code in key.codes), None)


def key_lines() -> list[str]:
    """Return the table as lines of text, aligned for a font of one width."""
    return [f"{key.names:<8}{key.what}" for key in KEYS]
