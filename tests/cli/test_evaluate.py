"""``camdigits evaluate``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from camdigits.cli import main
from camdigits.recognizer import Recognizer
from tests.cli.pages import TEXT, blank, page, write_page
from tests.support.digits import needs_train_extra, trained_folder, write_npz
from tests.support.media import write_image
from tests.support.weights import copy_weights


def test_it_prints_accuracy_classes_and_confusions(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data = write_npz(tmp_path / "data.npz")

    assert main(["evaluate", "--data", str(data)]) == 0

    out, err = capfd.readouterr()
    first, _, *table = out.splitlines()
    assert err == ""
    assert " of 100 test digits right (95 % interval " in first
    assert table[0].split() == ["digit", "count", "wrong", "recall", "precision"]
    assert [line.split()[0] for line in table[1:11]] == list("0123456789")
    assert sum(int(line.split()[1]) for line in table[1:11]) == 100
    counts = [[int(cell.replace(".", "0")) for cell in line.split()[2:]] for line in table[13:23]]
    assert np.sum(counts) == 100
    assert f"{np.trace(counts)}.00% of" in first


@pytest.mark.train
@needs_train_extra
def test_it_measures_weights_of_its_user(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = str(write_npz(tmp_path / "data.npz"))
    answers = []

    for name in ("lenet.tflite", "lenet.keras"):
        assert main(["evaluate", "--data", data, "--weights", str(trained_folder() / name)]) == 0
        answers.append(capfd.readouterr())

    assert answers[0].out == answers[1].out
    assert answers[0].err == ""
    # TensorFlow, if another test loaded it before, may have something to say.
    assert "camdigits" not in answers[1].err


def test_a_tflite_needs_neither_keras_nor_opencv(tmp_path: Path) -> None:
    code = (
        "import sys; from camdigits.cli import main; code = main(sys.argv[1:]);"
        "print(sorted({'cv2', 'keras', 'tensorflow'} & set(sys.modules))); sys.exit(code)"
    )
    data = str(write_npz(tmp_path / "data.npz"))

    done = subprocess.run(
        [sys.executable, "-c", code, "evaluate", "--data", data],
        capture_output=True,
        text=True,
        timeout=200,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "[]"


def test_mnist_is_read_as_the_card_says(test_data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--data", str(test_data / "mnist")]) == 0

    assert capfd.readouterr().out.startswith("99.")


def test_pictures_are_written_where_asked(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data, out = str(write_npz(tmp_path / "data.npz")), tmp_path / "report"

    assert main(["evaluate", "--data", data, "--pictures", str(out)]) == 0

    names = {path.name for path in out.iterdir()}
    assert {"examples.png", "misread.png", "confusion.png"} <= names
    assert capfd.readouterr().out.splitlines()[-1].startswith("wrote examples.png, misread.png, ")


def test_damaged_weights_are_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    weights = copy_weights(tmp_path)
    weights.write_bytes(b"other")

    assert main(["evaluate", "--weights", str(weights)]) == 1

    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(f"camdigits: {weights} is damaged")
    assert len(err.splitlines()) == 1


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with a page of which one digit is labelled wrongly, and a page without digits."""
    folder = tmp_path / "photos"
    folder.mkdir()
    write_page(folder / "page.png")
    write_image(folder / "blank.png", blank())
    found = [digit.box.as_list() for digit in Recognizer().read(page()).digits]
    labels = ["5", "5", "0", "8"]
    digits = [[*box, label] for box, label in zip(found, labels, strict=True)]
    truth = {"page.png": {"digits": digits, "numbers": [TEXT]}, "blank.png": {"digits": []}}
    (folder / "truth.json").write_text(json.dumps(truth))
    return folder


def test_pages_are_counted_and_listed_worst_first(
    photos: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--pages", str(photos)]) == 0

    out, err = capfd.readouterr()
    assert err == ""
    assert out.splitlines() == [
        "F1 0.750 over 4 digits (precision 0.750, recall 0.750), mean over 2 pictures 0.875",
        "3 right, 1 wrong, 0 missed, 0 false",
        "numbers: F1 1.000 over 1 (precision 1.000, recall 1.000)",
        "1 of 1 numbers wholly right (100.0%)",
        "",
        "   F1  digits   right   wrong  missed   false numbers  picture",
        "0.750       4       3       1       0       0     1/1  page.png",
        "1.000       0       0       0       0       0       -  blank.png",
    ]


def test_pages_are_drawn_where_asked(
    photos: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report"

    assert main(["evaluate", "--pages", str(photos), "--pictures", str(report)]) == 0

    assert [path.name for path in report.iterdir()] == ["pages-1.png"]
    assert capfd.readouterr().out.splitlines()[-1] == f"wrote pages-1.png to {report}"


def test_sheets_never_lie_among_the_photos(photos: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (photos / "pages-1.png").write_bytes(b"a photo of mine")

    assert main(["evaluate", "--pages", str(photos), "--pictures", str(photos)]) == 2

    assert capfd.readouterr().err == (
        f"camdigits: --pictures {photos} is the folder that is measured; name another one\n"
    )
    assert (photos / "pages-1.png").read_bytes() == b"a photo of mine"


def test_folder_that_cannot_be_made_is_told_before_anything_is_measured(
    photos: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()

    assert main(["evaluate", "--pages", str(photos), "--pictures", str(tmp_path / "file")]) == 1

    out, err = capfd.readouterr()
    assert out == "" and err.count("\n") == 1
    assert f"{tmp_path / 'file'} is a file and no folder" in err


@pytest.mark.parametrize("name", ["report", "new/report"])
def test_folder_is_not_made_if_there_is_nothing_to_write(
    name: str, photos: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (photos / "page.png").write_bytes((photos / "page.png").read_bytes()[:99])

    assert main(["evaluate", "--pages", str(photos), "--pictures", str(tmp_path / name)]) == 1

    assert "page.png" in capfd.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["photos"]


def test_pages_need_no_keras(photos: Path) -> None:
    code = (
        "import sys; from camdigits.cli import main; code = main(sys.argv[1:]);"
        "print(sorted({'keras', 'tensorflow'} & set(sys.modules))); sys.exit(code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, "evaluate", "--pages", str(photos), "--pictures", "report"],
        capture_output=True,
        text=True,
        timeout=200,
        cwd=photos.parent,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        pytest.param(["--pages", "none"], 1, "there is no folder none; check", id="no folder"),
        pytest.param(["--pages", "file"], 1, "file is no folder; name the one", id="a file"),
        pytest.param(
            ["--pages", "empty", "--pictures", "new/report"],
            1,
            "the folder empty has no truth.json, which says what the pictures beside it show",
            id="no truth",
        ),
        pytest.param(["--pages", "photos"], 1, "photos/page.png", id="no picture"),
        pytest.param(["--pages", "photos", "--data", "mnist"], 2, "not allowed with", id="both"),
        pytest.param(["--pages", "photos", "--pixel-max", "1"], 2, "--pixel-max", id="pixel-max"),
        pytest.param(["--pages", "photos", "--weights", "a.keras"], 2, "a.keras", id="keras"),
        pytest.param(["--pages", "photos", "--weights", "a.tflite"], 1, "a.tflite", id="weights"),
    ],
)
def test_pages_that_cannot_be_measured_are_one_line(
    photos: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    told: str,
) -> None:
    monkeypatch.chdir(photos.parent)
    (photos / "page.png").unlink()
    Path("file").touch()
    Path("empty").mkdir()

    assert main(["evaluate", *arguments]) == code

    out, err = capfd.readouterr()
    assert out == ""
    assert told in err
    assert len(err.splitlines()) == 1
    assert not Path("new").exists()
