"""Sheets as rows of texts: the columns of a table, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from camdigits.errors import DataError
from camdigits.forms.readings import STATES, FieldReading, FormTable, SheetReading

FIRST = ("sheet", "page", "time_s")
DOUBTFUL = "doubtful"
OF_FIELD = ("state", "why", "confidence", "others")
"""Columns of a field behind that of its text, each called after both."""
FORMULA = ("=", "+", "-", "@")
"""How what a spreadsheet takes for a formula begins."""
LAST = ("index", "corners", "form")

Row = list[str]


def columns_of(names: Sequence[str]) -> Row:
    """Return the columns of a table whose fields have these names."""
    of_fields = [f"{name} {column}" for name in names for column in OF_FIELD]
    return [*FIRST, *names, DOUBTFUL, *of_fields, *LAST]


def rows_of(table: FormTable) -> list[Row]:
    """Return the rows of a table, the columns' names first."""
    names = [field.name for field in table.sheets[0].fields] if table.sheets else []
    return [columns_of(names), *(_row(sheet, table.form) for sheet in table.sheets)]


def long_rows_of(table: FormTable) -> list[Row]:
    """Return a row for each field of each sheet, the columns' names first."""
    head = [*FIRST, "field", "text", *OF_FIELD, *LAST]
    rows = [
        [*_first(sheet), field.name, field.text, *_of_field(field), *_last(sheet, table.form)]
        for sheet in table.sheets
        for field in sheet.fields
    ]
    return [head, *rows]


def table_of_rows(rows: Sequence[Row], name: str) -> FormTable:
    """Return the table that rows hold, as `rows_of` makes them.

    Args:
        rows: the columns' names first.
        name: of the file, for people.

    Raises:
        DataError: if they hold none.
    """
    head = rows[0] if rows else []
    if DOUBTFUL not in head or len(set(head)) < len(head):
        raise _no_table(name)
    names = head[len(FIRST) : head.index(DOUBTFUL)]
    if head != columns_of(names):
        raise _no_table(name)
    sheets, form = [], ""
    for row in rows[1:]:
        cells = dict(zip(head, [*row, *[""] * len(head)], strict=False))
        form = cells["form"] or form
        fields = tuple(
            _field(
                each,
                {"text": cells[each], **{key: cells[f"{each} {key}"] for key in OF_FIELD}},
                name,
            )
            for each in names
        )
        sheets.append(_sheet(cells, fields, name))
    return FormTable(Path(form), tuple(sheets))


def table_of_long_rows(rows: Sequence[Row], name: str) -> FormTable:
    """Return the table that rows hold, as `long_rows_of` makes them, raising as `table_of_rows`."""
    head = rows[0] if rows else []
    if head != [*FIRST, "field", "text", *OF_FIELD, *LAST]:
        raise _no_table(name)
    sheets: dict[tuple[str, ...], list[FieldReading]] = {}
    cells_of: dict[tuple[str, ...], Mapping[str, str]] = {}
    form = ""
    for row in rows[1:]:
        cells = dict(zip(head, [*row, *[""] * len(head)], strict=False))
        key = tuple(cells[column] for column in (*FIRST, *LAST))
        sheets.setdefault(key, []).append(_field(cells["field"], cells, name))
        cells_of[key] = cells
        form = cells["form"] or form
    made = (_sheet(cells_of[key], tuple(fields), name) for key, fields in sheets.items())
    return FormTable(Path(form), tuple(made))


def _row(sheet: SheetReading, form: Path) -> Row:
    of_fields = [cell for field in sheet.fields for cell in _of_field(field)]
    texts = [field.text for field in sheet.fields]
    return [*_first(sheet), *texts, str(len(sheet.doubtful)), *of_fields, *_last(sheet, form)]


def _first(sheet: SheetReading) -> Row:
    time_s = "" if sheet.time_s is None else f"{sheet.time_s:.3f}"
    # No spreadsheet takes a name for a formula: this is another way to the file.
    source = f"./{sheet.source}" if sheet.source.startswith(FORMULA) else sheet.source
    return [source, "" if sheet.page is None else str(sheet.page), time_s]


def _last(sheet: SheetReading, form: Path) -> Row:
    corners = " ".join(f"{x:g},{y:g}" for x, y in sheet.corners)
    return ["" if sheet.index is None else str(sheet.index), corners, str(form)]


def _of_field(field: FieldReading) -> Row:
    others = ", ".join(f"{text or 'empty'} {chance:.3f}" for text, chance in field.others)
    return [field.state, field.why, f"{field.confidence:.3f}", others]


def _field(field: str, cells: Mapping[str, str], name: str) -> FieldReading:
    state = cells["state"]
    if state not in STATES:
        raise _no_table(name)
    return FieldReading(
        name=field,
        text=cells["text"],
        state=state,
        why=cells["why"],
        confidence=_number(cells["confidence"], name),
        others=tuple(_others(cells["others"], name)),
    )


def _others(text: str, name: str) -> Iterable[tuple[str, float]]:
    for each in text.split(", ") if text else ():
        other, _, chance = each.rpartition(" ")
        yield "" if other == "empty" else other, _number(chance, name)


def _sheet(cells: Mapping[str, str], fields: tuple[FieldReading, ...], name: str) -> SheetReading:
    corners = [_number(each, name) for each in re.split("[ ,]", cells["corners"])]
    if len(corners) != 8:
        raise _no_table(name)
    return SheetReading(
        source=cells["sheet"],
        fields=fields,
        corners=tuple(zip(corners[::2], corners[1::2], strict=True)),
        page=int(_number(cells["page"], name)) if cells["page"] else None,
        time_s=_number(cells["time_s"], name) if cells["time_s"] else None,
        index=int(_number(cells["index"], name)) if cells["index"] else None,
    )


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _no_table(name) from None


def _no_table(name: str) -> DataError:
    return DataError(
        f"{name}: not a table that camdigits form read wrote, or one that was changed since; read "
        "the sheets anew"
    )
