"""Texts that fit the fields of a form, check digits and sums included."""

from __future__ import annotations

import numpy as np

from camdigits.forms.form import Field, Form

TICKED = 0.4
MARKS = (".", ",")


def texts_for(rng: np.random.Generator, form: Form) -> dict[str, str]:
    """Return a text for every field."""
    texts = {field.name: _text(rng, field) for field in form.fields}
    for each in form.sums:
        texts[each.total] = str(sum(int(texts[part] or 0) for part in each.parts))
    return texts


def _text(rng: np.random.Generator, field: Field) -> str:
    match field.kind:
        case "tick":
            return "yes" if rng.random() < TICKED else "no"
        case "date":
            return _date(rng, field)
        case "time":
            return f"{rng.integers(0, 24)}:{rng.integers(0, 60):02}"
        case "decimal":
            mark = MARKS[rng.integers(2)]
            return f"{rng.integers(0, 10 ** rng.integers(1, 4))}{mark}{rng.integers(0, 100):02}"
    if field.check is not None and field.digits is not None:
        return _checked(rng, field.check, field.digits[1])
    most = 10 ** (field.digits or (1, 3))[1] - 1 if field.most is None else int(field.most)
    if field.kind == "comb" and field.digits is not None:
        return f"{rng.integers(0, most + 1):0{field.digits[1]}}"
    return str(rng.integers(0, most + 1))


def _date(rng: np.random.Generator, field: Field) -> str:
    day, month, year = rng.integers(1, 29), rng.integers(1, 13), rng.integers(2019, 2030)
    short = "(" in (field.match or "") and rng.random() < 0.5
    return f"{day}.{month}.{year % 100:02}" if short else f"{day}.{month}.{year}"


def _checked(rng: np.random.Generator, check: str, count: int) -> str:
    from camdigits.forms.checks import passes

    while True:
        text = "".join(map(str, rng.integers(0, 10, count).tolist()))
        if check == "isbn" and count == 13:
            text = "978" + text[3:]
        if passes(check, text):
            return text
