"""Where the window was left is kept; whatever the file holds, the window opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from camdigits.support.user_folders import state_folder
from camdigits.types import Box
from camdigits.window.saved_geometry import Place

LEFT = Box(-30, 80, 500, 420)


def test_place_is_recalled(tmp_path: Path) -> None:
    path = tmp_path / "state" / "window.json"
    Place(path).keep(LEFT)
    assert Place(path).recall() == LEFT
    Place(path).keep(Box(1, 2, 3, 4))
    assert Place(path).recall() == Box(1, 2, 3, 4)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"window": 5}',
        b'{"window": [1, 2, 3]}',
        b'{"window": [1, 2, 0, 4]}',
        b'{"window": [1, 2, 3, "4"]}',
        b'{"window": [1, 2, true, 4]}',
        b'{"window": [1, 2, 3, 1e99]}',
        b'{"window": [999999999, 2, 3, 4]}',
        b"[" * 100_000,
    ],
)
def test_damaged_file_is_passed_over_and_mended(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(text)
    assert Place(path).recall() is None
    Place(path).keep(LEFT)
    assert Place(path).recall() == LEFT


def test_nothing_is_kept_where_nothing_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    place = Place(tmp_path / "file" / "window.json")
    place.keep(LEFT)
    assert place.recall() is None
    assert Place(None).recall() is None
    Place(None).keep(LEFT)
    assert (tmp_path / "file").read_text() == "precious"


def test_what_was_kept_stays_where_the_new_place_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "window.json"
    Place(path).keep(LEFT)

    def fail(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(Path, "replace", fail)
    Place(path).keep(Box(1, 2, 3, 4))
    assert Place(path).recall() == LEFT
    assert list(tmp_path.iterdir()) == [path]


def test_state_folder_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "camdigits"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert state_folder() == tmp_path / ".local" / "state" / "camdigits"
