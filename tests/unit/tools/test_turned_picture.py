"""The picture of a sheet that lies turned."""

from __future__ import annotations

import cv2
import pytest

from tests.support.digits import write_npz


def test_picture_shows_a_page_that_was_read_at_an_angle(tmp_path):
    import make_turned_picture

    data, out = write_npz(tmp_path / "mnist.npz"), tmp_path / "turned.jpg"
    seeds = range(30)
    assert any(  # stylised digits are not read on every page
        make_turned_picture.main(["--data", str(data), "--seed", str(seed), str(out)]) == 0
        for seed in seeds
    )
    assert cv2.imread(str(out)).shape[1::-1] == make_turned_picture.SIZE_WH


def test_page_on_which_nothing_is_read_is_told(tmp_path, capsys, monkeypatch: pytest.MonkeyPatch):
    import make_turned_picture

    data = write_npz(tmp_path / "mnist.npz")
    monkeypatch.setattr(make_turned_picture, "SIZE_WH", (64, 64))
    assert make_turned_picture.main(["--data", str(data), str(tmp_path / "t.jpg")]) == 1
    assert "name another one" in capsys.readouterr().err
