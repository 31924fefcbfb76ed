"""Makes the sample clip: a hand-held camera finds a hand-written page, then a note is added.

    python tools/make_demo_clip.py --data mnist.npz camdigits/assets/demo.mp4

The digits are MNIST training digits, redrawn as ink; the truth goes to standard output.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.training.data.dataset import Digits, load_dataset
from camdigits.training.pages import camera
from camdigits.training.pages.ground import papers
from camdigits.training.pages.writing.drawing import GlyphSupply, draw_words
from camdigits.training.pages.writing.inks import Pen, lay_ink
from camdigits.training.pages.writing.layout import Handwriting, write_word

FloatImage = NDArray[np.float32]
Matrix = NDArray[np.float64]
Corners = tuple[tuple[int, int], ...]

SEED = 20
FPS = 25
SECONDS = 7.6
FRAME_WH = (1280, 720)
WORLD_WH = (1900, 1700)
"""The desk with all that lies on it; the camera sees a part of it."""

# Where the view's middle is at a time: (seconds, x, y, zoom, degrees).
VIEWS = (
    (0.0, 930.0, 392.0, 1.02, -1.5),
    (0.7, 930.0, 400.0, 1.02, -1.2),
    (1.9, 890.0, 812.0, 1.05, 0.8),
    (3.3, 880.0, 822.0, 1.06, 1.0),
    (4.4, 930.0, 1105.0, 1.00, -0.6),
    (SECONDS, 940.0, 1100.0, 1.01, -0.9),
)
EXPOSURES = 4
"""Pictures that are laid over each other to one that is blurred as the camera moves."""


@dataclass(frozen=True, slots=True)
class Line:
    """A number, where it begins on its sheet, and how high its digits are, in pixels."""

    text: str
    x: float
    y: float
    height_px: float


@dataclass(frozen=True, slots=True)
class Content:
    """What a sheet is made of and what is written on it."""

    color: papers.Color
    pen: Pen
    lines: tuple[Line, ...]


PAGE_WH = (1050, 870)
PAGE_CORNERS: Corners = ((395, 690), (1425, 662), (1452, 1530), (372, 1552))
PAGE = Content(
    (0.84, 0.87, 0.88),
    Pen((0.50, 0.20, 0.12), 0.93, 0.085, 0.35, 0.1, 0.15),
    (
        Line("2047", 120, 215, 82),
        Line("381", 150, 395, 78),
        Line("96", 560, 400, 80),
        Line("5500", 130, 585, 82),
    ),
)
NOTE_WH = (350, 260)
NOTE_CORNERS: Corners = ((1120, 1160), (1462, 1185), (1440, 1438), (1102, 1410))
NOTE = Content(
    (0.47, 0.80, 0.88),
    Pen((0.16, 0.15, 0.15), 0.95, 0.095, 0.35, 0.03, 0.08),
    (Line("743", 62, 160, 76),),
)
NOTE_ARRIVES_S = (4.9, 5.6)
NOTE_DROP_PX = 620.0


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Something that lies on the desk: its look, and where it covers what is below, 0 to 1."""

    look: FloatImage
    cover: FloatImage


def main() -> None:
    """Read the arguments and write the clip."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("output", type=Path, help="the clip to write, an .mp4")
    parser.add_argument("--data", type=Path, help="MNIST: mnist.npz or a folder with its files")
    arguments = parser.parse_args()
    digits = clearest(load_dataset(arguments.data).train)
    write_video(arguments.output, film(np.random.default_rng(SEED), digits))
    for line in PAGE.lines + NOTE.lines:
        print(line.text)


def clearest(digits: Digits, share: float = 0.01) -> Digits:
    """Keep of each label the share of digits that are nearest to the label's mean picture."""
    kept: list[NDArray[np.intp]] = []
    for label in range(10):
        places = np.flatnonzero(digits.labels == label)
        images = digits.images[places].astype(np.float32)
        distances = ((images - images.mean(axis=0)) ** 2).sum(axis=(1, 2))
        kept.append(places[np.argsort(distances, kind="stable")[: int(share * len(places))]])
    return digits.take(np.concatenate(kept))


def film(rng: np.random.Generator, digits: Digits) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames: ``(height, width, 3) uint8``, BGR."""
    table = lay_page(rng, digits)
    note = make_note(rng, digits)
    with_note = put(table, note, 0.0)
    lamp = camera.even_light(rng, WORLD_WH, 0.40)
    lens = camera.even_light(rng, FRAME_WH, 0.10)[..., None]
    shake = hand_shake(rng)
    for index in range(round(SECONDS * FPS)):
        time_s = index / FPS
        arrived = ease(time_s, *NOTE_ARRIVES_S)
        scene = with_note if arrived == 1.0 else table
        if 0.0 < arrived < 1.0:
            scene = put(table, note, (1.0 - arrived) * NOTE_DROP_PX)
        lit = scene * (lamp * hand_shadow(time_s))[..., None]
        # A lens that finds its focus, and an exposure that settles when the paper comes in.
        blur_px = 0.7 + 2.6 * (1.0 - ease(time_s, 0.1, 0.9))
        sharp = cv2.GaussianBlur(expose(lit, time_s, shake), (0, 0), blur_px)
        gain = 255.0 * (1.10 - 0.06 * ease(time_s, 0.9, 2.4))
        yield camera.add_noise(rng, np.asarray(sharp * lens * gain, np.float32), 2.0)


def lay_page(rng: np.random.Generator, digits: Digits) -> FloatImage:
    """Return the desk with the written page on it: ``(height, width, 3) float32`` reflectance."""
    place = corner_map(PAGE_WH, PAGE_CORNERS)
    page = write_sheet(rng, digits, place, PAGE)
    return put(papers.wood(rng, WORLD_WH), Layer(page, sheet_cover(PAGE_WH, place)), 0.0)


def make_note(rng: np.random.Generator, digits: Digits) -> Layer:
    """Return a yellow note with a number, where it comes to lie at last."""
    place = corner_map(NOTE_WH, NOTE_CORNERS)
    return Layer(write_sheet(rng, digits, place, NOTE), sheet_cover(NOTE_WH, place))


def write_sheet(
    rng: np.random.Generator, digits: Digits, place: Matrix, content: Content
) -> FloatImage:
    """Return paper as large as the world, with numbers written where the sheet lies."""
    supply = GlyphSupply(rng, digits.images, digits.labels, content.pen)
    words = []
    for line in content.lines:
        hand = Handwriting(line.height_px, 0.06, 0.0, (1, 5), (0.16, 0.26), (1.0, 1.0), 2.0)
        glyphs = [supply.take(pick(rng, digits, int(label))) for label in line.text]
        words.append(write_word(rng, glyphs, hand).moved(line.x, line.y))
    cover, _, _ = draw_words(words, place, WORLD_WH)
    return lay_ink(rng, papers.paper(rng, WORLD_WH, content.color), cover, content.pen)


def pick(rng: np.random.Generator, digits: Digits, label: int) -> int:
    """Choose the place of a digit with a label."""
    return int(rng.choice(np.flatnonzero(digits.labels == label)))


def corner_map(size_wh: tuple[int, int], corners: Corners) -> Matrix:
    """Return the homography from a sheet to the world, where its corners lie as given."""
    width, height = size_wh
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(own, np.array(corners, np.float32)), np.float64)


def sheet_cover(size_wh: tuple[int, int], place: Matrix) -> FloatImage:
    """Return which part of each pixel of the world a sheet covers, 0 to 1."""
    full = np.ones(size_wh[::-1], np.float32)
    return np.asarray(cv2.warpPerspective(full, place, WORLD_WH), np.float32)


def put(below: FloatImage, layer: Layer, down_px: float) -> FloatImage:
    """Return what is seen when a sheet lies on the desk, a way below its place.

    The sheet throws a thin shadow to the right and down, wider while it is in the air.
    """
    height_px = 5.0 + 0.05 * down_px
    cover = shifted(layer.cover, (0.0, down_px))
    shade = shifted(layer.cover, (0.6 * height_px, down_px + height_px))
    dark = 1.0 - 0.5 * cv2.GaussianBlur(shade, (0, 0), height_px)[..., None]
    ground = below * dark
    look = shifted(layer.look, (0.0, down_px))
    return np.asarray(ground + cover[..., None] * (look - ground), np.float32)


def shifted(image: FloatImage, by_px: tuple[float, float]) -> FloatImage:
    """Return a picture of the world moved by (x, y) pixels."""
    move = np.array([[1.0, 0.0, by_px[0]], [0.0, 1.0, by_px[1]]])
    return np.asarray(cv2.warpAffine(image, move, WORLD_WH), np.float32)


def hand_shadow(time_s: float) -> FloatImage:
    """Return the light that the hand which brings the note lets through, 0 to 1."""
    near = ease(time_s, *NOTE_ARRIVES_S) - ease(time_s, NOTE_ARRIVES_S[1], NOTE_ARRIVES_S[1] + 0.7)
    x = (np.arange(WORLD_WH[0], dtype=np.float32)[None, :] - 1330.0) / 190.0
    y = (np.arange(WORLD_WH[1], dtype=np.float32)[:, None] - (1950.0 - 400.0 * near)) / 260.0
    return np.asarray(1.0 - 0.5 * np.exp(-(x * x + y * y)), np.float32)


def hand_shake(rng: np.random.Generator) -> FloatImage:
    """Return how a hand moves the camera: ``(frames + 1, 3) float32``, x, y in pixels, degrees."""
    count = round(SECONDS * FPS) + 1
    drift = [papers.noise(rng, (count, 3), (grain, 1.0)) for grain in (30.0, 8.0)]
    size = np.array([[5.0, 4.0, 0.25], [1.2, 1.2, 0.05]], np.float32)
    return np.asarray(drift[0].T * size[0] + drift[1].T * size[1], np.float32)


def expose(scene: FloatImage, time_s: float, shake: FloatImage) -> FloatImage:
    """Return what falls on the sensor while the shutter is open, for half a frame's time."""
    moments = time_s + np.arange(EXPOSURES) / (2.0 * EXPOSURES * FPS)
    seen = [cv2.warpPerspective(scene, view_at(float(t), shake), FRAME_WH) for t in moments]
    return np.asarray(np.mean(seen, axis=0), np.float32)


def view_at(time_s: float, shake: FloatImage) -> Matrix:
    """Return the homography from the world to the picture at a time."""
    now = min(time_s * FPS, len(shake) - 1.0)
    frames = np.arange(len(shake))
    jolt_x, jolt_y, jolt_turn = (np.interp(now, frames, column) for column in shake.T)
    last = len(VIEWS) - 1
    after = next((i for i, view in enumerate(VIEWS) if view[0] > time_s), last)
    start, end = np.array(VIEWS[after - 1]), np.array(VIEWS[after])
    x, y, zoom, turn = (start + (end - start) * ease(time_s, start[0], end[0]))[1:]
    rotation = cv2.getRotationMatrix2D((float(x), float(y)), float(turn + jolt_turn), float(zoom))
    rotation[:, 2] += np.array(FRAME_WH) / 2.0 - (x, y) + (jolt_x, jolt_y)
    return np.vstack([rotation, [0.0, 0.0, 1.0]])


def ease(time_s: float, start_s: float, end_s: float) -> float:
    """Return 0 before the start, 1 after the end, and a smooth way between."""
    part = min(1.0, max(0.0, (time_s - start_s) / (end_s - start_s)))
    return part * part * (3.0 - 2.0 * part)


def write_video(path: Path, frames: Iterator[NDArray[np.uint8]]) -> None:
    """Write H.264 that plays everywhere; one thread, so that the bytes are the same each time."""
    options = {"crf": "29", "preset": "veryslow", "threads": "1"}
    with av.open(str(path), "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as file:
        stream = file.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height = FRAME_WH
        stream.pix_fmt = "yuv420p"
        for image in frames:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        file.mux(stream.encode())


if __name__ == "__main__":
    main()
