"""How often what is said surely is right, counted by hand."""

from __future__ import annotations

from benchmarks import reliability

from camdigits.types import Box, Digit, Number

BOX = Box(0, 0, 9, 9)


def number(text: str, confidence: float) -> Number:
    return Number(text, BOX, confidence, (Digit(BOX, 1, confidence),))


def test_each_written_number_counts_once_for_the_surest():
    numbers = [number("12", 0.5), number("12", 0.95), number("7", 0.99)]
    assert reliability.judged(numbers, ["12", "8"]) == [(0.99, False), (0.95, True), (0.5, False)]


def test_table_has_the_share_of_each_bin():
    row = reliability.table_row("set", [(0.99, True), (1.0, False), (0.92, True), (0.1, False)])
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == [
        "set",
        "4",
        "0.00 of 1",
        "",
        "",
        "",
        "",
        "1.00 of 1",
        "",
        "0.50 of 2",
        "3",
        "0.667",
    ]
    assert reliability.HEADER.splitlines()[0].count("|") == row.count("|")


def test_nothing_said_is_an_empty_row():
    assert reliability.table_row("set", []).count("of") == 0
