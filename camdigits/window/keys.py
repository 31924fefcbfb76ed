"""The keys of the window: the one table for the window, its help, ``--help`` and docs/use.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Mode = Literal["read", "teach"]
"""What the window is doing, which decides what a key means."""

Action = Literal[
    "quit",
    "pause",
    "step",
    "save",
    "record",
    "mirror",
    "debug",
    "full screen",
    "surer",
    "less sure",
    "polarity",
    "region",
    "teach",
    "help",
    "is digit",
    "is none",
    "next digit",
    "last digit",
    "take back",
    "end teaching",
]


@dataclass(frozen=True, slots=True)
class Key:
    """Keys that belong together.

    Attributes:
        names: as the user is told.
        does: what the window does, by the code that OpenCV reports for the key.
        what: the same for the user.
        mode: when.
    """

    names: str
    does: Mapping[int, Action]
    what: str
    mode: Mode = "read"


_ESCAPE = 27
# As X11, Windows and macOS name them to `cv2.waitKeyEx`; see `camdigits.window.keys.plain_code`.
_BACKSPACE = (8, 127, 0xFF08)
_LEFT, _UP, _RIGHT, _DOWN = (
    (0xFF51, 0x25, 0xF702),
    (0xFF52, 0x26, 0xF700),
    (0xFF53, 0x27, 0xF703),
    (0xFF54, 0x28, 0xF701),
)
_KEYPAD_DIGITS = range(0xFFB0, 0xFFBA)


def _on(codes: str | tuple[int, ...], action: Action) -> dict[int, Action]:
    return {ord(code) if isinstance(code, str) else code: action for code in codes}


KEYS: tuple[Key, ...] = (
    Key("q, Esc", _on("q", "quit") | {_ESCAPE: "quit"}, "quit"),
    Key("Space", _on(" ", "pause"), "pause and go on; the next picture"),
    Key(".", _on(".n", "step"), "one frame on; the next picture"),
    Key("s", _on("s", "save"), "save the frame, the marked frame and its record"),
    Key("v", _on("v", "record"), "start and stop a video of what is shown"),
    Key("m", _on("m", "mirror"), "mirror the display"),
    Key("d", _on("d", "debug"), "show and hide how the picture is read"),
    Key("f", _on("f", "full screen"), "full screen"),
    Key("+, -", _on("+=", "surer") | _on("-_", "less sure"), "ask for more or less confidence"),
    Key("p", _on("p", "polarity"), "read dark ink, light ink or both"),
    Key("r", _on("r", "region"), "drag a region to read; again: read all"),
    Key("t, click", _on("t", "teach"), "teach a digit: the frame stops, the digit is marked"),
    Key("h", _on("h", "help"), "show and hide this table"),
    Key(
        "0-9",
        _on("0123456789", "is digit") | _on(tuple(_KEYPAD_DIGITS), "is digit"),
        "teaching: the marked digit is this one",
        "teach",
    ),
    Key("n", _on("n", "is none"), "teaching: it is no digit", "teach"),
    Key(
        "arrows",
        _on(_RIGHT + _DOWN, "next digit") | _on(_LEFT + _UP, "last digit"),
        "teaching: the next digit, the one before",
        "teach",
    ),
    Key("Backspace", _on(_BACKSPACE, "take back"), "teaching: take the last answer back", "teach"),
    Key("Esc, t", {_ESCAPE: "end teaching", ord("t"): "end teaching"}, "teaching: end", "teach"),
)

_WHILE_TEACHING: tuple[Action, ...] = ("help", "mirror", "full screen")
"""What other keys still do then."""


def action_of(code: int, mode: Mode = "read") -> Action | None:
    """Return what a key code asks for; None for a key without a meaning."""
    for key in KEYS:
        action = key.does.get(code)
        if action and (key.mode == mode or action in _WHILE_TEACHING):
            return action
    return None


def plain_code(reported: int) -> int:
    """Return the code of a key without the modifiers that `cv2.waitKeyEx` adds; -1 for none.

    X11 puts Shift and Num Lock above bit 16; Windows puts the arrows there and nothing below.
    """
    if reported < 0:
        return -1
    return reported & 0xFFFF or reported >> 16


def digit_of(code: int) -> int:
    """Return the digit of a key whose action is "is digit"."""
    return code - (_KEYPAD_DIGITS.start if code in _KEYPAD_DIGITS else ord("0"))


def key_lines() -> list[str]:
    """Return the table as lines of text, aligned for a font of one width."""
    return [f"{key.names:<11}{key.what}" for key in KEYS]
