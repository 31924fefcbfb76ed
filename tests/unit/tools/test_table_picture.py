"""The picture of a table that was read."""

from __future__ import annotations

import cv2
import pytest

from tests.support.digits import write_npz


def test_picture_shows_the_page_and_its_table(tmp_path):
    import make_table_picture

    data = write_npz(tmp_path / "mnist.npz")
    seeds = range(30)
    for seed in seeds:  # stylised digits are not read on every page
        arguments = ["--data", str(data), "--seed", str(seed), str(tmp_path / "table.jpg")]
        if make_table_picture.main(arguments) == 0:
            break
    picture = cv2.imread(str(tmp_path / "table.jpg"))
    height, width = picture.shape[:2]
    assert height == make_table_picture.SIZE_WH[1]
    assert width > make_table_picture.SIZE_WH[0] + make_table_picture.CELL_WH[0]


def test_page_without_a_table_is_told(tmp_path, capsys, monkeypatch: pytest.MonkeyPatch):
    import make_table_picture

    data = write_npz(tmp_path / "mnist.npz")
    monkeypatch.setattr(make_table_picture, "SIZE_WH", (64, 64))
    assert make_table_picture.main(["--data", str(data), str(tmp_path / "t.jpg")]) == 1
    assert "has no table; name another seed" in capsys.readouterr().err
