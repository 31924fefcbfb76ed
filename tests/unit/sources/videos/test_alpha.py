"""Videos with transparency: their ink stands out from the ground that they get."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camdigits.cli import main
from camdigits.sources import open_source
from camdigits.sources.videos.alpha import Ground
from tests.cli.pages import TEXT, page
from tests.support.media import Image

WHITE, BLACK, BLUE = (255, 255, 255), (0, 0, 0), (200, 60, 20)
REALTIME = {"deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "0", "crf": "4", "b": "4M"}
FORMS = {
    "canvas.webm": ("libvpx", "yuva420p", REALTIME),
    "canvas9.webm": ("libvpx-vp9", "yuva420p", REALTIME),
    "editor.mov": ("prores_ks", "yuva444p10le", {}),
    "animation.mov": ("qtrle", "argb", {}),
    "screen.mov": ("png", "rgba", {}),
}


def stroke_mask() -> Image:
    """Return ``(240, 640) uint8``: 255 where ink is on the page."""
    grey = cv2.cvtColor(page(), cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1])


def drawn(colour_bgr: tuple[int, int, int], mask: Image) -> Image:
    """Return BGRA: strokes on clear ground, which browsers leave black."""
    picture = np.zeros((*mask.shape, 4), np.uint8)
    picture[mask > 0] = (*colour_bgr, 255)
    return picture


def write_clear(path: Path, pictures: list[Image]) -> Path:
    codec, form, options = FORMS[path.name]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10, options=dict(options))
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = form
        for place, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgra")
            frame.pts, frame.time_base = place, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize("colour", [WHITE, BLACK, BLUE], ids=["white", "black", "blue"])
@pytest.mark.parametrize("name", FORMS)
def test_strokes_on_clear_ground_are_read(
    tmp_path: Path,
    name: str,
    colour: tuple[int, int, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    mask = stroke_mask()
    clear = [drawn(colour, np.zeros_like(mask))] * 2
    path = write_clear(tmp_path / name, clear + [drawn(colour, mask)] * 20)
    with open_source(path) as source:
        frames = [frame.image for frame in source]
    assert len(frames) == 22
    ground = 0 if colour == WHITE else 255
    assert abs(int(np.median(frames[-1])) - ground) < 8
    assert main(["run", str(path), "--no-window", "-q"]) == 0
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == [TEXT]


def test_ground_is_kept_until_another_is_clear() -> None:
    mask = stroke_mask()
    ground = Ground()
    levels = [
        int(np.median(ground.under(drawn(colour, mask))))
        for colour in (WHITE, (150, 150, 150), BLACK, (150, 150, 150), WHITE)
    ]
    assert levels == [0, 0, 255, 255, 0]
    assert int(np.median(ground.under(np.zeros((8, 8, 4), np.uint8)))) == 0


def test_sheet_with_cut_corners_goes_on_in_its_own_brightness() -> None:
    for level, ground in ((240, 255), (20, 0)):
        sheet = np.full((100, 100, 4), (level, level, level, 255), np.uint8)
        sheet[:10, :10] = 0
        assert Ground().under(sheet)[0, 0].tolist() == [ground] * 3


def test_half_transparent_ink_is_mixed_with_its_ground() -> None:
    picture = np.zeros((4, 4, 4), np.uint8)
    picture[1, 1], picture[2, 2] = (0, 0, 0, 255), (0, 0, 0, 128)
    shown = Ground().under(picture)
    assert shown[0, 0].tolist() == [255] * 3
    assert shown[2, 2].tolist() == [127] * 3
