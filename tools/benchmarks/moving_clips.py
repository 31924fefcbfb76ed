"""Makes the videos of people who move: a page in a hand, a page panned over, an arm over a page.

Everything comes at once, as before a phone: drift, zoom, turn, tremor, exposure that pumps, noise,
a blur now and then, a shadow over the page, the codec.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.clips import load_digits
from camdigits.training.data.dataset import Digits
from camdigits.training.pages import camera, render_page
from camdigits.types import Box

Image = NDArray[np.uint8]

FPS = 30
FRAME_WH = 1280, 720
FINER = 1.6
"""The page is rendered so much larger than it is seen, to hold more digits."""
MARGIN_PX = 320
"""How far the page goes on beyond the first picture, on each side."""
PAGES = 10
"""So many are rendered, of which the fullest is filmed."""
_SKIN_BGR = 120, 150, 200


@dataclass(frozen=True, slots=True)
class Movement:
    """How a camera and a hand move before a page.

    Attributes:
        page: kind of page, as `camdigits.training.pages` names them.
        drift_px: how far the picture wanders to each side.
        zoom: by which part it grows and shrinks.
        turn_deg: how far it turns to each side.
        tremor_px: deviation of each frame's own jitter.
        exposure: by which part the light pumps.
        pan_px: how far the camera goes over the page, from one side to the other.
        has_arm: an arm goes to and fro over the page.
        blur_every: each so many-th frame is blurred; 0 for none.
    """

    page: str = "rows"
    drift_px: float = 0.0
    zoom: float = 0.0
    turn_deg: float = 0.0
    tremor_px: float = 0.0
    exposure: float = 0.0
    pan_px: float = 0.0
    has_arm: bool = False
    blur_every: int = 0


MOVEMENTS = {
    "pan": Movement(pan_px=300, tremor_px=0.4, exposure=0.02),
    "hand": Movement("rows", 46, 0.06, 3.0, 1.2, 0.12, blur_every=23),
    "hand, light": Movement("rows", 46, 0.08, 3.0, 1.2, 0.18, blur_every=23),
    "hand, ruled": Movement("ruled", 30, 0.04, 2.0, 0.8, 0.08, blur_every=31),
    "arm": Movement(has_arm=True),
    "arm, hand": Movement("rows", 20, 0.02, 1.0, 0.8, 0.05, has_arm=True, blur_every=31),
}


def write_moving(folder: Path, data: Path, seconds: float) -> Iterator[tuple[str, Path]]:
    """Write a video of each kind of movement; yields the kinds with their paths."""
    digits = load_digits(data)
    pages = {kind: _page(digits, kind) for kind in {each.page for each in MOVEMENTS.values()}}
    for name, movement in MOVEMENTS.items():
        path = folder / f"{name.replace(', ', '-')}.mp4"
        _write(path, pictures(pages[movement.page], movement, seconds))
        yield name, path


def pictures(sheet: Image, movement: Movement, seconds: float, seed: int = 3) -> Iterator[Image]:
    """Yield what a camera sees, ``(height, width, 3) uint8`` BGR.

    Args:
        sheet: ``(height, width, 3) uint8`` BGR, larger than the picture by `MARGIN_PX` all around.
        movement: how camera and hand move.
        seconds: how long it looks.
        seed: of light, camera and noise.
    """
    rng = np.random.default_rng(seed)
    shadow = camera.blot_shadow(rng, sheet.shape[1::-1])
    page = np.asarray(sheet * shadow[..., None], np.float32)
    phase = rng.uniform(0, 2 * np.pi, 6)
    for index in range(round(seconds * FPS)):
        view = _view(movement, index / FPS, seconds, phase)
        view[:, 2] += rng.normal(0.0, 1.0, 2) * movement.tremor_px
        seen = np.asarray(cv2.warpAffine(page, view, FRAME_WH, borderMode=cv2.BORDER_REPLICATE))
        if movement.has_arm:
            _draw_arm(seen, index / FPS)
        seen *= 1.0 + movement.exposure * np.sin(2.1 * index / FPS + phase[5])
        is_blurred = movement.blur_every and index % movement.blur_every == 5
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), 2.5 if is_blurred else 0.6), np.float32)
        yield camera.add_noise(rng, seen, 2.0)


def _page(digits: Digits, kind: str) -> Image:
    """Return a page larger than the picture, of some the one with the most digits in view."""
    wide = FRAME_WH[0] + 2 * MARGIN_PX, FRAME_WH[1] + 2 * MARGIN_PX
    large = round(FINER * wide[0]), round(FINER * wide[1])
    view = Box(MARGIN_PX, MARGIN_PX, *FRAME_WH).scaled(FINER)
    pages = [
        render_page(np.random.default_rng(seed), digits.images, digits.labels, kind, large)
        for seed in range(PAGES)
    ]
    fullest = max(
        pages, key=lambda page: sum(view.intersection(box) == box.area for box, _ in page.digits)
    )
    return np.asarray(cv2.resize(fullest.image, wide, interpolation=cv2.INTER_AREA), np.uint8)


def _view(movement: Movement, time_s: float, seconds: float, phase: NDArray[np.float64]) -> Image:
    slow = np.sin(np.array([0.9, 1.3, 0.6, 0.8]) * time_s + phase[:4])
    across = movement.pan_px * (0.5 - 0.5 * np.cos(2 * np.pi * time_s / seconds) - 0.5)
    middle = np.array(FRAME_WH) / 2 + MARGIN_PX + slow[:2] * movement.drift_px + (across, 0.0)
    view = cv2.getRotationMatrix2D(
        (float(middle[0]), float(middle[1])),
        float(movement.turn_deg * slow[2]),
        float(1.0 + movement.zoom * slow[3]),
    )
    view[:, 2] += np.array(FRAME_WH) / 2 - middle
    return view  # type: ignore[return-value]


def _draw_arm(picture: NDArray[np.float32], time_s: float) -> None:
    """Draw a hand with its arm, which goes to and fro and rests now and then."""
    x = FRAME_WH[0] * (0.5 + 0.55 * np.sin(1.1 * time_s))
    y = FRAME_WH[1] * (0.55 + 0.15 * np.sin(1.9 * time_s))
    wrist = round(x + 90), round(y + 110)
    cv2.line(picture, wrist, (wrist[0] + 160, FRAME_WH[1] + 200), _SKIN_BGR, 110, cv2.LINE_AA)
    cv2.ellipse(
        picture, (round(x), round(y)), (70, 100), -35.0, 0, 360, _SKIN_BGR, cv2.FILLED, cv2.LINE_AA
    )


def _write(path: Path, frames: Iterator[Image]) -> None:
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=Fraction(FPS), options={"crf": "23"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = FRAME_WH
        stream.pix_fmt = "yuv420p"
        for picture in frames:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        file.mux(stream.encode(None))
