"""The pictures of docs/learn.md."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.support.digits import needs_train_extra, trained_folder, write_npz

DOCS = Path(__file__).parents[3] / "docs"


def test_every_picture_of_the_page_is_there_and_no_other() -> None:
    shown = set(re.findall(r"\(pictures/([\w-]+\.png)\)", (DOCS / "learn.md").read_text("utf-8")))
    from_learning = {"filters.png", "feature-maps.png", "learning-curves.png", "crop-steps.png"}

    assert shown == from_learning | {"misread.png"}
    for name in shown:
        assert cv2.imread(str(DOCS / "pictures" / name)) is not None, name


@pytest.mark.train
@needs_train_extra
def test_they_can_be_made_again(tmp_path: Path) -> None:
    import make_learn_pictures

    data = write_npz(tmp_path / "data.npz")
    arguments = ["--data", str(data), "--model", str(trained_folder()), str(tmp_path / "out")]

    assert make_learn_pictures.main(arguments) == 0

    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names >= {"filters.png", "feature-maps.png", "learning-curves.png", "misread.png"}
    maps = cv2.imread(str(tmp_path / "out" / "feature-maps.png"))
    assert maps is not None and np.ptp(maps) == 255


def test_a_missing_model_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import make_learn_pictures

    data = tmp_path / "missing.npz"

    assert make_learn_pictures.main(["--data", str(data), "--model", "none", "out"]) == 1
    assert str(data) in capsys.readouterr().err
