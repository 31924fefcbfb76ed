"""The kinds of pages, as a table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from camdigits.training.pages.camera import Camera
from camdigits.training.pages.writing.layout import Handwriting

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Style:
    """What pages of one kind have in common; each range is drawn from once a page.

    Attributes:
        height_px: of the digits in a picture of 1280x720; other sizes in proportion.
        scales: whether the height follows the size of the picture.
        digits: least and most digits on a page, as far as they fit.
        word_length: least and most digits of a number.
        digit_gap: between digits of a number, in digit heights.
        word_gap: between numbers, in digit heights.
        line_gap: from baseline to baseline, in digit heights.
        touches: digits of a number touch or overlap a little.
        pens: kinds of pen, one of them a page.
        most_pens: that a page is written with, which its numbers take by turns.
        ground: what is written on.
        rulings: printed lines, one kind of them a page.
        light: what falls on the page.
        mirrors: lamps and windows are mirrored in the ground, and wiped ink left smears on it.
        clutter: whether marks that are no digits are drawn.
        on_desk: the sheet lies on a desk, turned and in perspective.
        camera: what takes the picture.
        text: what is written; "numbers" is laid out as ever, all else by `varied`, "plain" numbers
            among it.
        grounds: what varied pages are written on, one of them a page.
        tilt: of the lines of writing, in radians either way, on varied pages.
        least_tilt: likewise, at least.
        tip: how far the corners of a varied page's sheet lie from those of a rectangle, as a share
            of its sides; None for one that lies nearly flat before the camera.
        fills: share of varied pages whose sheet fills the picture; others lie in a scene.
        things: share of varied pages on which fingers, pens or cables lie.
        ghosts: writing of the other side shines through, or older writing was wiped away.
        tight: of the page only one number is seen, cut out so closely that it may touch the edge.
    """

    height_px: Range = (36, 110)
    scales: bool = True
    digits: tuple[int, int] = (6, 40)
    word_length: tuple[int, int] = (1, 4)
    digit_gap: Range = (0.12, 0.40)
    word_gap: Range = (1.0, 2.4)
    line_gap: Range = (1.5, 2.4)
    touches: bool = False
    pens: tuple[str, ...] = ("pencil", "ballpoint", "gel", "felt")
    most_pens: int = 1
    ground: Literal["paper", "board", "whiteboard", "light"] = "paper"
    rulings: tuple[Literal["none", "ruled", "squared"], ...] = ("none",)
    light: Literal["even", "shadow", "half", "any"] = "even"
    mirrors: bool = False
    clutter: bool = False
    on_desk: bool = False
    camera: Camera = field(default_factory=Camera)
    text: Literal[
        "numbers",
        "plain",
        "sums",
        "words",
        "strings",
        "cells",
        "any",
        "none",
        "marks",
        "ledger",
        "struck",
    ] = "numbers"
    grounds: tuple[str, ...] = ("paper",)
    tilt: float = 0.05
    least_tilt: float = 0.0
    tip: float | None = None
    fills: float = 0.75
    things: float = 0.08
    ghosts: bool = False
    tight: bool = False

    def handwriting(
        self, *, height_px: float, slant: float, slope: float, line_gap: float, touches: bool
    ) -> Handwriting:
        """Return how one writer writes on one page of this kind; see `Handwriting`."""
        return Handwriting(
            height_px=height_px,
            slant=slant,
            slope=slope,
            word_length=self.word_length,
            digit_gap=self.digit_gap,
            word_gap=self.word_gap,
            line_gap=line_gap,
            touches=touches,
        )


_PLAIN = Style()
_ROWS = replace(
    _PLAIN,
    height_px=(36, 76),
    digits=(14, 40),
    word_length=(2, 5),
    digit_gap=(0.10, 0.28),
    word_gap=(1.0, 1.8),
)
_NOTHING = replace(_PLAIN, digits=(0, 0))
_VARIED = replace(
    _PLAIN,
    height_px=(20, 120),
    digits=(2, 40),
    pens=("pencil", "ballpoint", "gel", "felt", "marker"),
    rulings=("none", "none", "ruled", "squared"),
    light="any",
    grounds=(*["paper"] * 8, "note", "whiteboard", "card", "security"),
    camera=Camera(blur_px=(0.4, 1.5), noise=(1.0, 6.0), exposure=(0.55, 1.08), jpeg=(50, 96)),
)

STYLES: dict[str, Style] = {
    "plain": _PLAIN,
    "blur": replace(_PLAIN, camera=Camera(blur_px=(1.2, 2.2))),
    "marker": replace(
        _PLAIN, height_px=(80, 200), digits=(4, 20), line_gap=(1.35, 1.9), pens=("marker",)
    ),
    "rows": _ROWS,
    "blackboard": replace(_PLAIN, height_px=(48, 120), pens=("chalk",), ground="board"),
    "shadow": replace(_PLAIN, light="shadow", camera=Camera(noise=(4.0, 9.0))),
    "ruled": replace(_PLAIN, height_px=(36, 80), line_gap=(1.25, 1.9), rulings=("ruled",)),
    "squared": replace(_PLAIN, height_px=(36, 80), rulings=("squared",)),
    "small": replace(
        _PLAIN,
        height_px=(20, 32),
        scales=False,
        digits=(20, 60),
        pens=("ballpoint", "gel"),
        camera=Camera(blur_px=(0.3, 0.7)),
    ),
    "tilted": replace(_PLAIN, height_px=(34, 70), light="half", on_desk=True),
    "touching": replace(
        _PLAIN,
        height_px=(44, 90),
        word_length=(2, 7),
        digit_gap=(-0.06, 0.03),
        touches=True,
        pens=("ballpoint", "gel", "felt"),
    ),
    "clutter": replace(_NOTHING, clutter=True),
    "blank": replace(_NOTHING, rulings=("none", "ruled", "squared"), light="any"),
    "sums": replace(_VARIED, text="sums", word_gap=(1.0, 3.0)),
    "words": replace(_VARIED, text="words", word_gap=(0.4, 1.0), digits=(0, 60)),
    "cells": replace(_VARIED, text="cells", digits=(4, 100), height_px=(18, 90)),
    "nothing": replace(_VARIED, text="none", digits=(0, 0), fills=0.5),
    "scene": replace(
        _VARIED,
        text="any",
        digits=(1, 30),
        height_px=(16, 420),
        grounds=("paper", "paper", "paper", "note", "whiteboard", "whiteboard", "card", "board"),
        tilt=0.2,
        fills=0.25,
        things=0.5,
    ),
    "dim": replace(
        _VARIED,
        text="any",
        camera=Camera(
            blur_px=(0.6, 1.8),
            noise=(3.0, 10.0),
            exposure=(0.22, 0.45),
            jpeg=(40, 95),
            shake_px=(0.0, 6.0),
        ),
    ),
    "pale": replace(_VARIED, text="any", pens=("faint",), height_px=(24, 150)),
    "bleed": replace(_VARIED, text="any", ghosts=True),
    "strings": replace(
        _VARIED,
        text="strings",
        digits=(5, 60),
        digit_gap=(-0.12, 0.10),
        word_gap=(0.8, 2.5),
        tilt=0.26,
    ),
    "tight": replace(
        _VARIED,
        text="strings",
        digits=(3, 30),
        height_px=(40, 150),
        digit_gap=(-0.12, 0.2),
        word_gap=(0.8, 2.5),
        grounds=("paper", "security", "security"),
        fills=1.0,
        tight=True,
    ),
    "marks": replace(
        _VARIED,
        text="marks",
        things=0.0,
        word_gap=(0.8, 3.0),
        digits=(4, 60),
        digit_gap=(0.02, 0.35),
        height_px=(28, 90),
        grounds=(*["paper"] * 6, "note", "whiteboard", "card", "security", "board"),
        tilt=0.12,
    ),
    "ledger": replace(
        _VARIED,
        text="ledger",
        rulings=("none", "none", "none", "ruled"),
        things=0.0,
        digits=(6, 100),
        digit_gap=(0.0, 0.25),
        height_px=(28, 70),
        tilt=0.1,
    ),
    "struck": replace(
        _VARIED,
        text="struck",
        things=0.0,
        digits=(4, 40),
        digit_gap=(0.02, 0.3),
        word_gap=(0.7, 2.2),
        line_gap=(1.35, 2.4),
        height_px=(26, 110),
        grounds=(*["paper"] * 6, "note", "whiteboard", "card", "board"),
        tilt=0.1,
    ),
    "turned": replace(
        _VARIED,
        text="any",
        least_tilt=0.31,
        tilt=0.70,
        digits=(4, 50),
        height_px=(24, 110),
        fills=0.5,
    ),
    "askew": replace(
        _VARIED,
        text="any",
        tilt=0.45,
        tip=0.16,
        digits=(4, 50),
        height_px=(30, 110),
        fills=0.35,
    ),
    "coloured": replace(
        _PLAIN,
        pens=("bright", "bright", "bright", "felt", "gel"),
        most_pens=3,
        ground="light",
        rulings=("none", "none", "ruled", "squared"),
        light="any",
        camera=Camera(noise=(1.0, 4.0)),
    ),
    "glare": replace(
        _PLAIN,
        height_px=(40, 120),
        digits=(0, 24),
        pens=("board",),
        ground="whiteboard",
        light="any",
        mirrors=True,
        camera=Camera(noise=(1.0, 5.0), exposure=(0.5, 0.95)),
    ),
    "tiny": replace(
        _PLAIN,
        height_px=(9.5, 16),
        scales=False,
        digits=(20, 60),
        pens=("ballpoint", "gel", "pencil"),
        camera=Camera(blur_px=(0.3, 0.7)),
    ),
}
