"""Sums choose among readings that the ink allows, and tell where none comes out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from camdigits.forms.form import Field, Form, Kind, Sum
from camdigits.forms.reading.sums import with_sums
from camdigits.forms.readings import FieldReading
from camdigits.types import Box

FORM = Form(
    "f",
    (100, 100),
    Path("f.png"),
    tuple(Field(name, Box(0, 0, 9, 9)) for name in ("a", "b", "t", "x")),
    sums=(Sum("t", ("a", "b")),),
)


def read(name: str, text: str, sure: float = 0.97, *others: tuple[str, float]) -> FieldReading:
    if sure >= 0.9:
        return FieldReading(name, text, "read", "", sure, others)
    return FieldReading(name, text, "doubtful", f"may be {others[0][0]}", sure, others)


def test_a_sum_that_comes_out_makes_its_fields_surer():
    a, b, t = read("a", "4", 0.7, ("9", 0.25)), read("b", "3"), read("t", "7", 0.8, ("1", 0.15))

    found = with_sums(FORM, (a, b, t, read("x", "5")))

    assert [(each.text, each.state) for each in found[:3]] == [
        ("4", "read"),
        ("3", "read"),
        ("7", "read"),
    ]
    assert found[3] == read("x", "5")


def test_a_sum_chooses_the_reading_with_which_it_comes_out():
    a, b, t = read("a", "4", 0.6, ("9", 0.35)), read("b", "3"), read("t", "12")

    found = with_sums(FORM, (a, b, t, read("x", "5")))

    assert (found[0].text, found[0].state) == ("9", "read")


def test_a_sum_takes_no_reading_that_the_ink_does_not_allow():
    a, b, t = read("a", "4", 0.98, ("9", 0.001)), read("b", "3", 0.98), read("t", "12", 0.98)

    found = with_sums(FORM, (a, b, t, read("x", "5")))

    assert [each.text for each in found[:3]] == ["4", "3", "12"]
    assert [each.state for each in found[:3]] == ["read", "read", "doubtful"]
    assert found[2].why == "a + b come to 7"


def test_what_is_surely_read_is_not_what_somebody_should_have_written():
    a, b, t = read("a", "9"), read("b", "7", 0.95, ("2", 0.04)), read("t", "10", 0.93, ("16", 0.06))

    found = with_sums(FORM, (a, b, t, read("x", "5")))

    assert [each.text for each in found[:3]] == ["9", "7", "10"]
    assert found[2].state == "doubtful"
    assert found[2].why == "a + b come to 16"


def test_what_the_ink_hardly_allows_is_doubtful():
    a, b, t = read("a", "6"), read("b", "3"), read("t", "8", 0.85, ("9", 0.05))

    found = with_sums(FORM, (a, b, t, read("x", "5")))

    assert (found[2].text, found[2].state, found[2].why) == ("9", "doubtful", "the ink says 8")


def test_empty_fields_count_nothing():
    found = with_sums(FORM, (read("a", ""), read("b", "3"), read("t", "3"), read("x", "5")))

    assert [each.state for each in found] == ["read"] * 4


def test_what_holds_no_number_is_left_as_it_is():
    a = FieldReading("a", "4/", "doubtful", "nothing that fits stands there", 0.0)
    readings = (a, read("b", "3"), read("t", "7"), read("x", "5"))

    assert with_sums(FORM, readings) == readings


def test_a_sum_makes_no_field_sure_that_its_kind_does_not():
    """A sum that the ink half allows makes a number sure enough, and a decimal not."""

    def after(kind: Kind) -> FieldReading:
        fields = tuple(replace(field, kind=kind) for field in FORM.fields)
        a, b = read("a", "4", 0.5, ("9", 0.4)), read("b", "3", 0.6, ("8", 0.35))
        t = read("t", "7", 0.5, ("1", 0.3), ("12", 0.08))
        return with_sums(replace(FORM, fields=fields), (a, b, t, read("x", "5")))[1]

    number, decimal = after("number"), after("decimal")

    assert 0.9 <= number.confidence < 0.95, number
    assert (number.state, decimal.state) == ("read", "doubtful")
    assert decimal.confidence < 0.95
