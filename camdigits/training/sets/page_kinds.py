"""Which pages are rendered to learn from: a round of kinds and sizes, repeated."""

from __future__ import annotations

Plan = list[tuple[str, tuple[int, int]]]

# Small digits teach how area averaging blurs, and a third of the pages has no digit, since that is
# where what is none abounds.
_ROUND: tuple[tuple[str, tuple[int, int]], ...] = (
    ("plain", (1280, 720)),
    ("words", (1280, 720)),
    ("scene", (1280, 720)),
    ("rows", (960, 540)),
    ("cells", (1280, 720)),
    ("nothing", (1280, 720)),
    ("sums", (1280, 720)),
    ("pale", (1280, 720)),
    ("scene", (960, 1280)),
    ("blur", (960, 540)),
    ("clutter", (1280, 720)),
    ("strings", (1280, 720)),
    ("tight", (640, 360)),
    ("small", (800, 600)),
    ("words", (960, 1280)),
    ("nothing", (640, 480)),
    ("marker", (1280, 720)),
    ("scene", (640, 480)),
    ("ruled", (1280, 720)),
    ("touching", (960, 540)),
    ("dim", (960, 540)),
    ("tight", (960, 540)),
    ("nothing", (960, 1280)),
    ("squared", (1280, 720)),
    ("sums", (640, 480)),
    ("bleed", (1280, 720)),
    ("tilted", (1280, 720)),
    ("words", (640, 480)),
    ("scene", (1280, 720)),
    ("cells", (960, 1280)),
    ("blank", (1280, 720)),
    ("tight", (640, 360)),
    ("strings", (640, 480)),
    ("blackboard", (960, 540)),
    ("nothing", (1600, 1200)),
    ("touching", (640, 480)),
    ("shadow", (960, 540)),
    ("pale", (640, 480)),
    ("scene", (1600, 1200)),
    ("small", (640, 480)),
    ("nothing", (800, 600)),
    ("tilted", (960, 720)),
    ("rows", (640, 360)),
)


def page_kinds(pages: int) -> Plan:
    """Return kind and (width, height) in pixels of so many pages."""
    return [_ROUND[number % len(_ROUND)] for number in range(pages)]


# Marks and tables first; the other kinds show what else stands beside digits.
_LINES: tuple[tuple[str, tuple[int, int]], ...] = (
    ("marks", (960, 540)),
    ("ledger", (960, 540)),
    ("marks", (1280, 720)),
    ("rows", (960, 540)),
    ("marks", (640, 480)),
    ("sums", (960, 540)),
    ("marks", (960, 540)),
    ("ledger", (640, 480)),
    ("words", (960, 540)),
    ("marks", (640, 360)),
    ("strings", (640, 480)),
    ("marks", (960, 720)),
    ("cells", (960, 540)),
    ("ledger", (960, 720)),
    ("touching", (640, 480)),
    ("marks", (960, 540)),
    ("scene", (960, 540)),
    ("sums", (640, 480)),
    ("marks", (1280, 720)),
    ("squared", (960, 540)),
    ("ledger", (960, 540)),
    ("marks", (640, 480)),
    ("blackboard", (960, 540)),
    ("dim", (640, 480)),
    ("marks", (960, 540)),
    ("tilted", (960, 540)),
    ("pale", (640, 480)),
    ("bleed", (640, 480)),
)


def line_page_kinds(pages: int) -> Plan:
    """Return kind and (width, height) in pixels of so many pages to learn reading lines from."""
    return [_LINES[number % len(_LINES)] for number in range(pages)]
