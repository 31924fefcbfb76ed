"""What the measuring beside an OCR engine makes of its lines, counted by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks import peers

from camdigits.measuring.truth import Truth
from camdigits.types import Box

CORNERS = [[100, 50], [200, 50], [200, 90], [100, 90]]


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("7.5", ["7.5"]),
        ("Date: 12/05/2026", ["12/05/2026"]),
        ("16+9=25", ["16", "9", "25"]),
        ("-12 and 3,1", ["-12", "3,1"]),
        ("Total", []),
        ("12:30:", ["12:30"]),
    ],
)
def test_lines_are_cut_into_numbers(line: str, texts: list[str]):
    assert [text for text, _ in peers.numbers_of([(CORNERS, line)])] == texts


def test_number_has_its_share_of_the_box():
    assert peers.numbers_of([(CORNERS, "abc42")]) == [("42", Box(160, 50, 40, 40))]


def test_table_counts_whole_numbers():
    truths = [Truth((), numbers=("12", "7")), Truth((), numbers=("3",))]
    found = [([("12", Box(0, 0, 9, 9)), ("8", Box(20, 0, 9, 9))], 1.0), ([], 2.0)]
    row = peers.table_row("reader", truths, found)
    assert row == "| reader | 2 | 3 | 0.500 | 0.333 | 0.400 | 1.50 |"


def test_only_photos_whose_numbers_are_known_are_measured(tmp_path: Path):
    folder = tmp_path / "photos2"
    folder.mkdir()
    truth = {"a.jpg": {"digits": [[0, 0, 9, 9, "1"]], "numbers": ["1"]}, "b.jpg": {"digits": []}}
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    photos = peers.numbered_photos(tmp_path, ["photos", "photos2"])
    assert [(path.name, truth.numbers) for path, truth in photos] == [("a.jpg", ("1",))]


def test_environment_that_is_named_is_kept(tmp_path: Path):
    with peers.environment_folder(tmp_path) as folder:
        assert folder == tmp_path
    assert tmp_path.is_dir()
    with peers.environment_folder(None) as folder:
        assert folder.is_dir()
    assert not folder.exists()
