"""Ink masks: which pixels are ink, whatever the light, the paper and the polarity.

Dark ink on light ground: the ground is estimated by a morphological closing at low resolution, the
ink's contrast is what the picture falls below it, and a pixel is ink where its contrast exceeds a
share of the strongest contrast nearby and the noise of the picture.  Light ink on dark ground is
the same on the inverted picture.  After the background division that document binarisation is
usually done with (for example Gatos, Pratikakis and Perantonis 2006), with a local peak in place
of one global threshold, and with Bernsen's contrast floor, so that blank paper stays blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.config import Polarity
from camdigits.ink.ruled_lines import remove_lines, shortest_line_px
from camdigits.support.median import median
from camdigits.support.resample import average, interpolate

Plane = NDArray[np.uint8]
Labels = NDArray[np.int32]

KERNEL_PX = 25
"""Side of that neighbourhood at the low resolution at which it is worked out."""
INK_SHARE, FAINT_SHARE = 0.42, 0.3
"""A pixel is ink, or faint ink, from this share of the strongest contrast nearby."""
MIN_CONTRAST = 8
"""Grey levels by which ink differs from its ground at least."""
MEAN_FACTOR = 2.5
"""Ink exceeds its neighbourhood's mean contrast this many times: writing is sparse, grain not.
In a closely cropped picture writing is not, nor are the faint strokes of broken digits."""
NOISE_ROWS = 60
"""Rows spread over the picture that its noise is estimated from."""
NOISE_FACTOR = 5
"""How many standard deviations of the noise the contrast of ink exceeds."""

LINE_RIM_PX = 7
"""Width of the brush that covers lines, with their soft rims, before paler ink is looked for."""
MIN_PALER_SHARE, MIN_PALER_PX = 0.02, 20
"""Paler ink is worth a mask of its own from this share of the other, and so many pixels."""

SPARSE = 0.1
"""Up to this share of ink its pieces are measured pixel by pixel of ink."""
_ALGORITHM = cv2.CCL_BBDT
"""Grana's block-based algorithm; the default one takes three times as long on sparse masks."""

_SQUARE = np.ones((13, 13), np.uint8)
_DIAMOND = (np.add.outer(*[np.abs(np.arange(-3, 4))] * 2) <= 3).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class InkMask:
    """The ink of one polarity.

    Attributes:
        plane: ``(height, width) uint8``, the picture with its ink darker than the ground: luma,
            inverted for light ink.
        ink: ``(height, width) uint8``, 255 where there is ink, else 0.
        contrast: ``(height, width) uint8``, grey levels by which each pixel differs from its
            ground, 0 where it does not.
        polarity: "dark" or "light" ink.
        reach: side of the neighbourhood that the ground was taken from, as a share of the longer
            side of the picture.
        labels: ``(height, width) int32``, the component that each pixel of ink belongs to; 0 is
            ground.
        stats: ``(n, 5) int32``, x, y, w, h and area of each component in pixels; row 0, the
            ground, is all 0.
        has_lines: ruled lines are still in it; False where they were taken out.
        margin_px: ground that was added to the picture on every side, in pixels of the mask.
    """

    plane: Plane
    ink: Plane
    contrast: Plane
    polarity: Literal["dark", "light"]
    reach: float
    labels: Labels
    stats: Labels
    has_lines: bool = True
    margin_px: int = 0


def ink_masks(
    gray: Plane,
    polarity: Polarity,
    reach: float,
    share: float = INK_SHARE,
    mean_factor: float = MEAN_FACTOR,
) -> Iterator[InkMask]:
    """Yield the masks in which digits are looked for.

    Args:
        gray: ``(height, width) uint8`` luma, 0 black to 255 white.
        polarity: "dark", "light", or "auto" for both.
        reach: side of the neighbourhood that ground and peak are taken from, as a share of the
            picture's longer side; strokes are thinner than about a third of it.
        share: of the strongest contrast nearby from which on a pixel is ink.
        mean_factor: ink exceeds its neighbourhood's mean contrast this many times.

    Yields:
        Per polarity the mask as it is; if there were ruled lines once more without them, and
        again with ink that is pale beside them.
    """
    floor = max(MIN_CONTRAST, NOISE_FACTOR * noise_level(gray))
    for wanted in ("dark", "light"):
        if polarity not in (wanted, "auto"):
            continue
        plane = gray if wanted == "dark" else cast(Plane, cv2.bitwise_not(gray))
        contrast = _contrast(plane, reach)
        threshold = partial(_threshold, reach=reach, rule=(floor, share, mean_factor))
        ink = threshold(contrast)
        labels, stats = components(ink)
        yield InkMask(plane, ink, contrast, wanted, reach, labels, stats)
        longest_px = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max()
        if longest_px < shortest_line_px(ink.shape):
            continue
        without_lines = remove_lines(ink)
        if without_lines is None:
            continue
        paler = _beside_lines(contrast, ink, without_lines, threshold)
        for each in (without_lines,) if paler is None else (without_lines, paler):
            found = components(each)
            yield InkMask(plane, each, contrast, wanted, reach, *found, has_lines=False)


def _beside_lines(
    contrast: Plane, ink: Plane, without_lines: Plane, threshold: Callable[[Plane], Plane]
) -> Plane | None:
    """Return the ink that shows where printed lines are not the strongest contrast nearby.

    Pencil in a printed grid is pale beside its lines.

    Args:
        contrast: of the picture.
        ink: of which lines were taken out.
        without_lines: what is left of it.
        threshold: makes a mask of a contrast.

    Returns:
        A mask without lines; None if there is hardly more than in `without_lines`.
    """
    near = cv2.dilate(
        cv2.subtract(ink, without_lines), np.ones((LINE_RIM_PX, LINE_RIM_PX), np.uint8)
    )
    shown = threshold(cast(Plane, cv2.bitwise_and(contrast, cv2.bitwise_not(near))))
    joined = cast(Plane, cv2.bitwise_or(shown, cv2.bitwise_and(without_lines, near)))
    # Paler lines may have shown as well.
    paler = remove_lines(joined)
    paler = cast(Plane, cv2.bitwise_or(joined if paler is None else paler, without_lines))
    before, after = cv2.countNonZero(without_lines), cv2.countNonZero(paler)
    return paler if after - before > MIN_PALER_SHARE * before + MIN_PALER_PX else None


def components(ink: Plane) -> tuple[Labels, Labels]:
    """Return the label of every pixel, and (x, y, w, h, area) of every label; 0 is the ground."""
    if cv2.countNonZero(ink) > SPARSE * ink.size:
        _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
            ink, 8, cv2.CV_32S, _ALGORITHM
        )
        stats[0] = 0
        return cast(Labels, labels), cast(Labels, stats)
    # Most of the time goes into the extent of the ground, which nobody asks for.
    count, found = cv2.connectedComponentsWithAlgorithm(ink, 8, cv2.CV_32S, _ALGORITHM)
    labels = cast(Labels, found)
    return labels, _extents(labels, np.flatnonzero(ink != 0), count)


def _extents(labels: Labels, places: NDArray[np.intp], count: int) -> Labels:
    """Return ``(count, 5) int32``: x, y, w, h and area of every label, zeros for the ground.

    Args:
        labels: of every pixel.
        places: of the ink, as indices into the flattened picture, rising.
        count: of the labels, with the ground.
    """
    label = labels.ravel()[places]
    y, x = np.divmod(places.astype(np.int32), np.int32(labels.shape[1]))
    left, right = np.full(count, labels.shape[1], np.int32), np.zeros(count, np.int32)
    np.minimum.at(left, label, x)
    np.maximum.at(right, label, x)
    # Row by row they come, so that the last one written is the lowest, or from behind the highest.
    top, bottom = np.zeros((2, count), np.int32)
    top[label[::-1]], bottom[label] = y[::-1], y
    area = np.bincount(label, minlength=count)
    stats = np.column_stack([left, top, right - left + 1, bottom - top + 1, area])
    stats[0] = 0
    return stats.astype(np.int32)


def noise_level(gray: Plane) -> float:
    """Estimate the standard deviation of the picture's noise in grey levels.

    J. Immerkaer, "Fast Noise Variance Estimation", 1996, with the median in place of the mean so
    that strokes and edges do not count as noise.
    """
    if min(gray.shape) < 3:
        return 0.0
    step = max(1, gray.shape[0] // 3 // NOISE_ROWS)
    rows = gray[: gray.shape[0] // 3 * 3]
    sample = rows.reshape(-1, 3, gray.shape[1])[::step].reshape(-1, gray.shape[1])
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    residual = cv2.filter2D(sample, cv2.CV_16S, kernel)[1::3]
    return median(np.abs(residual[:, ::4])) / 0.6745 / 6


def _contrast(plane: Plane, reach: float) -> Plane:
    """Return how far each pixel of dark ink falls below its ground, in grey levels."""
    height, width = plane.shape
    small = cast(Plane, cv2.medianBlur(shrink(plane, reach), 3))
    ground = cv2.blur(_close(small), (5, 5))
    ground = interpolate(cast(Plane, ground), (width, height))
    return cv2.subtract(ground, plane)  # type: ignore[return-value]


def _close(plane: Plane) -> Plane:
    """Close a plane by an octagon, `KERNEL_PX` from side to side.

    The octagon is a square and two diamonds one after the other, which takes a sixth of the time
    that a disc does.
    """
    shapes = ((_SQUARE, 1), (_DIAMOND, 2))
    for change in (cv2.dilate, cv2.erode):
        for shape, times in shapes:
            plane = cast(
                Plane, change(plane, shape, iterations=times, borderType=cv2.BORDER_REPLICATE)
            )
    return plane


def _threshold(contrast: Plane, reach: float, rule: tuple[float, float, float]) -> Plane:
    """Mark the pixels whose contrast is near the strongest of their neighbourhood.

    Args:
        contrast: in grey levels.
        reach: side of the neighbourhood as a share of the picture's longer side.
        rule: the least contrast, the share of the strongest, and the multiple of the mean.
    """
    floor, share, mean_factor = rule
    height, width = contrast.shape
    small_wh = low_size(contrast, reach)
    step = max(1, width // small_wh[0])
    peaks = cv2.dilate(cv2.blur(contrast, (3, 3)), np.ones((step, step), np.uint8))
    peaks = cv2.resize(peaks, small_wh, interpolation=cv2.INTER_NEAREST)
    peaks = cv2.blur(cv2.dilate(peaks, np.ones((KERNEL_PX, KERNEL_PX), np.uint8)), (9, 9))
    limit = np.maximum(cv2.convertScaleAbs(peaks, alpha=share), min(255, round(floor)))
    if mean_factor:
        mean = cv2.blur(shrink(contrast, reach), (KERNEL_PX, KERNEL_PX))
        limit = np.maximum(limit, cv2.convertScaleAbs(mean, alpha=mean_factor))
    limit = interpolate(limit, (width, height))
    return cv2.compare(contrast, limit, cv2.CMP_GT)  # type: ignore[return-value]


def low_size(plane: Plane, reach: float) -> tuple[int, int]:
    """Return the (width, height) at which a neighbourhood measures about `KERNEL_PX`."""
    height, width = plane.shape
    step = max(1, int(max(height, width) * reach / KERNEL_PX))
    return max(1, width // step), max(1, height // step)


def shrink(plane: Plane, reach: float) -> Plane:
    """Average a plane down to its `low_size`.

    What is left over at the right and the bottom is cut off, less than a hundredth of the picture:
    OpenCV averages six times as fast by whole steps, and again five times by halving.
    """
    width, height = low_size(plane, reach)
    rows, columns = plane.shape[0] // height * height, plane.shape[1] // width * width
    cut = plane[:rows, :columns]
    while cut.shape[0] % (2 * height) == 0 and cut.shape[1] % (2 * width) == 0:
        half_wh = cut.shape[1] // 2, cut.shape[0] // 2
        cut = average(cut, half_wh)
    if cut.shape == (height, width):
        return cut
    return average(cut, (width, height))
