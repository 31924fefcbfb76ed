"""Tables as CSV: rows as on the page, an empty line between two tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from camdigits.sinks.records.csv import csv_line
from camdigits.sinks.tables.pages import Grid, TablePage

_FORMULA = re.compile(r"[=+\-@\t\r]")
"""How what a spreadsheet takes for a formula begins."""
_AMOUNT = re.compile(r"-?[0-9?]+([.,][0-9?]+)*")
"""A number, with a minus or without; no formula begins so, and none has ``?``."""


def csv_bytes(pages: Iterable[TablePage], with_source: bool = False) -> bytes:
    """Return tables as a file of CSV in UTF-8.

    Args:
        pages: the tables of each picture.
        with_source: a first column names the picture; one without numbers has a row of its own.
    """
    blocks = [
        "".join(csv_line(row) for row in _rows(page.source, grid, with_source))
        for page in pages
        for grid in (page.grids or (((None,),) if with_source else (),))
    ]
    return "\n".join(filter(None, blocks)).encode("utf-8", "surrogateescape")


def _rows(source: str, grid: Grid, with_source: bool) -> Iterator[list[str]]:
    for row in grid:
        cells = ["" if cell is None else _text(cell.text) for cell in row]
        yield [_name(source), *cells] if with_source else cells


def _text(text: str) -> str:
    """Return a text that no spreadsheet calculates with: ``-84-33`` would be -117."""
    is_formula = _FORMULA.match(text) and not _AMOUNT.fullmatch(text)
    return f"'{text}" if is_formula else text


def _name(source: str) -> str:
    """Return the name of a source that no spreadsheet takes for a formula: another way to it."""
    return f"./{source}" if _FORMULA.match(source) else source
