"""From a picture to its reading."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from camdigits import Box, ReadConfig, Recognizer
from camdigits.measuring.scoring import score, total
from camdigits.measuring.truth import Truth
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.sources.images.image import ImageSource
from camdigits.training.pages import render_page
from camdigits.types import UNSURE, Frame
from tests.cli.pages import TEXT
from tests.cli.pages import page as sample


class CountingClassifier:
    """The bundled classifier, counting its calls."""

    def __init__(self) -> None:
        self.calls = 0
        self._classify = LiteRTClassifier()

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        self.calls += 1
        return self._classify(crops)


@pytest.fixture(scope="module")
def mnist(test_data):
    """Digits that no weights were trained on."""
    with np.load(test_data / "mnist" / "mnist.npz") as file:
        return file["x_train"][55000:], file["y_train"][55000:]


@pytest.fixture(scope="module")
def page(mnist):
    return render_page(np.random.default_rng(4), *mnist, "rows")


@pytest.mark.parametrize(
    "size_wh", [(1, 1), (3, 200), (120, 90), (1280, 720), (5000, 30), (9000, 9)]
)
@pytest.mark.parametrize("gray", [0, 128, 255])
def test_blank_picture_of_any_size_says_nothing(size_wh, gray):
    image = np.full((size_wh[1], size_wh[0], 3), gray, np.uint8)
    reading = Recognizer().read(image)
    assert (reading.digits, reading.numbers, reading.events) == ((), (), ())
    assert reading.size_wh == size_wh


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((10, 10, 3), np.float32),
        np.zeros(10, np.uint8),
        np.zeros((0, 10, 3), np.uint8),
        None,
        "photo.jpg",
    ],
)
def test_array_of_another_form_is_refused(image):
    with pytest.raises(ValueError, match="found"):
        Recognizer().read(image)


def test_two_calls_classify_a_whole_frame(page):
    classifier = CountingClassifier()
    reading = Recognizer(classifier=classifier).read(page.image)
    assert len(reading.digits) > 5
    assert classifier.calls <= 2, "one for whole candidates, one for pieces"


def test_picture_is_not_written_to(page):
    image = page.image.copy()
    image.flags.writeable = False
    Recognizer().read(image)
    assert np.array_equal(image, page.image)


def test_grey_picture_is_read_like_a_coloured_one(page):
    gray = page.image[..., 1]
    assert Recognizer().read(gray) == Recognizer().read(np.dstack([gray] * 3))


def test_numbers_of_a_page_are_read_in_order(page):
    texts = [number.text for number in Recognizer().read(page.image).numbers]
    right = sum(text in texts for text in page.numbers)
    assert right >= 0.6 * len(page.numbers)


def test_same_picture_gives_the_same_reading(page):
    assert Recognizer().read(page.image) == Recognizer().read(page.image)


@pytest.mark.parametrize(
    ("kind", "least"),
    [("plain", 0.93), ("blackboard", 0.85), ("shadow", 0.85), ("marker", 0.85), ("small", 0.85)],
)
def test_digits_of_a_rendered_page_are_found(mnist, kind, least):
    scores = []
    for seed in range(3):
        page = render_page(np.random.default_rng(seed), *mnist, kind)
        reading = Recognizer().read(page.image)
        read = [(digit.box, digit.label) for digit in reading.digits]
        scores.append(score(Truth(page.digits), read))
    assert total(scores).f1 >= least


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_turned_page_is_read_where_it_lies(page, rotate):
    lying = np.ascontiguousarray(np.rot90(page.image, rotate // 90))
    upright = Recognizer().read(page.image)
    turned = Recognizer(ReadConfig(rotate=rotate)).read(lying)
    assert [n.text for n in turned.numbers] == [n.text for n in upright.numbers]
    assert turned.size_wh == (lying.shape[1], lying.shape[0])
    for digit in turned.digits:
        part = lying[digit.box.y : digit.box.bottom, digit.box.x : digit.box.right]
        assert part.shape[:2] == (digit.box.h, digit.box.w)


def test_mirrored_source_is_turned_right_before_reading(page):
    mirrored = np.ascontiguousarray(page.image[:, ::-1])
    upright = Recognizer().read(page.image)
    reading = Recognizer(ReadConfig(source_mirrored=True)).read(mirrored)
    assert [n.text for n in reading.numbers] == [n.text for n in upright.numbers]
    width = page.image.shape[1]
    expected = {(width - d.box.right, d.box.y) for d in upright.digits}
    assert {(d.box.x, d.box.y) for d in reading.digits} == expected


def test_only_the_region_of_interest_is_read(page):
    height, width = page.image.shape[:2]
    roi = Box(0, height // 2, width, height - height // 2)
    reading = Recognizer(ReadConfig(roi=roi)).read(page.image)
    within = [box for box, _ in page.digits if box.y >= roi.y]
    found = [any(d.box.iou(box) > 0.4 for d in reading.digits) for box in within]
    assert sum(found) >= 0.7 * len(within) > 0
    assert all(digit.box.intersection(roi) == digit.box.area for digit in reading.digits)
    assert reading.size_wh == (width, height)


def test_confidence_asked_for_is_kept(page):
    reading = Recognizer(ReadConfig(min_confidence=0.999)).read(page.image)
    assert all(digit.is_doubtful == (digit.confidence < 0.999) for digit in reading.digits)
    assert all(set(number.text) != {"?"} for number in reading.numbers)


@pytest.mark.parametrize("asked", [0.9, 0.99, 0.999, 0.9999])
def test_number_is_whole_or_doubtful_never_shorter(page, asked):
    usual = {number.box: number.text for number in Recognizer().read(page.image).numbers}
    numbers = Recognizer(ReadConfig(min_confidence=asked)).read(page.image).numbers
    for number in numbers:
        pairs = zip(number.text, usual[number.box], strict=True)
        assert all(one in ("?", other) for one, other in pairs)


def test_number_in_doubt_fits_no_pattern(page):
    config = ReadConfig(min_confidence=0.999, match=".*")
    numbers = Recognizer(config).read(page.image).numbers
    assert not any(number.is_doubtful for number in numbers)


def test_values_of_numbers_are_those_of_their_texts(page):
    numbers = Recognizer().read(page.image).numbers
    sure = [number for number in numbers if number.confidence >= UNSURE]
    assert sure and all(number.value == int(number.text) for number in sure)
    assert all(number.value is None for number in numbers if number not in sure)


def test_large_picture_gives_boxes_in_its_own_pixels(page):
    large = np.kron(page.image, np.ones((3, 3, 1), np.uint8))
    small, big = Recognizer().read(page.image), Recognizer().read(large)
    assert big.size_wh == (3840, 2160)
    assert len(big.digits) >= 0.9 * len(small.digits)
    assert max(digit.box.bottom for digit in big.digits) > page.image.shape[0]


@pytest.mark.parametrize(
    ("wanted", "is_still", "expected"),
    [(None, True, False), (None, False, True), (False, False, False), (True, True, True)],
)
def test_video_is_read_fast_and_stills_closely_unless_asked(
    monkeypatch, wanted, is_still, expected
):
    asked = []

    def search(self, gray, *, fast=False, polarity=None, show=None, usual=None):
        asked.append(fast)
        return []

    monkeypatch.setattr(Recognizer, "search", search)
    recognizer = Recognizer(ReadConfig(fast=wanted))
    frame = Frame(np.full((90, 120, 3), 200, np.uint8))
    source = LoadedSource(frame, is_still)
    assert len(list(recognizer.stream(source))) == 1
    assert asked == [expected]


class LoadedSource:
    """A source of one frame."""

    name = "loaded"

    def __init__(self, frame: Frame, is_still: bool) -> None:
        self._frame, self.is_still = frame, is_still

    def __enter__(self) -> LoadedSource:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def __iter__(self) -> Iterator[Frame]:
        yield self._frame


def test_public_names_are_what_they_say_whatever_was_imported_before():
    import camdigits.drawing.annotation
    import camdigits.window

    assert camdigits.annotate is camdigits.drawing.annotation.annotate
    assert sorted(camdigits.__all__) == dir(camdigits)


class Clip(ImageSource):
    """A video of the same page; after half of it something is done to how it is read."""

    is_still = False

    def __init__(self, image, change) -> None:
        super().__init__(image, "clip")
        self._page, self._change = image, change

    def __iter__(self):
        for index in range(40):
            if index == 20:
                self._change()
            yield Frame(self._page, index, index / 10)


@pytest.mark.parametrize("lies", [{}, {"rotate": 90}, {"rotate": 180, "source_mirrored": True}])
def test_number_keeps_its_id_when_the_region_changes_midway(lies):
    recognizer = Recognizer(ReadConfig(**lies))
    image = cv2.copyMakeBorder(sample(), 150, 150, 150, 150, cv2.BORDER_REPLICATE)
    if lies:
        image = cv2.rotate(image, cv2.ROTATE_90_COUNTERCLOCKWISE) if len(lies) == 1 else image[::-1]
    height, width = image.shape[:2]
    region = Box(100, 90, width - 150, height - 140)
    changed = ReadConfig(roi=region, **lies)
    clip = Clip(image, lambda: setattr(recognizer, "config", changed))
    readings = [reading for _, reading in recognizer.stream(clip)]
    events = [(event.kind, event.text, event.id) for r in readings for event in r.events]
    assert events == [("appeared", TEXT, 1)]
    before, after = readings[19].numbers[0].box, readings[-1].numbers[0].box
    assert before.iou(after) > 0.9
    tracks = [[digit.track for digit in readings[place].digits] for place in (19, 20, -1)]
    assert tracks[0] == tracks[1] == tracks[2]


def test_picture_that_is_turned_midway_begins_anew():
    recognizer = Recognizer()
    image = cv2.copyMakeBorder(sample(), 150, 150, 150, 150, cv2.BORDER_REPLICATE)
    clip = Clip(image, lambda: setattr(recognizer, "config", ReadConfig(rotate=0, roi=None)))
    recognizer.config = ReadConfig(rotate=180)
    readings = [reading for _, reading in recognizer.stream(clip)]
    told = [(event.kind, event.text) for r in readings for event in r.events if event.text == TEXT]
    assert told == [("appeared", TEXT)]
    assert readings[-1].numbers[0].id != readings[19].numbers[0].id


def test_confidence_that_changes_midway_holds_from_the_next_frame_on():
    recognizer = Recognizer()
    image = cv2.copyMakeBorder(sample(), 150, 150, 150, 150, cv2.BORDER_REPLICATE)
    clip = Clip(image, lambda: setattr(recognizer, "min_confidence", 1.01))
    counts = [len(reading.digits) for _, reading in recognizer.stream(clip)]
    assert counts[19] == len(TEXT)
    assert counts[20:] == [0] * 20


@pytest.mark.parametrize("aspect", [98 / 204, 2.0, 0.7])
@pytest.mark.parametrize("is_still", [True, False])
def test_pixels_that_are_not_square_are_read_like_square_ones(aspect, is_still):
    page = sample()
    height, width = page.shape[:2]
    stored_wh = (round(width / aspect), height) if aspect > 1 else (width, round(height * aspect))
    stored = cv2.resize(page, stored_wh, interpolation=cv2.INTER_AREA)
    plain = Recognizer().read(page)
    reader = Recognizer().reader(is_still=is_still)
    for index in range(6):
        reading = reader.read(Frame(stored, index, index / 10, pixel_aspect=aspect))
    assert reading.size_wh == stored_wh
    assert [number.text for number in reading.numbers] == [TEXT]
    for digit, square in zip(reading.digits, plain.digits, strict=True):
        scale = np.array([stored_wh[0] / width, stored_wh[1] / height] * 2)
        there = np.rint(scale * square.box.as_list()).astype(int).tolist()
        assert digit.box.iou(Box(*there)) > 0.7
    told = Recognizer().read(stored, aspect)
    assert [number.text for number in told.numbers] == [TEXT]


@pytest.mark.parametrize("aspect", [0.0, -1.0, float("nan"), float("inf")])
def test_pixels_without_a_shape_are_refused(aspect):
    with pytest.raises(ValueError, match="above 0, found"):
        Recognizer().read(sample(), aspect)


@pytest.mark.parametrize("is_upright", [False, True])
def test_long_strip_is_read_whole(is_upright):
    page = sample()
    if is_upright:
        strip = np.vstack([cv2.resize(page, (300, 112), interpolation=cv2.INTER_AREA)] * 100)
        expected = 100
    else:
        strip, expected = np.hstack([page] * 17), 17
    reading = Recognizer().read(strip)
    texts = [number.text for number in reading.numbers]
    assert len(texts) == expected
    assert texts.count(TEXT) >= 0.95 * expected


def test_small_writing_on_a_large_sheet_is_read():
    small = cv2.resize(sample(), (320, 120), interpolation=cv2.INTER_AREA)
    sheet = np.full((9921, 7016, 3), np.median(small, axis=(0, 1)), np.uint8)
    places = [(200, 300), (3000, 2500), (3150, 5500), (6500, 9500), (5000, 7440)]
    for x, y in places:
        sheet[y : y + 120, x : x + 320] = small
    reading = Recognizer().read(sheet)
    assert [number.text for number in reading.numbers] == [TEXT] * len(places)


@pytest.mark.parametrize("size", [(1, 5000), (5000, 1), (2, 5000), (20_000, 5), (3, 9000)])
def test_a_line_of_pixels_holds_nothing(size: tuple[int, int]):
    assert Recognizer().read(np.full((*size, 3), 200, np.uint8)).digits == ()


def test_a_list_of_sources_is_read_one_after_the_other(tmp_path):
    names = [tmp_path / "1.png", str(tmp_path / "2.png")]
    for name in names:
        assert cv2.imwrite(str(name), sample())
    with ImageSource(sample(), "open") as opened:
        told = list(Recognizer().stream([*names, opened]))
    assert [reading.source for _, reading in told] == [*map(str, names), "open"]
    assert all(reading.numbers[0].text == TEXT for _, reading in told)
    assert list(Recognizer().stream([])) == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (None, "None is no source: give the index of a camera, the name of a file"),
        (1.5, "1.5 is no source: give the index"),
        (np.zeros((9, 9, 3), np.uint8), r"\(9, 9, 3\) of uint8 is no source: read\(image\) reads"),
        (cv2.VideoCapture(), r"VideoCapture is no source: give stream what you gave to cv2.Video"),
        (["photo.jpg", None], "None is no source"),
        (iter([np.zeros((9, 9, 3), np.uint8)]), "a list_iterator is no source"),
    ],
)
def test_what_is_no_source_is_refused_at_once(source, told):
    with pytest.raises(TypeError, match=told) as caught:
        Recognizer().stream(source)
    assert len(str(caught.value)) < 200
