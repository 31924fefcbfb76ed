"""What people write with marks: decimals, prices, dates, times, signed numbers, sums, formulas.

As in `texts`, ``#`` stands for any digit, a space for a gap, and every other character for itself.
Here digits of the texts stand for themselves, too.
"""

from __future__ import annotations

import numpy as np

from camdigits.training.pages.writing.drawing import GlyphSupply
from camdigits.training.pages.writing.glyphs import MARK, Glyph
from camdigits.training.pages.writing.inks import Pen
from camdigits.training.pages.writing.layout import Handwriting
from camdigits.training.pages.writing.separators import SEPARATORS, separator
from camdigits.training.pages.writing.texts import Writer, number_of

ONES = 0.2
"""Share of the texts that have many ones."""
# fmt: off
_NUMBERS = (
    "##.##", "#.##", "#.#", "##.#", "###.##", "##,##", "#,##", "#,#", "##,#", "###,##", "#.###",
    "#,###", "#.###,##", "#,###.##", "0.#", "0,##",
    "-#", "-##", "-###", "-#.#", "-##,##", "-####", "- #", "- ##",
    "##:##", "#:##", "##:##:##", "##.##.####", "##.##.##", "#.#.##", "##/##/####", "##/##/##",
    "#/#", "##/##", "#/##", "##-##-####", "####-##-##", "##-##", "#-#", "###-####", "##-###",
    "#####-###", "#", "##", "###", "####", "#####", "######", "########", "##", "###", "#", "####",
    "##.-", "##,-", "#x", "## x", "#)", "##)", "(#)", "(##)", "#.", "##.", "#:", "##,",
    "# # #", "## ##", "#/#/#", "+#", "+##", "x##", "1/#", "1#/1#", "11", "1.1", "1:#1", "11-11",
    "1#/1#/####", "11/11/##", "1/1", "1/1/##", "#/11", "1,1", "1 / 1", "-1", "1-1", "-11,#",
)
_TERMS = ("#", "##", "###", "#.#", "#,#", "##", "#", "#x", "#y", "#a", "#n", "x", "y", "##x", "1#")
_LETTERS = "xyzabcnmtkpqrsvuXYABCNRFE"
# fmt: on
_SIGNS = "+-x=/÷·+-=:"


def mark_text(rng: np.random.Generator) -> str:
    """Return a number with its marks, or now and then a sum or a formula."""
    chance = rng.random()
    if chance < 0.6:
        return _with_ones(rng, _NUMBERS[rng.integers(len(_NUMBERS))].replace("0", "#"))
    return formula_text(rng)


def _with_ones(rng: np.random.Generator, text: str) -> str:
    """Return a text in which now and then half of the digits are ones, which slashes look like."""
    if rng.random() >= ONES:
        return text
    return "".join("1" if each == "#" and rng.random() < 0.5 else each for each in text)


def formula_text(rng: np.random.Generator) -> str:
    """Return a sum or an equation in one line, like ``(# + ##) / # = #x``."""
    gap = "" if rng.random() < 0.3 else " "
    parts = [_term(rng)]
    for _ in range(int(rng.integers(1, 5))):
        parts.append(f"{gap}{_SIGNS[rng.integers(len(_SIGNS))]}{gap}{_term(rng)}")
    if rng.random() < 0.3:
        first = int(rng.integers(len(parts)))
        last = int(rng.integers(first, len(parts)))
        head, lead = parts[first].lstrip(" +-x=/÷·:"), parts[first]
        parts[first] = lead[: len(lead) - len(head)] + "(" + head
        parts[last] += ")"
    text = "".join(parts)
    if rng.random() < 0.2:
        text = f"-{text}"
    return f"{text}{gap}=" if rng.random() < 0.2 else text


def cell_text(rng: np.random.Generator) -> str:
    """Return what stands in one cell of a table of numbers."""
    chance = rng.random()
    if chance < 0.65:
        return number_of(rng, 1, 3)
    if chance < 0.7:
        return "-"
    if chance < 0.73:
        return "/"
    forms = ("#.#", "#,#", "##.#", "#.##", "-#", "+#", "#:##", "##-##", "####", "##.##", "-##")
    return forms[rng.integers(len(forms))]


def _term(rng: np.random.Generator) -> str:
    term = _TERMS[rng.integers(len(_TERMS))]
    letter = _LETTERS[rng.integers(len(_LETTERS))] if rng.random() < 0.3 else "x"
    return term.replace("x", letter)


class MarkWriter(Writer):
    """Writes texts with marks as one writer with one pen; see `Writer`."""

    def __init__(
        self, rng: np.random.Generator, supply: GlyphSupply, pen: Pen, handwriting: Handwriting
    ) -> None:
        super().__init__(rng, supply, pen, handwriting)
        # Some crowd their marks, others give each the room of a digit.
        self._mark_gap = rng.uniform(0.03, 0.3)
        self._sum_gap = rng.uniform(0.08, 0.45)

    def _glyph(self, token: str) -> Glyph:
        if token in SEPARATORS:
            return separator(self._rng, token, self._pen)
        if token.isdecimal():
            return self._supply.labelled(int(token))
        return super()._glyph(token)

    def _gap(self, before: Glyph, after: Glyph, token: str) -> float:
        signs = {before.sign, after.sign}
        if not signs & SEPARATORS or (before.label == MARK and after.label == MARK):
            return super()._gap(before, after, token)
        gap = self._sum_gap if signs & set("+x=÷·()") else self._mark_gap
        return float(gap * self._rng.uniform(0.4, 1.4)) * self.handwriting.height_px
