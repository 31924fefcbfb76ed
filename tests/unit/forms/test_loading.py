"""The file of a form is read as it says, and each fault is told in a line of its own."""

from __future__ import annotations

import importlib.resources
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from camdigits.errors import FormError
from camdigits.forms.form import Sum
from camdigits.forms.loading import form_of, form_text, load_form

SCHEMA = json.loads(
    (importlib.resources.files("camdigits") / "assets" / "form.schema.json").read_text("utf-8")
)


BOX_B = [10, 100, 300, 60]


def record(**changes: Any) -> dict[str, Any]:
    """Return the file of a form as parsed; None takes a key out."""
    whole = {
        "schema": 1,
        "name": "cover",
        "size": [1000, 1400],
        "picture": "cover.png",
        "fields": [field(), field(name="b", kind="comb", digits=4, box=BOX_B)],
    } | changes
    return {key: value for key, value in whole.items() if value is not None}


def field(**changes: Any) -> dict[str, Any]:
    whole = {"name": "a", "box": [10, 20, 300, 60]} | changes
    return {key: value for key, value in whole.items() if value is not None}


def with_field(**changes: Any) -> dict[str, Any]:
    return record(fields=[field(**changes)])


FAULTS: list[tuple[dict[str, Any], str]] = [
    (record(schema=2), '"schema" is 2'),
    (record(size=[10, 1400]), '"size" is [10, 1400]'),
    (record(size="large"), "\"size\" is 'large'"),
    (record(picture=None), '"picture" is None'),
    (record(page=0), '"page" is 0'),
    (record(blank="yes"), "\"blank\" is 'yes'"),
    (record(colour="red"), "'colour' means nothing here"),
    (record(corners=[[0, 0], [9, 9], [9, 0], [0, 9]]), '"corners" are no four points'),
    (record(anchors=[[0, 0, 2000, 9]]), "anchor 1: the box [0, 0, 2000, 9] lies outside"),
    (record(fields="all"), '"fields" is no list'),
    (record(fields=[7]), "field 1 is no object"),
    (record(fields=[field(), field()]), "several fields are called 'a'"),
    (with_field(name="a+b"), "field 1: \"name\" is 'a+b'"),
    (with_field(name="Page"), "field 1: \"name\" is 'Page'"),
    (with_field(name="a state"), "field 1: \"name\" is 'a state'"),
    (with_field(box=[990, 20, 30, 40]), "field a: the box [990, 20, 30, 40] lies outside"),
    (with_field(box=[1, 2, 3]), 'field a: "box" is [1, 2, 3]'),
    (with_field(kind="word"), "field a: \"kind\" is 'word'"),
    (with_field(kind="comb"), 'field a: a comb needs "digits"'),
    (with_field(digits=[5, 2]), 'field a: "digits" is [5, 2]'),
    (with_field(kind="date", digits=3), 'field a: "digits" is 3'),
    (with_field(match="[0-9"), 'field a: "match"'),
    (with_field(match="ab"), "'a' is none of what is read"),
    (with_field(match=r"(\d)\1"), 'field a: "match"'),
    (with_field(min=5, max=2), 'field a: "min" 5 is above "max" 2'),
    (with_field(kind="time", min=5), 'field a: "min" is 5'),
    (with_field(check="crc"), "field a: \"check\" is 'crc'"),
    (with_field(optional=1), 'field a: "optional" is 1'),
    (with_field(mx=1), "field a: 'mx' means nothing here"),
    (with_field(max=float("nan")), 'field a: "max" is nan'),
    (with_field(min=float("-inf")), 'field a: "min" is -inf'),
    (with_field(max=Decimal("1e400")), 'field a: "max" is 1E+400'),
    (with_field(max=10**40), 'field a: "max" is 1000'),
    (with_field(max=Decimal("1e-50")), 'field a: "max" is 1E-50'),
    (with_field(box=[10, 20, 3, 60]), "field a: the box [10, 20, 3, 60] is smaller than 4 pixels"),
    (
        with_field(digits=[3, 5], max=50),
        '"digits" and "max" together unless noughts stand before it: change one, or say how many '
        'digits it has with them, as in "digits": 3',
    ),
    (with_field(digits=2, min=100), '"digits" and "min" together: change one'),
    (with_field(min=1.5, max=1.7), 'no number fits its "min" and "max" together: change one'),
    (with_field(max=-1), 'no number fits its "max": change that'),
    (with_field(check="isbn", digits=[1, 2]), '"digits" and "check" together'),
    (with_field(match="", digits=4), '"match" and "digits" together'),
    (with_field(kind="date", match=r"\d\d:\d\d"), 'no date fits its "match"'),
    (with_field(kind="comb", digits=3, match="4.."[:2], max=9), '"match", "digits" and "max"'),
    (record(fields=[field(), field(name="b")]), "fields 'a' and 'b' have the same box"),
    (record(corners=[[0, 0], [10**400, 0], [9, 9], [0, 9]]), '"corners" are no four points'),
    (record(fields=[field(kind="word")], sums=["a = b"]), "field a: \"kind\" is 'word'"),
    (record(sums=["a"]), "the sum 'a' is not written as"),
    (record(sums=["a = c"]), "has 'c', and no field is called so"),
    (record(sums=["a = b + b"]), "has a field twice"),
    (
        record(fields=[field(), field(name="t", kind="tick", box=BOX_B)], sums=["a = t"]),
        "a tick has no value",
    ),
]


@pytest.mark.parametrize(("data", "told"), FAULTS, ids=[told for _, told in FAULTS])
def test_a_fault_is_told_in_one_line_that_names_it(data, told):
    with pytest.raises(FormError) as caught:
        form_of(data, "f.json")

    assert len(caught.value.lines) == 1
    assert told in caught.value.lines[0]
    assert caught.value.lines[0].startswith("f.json: ")


def test_all_faults_are_told_at_once():
    data = record(size=[1, 1], page=-1, fields=[field(kind="word"), field(name="")])

    with pytest.raises(FormError) as caught:
        form_of(data, "f.json")

    assert len(caught.value.lines) == 4


@pytest.mark.parametrize("data", [None, [], "form", 3])
def test_what_is_no_object_is_no_form(data):
    with pytest.raises(FormError, match="holds no form"):
        form_of(data, "f.json")


def full() -> dict[str, Any]:
    fields = [
        field(digits=[1, 3], min=-2.5, max=40, kind="decimal", match=r"\d+([.,]\d)?"),
        field(name="b", box=BOX_B, kind="comb", digits=13, check="isbn", optional=True),
        field(name="c", box=[10, 200, 300, 60], kind="number", max=99),
        field(name="on", box=[10, 300, 300, 60], kind="date"),
        field(name="done", box=[10, 400, 60, 60], kind="tick"),
    ]
    return record(
        page=2,
        corners=[[5, 6.5], [900, 8], [910, 1300], [0, 1310]],
        blank=False,
        anchors=[[0, 0, 500, 100]],
        fields=fields,
        sums=["c = a + b"],
    )


def test_a_form_is_read_as_it_was_written(tmp_path: Path):
    jsonschema.validate(full(), SCHEMA)
    path = tmp_path / "x.form.json"
    path.write_text(json.dumps(full()), "utf-8")

    form = load_form(path)

    assert form.picture == tmp_path / "cover.png"
    assert form.field("a").least == Decimal("-2.5")
    assert form.field("a").digits == (1, 3)
    assert form.sums == (Sum("c", ("a", "b")),)
    again = form_of(json.loads(form_text(form.record()), parse_float=Decimal), "again")
    assert again == form
    jsonschema.validate(form.record(), SCHEMA)


def test_the_name_is_by_default_that_of_the_file(tmp_path: Path):
    path = tmp_path / "exam.form.json"
    path.write_text(json.dumps(record(name=None)), "utf-8")

    assert load_form(path).name == "exam"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            b'{"name": "x", "fields": [{"name": "a", "max": 1, "max": 2}]}',
            "'max' stands twice in 'a'",
        ),
        (b'{"schema": 1, "schema": 1}', "the key 'schema' stands twice: delete one"),
        (b'{"fields": [{"name": "a", "box": [9, 9, 9, 9], "max": NaN}]}', '"max" is nan'),
        (b'{"fields": [{"name": "a", "box": [9, 9, 9, 9], "max": 1e400}]}', '"max" is'),
        (
            b'{"fields": [{"name": "a", "box": [9, 9, 9, 9], "max": 1e99999999999999999999}]}',
            '"max"',
        ),
        (b"{,}", "no JSON, line 1"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_a_file_that_is_no_json_is_refused(content, told, tmp_path: Path):
    path = tmp_path / "x.json"
    path.write_bytes(content)

    with pytest.raises(FormError) as caught:
        load_form(path)

    assert any(told in line for line in caught.value.lines)


@pytest.mark.parametrize(
    "changes",
    [
        {"digits": [1, 3], "max": 50},
        {"digits": 3, "max": 50},
        {"kind": "comb", "digits": 4, "max": 50},
        {"kind": "decimal", "min": 1.5, "max": 1.7},
        {"min": -5, "max": -2, "digits": 1},
        {"check": "isbn", "digits": [9, 10]},
        {"match": r"0\d\d", "max": 50},
        {"max": 10**40 - 1, "min": 10**39},
        {"match": "1" * 500},
    ],
)
def test_a_field_that_something_fits_is_taken(changes):
    assert form_of(with_field(**changes), "f.json").field("a")


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(FormError, match="No such file"):
        load_form(tmp_path / "x.json")
