"""Lists have each text once, with how often, when and where it was seen."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from camdigits.errors import OutputError
from camdigits.sinks.records.opening import open_unique
from camdigits.sinks.records.unique import COLUMNS, UniqueCsvSink, UniqueTextSink
from camdigits.types import Box, Digit, Event, Frame, Number, Reading

FRAME = Frame(np.zeros((48, 64, 3), np.uint8))
BOX = Box(4, 5, 20, 10)


def at(time_s: float, *events: Event, seen: tuple[Number, ...] = ()) -> Reading:
    return Reading("clip.mp4", 0, time_s, (64, 48), (), seen, events, is_still=False)


def event(kind: str, text: str, time_s: float, number_id: int = 1) -> Event:
    return Event(kind, number_id, text, BOX, 0.9, 0, time_s)


def seen(text: str, number_id: int = 1, x: int = 4, confidence: float = 0.9) -> Number:
    digits = (Digit(BOX, 1, confidence),)
    return Number(text, Box(x, 5, 20, 10), confidence, digits, number_id, Decimal(text))


def still(*texts: str, source: str = "page.jpg", page: int | None = None) -> Reading:
    numbers = tuple(replace(seen(text), id=None) for text in texts)
    return Reading(source, 0, 0.0, (64, 48), (), numbers, page=page)


def text_of(*readings: Reading, with_source: bool = False) -> list[str]:
    stream = io.StringIO()
    with UniqueTextSink(stream, pytest.fail, with_source) as sink:
        for reading in readings:
            sink.write(FRAME, reading)
    return stream.getvalue().splitlines()


def rows_of(*readings: Reading) -> list[dict[str, str]]:
    stream = io.StringIO()
    with UniqueCsvSink(stream, pytest.fail) as sink:
        for reading in readings:
            sink.write(FRAME, reading)
        assert stream.getvalue().splitlines() == [",".join(COLUMNS)]
    return list(csv.DictReader(stream.getvalue().splitlines()))


def counts(*readings: Reading) -> dict[str, int]:
    return {row["text"]: int(row["count"]) for row in rows_of(*readings)}


AGAIN = [
    at(1.0, event("appeared", "2047", 1.0)),
    at(3.0, event("appeared", "381", 3.0, 2), seen=(seen("2047"),)),
    at(4.0, event("gone", "2047", 4.0)),
    at(9.0, event("appeared", "2047", 9.0, 3)),
    at(9.5, seen=(seen("2047", 3, x=30),)),
]
"""One number twice, another once."""


def test_text_tells_each_text_once_and_lists_all_in_the_end():
    assert text_of(*AGAIN) == [
        "0:00:01.00 2047",
        "0:00:03.00 381",
        "",
        "clip.mp4: 2 different numbers",
        "number  times  first       last",
        "2047        2  0:00:01.00  0:00:09.50",
        "381         1  0:00:03.00  0:00:03.00",
    ]


def test_row_says_when_and_where_a_text_was_first_and_last():
    first, second = rows_of(*AGAIN)
    assert list(first.values()) == [
        *("clip.mp4", "2047", "", "2", "1.0", "9.5", "", ""),
        *("4", "5", "20", "10", "30", "5", "20", "10", "0.9", "hand"),
    ]
    assert (second["text"], second["last_s"]) == ("381", "3.0")


def test_row_has_the_best_confidence_and_the_value_of_then():
    readings = at(1.0, event("appeared", "07", 1.0)), at(2.0, seen=(seen("07", confidence=0.99),))
    [row] = rows_of(*readings, at(3.0, seen=(seen("07", confidence=0.5),)))
    assert (row["confidence"], row["value"], row["last_s"]) == ("0.99", "7", "3.0")


def test_another_text_that_is_read_for_a_moment_is_the_number_that_was_told():
    [row] = rows_of(at(1.0, event("appeared", "70", 1.0)), at(2.0, seen=(seen("10"),)))
    assert (row["text"], row["confidence"], row["last_s"]) == ("70", "0.9", "2.0")


def test_what_is_seen_and_not_told_is_not_listed():
    assert text_of(at(1.0, seen=(seen("7"),))) == ["", "clip.mp4: no number"]


def test_text_that_changed_soon_was_a_misreading():
    readings = at(1.0, event("appeared", "2047", 1.0)), at(2.9, event("changed", "2041", 2.9))
    assert counts(*readings) == {"2041": 1}
    assert text_of(*readings)[:2] == ["0:00:01.00 2047", "0:00:02.90 2047 -> 2041"]


def test_text_that_changed_later_is_listed_as_well():
    readings = at(1.0, event("appeared", "41", 1.0)), at(3.1, event("changed", "42", 3.1))
    assert counts(*readings, at(4.0, event("changed", "43", 4.0))) == {"41": 1, "42": 1, "43": 1}


def test_text_in_doubt_gives_way_whenever_it_is_sure():
    readings = at(1.0, event("appeared", "2?47", 1.0)), at(60.0, event("changed", "2047", 60.0))
    assert counts(*readings) == {"2047": 1}


def test_misreading_that_becomes_a_known_text_is_put_right():
    readings = [
        at(1.0, event("appeared", "7", 1.0)),
        at(5.0, event("appeared", "1", 5.0, 2)),
        at(6.0, event("changed", "7", 6.0, 2)),
    ]
    assert counts(*readings) == {"7": 2}
    assert text_of(*readings)[:3] == ["0:00:01.00 7", "0:00:05.00 1", "0:00:06.00 1 -> 7"]


def test_misreading_does_not_take_a_text_away_that_stands_elsewhere():
    readings = [
        at(1.0, event("appeared", "1", 1.0)),
        at(5.0, event("appeared", "1", 5.0, 2)),
        at(6.0, event("changed", "7", 6.0, 2)),
    ]
    assert counts(*readings) == {"1": 1, "7": 1}


def test_sources_have_texts_of_their_own():
    other = replace(at(0.5, event("appeared", "2047", 0.5)), source="b.mp4")
    lines = text_of(AGAIN[0], other, with_source=True)
    assert lines[:2] == ["clip.mp4: 0:00:01.00 2047", "b.mp4: 0:00:00.50 2047"]
    assert [line for line in lines if line.endswith("1 number")] == [
        "clip.mp4: 1 number",
        "b.mp4: 1 number",
    ]


def test_id_of_another_source_is_another_number():
    other = replace(at(0.5, seen=(seen("2047"),)), source="b.mp4")
    assert counts(AGAIN[0], other) == {"2047": 1}


def test_sources_that_are_read_side_by_side_keep_their_numbers():
    other = replace(at(2.0, event("appeared", "7", 2.0)), source="b.mp4")
    first, second = rows_of(AGAIN[0], other, at(5.0, seen=(seen("2047", x=30),)))
    assert (first["text"], first["last_s"], first["last_x"]) == ("2047", "5.0", "30")
    assert (second["source"], second["last_s"]) == ("b.mp4", "2.0")


def test_pictures_tell_texts_once_and_list_those_that_stand_there_more_often():
    assert text_of(still("7", "81"), still(source="b.jpg")) == ["page.jpg: 7 81", "b.jpg:"]
    assert text_of(still("7", "81", "7")) == [
        *("page.jpg: 7 81", "", "page.jpg: 2 different numbers"),
        *("number  times", "7           2", "81          1"),
    ]


def test_documents_have_pages():
    pages = [still(*texts, source="a.pdf", page=n) for n, texts in enumerate((["7"], [], ["7"]), 1)]
    assert text_of(*pages) == [
        *("a.pdf, page 1: 7", "a.pdf, page 2:", "", "a.pdf: 1 number"),
        *("number  times  first   last", "7           2  page 1  page 3"),
    ]
    [row] = rows_of(*pages)
    assert [row[name] for name in ("first_page", "last_page", "first_s")] == ["1", "3", ""]


def test_number_that_is_as_likely_wrong_as_right_is_told_so():
    unsure = replace(event("appeared", "20", 1.0), confidence=0.3)
    lines = text_of(at(1.0, unsure))
    assert lines[0] == "0:00:01.00 20?"
    assert lines[-1].startswith("20? ")


def test_full_list_is_told_once_and_goes_on_counting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("camdigits.sinks.records.unique_texts.MAX_TEXTS", 2)
    told: list[str] = []
    stream = io.StringIO()
    with UniqueCsvSink(stream, told.append) as sink:
        for number_id, text in enumerate(["7", "8", "9", "10", "7"]):
            sink.write(FRAME, at(1.0, event("appeared", text, 1.0, number_id)))
    assert len(told) == 1 and "new ones are left out" in told[0]
    rows = csv.DictReader(stream.getvalue().splitlines())
    assert [(row["text"], row["count"]) for row in rows] == [("7", "2"), ("8", "1")]


@pytest.mark.parametrize("form", ["text", "csv"])
def test_list_is_there_whatever_ended_the_run(form: str, tmp_path: Path):
    path = tmp_path / "list"
    with pytest.raises(KeyboardInterrupt), open_unique(path, pytest.fail, form) as sink:
        sink.write(FRAME, AGAIN[0])
        raise KeyboardInterrupt
    assert path.read_text().splitlines()[-1].startswith(("2047  ", "clip.mp4,2047,"))


def test_line_that_failed_is_told_once_and_not_followed_by_a_list():
    class Full(io.StringIO):
        tries = 0

        def write(self, text: str) -> int:
            self.tries += 1
            raise OSError(28, "No space left on device")

    stream = Full()
    with pytest.raises(OutputError), UniqueTextSink(stream, pytest.fail) as sink:
        sink.write(FRAME, AGAIN[0])
    assert stream.tries == 1
