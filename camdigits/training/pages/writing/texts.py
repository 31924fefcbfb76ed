"""What is written on a page besides plain numbers: sums, letters with numbers in them, strings.

A text is a string in which ``#`` stands for any digit, a space for a gap, a character of
`marks.OPERATORS` or `figures.FIGURES` for that sign, and everything else for letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from camdigits.training.pages.writing.drawing import GlyphSupply
from camdigits.training.pages.writing.figures import FIGURES
from camdigits.training.pages.writing.glyphs import MARK, Glyph
from camdigits.training.pages.writing.inks import Pen
from camdigits.training.pages.writing.layout import (
    Area,
    Handwriting,
    Stroke,
    Word,
    next_x,
    stand,
)
from camdigits.training.pages.writing.letters import FONTS
from camdigits.training.pages.writing.marks import OPERATORS, operator, word

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Letters that look like digits, given more often than their share.
_LOOKALIKES = "OSlIBZgqobDTsziGAyYt"
# fmt: off
_SYLLABLES = (
    "ab", "an", "be", "ber", "ca", "che", "da", "de", "der", "di", "do", "el", "en", "er", "es",
    "fa", "fe", "ga", "gen", "ha", "he", "in", "is", "ka", "ke", "la", "le", "li", "lo", "ma",
    "me", "mi", "mo", "na", "ne", "no", "ol", "on", "or", "pa", "pe", "qu", "ra", "re", "ri",
    "ro", "sa", "se", "sen", "so", "ta", "te", "ter", "ti", "to", "un", "ur", "va", "ve", "wa",
    "we", "wi", "xa", "ya", "yo", "za", "ze", "zig", "Ol", "Is", "Bo", "Zo", "So", "gl", "sq",
    "go", "oo", "ll", "il",
)
_NUMBER_FORMS = (
    "#", "##", "###", "####", "#####", "#######", "##.##", "#.##", "##,##", "#.###", "##'###",
    "##.##.####", "##/##/##", "##:##", "#### ####", "(###) ###-####", "####/#####", "##%", "#x#",
    "##-##", "### ### ##", "+## ### #######", "##.-", "# # # #",
)
# fmt: on
_JOINED_FORMS = ("@#", "@##", "#@", "##@", "@-##", "#@#", "@@ ##", "# @@", "##@@", "@@###")

# In the order of the table, so that chance gives the same again.
_FIGURES = tuple(FIGURES)

_TOKENS = re.compile(r"#|\s+|[^#\s]")


def sum_text(rng: np.random.Generator) -> str:
    """Return a sum in one line, like "##+#=##"."""
    parts = [number_of(rng, 1, 3)]
    for _ in range(int(rng.integers(1, 4))):
        sign = "+-x/=÷*:-+=<>"[rng.integers(13)]
        space = " " if rng.random() < 0.5 else ""
        parts.append(f"{space}{sign}{space}{number_of(rng, 1, 3)}")
    text = "".join(parts)
    chance = rng.random()
    if chance < 0.15:
        text = f"({text})"
    elif chance < 0.25:
        text = f"√{text}"
    elif chance < 0.35:
        text = f"{number_of(rng, 1, 2)}) {text}"
    elif chance < 0.45:
        text = f"{_LOOKALIKES[rng.integers(len(_LOOKALIKES))]} = {text}"
    elif chance < 0.55:
        text = f"{text} ✓"
    elif chance < 0.72:
        text = f"{_figure(rng)} {text}" if rng.random() < 0.5 else f"{text} {_figure(rng)}"
    elif chance < 0.79:
        text = f"{number_of(rng, 1, 3)},{number_of(rng, 1, 2)} {text}"
    return text + (" =" if rng.random() < 0.25 else "")


def word_text(rng: np.random.Generator) -> str:
    """Return a word, a number within a line of writing, or letters right beside digits."""
    chance = rng.random()
    if chance < 0.55:
        return _word(rng)
    if chance < 0.62:
        return _figure(rng)
    if chance < 0.85:
        return _NUMBER_FORMS[rng.integers(len(_NUMBER_FORMS))]
    form = _JOINED_FORMS[rng.integers(len(_JOINED_FORMS))]
    letters = _LETTERS + 3 * _LOOKALIKES
    return "".join(letters[rng.integers(len(letters))] if c == "@" else c for c in form)


def letters_text(rng: np.random.Generator) -> str:
    """Return letters without any digit: a word, a lookalike by itself, or an operator."""
    chance = rng.random()
    if chance < 0.55:
        return _word(rng)
    if chance < 0.75:
        return _figure(rng)
    if chance < 0.9:
        count = int(rng.integers(1, 4))
        return "".join(_LOOKALIKES[i] for i in rng.integers(0, len(_LOOKALIKES), count))
    signs = sorted(OPERATORS - {".", "'", "|", ":"})
    return signs[rng.integers(len(signs))]


def string_text(rng: np.random.Generator) -> str:
    """Return a long number without gaps."""
    return number_of(rng, 5, 12)


def number_of(rng: np.random.Generator, least: int, most: int) -> str:
    """Return a number of some digits."""
    return "#" * int(rng.integers(least, most + 1))


def _figure(rng: np.random.Generator) -> str:
    return _FIGURES[rng.integers(len(_FIGURES))]


def _word(rng: np.random.Generator) -> str:
    chosen = rng.integers(0, len(_SYLLABLES), int(rng.integers(1, 5)))
    text = "".join(_SYLLABLES[i] for i in chosen)
    chance = rng.random()
    if chance < 0.25:
        text = text.upper()
    elif chance < 0.5:
        text = text[0].upper() + text[1:]
    return text + ",.:"[rng.integers(3)] if rng.random() < 0.15 else text


TEXTS: dict[str, Callable[[np.random.Generator], str]] = {
    "sums": sum_text,
    "words": word_text,
    "letters": letters_text,
    "strings": string_text,
    "plain": lambda rng: number_of(rng, 1, 4),
}
"""Makers of texts by the name that a style gives them."""


class Writer:
    """Writes texts as one writer with one pen.

    Attributes:
        handwriting: how it is written.

    Args:
        rng: where chance comes from.
        supply: hands out the digits.
        pen: what all is written with.
        handwriting: how it is written.
    """

    def __init__(
        self, rng: np.random.Generator, supply: GlyphSupply, pen: Pen, handwriting: Handwriting
    ) -> None:
        self._rng = rng
        self._supply = supply
        self._pen = pen
        self.handwriting = handwriting
        self._font = int(FONTS[rng.integers(len(FONTS))])
        self._is_joined = bool(rng.random() < 0.35)
        self._sign_gap = rng.uniform(0.08, 0.5)
        # Letters of one writer are a little smaller or larger than its digits.
        self._letter_size = rng.uniform(0.8, 1.15)

    def write(self, text: str) -> Word:
        """Return a text whose ink begins at x = 0 and stands on the baseline y = 0."""
        strokes: list[Stroke] = []
        space, said = 0.0, ""
        last: Glyph | None = None
        for token in _tokens(text):
            if token.isspace():
                space += self._rng.uniform(0.35, 0.8) * len(token) * self.handwriting.height_px
                said += token
                continue
            glyph = self._glyph(token)
            stroke = Stroke(glyph, stand(self._rng, glyph, self.handwriting))
            if last is not None and strokes:
                apart = next_x(strokes[-1].outline(), stroke.outline(), self.handwriting.touches)
                stroke = stroke.moved(apart + self._gap(last, glyph, token) + space, 0.0)
            strokes.append(stroke)
            last, space = glyph, 0.0
            said += token if glyph.label == MARK else str(glyph.label)
        written = Word(tuple(strokes), said)
        edge = float(written.outline()[:, 0].min())
        return written.moved(-edge, 0.0)

    def fraction(self, above: str, below: str) -> Word:
        """Return two numbers over each other with a bar between them."""
        height = self.handwriting.height_px
        top, bottom = self.write(above), self.write(below)
        widths = [float(part.outline()[:, 0].max()) for part in (top, bottom)]
        wide = max(widths) + self._rng.uniform(0.1, 0.6) * height
        glyph = operator(self._rng, "-", self._pen, wide / height / 0.55)
        bar = Word((Stroke(glyph, stand(self._rng, glyph, self.handwriting)),))
        gap = self._rng.uniform(0.12, 0.3) * height
        middle = -0.45 * height
        lift = middle - gap - float(top.outline()[:, 1].max())
        drop = middle + gap - float(bottom.outline()[:, 1].min())
        place = float(bar.outline()[:, 0].mean())
        parts = (
            *top.moved(place - widths[0] / 2.0, lift).strokes,
            *bar.strokes,
            *bottom.moved(place - widths[1] / 2.0, drop).strokes,
        )
        whole = Word(parts, f"{top.digits} {bottom.digits}")
        return whole.moved(-float(whole.outline()[:, 0].min()), 0.0)

    def _glyph(self, token: str) -> Glyph:
        if token == "#":
            return self._supply()
        if token in OPERATORS or token in FIGURES:
            return operator(self._rng, token, self._pen)
        glyph = word(self._rng, token, self._pen, self._font, self._is_joined)
        foot, em = glyph.frame or (0.0, 1.0)
        return replace(glyph, frame=(foot, em / self._letter_size))

    def _gap(self, before: Glyph, after: Glyph, token: str) -> float:
        height = self.handwriting.height_px
        if before.label != MARK and after.label != MARK:
            return float(self._rng.uniform(*self.handwriting.digit_gap)) * height
        if token in ".,:'" or token in OPERATORS or token in FIGURES:
            return float(self._sign_gap * self._rng.uniform(0.5, 1.2)) * height
        return float(self._rng.uniform(0.05, 0.3)) * height


def _tokens(text: str) -> list[str]:
    """Split a text into digits, gaps, operators and runs of letters."""
    tokens: list[str] = []
    for token in _TOKENS.findall(text):
        # A lone x between digits is the sign, within a word a letter.
        if token.isalpha() and tokens and tokens[-1].isalpha():
            tokens[-1] += token
        else:
            tokens.append(token)
    return tokens


def write_texts(
    rng: np.random.Generator,
    make: Callable[[], Word],
    handwriting: Handwriting,
    area: Area,
    lines: list[float],
) -> Iterator[Word]:
    """Yield texts from left to right and line by line until the lines are full.

    Args:
        rng: where chance comes from.
        make: gives the next text.
        handwriting: how it is written.
        area: (left, top, right, bottom) on the sheet, in pixels; nothing is written beyond.
        lines: the baselines to write on, in pixels from the sheet's top.
    """
    left, top, right, bottom = area
    for baseline in lines:
        x = left + rng.uniform(0.0, 1.5) * handwriting.height_px
        slope = handwriting.slope + rng.normal(0.0, 0.006)
        while True:
            text = make()
            width = float(text.outline()[:, 0].max())
            if x + width > right:
                break
            placed = text.moved(x, baseline + slope * (x - (left + right) / 2.0))
            edge = placed.outline()[:, 1]
            if edge.min() >= top and edge.max() <= bottom:
                yield placed
            x += width + rng.uniform(*handwriting.word_gap) * handwriting.height_px
