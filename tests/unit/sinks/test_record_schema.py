"""Records are what the JSON Schema that ships with camdigits says of them."""

from __future__ import annotations

import importlib.resources
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import jsonschema
import pytest
from jsonschema import Draft202012Validator

import camdigits
from camdigits import ReadConfig, Recognizer
from camdigits.types import SCHEMA, Box, Digit, Event, Mark, Number, Reading, Sign, SourceStatus
from tests.cli.pages import page

BOX = Box(4, 5, 20, 10)
FILE = importlib.resources.files("camdigits") / "assets" / "record.schema.json"
CHECK = Draft202012Validator(json.loads(FILE.read_text("utf-8")))


KINDS = ("Frame", "Event", "Status")


def marked(text: str = "-1.?", value: Decimal | None = None) -> Reading:
    digits = (Digit(BOX, 1, 0.9), Digit(BOX, 5, 0.5, track=3, seen="followed", is_doubtful=True))
    marks = (Mark("-", BOX, 0.8, 0), Mark(".", BOX, 0.98765, 1))
    number = Number(text, BOX, 0.5, digits, 7, value, marks)
    event = Event("changed", 7, text, BOX, 0.5, 3, 0.12, value)
    signs = (Sign("+", BOX, 0.75),)
    struck = (Number("94", BOX, 0.51239, (Digit(BOX, 9, 0.8), Digit(BOX, 4, 0.51239))),)
    told = (digits, (number,), (event,))
    return Reading("a.mp4", 3, 0.12, (64, 48), *told, False, signs=signs, struck=struck)


def records_of(reading: Reading) -> list[dict[str, Any]]:
    return json.loads(json.dumps(list(reading.records("both"))))


def test_schema_is_a_schema_and_of_this_version():
    Draft202012Validator.check_schema(CHECK.schema)
    kinds = [CHECK.schema["$defs"][name]["properties"]["schema"] for name in KINDS]
    assert kinds == [{"const": SCHEMA}] * 3


def test_schema_ships_with_the_package():
    assert (Path(camdigits.__file__).parent / "assets" / "record.schema.json").is_file()


@pytest.mark.parametrize("asked", [None, 0.9, 0.9999])
def test_records_of_a_picture_fit(asked: float | None):
    for record in records_of(Recognizer(ReadConfig(min_confidence=asked)).read(page())):
        CHECK.validate(record)


def test_golden_records_fit():
    path = Path(__file__).parents[2] / "golden" / "demo.jsonl"
    for line in path.read_text().splitlines():
        CHECK.validate(json.loads(line))


@pytest.mark.parametrize("value", [None, Decimal(7), Decimal("-1.5")])
def test_records_with_marks_signs_and_doubts_fit(value: Decimal | None):
    frame, event = records_of(marked(value=value))
    CHECK.validate(frame)
    CHECK.validate(event)
    assert frame["digits"][1]["doubtful"] is True
    assert frame["numbers"][0]["marks"] == [
        {"mark": "-", "box": [4, 5, 20, 10], "confidence": 0.8, "place": 0},
        {"mark": ".", "box": [4, 5, 20, 10], "confidence": 0.9877, "place": 1},
    ]
    assert frame["signs"] == [{"sign": "+", "box": [4, 5, 20, 10], "confidence": 0.75}]
    assert frame["struck"] == [
        {"text": "94", "box": [4, 5, 20, 10], "confidence": 0.5124, "struck": True}
    ]
    assert frame["numbers"][0]["value"] == event["value"] == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("7"), 7),
        (Decimal("7.50"), 7.5),
        (Decimal("7.00"), 7),
        (Decimal("12345678901234567890"), 12345678901234567890),
        (Decimal("0.1"), 0.1),
        (Decimal("12345678901234567890.12"), None),
    ],
)
def test_value_is_a_json_number_where_that_is_exact(value: Decimal, expected: float | None):
    told = records_of(marked("1", value))[0]["numbers"][0]["value"]
    assert (told, type(told)) == (expected, type(expected))


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 1},
        {"type": "page"},
        {"numbers": [{}]},
        {"more": 1},
        {"size": [64]},
        {"rotate": 360},
        {"struck": [{"text": "1", "box": [1, 1, 1, 1], "confidence": 1, "struck": False}]},
        {"signs": [{"sign": "%", "box": [1, 1, 1, 1], "confidence": 1}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_other_records_do_not_fit(change: dict[str, Any]):
    frame = records_of(marked())[0]
    with pytest.raises(jsonschema.ValidationError):
        CHECK.validate(frame | change)


def test_records_of_slanted_writing_fit_and_tell_its_corners():
    corners = ((4, 5), (20, 9), (17, 15), (1, 11))
    slanted = replace(BOX, polygon=corners)
    reading = marked()
    digits = (replace(reading.digits[0], box=slanted), reading.digits[1])
    number = replace(reading.numbers[0], box=slanted, digits=digits)
    event = replace(reading.events[0], box=slanted)
    told = replace(reading, digits=digits, numbers=(number,), events=(event,), rotate=345.5)
    frame, told_event = records_of(told)
    CHECK.validate(frame)
    CHECK.validate(told_event)
    expected = [list(corner) for corner in corners]
    assert frame["rotate"] == 345.5
    assert [found.get("polygon") for found in frame["digits"]] == [expected, None]
    assert frame["numbers"][0]["polygon"] == told_event["polygon"] == expected
    assert frame["digits"][0]["box"] == BOX.as_list()


@pytest.mark.parametrize("text", ["", "a1", "1.", "+1", "1 2"])
def test_other_texts_do_not_fit(text: str):
    reading = marked()
    number = replace(reading.numbers[0], text=text)
    with pytest.raises(jsonschema.ValidationError):
        CHECK.validate(records_of(replace(reading, numbers=(number,)))[0])


def test_keys_of_schema_1_come_first():
    frame, event = records_of(marked())
    assert [*frame][:8] == [
        "schema",
        "type",
        "source",
        "index",
        "time_s",
        "size",
        "digits",
        "numbers",
    ]
    assert [*frame["digits"][0]][:5] == ["box", "label", "confidence", "track", "seen"]
    assert [*frame["numbers"][0]][:5] == ["text", "box", "confidence", "digits", "id"]
    assert [*event][-4:] == ["box", "confidence", "value", "writing"]


@pytest.mark.parametrize("event", ["lost", "back"])
def test_records_of_a_camera_fit(event: Literal["lost", "back"]):
    record = SourceStatus(event, "0", 3, 0.12345, "camera 0 is back after 2 s").record()
    CHECK.validate(record)
    assert record["time_s"] == 0.123
    for wrong in ({"event": "gone"}, {"index": None}, {"text": 1}, {"id": 3}):
        with pytest.raises(jsonschema.ValidationError):
            CHECK.validate(record | wrong)
