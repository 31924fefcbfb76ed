"""``camdigits teach``: a photo's digits are saved as what its owner wrote, or nothing is."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits.cli import main
from camdigits.errors import OutputError
from camdigits.recognizer import Recognizer
from camdigits.sinks.pictures import image
from camdigits.support.user_folders import taught_folder, teach_folder
from tests.cli.pages import TEXT, blank, page, write_clip, write_page
from tests.support.media import write_image
from tests.support.weights import copy_weights


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return write_page(tmp_path / "page.png")


def saved(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob("?/*.png"))


def test_digits_are_saved_as_what_was_written(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "mine"
    assert main(["teach", str(photo), "--text", "5 5 0 1", "--teach", str(folder)]) == 0

    assert saved(folder) == ["0", "1", "5", "5"]
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "line  digit  read as"
    assert told[1].startswith("   1      5  5 (")
    assert told[4].endswith("<- new to the network")
    assert "3 of 4 digits were read rightly before" in told
    assert f"what was matched: {tmp_path / 'page-taught.png'}" in told
    marked = cv2.imread(str(tmp_path / "page-taught.png"))
    assert marked.shape == page().shape
    assert not np.array_equal(marked, page())


def test_default_folder_is_the_users_own(photo: Path):
    assert main(["teach", str(photo), "--text", TEXT]) == 0
    assert saved(teach_folder()) == ["0", "0", "5", "5"]


def test_same_photo_again_adds_nothing_and_overwrites_nothing(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    for _ in range(2):
        assert main(["teach", str(photo), "--text", TEXT]) == 0
    told = capsys.readouterr().out
    assert (
        f"all 4 examples were saved before, nothing is new in {teach_folder()}, which has 4" in told
    )
    assert "camdigits train --teach" in told
    assert len(saved(teach_folder())) == 4
    assert (tmp_path / "page-taught-2.png").exists()


def test_examples_that_are_new_are_told_from_those_that_are_not(
    photo: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["teach", str(photo), "--text", TEXT]) == 0
    next((teach_folder() / "5").glob("*.png")).unlink()

    assert main(["teach", str(photo), "--text", TEXT]) == 0

    told = capsys.readouterr().out
    assert f"saved 1 example in {teach_folder()}, which has 4 now; 3 of the photo's 4" in told


@pytest.mark.skipif(sys.platform != "linux", reason="needs names that are no UTF-8")
def test_names_that_are_no_utf8_are_told(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder, output = (tmp_path / os.fsdecode(name) for name in (b"mine\xff", b"read\xff.png"))
    names = ("--teach", str(folder), "-o", str(output))
    assert main(["teach", str(photo), "--text", TEXT, *names]) == 0
    told = capsys.readouterr().out
    assert r"/mine\xff, which has 4 now" in told
    assert told.endswith("/read\\xff.png\n")


def test_turned_photo_is_turned_back(tmp_path: Path):
    turned = write_image(tmp_path / "turned.png", np.ascontiguousarray(np.rot90(page(), 1)))
    assert main(["teach", str(turned), "--text", TEXT, "--rotate", "90"]) == 0
    assert saved(teach_folder()) == ["0", "0", "5", "5"]
    assert cv2.imread(str(tmp_path / "turned-taught.png")).shape == page().shape


@pytest.mark.parametrize(
    ("text", "exit_code", "words"),
    [
        ("550", 1, "the photo has 4 digits that can be made out, the text 3"),
        (r"55\n00", 1, "the photo has 1 line of digits, the text 2"),
        ("1234", 1, "look like the text; nothing was saved"),
        ("12a4", 2, "is not digits and spaces"),
    ],
)
def test_text_that_does_not_fit_saves_nothing(
    photo: Path, text: str, exit_code: int, words: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["teach", str(photo), "--text", text]) == exit_code

    told = capsys.readouterr()
    assert words in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert not teach_folder().exists()
    assert [path.name for path in photo.parent.iterdir()] == [photo.name]


def test_photo_without_digits_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    empty = write_image(tmp_path / "blank.png", blank())
    assert main(["teach", str(empty), "--text", "12"]) == 1
    assert "the photo has 0 digits" in capsys.readouterr().err


def test_video_and_missing_file_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["teach", str(write_clip(tmp_path / "a.mp4")), "--text", "1"]) == 2
    assert main(["teach", str(tmp_path / "none.png"), "--text", "1"]) == 3
    told = capsys.readouterr().err
    assert "is a video; name a photo" in told
    assert "no such file" in told


def test_a_folder_is_not_taken_for_a_photo(photo: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["teach", str(photo.parent), "--text", TEXT]) == 2
    told = f"camdigits: {photo.parent} is a folder, and teach takes one photo; name the photo\n"
    assert capsys.readouterr() == ("", told)


def test_folder_that_fails_keeps_nothing(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "0").write_text("in the way")
    assert main(["teach", str(photo), "--text", TEXT, "--teach", str(folder)]) == 1
    assert "name another with --teach" in capsys.readouterr().err
    assert saved(folder) == []
    assert not (tmp_path / "page-taught.png").exists()


def test_picture_that_fails_saves_nothing(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object) -> None:
        raise OutputError("the disk is full")

    monkeypatch.setattr(image.ImageSink, "write", fail)
    assert main(["teach", str(photo), "--text", TEXT]) == 1
    assert not [path for path in teach_folder().rglob("*") if path.is_file()]
    assert [path.name for path in tmp_path.iterdir()] == [photo.name]


def install_taught(**card: object) -> Path:
    taught_folder().mkdir(parents=True)
    return copy_weights(taught_folder(), **card)


def test_taught_weights_are_used_and_told(photo: Path, capsys: pytest.CaptureFixture[str]):
    weights = install_taught(temperature=100.0)  # sure of nothing

    assert main(["run", str(photo), "-v"]) == 0
    told = capsys.readouterr()
    assert TEXT not in told.out
    assert f"reads with what you taught: {weights} (--weights bundled goes back)" in told.err

    assert main(["run", str(photo), "--weights", "bundled"]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == (f"{photo}: {TEXT}\n", "")


def test_batch_and_evaluate_use_them_too_and_tell(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    weights = install_taught(temperature=100.0)
    told = f"reads with what you taught: {weights} (--weights bundled goes back)"
    box = Recognizer().read(page()).digits[0].box.as_list()
    truth = {photo.name: {"digits": [[*box, TEXT[0]]]}}
    (photo.parent / "truth.json").write_text(json.dumps(truth))

    assert main(["batch", str(photo), "--out", str(tmp_path / "out")]) == 0
    assert told in capsys.readouterr().err
    for given, recall in (([], "0.000"), (["--weights", "bundled"], "1.000")):
        assert main(["evaluate", "--pages", str(photo.parent), *given]) == 0
        out, err = capsys.readouterr()
        assert f"recall {recall})" in out.splitlines()[0]
        assert (told in err) == (not given)


def test_broken_taught_weights_name_the_way_back(photo: Path, capsys: pytest.CaptureFixture[str]):
    install_taught().write_bytes(b"broken")

    assert main(["run", str(photo)]) == 1
    assert "or go back: --weights bundled" in capsys.readouterr().err
    assert main(["doctor"]) == 1
    assert main(["run", str(photo), "--weights", "bundled"]) == 0


def test_doctor_tells_of_taught_weights(capsys: pytest.CaptureFixture[str]):
    assert main(["doctor"]) == 0
    assert "none taught yet" in capsys.readouterr().out
    weights = install_taught()
    assert main(["doctor"]) == 0
    assert f"taught, used by camdigits run: {weights}" in capsys.readouterr().out
