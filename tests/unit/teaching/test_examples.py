"""Examples are what reading saw, and lie where training looks for them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits import Box, ReadConfig, Recognizer
from camdigits.errors import OutputError
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.networks.judge import LiteRTJudge
from camdigits.page.candidate_scoring import CandidateScorer
from camdigits.support.user_folders import data_folder, taught_weights
from camdigits.teaching.examples import Example, Sight, TeachFolder
from camdigits.training.data.labelled_folder import read_labelled_folder
from tests.cli.pages import TEXT, page


def example(fill: int = 255) -> Example:
    crop = np.zeros((28, 28), np.uint8)
    crop[4:24, 12:16] = fill
    around = np.full((40, 30, 3), 200, np.uint8)
    return Example(Box(5, 6, 10, 20), crop, around, np.eye(10, dtype=np.float32)[1])


def scorer() -> CandidateScorer:
    return CandidateScorer(LiteRTClassifier(), LiteRTJudge())


class Recorder:
    """The bundled classifier, keeping what it was shown."""

    def __init__(self) -> None:
        self.crops = np.zeros((0, 28, 28), np.uint8)
        self._classify = LiteRTClassifier()

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        self.crops = np.concatenate([self.crops, crops])
        return self._classify(crops)


@pytest.mark.parametrize(
    "config",
    [ReadConfig(), ReadConfig(roi=Box(20, 10, 600, 220)), ReadConfig(polarity="dark")],
    ids=["all", "region", "dark"],
)
def test_crop_of_a_digit_is_the_one_that_was_read(config: ReadConfig):
    recorder = Recorder()
    reading = Recognizer(config, classifier=recorder).read(page())
    shown_to_reading = recorder.crops

    sight = Sight(page(), config, scorer())
    examples = [sight.of(digit) for digit in reading.digits]

    assert "".join(str(e.label) for e in examples if e) == TEXT
    for digit, found in zip(reading.digits, examples, strict=True):
        assert found is not None
        assert found.box == digit.box
        assert found.confidence == pytest.approx(digit.confidence, abs=1e-6)
        assert any(np.array_equal(found.crop, crop) for crop in shown_to_reading)


def test_turned_page_gives_upright_examples():
    upright = Recognizer().read(page())
    turned = np.ascontiguousarray(np.rot90(page(), 1))
    config = ReadConfig(rotate=90)
    reading = Recognizer(config).read(turned)

    first = Sight(turned, config, scorer()).of(reading.digits[0])
    same = Sight(page(), ReadConfig(), scorer()).of(upright.digits[0])

    assert first is not None and same is not None
    assert np.array_equal(first.crop, same.crop)
    assert np.array_equal(first.around, same.around)
    assert first.box == reading.digits[0].box


def test_digits_of_a_fax_are_shown_as_reading_sees_them():
    stored = cv2.resize(page(), (640, 120), interpolation=cv2.INTER_AREA)
    reading = Recognizer().read(stored, 0.5)
    sight = Sight(stored, ReadConfig(), scorer(), 0.5)
    examples = [sight.of(digit) for digit in reading.digits]
    assert "".join(str(e.label) for e in examples if e) == TEXT
    assert all(e is not None and e.around.shape[0] > 1.2 * e.box.h for e in examples)


def test_lines_are_what_reading_finds():
    lines = Sight(page(), ReadConfig(), scorer()).lines(0.8)
    assert ["".join(str(e.label) for e in line) for line in lines] == [TEXT]


def test_a_place_shows_the_digit_that_is_there():
    digit = Recognizer().read(page()).digits[1]
    sight = Sight(page(), ReadConfig(), scorer())
    x, y = map(round, digit.box.center)
    found = sight.at(x, y)
    assert found is not None
    assert found.box.iou(digit.box) > 0.4
    assert sight.at(1, 1) is None


def test_training_reads_what_was_taught(tmp_path: Path):
    folder = TeachFolder(tmp_path / "new" / "teach")
    assert len(folder) == 0
    folder.save(example(), 1)
    folder.save(example(200), None)

    labelled = read_labelled_folder(folder.path)
    assert labelled.digits.labels.tolist() == [1]
    assert np.array_equal(labelled.digits.images[0], example().crop)
    assert np.array_equal(labelled.others, example(200).crop[None])
    assert len(folder) == 2


def test_crop_whose_ink_lies_at_an_edge_is_learnt_as_it_was_seen(tmp_path: Path):
    seen = example()
    crop = np.zeros((28, 28), np.uint8)
    crop[:20, 10:14] = 255
    crop[0, 4:24] = 130
    edge = Example(seen.box, crop, seen.around, seen.probabilities)
    folder = TeachFolder(tmp_path)
    folder.save(edge, 7)
    assert np.array_equal(read_labelled_folder(tmp_path).digits.images[0], crop)


def test_pixels_around_are_kept_beside(tmp_path: Path):
    path = TeachFolder(tmp_path).save(example(), 1, "page")
    assert path is not None
    assert path.parent == tmp_path / "1"
    assert path.name.startswith("page-")
    around = cv2.imread(str(tmp_path / "around" / "1" / path.name))
    assert np.array_equal(around, example().around)


def test_same_example_is_kept_once(tmp_path: Path):
    folder = TeachFolder(tmp_path)
    assert folder.save(example(), 1) is not None
    assert folder.save(example(), 1, "other") is None
    assert len(folder) == 1


def test_last_word_about_an_example_counts(tmp_path: Path):
    folder = TeachFolder(tmp_path)
    folder.save(example(), 7)
    path = folder.save(example(), 1)
    assert path is not None
    assert [found.parent.name for found in tmp_path.glob("*/*.png")] == ["1"]
    folder.remove(path)
    folder.remove(path)
    assert not list(tmp_path.rglob("*.png"))


def test_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="name another with --teach"):
        TeachFolder(tmp_path / "file" / "teach").save(example(), 1)


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/camdigits"),
        ("linux", {"XDG_DATA_HOME": "relative"}, "/home/me/.local/share/camdigits"),
        ("linux", {}, "/home/me/.local/share/camdigits"),
        ("darwin", {}, "/home/me/Library/Application Support/camdigits"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/camdigits"),
        ("win32", {}, "/home/me/AppData/Local/camdigits"),
    ],
)
def test_data_folder_is_where_the_platform_keeps_such(
    platform: str, environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv("HOME", "/home/me")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert data_folder() == Path(expected)


def test_nothing_is_taught_at_first():
    assert taught_weights() is None
