"""Animations are videos; those that show each picture for half a second are documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from camdigits.errors import SourceDamagedError, SourceOpenError
from camdigits.sources import open_source
from camdigits.sources.base import Source
from tests.support.documents import animation_of
from tests.support.media import numbered_frame, numbered_frames, read_number

FORMS = ("GIF", "PNG", "WEBP")


def opened(folder: Path, data: bytes, pages: str | None = None) -> Source:
    path = folder / "moving"
    path.write_bytes(data)
    return open_source(path, pages=pages)


@pytest.mark.parametrize("form", FORMS)
def test_a_slide_show_is_a_document(tmp_path: Path, form: str) -> None:
    with opened(tmp_path, animation_of(numbered_frames(4), form, 1000)) as source:
        frames = list(source)
        assert (source.is_still, source.frame_count) == (True, 4)
    assert [read_number(frame.image) for frame in frames] == [0, 1, 2, 3]
    assert [frame.page for frame in frames] == [1, 2, 3, 4]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("durations_ms", "is_still"),
    [
        ((400, 400, 400, 400), True),
        ((350, 350, 350, 350), False),
        ((1000, 1000, 100, 100), True),
        ((400, 100, 100, 400), True),
        ((1000, 100, 100, 100), False),
        ((100, 500, 500), True),
    ],
)
def test_half_of_its_pictures_make_a_slide_show(
    tmp_path: Path, form: str, durations_ms: tuple[int, ...], is_still: bool
) -> None:
    data = animation_of(numbered_frames(len(durations_ms)), form, durations_ms)
    with opened(tmp_path, data) as source:
        assert source.is_still == is_still
        frames = list(source)
    assert [read_number(frame.image) for frame in frames] == list(range(len(durations_ms)))


@pytest.mark.parametrize("form", FORMS)
def test_slides_may_be_chosen(tmp_path: Path, form: str) -> None:
    data = animation_of(numbered_frames(4), form, 1000)
    with opened(tmp_path, data, "3-") as source:
        assert [read_number(frame.image) for frame in source] == [2, 3]


@pytest.mark.parametrize("form", FORMS)
def test_what_moves_is_a_video(tmp_path: Path, form: str) -> None:
    data = animation_of(numbered_frames(6), form, 200)
    with opened(tmp_path, data) as source:
        frames = list(source)
        assert not source.is_still
    assert [read_number(frame.image) for frame in frames] == list(range(6))
    assert [round(frame.time_s, 2) for frame in frames] == [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    with pytest.raises(SourceOpenError, match="has no pages that --pages could choose from"):
        opened(tmp_path, data, "1")


@pytest.mark.parametrize("duration_ms", [200, 1000])
def test_an_animation_that_is_cut_off_is_read_as_far_as_it_goes(
    tmp_path: Path, duration_ms: int
) -> None:
    data = animation_of(numbered_frames(6), "WEBP", duration_ms)
    found = []
    with (
        opened(tmp_path, data[:-10]) as source,
        pytest.raises(SourceDamagedError, match="the file is cut off"),
    ):
        found.extend(read_number(frame.image) for frame in source)
    assert found == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("duration_ms", [100, 1000])
def test_too_many_pixels_are_refused(tmp_path: Path, form: str, duration_ms: int) -> None:
    path = tmp_path / "moving"
    path.write_bytes(animation_of([numbered_frame(n) for n in (1, 2)], form, duration_ms))
    with pytest.raises(SourceOpenError, match="320x240 pixels are more than 10,000, the limit"):
        open_source(path, max_pixels=10_000)
