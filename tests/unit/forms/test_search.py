"""The search for what fits gives what trying all readings gives."""

from __future__ import annotations

import re
from itertools import pairwise, product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camdigits.forms.checks import passes
from camdigits.forms.language import fits, language_of
from camdigits.forms.reading.search import Arc, Lattice

PATTERNS = (
    r"\d*",
    r"[0-4]{1,3}",
    r"-?\d+([.,]\d\d)?",
    "1|23|(45)*",
    r"\d\d?[.:]\d\d",
    "[^1-8]+",
    "(0|1){2}.?",
)
CHARACTERS = ("", "0", "1", "2", "4", "9", ".", ",", "-")


@st.composite
def lattices(draw: st.DrawFn) -> tuple[Lattice, list[Arc], int]:
    last = draw(st.integers(1, 4))
    arcs = []
    for start in range(last):
        ends = [start + 1, *([start + 2] if start + 2 <= last else [])]
        for end in ends:
            for character in draw(st.sets(st.sampled_from(CHARACTERS), max_size=3)):
                share = draw(st.integers(1, 1000)) / 1000
                arcs.append(Arc(start, end, character, share))
    return Lattice(arcs, last), arcs, last


def all_ways(arcs: list[Arc], last: int) -> dict[str, float]:
    """Return every text of a lattice with the probability of its best way, by trying all."""
    best: dict[str, float] = {}
    ways: list[tuple[int, list[Arc]]] = [(0, [])]
    while ways:
        node, way = ways.pop()
        if node == last:
            text = "".join(arc.character for arc in way)
            best[text] = max(best.get(text, 0.0), prod(arc.probability for arc in way))
        ways += [(arc.end, [*way, arc]) for arc in arcs if arc.start == node]
    return best


@given(lattices(), st.sampled_from(PATTERNS))
def test_texts_come_as_trying_all_has_them(made, pattern):
    lattice, arcs, last = made
    wanted = {t: p for t, p in all_ways(arcs, last).items() if re.fullmatch(pattern, t)}

    found = list(lattice.texts([language_of(pattern)]))

    assert {each.text: each.probability for each in found} == pytest.approx(wanted)
    chances = [each.probability for each in found]
    assert all(a >= b * (1 - 1e-9) for a, b in pairwise(chances))
    for each in found:
        assert "".join(arc.character for arc in each.arcs) == each.text
        assert prod(arc.probability for arc in each.arcs) == pytest.approx(each.probability)


@given(lattices(), st.sampled_from(PATTERNS), st.sampled_from(PATTERNS))
def test_two_patterns_at_once_allow_what_both_do(made, first, second):
    lattice, arcs, last = made
    wanted = {t for t in all_ways(arcs, last) if re.fullmatch(first, t) and re.fullmatch(second, t)}

    assert {
        each.text for each in lattice.texts([language_of(first), language_of(second)])
    } == wanted


@given(st.lists(st.lists(st.integers(1, 99), min_size=10, max_size=10), min_size=3, max_size=3))
def test_check_digits_choose_the_most_probable_text_that_passes(weights):
    arcs = [
        Arc(place, place + 1, str(digit), weight / 100)
        for place, row in enumerate(weights)
        for digit, weight in enumerate(row)
    ]
    best = max(
        (
            prod(row[int(digit)] / 100 for row, digit in zip(weights, text, strict=True))
            for text in product("0123456789", repeat=len(weights))
            if passes("luhn", "".join(text))
        ),
        default=0.0,
    )

    found = Lattice(arcs, len(weights)).fitting(
        [], lambda text: passes("luhn", text), most=1, floor=0
    )

    assert found[0].probability == pytest.approx(best)


def test_what_is_far_less_probable_than_the_ink_says_is_left_out():
    arcs = [Arc(0, 1, "7", 0.9), Arc(0, 1, "1", 1e-6)]

    assert Lattice(arcs, 1).fitting([language_of("1")], lambda text: True, most=3, floor=1e-3) == []


def test_no_way_gives_no_text():
    assert list(Lattice([], 3).texts()) == []


@given(st.sampled_from(PATTERNS), st.text(alphabet="0123456789-.,:/", max_size=5))
def test_patterns_are_read_as_python_reads_them(pattern, text):
    assert fits(language_of(pattern), text) == (re.fullmatch(pattern, text) is not None)
