"""Documents on the command line: a line, a record and a marked page for each page."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pypdfium2
import pytest

from camdigits.cli import main
from camdigits.jobs import read_file
from camdigits.sources import open_source
from tests.cli.pages import TEXT, blank, page, write_page
from tests.support.documents import PdfPage, animation_of, pdf_of, pdf_picture, scanned, tiff_of

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("scan.pdf").write_bytes(scanned([page(), blank(), page()]))
    return tmp_path


def wrong_in_the_middle() -> bytes:
    """Return three pages, of which the second is shown nowhere."""
    drawn = "q 160 0 0 60 0 0 cm /I Do Q"
    pages = [
        PdfPage(drawn, f"/MediaBox[0 0 160 60]{more}", {"I": 100})
        for more in ("", "/CropBox[900 900 950 950]", "")
    ]
    return pdf_of(pages, [pdf_picture(page())])


def test_each_page_is_a_line(capsys: Captured) -> None:
    assert main(["run", "-q", "scan.pdf"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"scan.pdf, page 1: {TEXT}",
        "scan.pdf, page 2:",
        f"scan.pdf, page 3: {TEXT}",
    ]


@pytest.mark.parametrize("name", ["fax.tif", "slides.gif", "slides.png", "slides.webp"])
def test_every_document_is_read(capsys: Captured, name: str) -> None:
    pages, form = [page(), page()], {".gif": "GIF", ".png": "PNG", ".webp": "WEBP"}
    pages[1] = pages[1].copy()
    cv2.rectangle(pages[1], (0, 0), (9, 9), (0, 0, 0), -1)  # or it would be no other slide
    if name == "fax.tif":
        data = tiff_of([cv2.cvtColor(each, cv2.COLOR_BGR2GRAY) for each in pages])
    else:
        data = animation_of(pages, form[Path(name).suffix], 1000)
    Path(name).write_bytes(data)

    assert main(["run", "-q", name]) == 0
    assert capsys.readouterr().out == f"{name}, page 1: {TEXT}\n{name}, page 2: {TEXT}\n"


def test_records_tell_the_page(capsys: Captured) -> None:
    main(["run", "-q", "scan.pdf", "--format", "jsonl"])
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(it["source"], it["page"], it["index"]) for it in records] == [
        ("scan.pdf", 1, 0),
        ("scan.pdf", 2, 1),
        ("scan.pdf", 3, 2),
    ]
    main(["run", "-q", "scan.pdf", "--format", "csv"])
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [(row["page"], row["text"]) for row in rows] == [("1", TEXT), ("2", ""), ("3", TEXT)]


def test_chosen_pages_of_several_documents_are_read(capsys: Captured) -> None:
    Path("other.pdf").write_bytes(scanned([blank()]))
    write_page(Path("photo.png"))
    assert main(["run", "-q", "scan.pdf", "other.pdf", "photo.png", "--pages", "2-"]) == 3
    said = capsys.readouterr()
    assert said.out == f"scan.pdf, page 2:\nscan.pdf, page 3: {TEXT}\n"
    assert said.err.splitlines() == [
        "camdigits: other.pdf: has 1 page, and --pages 2- asks for none of them",
        "camdigits: photo.png: has no pages that --pages could choose from; leave the option out",
    ]


@pytest.mark.parametrize("jobs", [[], ["--jobs", "1"]])
def test_a_page_that_cannot_be_read_is_one_line_and_exit_3(
    capsys: Captured, jobs: list[str]
) -> None:
    Path("scan.pdf").write_bytes(wrong_in_the_middle())
    assert main(["run", "-q", "scan.pdf", *jobs]) == 3
    said = capsys.readouterr()
    assert said.out == f"scan.pdf, page 1: {TEXT}\nscan.pdf, page 3: {TEXT}\n"
    line = "scan.pdf, page 2: its visible part (CropBox) has no area; save it anew"
    assert said.err.splitlines() == [f"camdigits: {line}"]
    assert str(read_file("scan.pdf").error) == line


def test_marked_pages_are_a_document(capsys: Captured) -> None:
    assert main(["run", "-q", "scan.pdf", "-o", "read.pdf"]) == 0
    with open_source("read.pdf") as source:
        marked = [frame.image for frame in source]
    assert [image.shape for image in marked] == [page().shape] * 3
    assert np.abs(marked[0].astype(int) - page()).mean() > 1
    assert np.abs(marked[1].astype(int) - blank()).mean() < 1


@pytest.mark.parametrize("densities", [(100, 200), (300, 100)])
def test_a_marked_page_has_the_shape_on_paper(densities: tuple[int, int], capsys: Captured) -> None:
    height, width = page().shape[:2]
    PIL.Image.fromarray(page()).save("fax.png", dpi=densities)
    assert main(["run", "-q", "fax.png", "-o", "fax.pdf"]) == 0
    sides = pypdfium2.PdfDocument("fax.pdf").get_page_size(0)
    shape = width / densities[0] / (height / densities[1])
    assert max(sides) == pytest.approx(842, abs=0.1)
    assert sides[0] / sides[1] == pytest.approx(shape, rel=0.01)


def test_a_photo_fits_into_a_document_and_a_video_does_not(capsys: Captured) -> None:
    write_page(Path("photo.png"))
    assert main(["run", "-q", "photo.png", "-o", "read.pdf"]) == 0
    with open_source("read.pdf") as source:
        assert len(list(source)) == 1
    Path("moving.gif").write_bytes(animation_of([page(), blank()], "GIF", 100))
    assert main(["run", "-q", "moving.gif", "-o", "moving.pdf"]) == 2
    assert not Path("moving.pdf").exists()


def test_marked_pages_are_pictures_of_their_own() -> None:
    assert main(["run", "-q", "scan.pdf", "--pages", "2-", "-o", "read.png"]) == 0
    assert sorted(it.name for it in Path().glob("read*")) == ["read-page-2.png", "read-page-3.png"]
    assert main(["run", "-q", "scan.pdf", "--pages", "3", "-o", "read.png"]) == 0
    assert Path("read.png").exists()


def test_a_marked_page_that_exists_is_told_before_anything_is_read(capsys: Captured) -> None:
    Path("read-page-3.png").write_text("mine")
    assert main(["run", "-q", "scan.pdf", "-o", "read.png"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "read-page-3.png exists: use --force" in said.err
    assert Path("read-page-3.png").read_text() == "mine"


def test_a_folder_holds_documents_and_gets_them(capsys: Captured, folder: Path) -> None:
    scans = folder / "scans"
    scans.mkdir()
    Path("scan.pdf").rename(scans / "scan.pdf")
    assert main(["run", "-q", "scans", "-o", "marked", "--debug", "why"]) == 0
    assert capsys.readouterr().out.count(TEXT) == 2
    assert [it.name for it in Path("marked").iterdir()] == ["scan.pdf"]
    assert len(list(Path("why").iterdir())) == 3


def test_tables_of_several_pages_name_them() -> None:
    assert main(["run", "-q", "scan.pdf", "--table", "sheet.csv"]) == 0
    with Path("sheet.csv").open(newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    assert rows[0] == ["scan.pdf, page 1", TEXT]
    assert rows[-1] == ["scan.pdf, page 3", TEXT]


def test_each_page_may_lie_another_way(capsys: Captured) -> None:
    turned = np.ascontiguousarray(np.rot90(page()))
    Path("scan.pdf").write_bytes(scanned([page(), turned, page()]))
    assert main(["run", "-q", "scan.pdf", "--rotate", "auto"]) == 0
    assert capsys.readouterr().out.count(TEXT) == 3


def test_batch_reads_documents(capsys: Captured) -> None:
    Path("scans").mkdir()
    Path("scan.pdf").rename("scans/scan.pdf")
    assert main(["batch", "scans", "--out", "out"]) == 0
    (records,) = Path("out").rglob("scan.pdf*.jsonl")
    pages = [json.loads(line)["page"] for line in records.read_text().splitlines()]
    assert pages == [1, 2, 3]


def test_events_of_documents_are_refused(capsys: Captured) -> None:
    assert main(["run", "scan.pdf", "--format", "jsonl", "--records", "events"]) == 2
