"""Where the window was left is kept; whatever the file holds, the window opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from camdigits.support.user_folders import state_folder
from camdigits.types import Box
from camdigits.window.saved_geometry import MOST_SHAPES, SavedPlaces, shape_of

LEFT = {"1.2": Box(-30, 80, 500, 420)}
OTHER = {"0.5": Box(1, 2, 3, 4)}


def test_place_is_recalled(tmp_path: Path) -> None:
    path = tmp_path / "state" / "window.json"
    SavedPlaces(path).keep(LEFT)
    assert SavedPlaces(path).recall() == LEFT
    SavedPlaces(path).keep(OTHER)
    assert SavedPlaces(path).recall() == LEFT | OTHER
    SavedPlaces(path).keep({"1.2": Box(5, 6, 7, 8)})
    assert SavedPlaces(path).recall() == {"1.2": Box(5, 6, 7, 8)} | OTHER
    SavedPlaces(path).keep({})
    assert list(path.parent.iterdir()) == [path]


def test_shapes_that_were_used_last_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    for number in range(MOST_SHAPES + 2):
        SavedPlaces(path).keep({str(number): Box(number, 0, 1, 1)})
        SavedPlaces(path).keep(LEFT)
    newest = [str(number) for number in range(3, MOST_SHAPES + 2)]
    assert set(SavedPlaces(path).recall()) == {*newest, *LEFT}


def test_pictures_of_one_shape_share_a_place() -> None:
    assert shape_of((640, 505)) == shape_of((1280, 1010)) == "1.3"
    assert shape_of((505, 640)) == "0.79"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"window": [1, 2, 3, 4]}',
        b'{"windows": 5}',
        b'{"windows": [1, 2, 3, 4]}',
        b'{"windows": {"1.2": 5}}',
        b'{"windows": {"1.2": [1, 2, 3]}}',
        b'{"windows": {"1.2": [1, 2, 0, 4]}}',
        b'{"windows": {"1.2": [1, 2, 3, "4"]}}',
        b'{"windows": {"1.2": [1, 2, true, 4]}}',
        b'{"windows": {"1.2": [1, 2, 3, 1e99]}}',
        b'{"windows": {"1.2": [999999999, 2, 3, 4]}}',
        b"[" * 100_000,
    ],
)
def test_damaged_file_is_passed_over_and_mended(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(text)
    assert SavedPlaces(path).recall() == {}
    SavedPlaces(path).keep(LEFT)
    assert SavedPlaces(path).recall() == LEFT


def test_nothing_is_kept_where_nothing_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    place = SavedPlaces(tmp_path / "file" / "window.json")
    place.keep(LEFT)
    assert place.recall() == {}
    assert SavedPlaces(None).recall() == {}
    SavedPlaces(None).keep(LEFT)
    assert (tmp_path / "file").read_text() == "precious"


def test_what_was_kept_stays_where_the_new_place_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "window.json"
    SavedPlaces(path).keep(LEFT)

    def fail(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(Path, "replace", fail)
    SavedPlaces(path).keep(OTHER)
    assert SavedPlaces(path).recall() == LEFT
    assert list(tmp_path.iterdir()) == [path]


def test_state_folder_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "camdigits"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert state_folder() == tmp_path / ".local" / "state" / "camdigits"
