"""``camdigits run --writing`` leaves out what is printed, or all else, whatever the source."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits import ReadConfig, Recognizer
from camdigits.cli import main
from camdigits.networks.print_detector import LiteRTPrintDetector
from tests.cli.pages import TEXT, page, write_clip, write_page


@pytest.fixture(params=[0.001, 0.999], ids=["hand", "print"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the print detector takes everything for."""

    def say(self: LiteRTPrintDetector, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.full(len(views), request.param, np.float32)

    monkeypatch.setattr(LiteRTPrintDetector, "__call__", say)
    return "print" if request.param > 0.5 else "hand"


@pytest.mark.parametrize("wanted", ["all", "hand", "print"])
def test_a_picture_is_read_without_the_other_kind(
    kind: str, wanted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = write_page(tmp_path / "page.png")
    assert main(["run", str(photo), "--format", "jsonl", "--writing", wanted]) == 0
    record = json.loads(capsys.readouterr().out)
    is_read = wanted in ("all", kind)
    assert [number["text"] for number in record["numbers"]] == [TEXT] * is_read
    assert [digit["writing"] for digit in record["digits"]] == [kind] * len(TEXT) * is_read


@pytest.mark.parametrize("wanted", ["all", "hand", "print"])
def test_a_video_tells_no_events_of_the_other_kind(
    kind: str, wanted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_clip(tmp_path / "clip.mp4")
    assert main(["run", str(clip), "--format", "csv", "--writing", wanted]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    expected = [("appeared", TEXT, kind)] if wanted in ("all", kind) else []
    told = [(row["event"], row["text"], row["writing"]) for row in rows if row["event"]]
    assert told == expected


def test_a_program_leaves_print_out(kind: str) -> None:
    reading = Recognizer(ReadConfig(writing="hand")).read(page())
    assert [number.text for number in reading.numbers] == [TEXT] * (kind == "hand")
    assert len(reading.digits) == len(TEXT) * (kind == "hand")


def test_another_kind_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "photo.jpg", "--writing", "typed"]) == 2
    assert "--writing: invalid choice: 'typed'" in capsys.readouterr().err
