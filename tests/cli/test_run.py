"""``camdigits run`` in process: sources in, records and files out, exit codes."""

from __future__ import annotations

import csv
import json
import re
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from camdigits.cli import main
from camdigits.recognizer import Recognizer
from camdigits.sinks.pictures.resolution import with_aspect
from camdigits.sources import open_source
from tests.cli.pages import PAGE_WH, TEXT, blank, fax, page, write_clip, write_page
from tests.support.media import MjpegCamera, encoded, write_image, write_video
from tests.support.pictures import cmyk_jpeg

OPTIONS = [
    "-o",
    "--output",
    "--force",
    "--format",
    "--records",
    "--unique",
    "--output-records",
    "--min-confidence",
    "--max-frames",
    "--jobs",
    "--max-pixels",
    "--pages",
    "--debug",
    "--rotate",
    "--mirror",
    "--source-mirrored",
    "--roi",
    "--polarity",
    "--weights",
    "--once",
    "--match",
    "--writing",
    "--timeout",
    "--require",
    "--size",
    "--fps",
    "--backend",
    "--reconnect",
    "--keep-passwords",
    "--show",
    "--no-window",
    "-q",
    "--quiet",
    "-v",
    "--verbose",
]


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tests from opening windows on the developer's screen."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return write_page(tmp_path / "page.png")


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    return write_image(tmp_path / "empty.png", blank())


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


def run(*arguments: str | Path) -> int:
    return main(["run", *map(str, arguments)])


@pytest.mark.parametrize("option", OPTIONS)
def test_help_shows_every_option(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    assert option in capsys.readouterr().out.replace(",", " ").split()


def test_a_picture_is_one_line(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(photo) == 0
    assert capsys.readouterr() == (f"{photo}: {TEXT}\n", "")


def test_a_picture_without_digits_is_an_empty_line(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(empty) == 0
    assert capsys.readouterr().out == f"{empty}:\n"


def test_a_number_on_video_is_one_line_with_its_time(
    clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(clip) == 0
    [line] = capsys.readouterr().out.splitlines()
    time, text = line.split()
    assert time.startswith("0:00:0")
    assert text == TEXT


def test_a_folder_is_read_in_natural_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("p10.png", "p2.png", "p1.png"):
        write_page(tmp_path / name)

    assert run(tmp_path) == 0
    names = [Path(line.split(":")[0]).name for line in capsys.readouterr().out.splitlines()]
    assert names == ["p1.png", "p2.png", "p10.png"]


def test_json_lines_hold_what_is_promised(
    photo: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photo, clip, "--format", "jsonl") == 0
    frame, event = map(json.loads, capsys.readouterr().out.splitlines())
    assert (frame["schema"], frame["type"], frame["source"]) == (2, "frame", str(photo))
    assert (frame["index"], frame["time_s"], frame["size"]) == (0, 0.0, [640, 240])
    assert [str(digit["label"]) for digit in frame["digits"]] == list(TEXT)
    keys = ["box", "label", "confidence", "track", "seen", "doubtful", "writing"]
    assert [*frame["digits"][0]] == keys
    assert frame["numbers"][0]["text"] == TEXT
    assert frame["numbers"][0]["digits"] == list(range(len(TEXT)))
    assert (event["type"], event["event"], event["text"]) == ("event", "appeared", TEXT)
    assert event.keys() >= {"schema", "source", "index", "time_s", "id", "box", "confidence"}


def test_frame_records_of_a_video_are_one_per_frame(
    clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(clip, "--format", "jsonl", "--records", "frames", "--max-frames", "5") == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["index"] for record in records] == [0, 1, 2, 3, 4]
    assert {record["type"] for record in records} == {"frame"}


def test_csv_is_a_table(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(photo, "--format", "csv") == 0
    [row] = csv.DictReader(capsys.readouterr().out.splitlines())
    assert row["text"] == TEXT


@pytest.mark.parametrize(
    ("name", "first"), [("r.jsonl", "{"), ("r.csv", "source,"), ("r.txt", "/")]
)
def test_a_records_file_gets_the_form_of_its_suffix(
    name: str, first: str, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photo, "--output-records", tmp_path / name) == 0
    assert (tmp_path / name).read_text("utf-8").startswith(first)
    assert capsys.readouterr().out == f"{photo}: {TEXT}\n"


def test_text_stays_text_beside_another_form(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photo, "--format", "jsonl", "--output-records", tmp_path / "r.txt") == 0
    assert (tmp_path / "r.txt").read_text("utf-8") == f"{photo}: {TEXT}\n"
    assert json.loads(capsys.readouterr().out)["type"] == "frame"


@pytest.mark.parametrize("name", ["r.xls", "results"])
def test_a_records_file_of_an_unknown_suffix_is_refused(
    name: str, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photo, "--output-records", tmp_path / name) == 2
    out, err = capsys.readouterr()
    assert out == "" and not (tmp_path / name).exists()
    assert err == (
        f"camdigits: cannot tell the form of the records from the name {tmp_path / name}: "
        "end it in .jsonl, .ndjson, .csv, .txt\n"
    )


def test_records_go_to_a_device_in_the_form_of_standard_output(photo: Path) -> None:
    assert run(photo, "--output-records", "/dev/null") == 0


def test_choosing_records_for_nothing_but_text_is_refused(photo: Path, tmp_path: Path) -> None:
    assert run(photo, "--output-records", tmp_path / "r.txt", "--records", "both") == 2


def test_choosing_events_of_nothing_but_pictures_is_refused(
    photo: Path, empty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--records", "events", "--output-records", tmp_path / "r.jsonl")

    assert run(photo, empty, *options) == 2

    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    assert "--records events tells of videos and cameras" in err
    assert not (tmp_path / "r.jsonl").exists()


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mjpeg", "missing.png"])
def test_events_are_chosen_where_a_source_may_have_some(
    name: str, photo: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = photo.with_name(name)
    if name == "clip.mp4":
        other.write_bytes(clip.read_bytes())
    elif name == "clip.mjpeg":  # begins like a photo
        other.write_bytes(3 * encoded(".jpg", page()))

    assert run(photo, other, "--format", "jsonl", "--records", "events") != 2
    assert "--records events" not in capsys.readouterr().err


def test_options_may_stand_between_sources(
    photo: Path, empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photo, "--quiet", empty) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_name_with_a_dash_is_read_after_two_dashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_page(tmp_path / "--page.png")
    monkeypatch.chdir(tmp_path)

    assert run("--", "--page.png") == 0
    assert capsys.readouterr().out == f"--page.png: {TEXT}\n"


def test_a_missing_file_is_one_line_and_exit_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "missing.png") == 3
    captured = capsys.readouterr()
    [line] = captured.err.splitlines()
    assert captured.out == ""
    assert "missing.png" in line


def test_a_bad_source_does_not_stop_the_others(
    tmp_path: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("no picture")

    assert run(tmp_path / "missing.png", photo, tmp_path / "notes.txt", photo) == 3
    captured = capsys.readouterr()
    assert captured.out == f"{photo}: {TEXT}\n" * 2
    assert len(captured.err.splitlines()) == 2


def test_a_damaged_video_is_read_to_its_last_good_frame(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = write_video(tmp_path / "whole.avi", [page()] * 40, fps=15, codec="mjpeg")
    damaged, output = tmp_path / "damaged.avi", tmp_path / "read.mp4"
    content = whole.read_bytes()
    damaged.write_bytes(content[: len(content) * 3 // 4])

    assert run(damaged, "-o", output) == 3
    captured = capsys.readouterr()
    assert captured.out.split()[1:] == [TEXT]
    [line] = captured.err.splitlines()
    # How long the coder made the frames decides whether the 30th is whole.
    assert re.search(r"\b(29|30) of 40 frames", line)
    assert frame_count(output) > 20


def test_the_marked_picture_is_written(photo: Path, tmp_path: Path) -> None:
    output = tmp_path / "read.jpg"

    assert run(photo, "-o", output) == 0
    assert np.abs(cv2.imread(str(output)).astype(int) - page()).max() > 100


def test_a_picture_that_is_reduced_too_far_says_so_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    huge = write_image(tmp_path / "huge.png", np.full((5000, 5000), 220, np.uint8))
    small = write_page(tmp_path / "small.png")
    for jobs in ((), ("--jobs", "2")):
        sources = [str(huge), str(small)]
        assert main(["run", *sources, "--fast", "--format", "jsonl", *jobs]) == 0
        told = capsys.readouterr()
        first, second = map(json.loads, told.out.splitlines())
        assert first["reduced"] == pytest.approx(5000 / 960, abs=0.01)
        assert "reduced" not in second
        assert told.err.count("times to be read: digits lower than 83 pixels may be missed") == 1
        assert told.err.startswith(f"camdigits: {huge}: 5000x5000 pixels were reduced 5.2 times")


def test_a_video_that_is_reduced_too_far_says_so_once_where_nothing_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = write_video(tmp_path / "film.mp4", [np.full((64, 3968, 3), 220, np.uint8)] * 4)
    wide = write_video(
        tmp_path / "wide.avi", [np.full((2400, 4096, 3), 220, np.uint8)] * 3, codec="mjpeg"
    )
    for jobs in ((), ("--jobs", "2")):
        assert main(["run", str(film), str(wide), *jobs]) == 0
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.count("may be missed") == 1
        assert told.err.startswith(f"camdigits: {wide}: 4096x2400 pixels")


@pytest.mark.parametrize("jobs", [(), ("--jobs", "2")])
def test_a_video_whose_numbers_never_stand_still_says_so(
    jobs: tuple[str, ...], clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = write_clip(tmp_path / "short.mp4", 3)
    bare = write_video(tmp_path / "bare.mp4", [blank()] * 3)
    assert run(clip, short, bare, *jobs) == 0
    told = capsys.readouterr()
    assert [line.split(": ")[0] for line in told.out.splitlines()] == [str(clip)]
    assert told.err == (
        f"camdigits: {short}: no number stood still long enough to be told; "
        "--format jsonl --records frames lists what each frame shows\n"
    )
    for records in ("frames", "both"):
        assert run(short, bare, "--format", "jsonl", "--records", records, *jobs) == 0
        assert capsys.readouterr().err == ""


def test_a_fax_is_read_and_its_marked_picture_has_its_pixels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fax.tif").write_bytes(fax())
    marked = tmp_path / "marked.tif"
    assert main(["run", str(tmp_path / "fax.tif"), "-o", str(marked)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'fax.tif'}: {TEXT}\n"
    with open_source(marked) as source:
        (frame,) = source
    assert frame.pixel_aspect == pytest.approx(98 / 204, rel=0.01)
    assert frame.size_wh == (PAGE_WH[0], PAGE_WH[1] * 98 // 204)


def test_a_turned_fax_has_its_pixels_turned_in_the_marked_picture(tmp_path: Path) -> None:
    stored = np.ascontiguousarray(np.rot90(cv2.resize(page(), (640, 120))))
    (tmp_path / "page.png").write_bytes(encoded(".png", stored))
    (tmp_path / "fax.png").write_bytes(with_aspect((tmp_path / "page.png").read_bytes(), 2.0))
    marked = tmp_path / "marked.png"
    assert main(["run", str(tmp_path / "fax.png"), "--rotate", "90", "-o", str(marked)]) == 0
    with open_source(marked) as source:
        (frame,) = source
    assert (frame.size_wh, frame.pixel_aspect) == ((640, 120), 0.5)


def test_the_marked_video_is_written(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "read.mp4"

    assert run(clip, "-o", output) == 0
    assert frame_count(output) == 20


def test_several_sources_go_to_a_folder(photo: Path, clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "read"

    assert run(photo, clip, "-o", folder) == 0
    assert {path.name for path in folder.iterdir()} == {"page.png", "clip.mp4"}


def test_one_source_goes_to_an_existing_folder(photo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "read"
    folder.mkdir()

    assert run(photo, "-o", folder) == 0
    assert [path.name for path in folder.iterdir()] == ["page.png"]


@pytest.mark.parametrize(
    ("source", "output"),
    [("scans", "read"), ("scans", "read/"), ("scans/*.png", "read"), ("scans/page.png", "read/")],
)
def test_one_file_of_many_that_there_might_be_goes_to_a_folder(
    source: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scans").mkdir()
    write_page(Path("scans/page.png"))

    assert main(["run", source, "-o", output]) == 0
    assert [path.name for path in Path("read").iterdir()] == ["page.png"]


@pytest.mark.parametrize(
    ("source", "words"), [("scans", "the folder holds no"), ("scans/*.png", "nothing matches")]
)
def test_that_there_is_nothing_to_read_comes_before_the_outputs_name(
    source: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scans").mkdir()

    assert main(["run", source, "-o", "read"]) == 3
    [line] = capsys.readouterr().err.splitlines()
    assert words in line
    assert [path.name for path in tmp_path.iterdir()] == ["scans"]


@pytest.mark.parametrize("option", ["-o", "--debug", "--output-records", "--teach"])
def test_an_empty_name_does_not_stand_for_the_current_folder(
    option: str, photo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(photo.parent)
    before = sorted(photo.parent.iterdir())

    assert main(["run", str(photo), option, ""]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "the name is empty" in line
    assert sorted(photo.parent.iterdir()) == before


def test_several_sources_do_not_fit_into_a_file(
    photo: Path, empty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photo, empty, "-o", tmp_path / "read.png") == 2
    assert "one file for 2 sources" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("output", "exit_code", "words"),
    [
        ("read.docx", 2, "end it in"),
        ("read", 2, "end it in"),
        ("nowhere/read.png", 1, "no folder"),
        ("there.png", 1, "--force"),
        ("page.png", 1, "the source itself"),
    ],
)
def test_an_impossible_output_is_refused_before_anything_is_read(
    output: str,
    exit_code: int,
    words: str,
    photo: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "there.png").write_bytes(b"mine")
    before = photo.read_bytes()

    assert run(photo, "-o", tmp_path / output) == exit_code
    captured = capsys.readouterr()
    assert captured.out == ""
    [line] = captured.err.splitlines()
    assert words in line
    assert (tmp_path / "there.png").read_bytes() == b"mine"
    assert photo.read_bytes() == before


def test_a_file_in_the_folder_is_refused_before_anything_is_read(
    photo: Path, empty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "read"
    folder.mkdir()
    (folder / "empty.png").write_bytes(b"mine")

    assert run(photo, empty, "-o", folder) == 1
    assert capsys.readouterr().out == ""
    assert [path.name for path in folder.iterdir()] == ["empty.png"]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["-o", "scans"], id="the folder"),
        pytest.param(["-o", "other/../scans"], id="by another name"),
        pytest.param(["-o", "scans/read.png", "--force"], id="a file in it"),
        pytest.param(["--debug", "scans"], id="debug"),
    ],
)
def test_no_picture_is_written_into_a_folder_that_is_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("scans", "other"):
        (tmp_path / folder).mkdir()
    write_page(tmp_path / "scans" / "a.png")

    assert main(["run", "scans", *options]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert f"{options[1]} would be written into scans, which is read" in err
    assert len(err.splitlines()) == 1
    assert [path.name for path in (tmp_path / "scans").iterdir()] == ["a.png"]


@pytest.mark.parametrize(
    ("pattern", "options"),
    [
        pytest.param("scans/*", ["-o", "scans/marked"], id="the folder is found"),
        pytest.param("scans/*", ["--debug", "other/../scans/why"], id="debug"),
        pytest.param("*/*.png", ["-o", "marked"], id="what is in it is found"),
        pytest.param("*/*-debug.png", ["--debug", "why"], id="what debug draws is found"),
        pytest.param("scans/a*", ["-o", "scans/a-read.jpg"], id="the file is found"),
    ],
)
@pytest.mark.parametrize("is_there", [False, True], ids=["new", "there"])
def test_no_picture_is_written_to_where_the_pattern_finds_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    pattern: str,
    options: list[str],
    is_there: bool,
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("scans", "other"):
        (tmp_path / folder).mkdir()
    write_page(tmp_path / "scans" / "a-debug.png")
    if is_there and not options[1].endswith(".jpg"):
        (tmp_path / options[1]).mkdir()

    assert main(["run", pattern, *options]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"camdigits: {options[0]} {options[1]} fits {pattern} and would be read itself the next "
        "time; name another place\n"
    )


def test_a_pattern_that_does_not_find_what_is_written_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scans").mkdir()
    for name in ("a.png", "b.png"):
        write_page(tmp_path / "scans" / name)

    assert main(["run", "scans/*.png", "-o", "scans/marked", "--debug", ".why"]) == 0
    assert main(["run", "*/*.png", "-o", ".hidden"]) == 0

    assert (tmp_path / "scans" / "marked" / "a.png").is_file()


def test_a_new_folder_inside_the_one_that_is_read_may_be_written_to(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        write_page(tmp_path / name)

    assert main(["run", str(tmp_path), "-o", str(tmp_path / "marked")]) == 0

    assert sorted(path.name for path in (tmp_path / "marked").iterdir()) == ["a.png", "b.png"]


def test_folders_inside_the_one_that_is_read_may_be_written_to(tmp_path: Path) -> None:
    write_page(tmp_path / "a.png")
    marked, why = tmp_path / "marked", tmp_path / "why"
    marked.mkdir()

    for _ in range(2):
        arguments = ["run", str(tmp_path), "-o", str(marked), "--debug", str(why), "--force"]
        assert main(arguments) == 0

    assert [path.name for path in marked.iterdir()] == ["a.png"]
    assert [path.name for path in why.iterdir()] == ["a-debug.png"]


def test_force_replaces_what_is_there(photo: Path, tmp_path: Path) -> None:
    output, records = tmp_path / "there.png", tmp_path / "there.jsonl"
    output.write_bytes(b"mine")
    records.write_bytes(b"mine")

    assert run(photo, "-o", output, "--output-records", records, "--force") == 0
    assert cv2.imread(str(output)) is not None
    assert json.loads(records.read_text("utf-8"))["type"] == "frame"


def test_even_force_never_replaces_the_source(
    photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = photo.read_bytes()

    records = photo.with_suffix(".csv")
    records.hardlink_to(photo)

    assert run(photo, "-o", photo, "--force") == 1
    assert run(photo, "--output-records", records, "--force") == 1
    assert photo.read_bytes() == before
    assert capsys.readouterr().err.count("the source itself") == 2


def test_one_file_cannot_be_both_outputs(photo: Path, tmp_path: Path) -> None:
    assert run(photo, "-o", tmp_path / "x.png", "--output-records", tmp_path / "x.png") == 2


def test_missing_weights_are_told_before_an_output_is_touched(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = tmp_path / "records.jsonl"
    records.write_bytes(b"mine")
    weights = tmp_path / "gone.tflite"

    assert run(photo, "--weights", weights, "--output-records", records, "--force") == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "gone" in line
    assert records.read_bytes() == b"mine"


def test_a_video_does_not_fit_into_a_picture(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(clip, "-o", tmp_path / "read.png") == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_once_ends_with_the_first_picture_that_has_a_number(
    photo: Path, empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(empty, photo, photo, "--once") == 0
    assert capsys.readouterr().out == f"{photo}: {TEXT}\n"


@pytest.mark.parametrize("form", ["text", "jsonl", "csv"])
def test_once_prints_one_number(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = write_image(tmp_path / "two.png", np.vstack([page(), page()]))
    assert run(two, "--format", form) == 0
    whole = capsys.readouterr().out.count(TEXT)

    assert run(two, "--once", "--format", form) == 0
    assert 2 * capsys.readouterr().out.count(TEXT) == whole


def test_once_ends_a_video_with_its_first_number(
    clip: Path, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "read.mp4"
    (tmp_path / "folder").mkdir()

    assert run(clip, "--once", "-o", output) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert 0 < frame_count(output) < 20


def test_a_digit_in_doubt_stays_in_its_number_in_every_form(
    photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    least = ("--min-confidence", doubting(photo))
    assert run(photo, *least) == 0
    text = capsys.readouterr().out.removeprefix(f"{photo}: ").strip()
    assert len(text) == len(TEXT) and "?" in text and set(text) != {"?"}
    assert all(one in ("?", other) for one, other in zip(text, TEXT, strict=True))

    assert run(photo, *least, "--format", "jsonl") == 0
    record = json.loads(capsys.readouterr().out)
    (number,) = record["numbers"]
    assert (number["text"], number["value"]) == (text, None)
    assert [digit["doubtful"] for digit in record["digits"]] == [it == "?" for it in text]
    assert [str(digit["label"]) for digit in record["digits"]] == list(TEXT)

    assert run(photo, *least, "--format", "csv") == 0
    (row,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert (row["text"], row["value"]) == (text, "")


def test_a_number_in_doubt_fits_no_pattern_and_is_not_the_first(
    photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    least = ("--min-confidence", doubting(photo))
    assert run(photo, *least, "--match", ".*") == 0
    assert capsys.readouterr().out == f"{photo}:\n"
    assert run(photo, *least, "--require") == 4
    assert "?" in capsys.readouterr().out
    assert run(photo, *least, "--once") == 4
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)
    assert "no number was read without doubt" in told.err


def doubting(photo: Path) -> str:
    """Return a confidence that some digits of a photo have and others have not."""
    found = sorted(digit.confidence for digit in Recognizer().read(page()).digits)
    assert found[0] < found[-1]
    return str((found[0] + found[1]) / 2 if found[1] < found[-1] else found[-1] - 1e-9)


def test_values_are_numbers(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(photo, "--format", "jsonl", "--decimal", "comma") == 0
    assert json.loads(capsys.readouterr().out)["numbers"][0]["value"] == int(TEXT)
    assert run(photo, "--format", "csv") == 0
    (row,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert row["value"] == TEXT


@pytest.mark.parametrize(("name", "exit_code"), [("page.png", 0), ("empty.png", 4)])
def test_require_tells_when_nothing_was_read(
    name: str,
    exit_code: int,
    photo: Path,
    empty: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(photo.parent / name, "--require") == exit_code
    assert len(capsys.readouterr().err.splitlines()) == (exit_code != 0)


def test_a_bad_source_outweighs_nothing_read(empty: Path, tmp_path: Path) -> None:
    assert run(empty, tmp_path / "missing.png", "--require") == 3


def test_without_a_display_text_goes_on(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(photo, photo, "--show") == 0
    captured = capsys.readouterr()
    [line] = captured.err.splitlines()
    assert "no display" in line
    assert captured.out == f"{photo}: {TEXT}\n" * 2


def test_quiet_leaves_the_note_out(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(photo, "--show", "-q") == 0
    assert capsys.readouterr().err == ""


def test_verbose_tells_frames_and_rate(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(clip, "-v") == 0
    assert "20 frames in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "turn"),
    [
        (["--rotate", "90"], lambda image: np.rot90(image)),
        (["--rotate", "180"], lambda image: np.rot90(image, 2)),
        (["--rotate", "auto"], lambda image: np.rot90(image, 3)),
        (["--source-mirrored"], lambda image: image[:, ::-1]),
    ],
    ids=["rotate-90", "rotate-180", "rotate-auto", "source-mirrored"],
)
def test_a_turned_source_is_read_and_written_upright(
    arguments: list[str], turn: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    turned = np.ascontiguousarray(turn(page()))  # type: ignore[operator]
    photo, output = write_image(tmp_path / "turned.png", turned), tmp_path / "read.png"

    assert run(photo, "-o", output, *arguments) == 0
    assert capsys.readouterr().out == f"{photo}: {TEXT}\n"
    assert cv2.imread(str(output)).shape == page().shape


def test_a_region_limits_what_is_read(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(photo, "--roi", "0,0,640,20") == 0
    assert capsys.readouterr().out == f"{photo}:\n"


def test_a_picture_named_like_an_escape_stays_on_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a\n\x1b[31mb.png").write_bytes(encoded(".png", page()))

    assert run(tmp_path) == 0
    assert capsys.readouterr().out == f"{tmp_path}/a\\n\\x1b[31mb.png: {TEXT}\n"


def frame_count(path: Path) -> int:
    """Return how many frames a video plays."""
    import av

    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def test_text_of_several_videos_names_them(tmp_path, capsys):
    clips = [write_clip(tmp_path / name) for name in ("a.mp4", "b.mp4")]
    assert main(["run", *map(str, clips)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines] == [str(clip) for clip in clips]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([""], "empty name"),
        (["-", "-"], "standard input can be read only once"),
        (["page.png", "--roi", "9000,0,10,10"], "outside the picture, which measures 640x240"),
        (["page.png", "--roi", "1,2,0,4"], "is not X,Y,W,H"),
    ],
)
def test_sources_and_regions_that_make_no_sense_are_refused(
    arguments, words, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    write_page(tmp_path / "page.png")
    assert main(["run", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_missing_weights_are_named(photo, capsys):
    assert main(["run", str(photo), "--weights", "nope.tflite"]) == 1
    assert "nope.tflite is missing" in capsys.readouterr().err


@pytest.mark.parametrize(("pattern", "exit_code"), [(r"\d{3,4}", 0), (r"\d", 4), ("5.*", 0)])
def test_only_numbers_of_the_form_are_read(
    pattern: str, exit_code: int, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photo, "--match", pattern, "--require") == exit_code
    assert (TEXT in capsys.readouterr().out) == (exit_code == 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--match", "("),
        ("--size", "wide"),
        ("--size", "0x720"),
        ("--fps", "0"),
        ("--fps", "many"),
        ("--timeout", "-1"),
        ("--reconnect", "nan"),
        ("--backend", "magic"),
    ],
)
def test_values_that_make_no_sense_are_usage_errors(
    arguments: tuple[str, str], photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photo, *arguments) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert arguments[0] in line


def test_time_that_is_over_ends_a_camera_without_numbers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with MjpegCamera([blank()]) as camera:
        assert run(camera.url, "--once", "--timeout", "0.5", "--no-window") == 4
    out, error = capsys.readouterr()
    assert out == ""
    assert "no number was read; --timeout asks for one within 0.5 s" in error


def test_time_that_is_over_ends_a_camera_that_stalls() -> None:
    with MjpegCamera([blank()] * 3) as camera:
        camera.stalled.set()
        threading.Timer(0.6, camera.stalled.clear).start()
        assert run(camera.url, "--timeout", "1", "--no-window") in (3, 4)


def test_a_stream_of_larger_pictures_than_allowed_is_one_line_and_exit_3(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with MjpegCamera([page()]) as camera:
        assert main(["run", camera.url, "--max-frames", "1", "--max-pixels", "9999"]) == 3

    [line] = capsys.readouterr().err.splitlines()
    assert "pixels are more than 9,999, the limit; have it send smaller pictures" in line


def test_lost_stream_is_told_once_and_has_exit_code_3(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with MjpegCamera([page(), blank()], laps=1) as camera:
        assert run(camera.url, "--no-window", "--reconnect", "0.5", "-v") == 3
    lines = capsys.readouterr().err.splitlines()
    assert any("gives 640x240" in line for line in lines)
    assert sum("opening it again for up to 0.5 s" in line for line in lines) <= 1
    assert "the connection is lost" in lines[-1] or "the connection is lost" in lines[-2]


def test_a_cmyk_photo_is_read_and_marked_in_its_colours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo, read = tmp_path / "cmyk.jpg", tmp_path / "read.png"
    photo.write_bytes(cmyk_jpeg((255, 0, 0, 0)))

    assert main(["run", str(photo), "-o", str(read)]) == 0

    assert capsys.readouterr() == (f"{photo}:\n", "")
    assert np.allclose(cv2.imread(str(read)), (255, 255, 0), atol=3)


def test_a_file_that_ends_before_the_time_is_over_without_a_number_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = write_image(tmp_path / "page.png", page())
    assert run(picture, "--match", "[0-9]{9}", "--timeout", "60") == 4
    assert "no number was read; --timeout asks for one within 60 s" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux's /proc")
def test_a_file_that_the_disk_does_not_give_costs_no_other_its_reading(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = write_image(tmp_path / "page.png", page())
    assert run("/proc/self/mem", picture, "--jobs", "1") == 3
    captured = capsys.readouterr()
    assert TEXT in captured.out
    assert "/proc/self/mem: Input/output error" in captured.err


@pytest.mark.parametrize("option", [["--host", "0.0.0.0"], ["--port", "9000"], ["--no-tls"]])
def test_options_of_a_server_want_a_server(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "photo.jpg", *option]) == 2
    assert "go with --serve" in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--jobs", "1"]], ids=["here", "in a child"])
def test_list_has_each_text_once_with_when_it_was_seen_last(
    options: list[str], clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.csv"
    assert run(clip, "--unique", "--output-records", path, *options) == 0
    line, _, name, head, row = capsys.readouterr().out.splitlines()
    assert line.split()[1] == TEXT
    assert (name, head.split()) == (f"{clip}: 1 number", ["number", "times", "first", "last"])
    assert row.split() == [TEXT, "1", line.split()[0], "0:00:01.27"]  # the last of its 20 frames
    [found] = csv.DictReader(path.read_text().splitlines())
    assert (found["text"], found["value"], found["count"]) == (TEXT, TEXT, "1")
    assert float(found["first_s"]) < float(found["last_s"]) == 1.267
