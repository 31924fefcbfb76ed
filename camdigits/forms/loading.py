"""Reads the files of forms, and says of each fault what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import cast

from camdigits.errors import FormError
from camdigits.forms.fields import loaded_field
from camdigits.forms.form import SCHEMA, Corners, Field, Form, Sum
from camdigits.forms.values import Faults, box_of, is_name, is_number
from camdigits.support.printable import printable, reason
from camdigits.types import Box

SIDES = (100, 20_000)
"""Shortest and longest side of a form in pixels of its own."""
MOST_PX = 1_000_000
"""Corners of a form lie no farther from that of its picture."""
MAX_BYTES = 5_000_000
_KEYS = frozenset(
    ("schema", "name", "size", "picture", "page", "corners", "blank", "anchors", "fields", "sums")
)


def load_form(path: Path) -> Form:
    """Return the form that a file describes.

    Args:
        path: a JSON file; the picture of the form is looked for from its folder.

    Raises:
        FormError: if it cannot be read or does not describe a form, with a line for each fault.
    """
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormError(f"{name}: {reason(error)}; name the file of a form") from error
    if len(content) > MAX_BYTES:
        raise FormError(f"{name}: more than {MAX_BYTES // 1_000_000} MB are no form's file")
    try:
        data = json.loads(
            content.decode("utf-8-sig"), parse_float=_decimal, object_pairs_hook=_object
        )
    except _TwiceError as error:
        raise FormError(f"{name}: {error}") from None
    except (ValueError, RecursionError) as error:
        said = (
            f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else ""
        )
        raise FormError(f"{name}: no JSON{said and ', ' + said}; mend it or make it anew") from None
    form = form_of(data, name, path.name.removesuffix(".json").removesuffix(".form") or "form")
    return _seen_from(form, path.parent)


def form_of(data: object, where: str, name: str = "form") -> Form:
    """Return the form that parsed JSON describes; its picture's path stays as it is there.

    Args:
        data: as `json.loads` returns it.
        where: begins each line that tells of a fault, the file's name.
        name: of the form where it gives none.

    Raises:
        FormError: if it describes none, with a line for each fault.
    """
    faults = Faults(where)
    if not isinstance(data, dict):
        raise FormError(f"{where}: holds no form, which is an object in {{}}")
    if data.get("schema") != SCHEMA:
        faults.add(f'"schema" is {data.get("schema")!r}, and this camdigits knows {SCHEMA}')
    faults.add_unknown(data, _KEYS, "")
    size_wh = _size(data.get("size"), faults)
    fields = _fields(data.get("fields"), size_wh, faults)
    form = Form(
        name=_name(data.get("name", name), faults),
        size_wh=size_wh or (SIDES[1], SIDES[1]),
        picture=_picture(data.get("picture"), faults),
        page=_page(data.get("page"), faults),
        corners=_corners(data.get("corners"), faults),
        is_blank=_flag(data.get("blank", True), faults),
        anchors=_anchors(data.get("anchors", []), size_wh, faults),
        fields=fields,
        sums=_sums(data.get("sums", []), fields, _faulty_names(data.get("fields"), fields), faults),
    )
    faults.tell()
    return form


class _TwiceError(ValueError):
    """An object has a key twice, of which one would be lost; the text says which."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    keys = [key for key, _ in pairs]
    for key in found:
        if keys.count(key) > 1:
            what = f" in {found['name']!r}" if key != "name" and "name" in found else ""
            raise _TwiceError(f"the key {printable(key)!r} stands twice{what}: delete one")
    return found


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # beyond all exponents
        return Decimal("Infinity")


def form_text(record: Mapping[str, object]) -> str:
    """Return a form as its file is written: a line for each field.

    Args:
        record: as `Form.record` returns it.
    """

    def written(value: object) -> str:
        if isinstance(value, list) and any(isinstance(each, dict) for each in value):
            lines = ",\n".join(f"    {json.dumps(each, ensure_ascii=False)}" for each in value)
            return f"[\n{lines}\n  ]"
        return json.dumps(value, ensure_ascii=False)

    lines = ",\n".join(f"  {json.dumps(key)}: {written(value)}" for key, value in record.items())
    return f"{{\n{lines}\n}}\n"


def _seen_from(form: Form, folder: Path) -> Form:
    return replace(form, picture=folder / form.picture)


def _name(name: object, faults: Faults) -> str:
    if not is_name(name):
        faults.add(f'"name" is {name!r}: write a short text without = and +')
        return "form"
    return cast(str, name)


def _size(size: object, faults: Faults) -> tuple[int, int] | None:
    low, high = SIDES
    sides = size if isinstance(size, list) else []
    if len(sides) == 2 and all(type(side) is int and low <= side <= high for side in sides):
        return sides[0], sides[1]
    faults.add(f'"size" is {size!r}: write [width, height] in pixels, each {low} to {high}')
    return None


def _picture(picture: object, faults: Faults) -> Path:
    if not isinstance(picture, str) or not picture or "\0" in picture:
        faults.add(f'"picture" is {picture!r}: name a picture or PDF of the form')
        return Path()
    return Path(picture)


def _page(page: object, faults: Faults) -> int | None:
    if page is not None and (type(page) is not int or page < 1):
        faults.add(f'"page" is {page!r}: write the number of a page, from 1')
        return None
    return page


def _flag(value: object, faults: Faults) -> bool:
    if not isinstance(value, bool):
        faults.add(f'"blank" is {value!r}: write true or false')
    return value is True


def _corners(corners: object, faults: Faults) -> Corners | None:
    if corners is None:
        return None
    points = corners if isinstance(corners, list) else []
    if len(points) == 4 and all(isinstance(p, list) and len(p) == 2 for p in points):
        numbers = [n for point in points for n in point]
        if all(is_number(n) and -MOST_PX <= n <= MOST_PX for n in numbers):
            found = tuple((float(x), float(y)) for x, y in points)
            if _is_convex(found):
                return found
    faults.add(
        '"corners" are no four points [x, y] around the form, clockwise from its top left one'
    )
    return None


def _is_convex(points: Corners) -> bool:
    """Return whether points run clockwise around something that has no dent."""
    turns = []
    for place, (x, y) in enumerate(points):
        (x1, y1), (x2, y2) = points[(place + 1) % 4], points[(place + 2) % 4]
        turns.append((x1 - x) * (y2 - y1) - (y1 - y) * (x2 - x1))
    return all(0 < turn < float("inf") for turn in turns)


def _anchors(anchors: object, size_wh: tuple[int, int] | None, faults: Faults) -> tuple[Box, ...]:
    if not isinstance(anchors, list):
        faults.add('"anchors" is no list of boxes [x, y, width, height]')
        return ()
    boxes = [
        box_of(anchor, size_wh, faults, f"anchor {place}")
        for place, anchor in enumerate(anchors, start=1)
    ]
    return tuple(box for box in boxes if box is not None)


def _fields(fields: object, size_wh: tuple[int, int] | None, faults: Faults) -> tuple[Field, ...]:
    if not isinstance(fields, list):
        faults.add('"fields" is no list of fields {"name": ..., "box": ..., "kind": ...}')
        return ()
    loaded = [
        loaded_field(field, place, size_wh, faults) for place, field in enumerate(fields, start=1)
    ]
    found = tuple(field for field in loaded if field is not None)
    names = [field.name for field in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.add(f"several fields are called {name!r}: give each a name of its own")
    first: dict[Box, Field] = {}
    for field in found:
        if first.setdefault(field.box, field).name != field.name:
            faults.add(
                f"fields {first[field.box].name!r} and {field.name!r} have the same box "
                f"{field.box.as_list()}: give each its own"
            )
    return found


def _faulty_names(data: object, fields: tuple[Field, ...]) -> frozenset[str]:
    """Return the names that the file gives fields which are none for their own faults."""
    records = data if isinstance(data, list) else []
    names = {str(each.get("name")).strip() for each in records if isinstance(each, dict)}
    return frozenset(names - {field.name for field in fields})


def _sums(
    sums: object, fields: tuple[Field, ...], faulty: frozenset[str], faults: Faults
) -> tuple[Sum, ...]:
    if not isinstance(sums, list):
        faults.add('"sums" is no list of texts such as "total = a + b + c"')
        return ()
    kinds: dict[str, str] = {field.name: field.kind for field in fields}
    found = [_sum(each, kinds, faulty, faults) for each in sums]
    return tuple(each for each in found if each is not None)


def _sum(text: object, kinds: dict[str, str], faulty: frozenset[str], faults: Faults) -> Sum | None:
    if not isinstance(text, str) or not re.fullmatch(r"[^=+]+=[^=+]+(\+[^=+]+)*", text):
        faults.add(f'the sum {text!r} is not written as "total = a + b + c"')
        return None
    total, parts = (side.strip() for side in text.split("="))
    names = tuple(part.strip() for part in parts.split("+"))
    say: Callable[[str], None] = faults.add
    for name in (total, *names):
        if name in faulty:  # told already, with what is wrong
            return None
        if name not in kinds:
            say(f"the sum {text!r} has {name!r}, and no field is called so")
            return None
        if kinds[name] not in ("number", "decimal", "comb"):
            say(f"the sum {text!r} has {name!r}, and a {kinds[name]} has no value to add")
            return None
    if total in names or len(set(names)) < len(names):
        say(f"the sum {text!r} has a field twice: name each once")
        return None
    return Sum(total, names)
