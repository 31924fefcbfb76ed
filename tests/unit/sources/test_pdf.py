"""PDF files are read page by page, and a page that is wrong keeps none from being read."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from camdigits.config import MAX_PIXELS
from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.base import Source
from camdigits.sources.documents import pages, pdf
from tests.support.documents import (
    PdfPage,
    pdf_of,
    pdf_picture,
    pdf_raw_picture,
    pdf_stream,
    scanned,
)
from tests.support.media import encoded, numbered_frame, numbered_frames, read_number

Image = NDArray[np.uint8]

PAGE = numbered_frame(37, (480, 360))
GRAY = cv2.cvtColor(PAGE, cv2.COLOR_BGR2GRAY)
SCAN = "q 240 0 0 180 0 0 cm /I Do Q"
MEDIA = "/MediaBox[0 0 240 180]"
BLACK_BAR = "0 g 60 80 120 20 re f"


@pytest.fixture
def opened(tmp_path: Path) -> Any:
    def open_pdf(data: bytes, max_pixels: int = MAX_PIXELS, chosen: str | None = None) -> Source:
        path = tmp_path / "scan.pdf"
        path.write_bytes(data)
        return open_source(path, None, max_pixels, chosen)

    return open_pdf


def image_of(source: Source) -> Image:
    with source:
        (frame,) = source
    return frame.image


def is_near(one: Image, other: Image, most: float) -> bool:
    return one.shape == other.shape and bool(np.abs(one.astype(int) - other).mean() < most)


def test_pages_are_numbered_from_one(opened: Any) -> None:
    with opened(scanned(numbered_frames(3))) as source:
        frames = list(source)
    assert [read_number(frame.image) for frame in frames] == [0, 1, 2]
    assert [frame.page for frame in frames] == [1, 2, 3]
    assert [frame.index for frame in frames] == [0, 1, 2]


@pytest.mark.parametrize("before", [b"", b"\n", b"junk " * 100])
def test_pdf_may_have_something_before_it(opened: Any, before: bytes) -> None:
    with opened(before + scanned([PAGE])) as source:
        assert len(list(source)) == 1


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_scan_has_its_own_pixels_turned_as_the_page_asks(opened: Any, rotate: int) -> None:
    image = image_of(opened(scanned([PAGE], f"/Rotate {rotate}")))
    assert np.array_equal(image, np.rot90(PAGE, -rotate // 90))


FORM = pdf_stream(b"q /I Do Q", "/Type/XObject/Subtype/Form/BBox[0 0 1 1]")
OWN_PIXELS = {
    "jpeg": (
        SCAN,
        [
            pdf_stream(
                encoded(".jpg", PAGE),
                "/Type/XObject/Subtype/Image/Width 480/Height 360/BitsPerComponent 8"
                "/ColorSpace/DeviceRGB/Filter/DCTDecode",
            )
        ],
        cv2.imdecode(np.frombuffer(encoded(".jpg", PAGE), np.uint8), cv2.IMREAD_COLOR),
    ),
    "inverted": (SCAN, [pdf_picture(255 - GRAY, "/Decode[1 0]")], GRAY),
    "text of a program laid over it": (
        f"{SCAN} BT 3 Tr /Helv 20 Tf 50 90 Td (2047) Tj ET",
        [pdf_picture(GRAY)],
        GRAY,
    ),
    "masked": (SCAN, [pdf_picture(0 * GRAY, "/SMask 101 0 R"), pdf_picture(255 - GRAY)], GRAY),
}


@pytest.mark.parametrize("kind", OWN_PIXELS)
def test_a_scan_of_every_kind_has_its_own_pixels(opened: Any, kind: str) -> None:
    content, objects, expected = OWN_PIXELS[kind]
    image = image_of(opened(pdf_of([PdfPage(content, MEDIA, {"I": 100})], objects)))
    if expected.ndim == 2:
        expected = cv2.cvtColor(expected, cv2.COLOR_GRAY2BGR)
    assert is_near(image, expected, 1.0)


def test_strips_of_a_scan_are_put_together_as_fine_as_they_are(opened: Any) -> None:
    content = "q 240 0 0 90 0 90 cm /A Do Q q 240 0 0 90 0 0 cm /B Do Q"
    data = pdf_of(
        [PdfPage(content, MEDIA, {"A": 100, "B": 101})],
        [pdf_picture(PAGE[:180]), pdf_picture(PAGE[180:])],
    )
    image = image_of(opened(data))
    assert image.shape == PAGE.shape
    assert read_number(image) == 37


def test_pixels_of_a_fax_are_made_square(opened: Any) -> None:
    half = cv2.resize(PAGE, (480, 180), interpolation=cv2.INTER_AREA)
    data = pdf_of([PdfPage(SCAN, MEDIA, {"I": 100})], [pdf_picture(half)])
    assert image_of(opened(data)).shape == (360, 480, 3)


def test_what_is_drawn_has_300_dots_per_inch(opened: Any) -> None:
    image = image_of(opened(pdf_of([PdfPage(BLACK_BAR)])))
    assert image.shape == (750, 1000, 3)
    assert image[375, 500].max() == 0
    assert image[100, 100].min() == 255


def test_only_what_the_page_shows_is_read(opened: Any) -> None:
    keys = MEDIA + "/CropBox[0 90 240 180]"
    image = image_of(opened(pdf_of([PdfPage(SCAN, keys, {"I": 100})], [pdf_picture(PAGE)])))
    assert is_near(image, PAGE[:180], 3.0)


def test_ink_of_a_tablet_and_filled_fields_are_seen(opened: Any) -> None:
    ink = b"<</Type/Annot/Subtype/Ink/F 4/Rect[0 0 240 180]/AP<</N 101 0 R>>>>"
    field = (
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(88888888)/F 4/Rect[20 110 220 170]"
        b"/DA(/Helv 50 Tf 0 g)/P 3 0 R>>"
    )
    form = (
        "/AcroForm<</NeedAppearances true/Fields[102 0 R]/DA(/Helv 0 Tf 0 g)"
        "/DR<</Font<</Helv 103 0 R>>>>>>"
    )
    drawn = pdf_stream(BLACK_BAR.encode(), "/Type/XObject/Subtype/Form/BBox[0 0 240 180]")
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = PdfPage("", MEDIA + "/Annots[100 0 R 102 0 R]")
    image = image_of(opened(pdf_of([page], [ink, drawn, field, font], form)))
    assert image[375, 500].max() == 0
    assert image[100:240, 100:900].min() == 0


def test_chosen_pages_are_read(opened: Any) -> None:
    with opened(scanned(numbered_frames(5)), chosen="4-,2") as source:
        assert source.frame_count == 3
        assert [frame.page for frame in source] == [2, 4, 5]


def wrong_second(page: PdfPage, *objects: bytes) -> bytes:
    right = PdfPage(SCAN, MEDIA, {"I": 100})
    return pdf_of([right, page, right], [pdf_picture(PAGE), *objects])


EMPTY_JPEG = b"<</Subtype/Image/Width 9/Height 9/BitsPerComponent 8/ColorSpace/DeviceGray"
LARGE_JPEG = EMPTY_JPEG.replace(b" 9", b" 90")
BOMB = zlib.compress(bytes(1 << 20))
WRONG = {
    "outside": (
        wrong_second(PdfPage(SCAN, MEDIA + "/CropBox[900 900 950 950]", {"I": 100})),
        "page 2: its visible part .CropBox. has no area; save it anew",
    ),
    "200 inches": (
        wrong_second(PdfPage(BLACK_BAR, "/MediaBox[0 0 14400 14400]")),
        "page 2: 200 x 200 inches at 72 dots per inch have more than 100,000,000 pixels",
    ),
    "bomb": (
        wrong_second(
            PdfPage(SCAN, MEDIA, {"I": 101}),
            pdf_raw_picture(BOMB, (60000, 60000), "/DeviceGray", 1),
        ),
        "page 2: a picture of 60000x60000 pixels has more than 100,000,000, the limit",
    ),
    "no picture": (
        wrong_second(
            PdfPage(SCAN, MEDIA, {"I": 101}),
            EMPTY_JPEG + b"/Filter/DCTDecode/Length 9>>stream\n" + b"x" * 9 + b"\nendstream",
        ),
        "page 2: a picture on it is damaged; copy the file again",
    ),
    "no sheet": (
        wrong_second(PdfPage(BLACK_BAR, "/MediaBox[0 0 0 0]")),
        "page 2: its sheet .MediaBox. has no area; save it anew",
    ),
    "no page": (
        scanned([PAGE] * 3).replace(b"Kids[3 0 R 5 0 R", b"Kids[3 0 R 9 0 R"),
        "page 2: the page is damaged; copy the file again",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_page_is_told_and_the_others_are_read(opened: Any, kind: str) -> None:
    data, line = WRONG[kind]
    found = []
    with opened(data) as source, pytest.raises(SourceDamagedError, match=line) as raised:
        found.extend(frame.page for frame in source)
    assert found == [1, 3]
    assert len(raised.value.lines) == 1


@pytest.mark.parametrize(
    ("pages", "line"),
    [
        ((2,), "page 2 lacks a picture that is damaged; copy the file again"),
        ((1, 3), "pages 1, 3 lack a picture that is damaged; copy the file again"),
        (tuple(range(1, 13)), "pages 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more lack a picture"),
    ],
)
def test_a_picture_that_is_missing_on_a_page_is_told(
    opened: Any, pages: tuple[int, ...], line: str
) -> None:
    both = SCAN + " q 40 0 0 40 0 0 cm /J Do Q"
    data = pdf_of(
        [
            PdfPage(both, MEDIA, {"I": 100, "J": 101 if number in pages else 100})
            for number in range(1, max(pages) + 2)
        ],
        [pdf_picture(PAGE), LARGE_JPEG + b"/Filter/DCTDecode/Length 1>>stream\nx\nendstream"],
    )
    found = []
    with opened(data) as source, pytest.raises(SourceDamagedError, match=line) as raised:
        found.extend(frame.page for frame in source)
    assert found == list(range(1, max(pages) + 2))
    assert len(raised.value.lines) == 1


def test_a_speck_that_cannot_be_decoded_is_not_missed(opened: Any) -> None:
    both = SCAN + " q 4 0 0 4 0 0 cm /J Do Q"
    jpeg = EMPTY_JPEG + b"/Filter/DCTDecode/Length 1>>stream\nx\nendstream"
    page = PdfPage(both, MEDIA, {"I": 100, "J": 101})
    assert image_of(opened(pdf_of([page], [pdf_picture(PAGE), jpeg]))).any()


def test_each_wrong_page_has_a_line(opened: Any) -> None:
    wrong = PdfPage(SCAN, MEDIA + "/CropBox[900 900 950 950]", {"I": 100})
    with opened(pdf_of([wrong] * 3)) as source, pytest.raises(SourceDamagedError) as raised:
        list(source)
    assert [line.partition(", ")[2][:6] for line in raised.value.lines] == [
        "page 1",
        "page 2",
        "page 3",
    ]
    assert str(raised.value).isprintable()


def test_pages_that_are_claimed_and_not_there_end_soon(opened: Any) -> None:
    data = scanned([PAGE]).replace(b"/Count 1", b"/Count 5000")
    with opened(data) as source, pytest.raises(SourceDamagedError) as raised:
        assert len(list(source)) == 1
    assert len(raised.value.lines) == pages.MAX_FAILURES + 1
    assert "what comes after page 21 is left out" in raised.value.lines[-1]


def test_too_many_pages_are_refused_before_one_is_drawn(opened: Any) -> None:
    data = scanned([PAGE]).replace(b"/Count 1", b"/Count 900000")
    with pytest.raises(SourceOpenError, match=r"at most 10,000.*--pages"):
        opened(data)
    with opened(data, chosen="1") as source:
        assert len(list(source)) == 1


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (pdf_of([]), "the PDF holds no page; save it anew"),
        (scanned([PAGE])[:-200], "the PDF is cut off; copy it again"),
        (b"%PDF-1.7\n" + b"what " * 300 + b"%%EOF", "the PDF is damaged; copy it again"),
    ],
)
def test_what_cannot_be_opened_is_told_as_what_it_is(opened: Any, data: bytes, line: str) -> None:
    with pytest.raises(SourceOpenError, match=line):
        opened(data)


def test_a_password_is_told(opened: Any) -> None:
    locked = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"11" * 32, b"22" * 32)
    data = pdf_of([PdfPage("")], [locked])
    data = data.replace(b"trailer<<", b"trailer<</Encrypt 100 0 R/ID[<00><00>]")
    with pytest.raises(SourceOpenError, match="protected by a password; save it without one"):
        opened(data)


def slow_page() -> tuple[PdfPage, list[bytes]]:
    # Ten forms, each drawn ten times by the one before: 10^10 lines.
    things = [
        pdf_stream(
            f"/F{place + 1} Do ".encode() * 10,
            "/Type/XObject/Subtype/Form/BBox[0 0 240 180]"
            f"/Resources<</XObject<</F{place + 1} {101 + place} 0 R>>>>",
        )
        for place in range(9)
    ]
    last = pdf_stream(b"0 0 m 9 9 l S", "/Type/XObject/Subtype/Form/BBox[0 0 240 180]")
    return PdfPage("/F0 Do", MEDIA, {"F0": 100}), [*things, last]


def test_pages_that_take_too_much_do_so_three_times(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, things = slow_page()
    with opened(pdf_of([slow] * 5, things)) as source:
        monkeypatch.setattr(pdf, "MAX_PAGE_S", 1.0)
        with pytest.raises(SourceDamagedError) as raised:
            list(source)
    assert [line.partition(": ")[2][:8] for line in raised.value.lines] == [
        *["takes lo"] * 3,
        *["left out"] * 2,
    ]


def test_a_page_that_takes_too_long_is_given_up(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, things = slow_page()
    right, found = PdfPage(BLACK_BAR), []
    with opened(pdf_of([right, slow, right], things)) as source:
        monkeypatch.setattr(pdf, "MAX_PAGE_S", 2.0)
        with pytest.raises(SourceDamagedError, match="page 2: takes longer than 2 s; simplify it"):
            found.extend(frame.page for frame in source)
    assert found == [1, 3]


def test_a_page_that_takes_too_much_memory_is_given_up(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MEMORY", 1 << 28)
    bomb = pdf_stream(zlib.compress(bytes(1 << 29), 1), "/Filter/FlateDecode")
    data = pdf_of([PdfPage(BLACK_BAR), PdfPage("")], [bomb])
    data = data.replace(b"/Contents 6 0 R", b"/Contents 100 0 R")
    with opened(data, 10_000_000) as source:
        frames = iter(source)
        assert next(frames).page == 1
        with pytest.raises(SourceDamagedError, match="page 2: takes too much memory"):
            next(frames)


def test_names_stay_on_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a\nb.pdf"
    path.write_bytes(pdf_of([]))
    with pytest.raises(SourceOpenError) as raised:
        open_source(path)
    assert str(raised.value).isprintable()
