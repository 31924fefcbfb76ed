"""Sets text in type: what forms, labels, tables and keys say, and where its letters stand."""

from __future__ import annotations

import numpy as np

from camdigits.training.pages.printing.typefaces import BASELINE, Typeface
from camdigits.training.pages.writing.layout import Stroke, Word
from camdigits.training.pages.writing.texts import word_text

_PATTERNS = (
    *("#", "##", "###", "####", "#####", "#########", "Q#", "#.", "(#)", "#)", "##.##", "#,##"),
    *("##/##/####", "##:##", "II", "I", "III", "O", "OO", "Il", "Part I", "Part II", "No. ##"),
    *("Q#", "Q##", "S#", "B##", "@#", "@##", "## %", "$##.##", "+## ### ###", "Page #", "# of ##"),
    *("[#]", "#-##", "##-####-##", "ISBN ###-#-##", "#° ##'", "Total", "Total: ##", "Id", "SO"),
)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def printed_text(rng: np.random.Generator) -> str:
    """Return what may be printed: a word, a number, a code, a heading."""
    if rng.random() < 0.45:
        return _filled(rng, word_text(rng))
    return _filled(rng, _PATTERNS[rng.integers(len(_PATTERNS))])


def _filled(rng: np.random.Generator, pattern: str) -> str:
    return "".join(
        str(rng.integers(10)) if c == "#" else _LETTERS[rng.integers(26)] if c == "@" else c
        for c in pattern
    )


def set_text(typeface: Typeface, text: str, height_px: float, look: tuple[float, float]) -> Word:
    """Return a text in type, its pen at x = 0 and its baseline at y = 0.

    Args:
        typeface: of its letters.
        text: with some ink in it.
        height_px: of its digits, in pixels of the sheet.
        look: how wide letters are, 1 as they were drawn, and what is added between two, in digit
            heights.
    """
    scale = height_px / typeface.digit_height
    wide, apart = look
    strokes: list[Stroke] = []
    x = 0.0
    for letter in text:
        glyph, advance = typeface.glyph(letter)
        if glyph is not None:
            assert glyph.frame is not None
            start = glyph.frame[0] * scale * wide
            affine = np.array([[scale * wide, 0.0, x - start], [0.0, scale, -BASELINE * scale]])
            strokes.append(Stroke(glyph, affine))
        x += advance * scale * wide + apart * height_px
    return Word(tuple(strokes))
