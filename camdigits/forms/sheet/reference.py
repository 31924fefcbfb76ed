"""The picture of a form: what sheets are compared with, and what is printed on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.errors import FormError, SourceError
from camdigits.forms.form import Form
from camdigits.ink.plane import plane_of_image
from camdigits.sources import SourceSpec, open_source
from camdigits.support.printable import printable
from camdigits.types import Box

SIDE_PX = 1280
"""Longer side of a form where its features are looked for."""
MOST_FEATURES = 3000
FEWEST_FEATURES = 40
"""Features that a form has at least, to be told from others."""
PAD = 0.15
"""Share of a field's shorter side around it in which writing is expected."""

Plane = NDArray[np.uint8]
Image = NDArray[np.uint8]
Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A form as it is printed.

    Attributes:
        form: that is shown.
        plane: ``(height, width) uint8``, brightness, in pixels of the form.
        scale: pixels of `small` for each of the form.
        small: the same at the size at which features are looked for.
        points: ``(n, 2) float32``, where its features are, in pixels of `small`.
        descriptors: ``(n, 128) float32``, of the features.
        corners: ``(m, 2) float32``, corners of its print that can be followed, likewise.
    """

    form: Form
    plane: Plane
    scale: float
    small: Plane
    points: Points
    descriptors: NDArray[np.float32]
    corners: Points


def load_reference(form: Form) -> Reference:
    """Return a form as its picture shows it.

    Raises:
        FormError: if the picture cannot be read, or shows too little print.
    """
    return reference_of(form, upright(form, read_picture(form)))


def reference_of(form: Form, image: Image) -> Reference:
    """Return a form as a picture shows it that has its size.

    Args:
        form: that is shown.
        image: ``(height, width, 3) uint8``, BGR, or ``(height, width)`` grey, of the form's size.

    Raises:
        FormError: if it shows too little print.
    """
    plane = image if image.ndim == 2 else plane_of_image(image)
    scale = min(1.0, SIDE_PX / max(form.size_wh))
    small_wh = tuple(max(1, round(side * scale)) for side in form.size_wh)
    small = cast(Plane, cv2.resize(plane, small_wh, interpolation=cv2.INTER_AREA))
    mask = _printed_part(form, small.shape, scale)
    points, descriptors = features_of(small, mask, MOST_FEATURES)
    corners = cv2.goodFeaturesToTrack(flattened(small), 600, 0.03, 8 * scale + 2, mask=mask)
    if len(points) < FEWEST_FEATURES or corners is None:
        raise FormError(
            f"{form.name}: its picture shows too little print outside of the fields to know sheets "
            "by; take a sharper picture, or one with more print"
        )
    return Reference(
        form, plane, scale, small, points, descriptors, corners.reshape(-1, 2).astype(np.float32)
    )


def read_picture(form: Form) -> Image:
    """Return the picture of a form as its file has it: ``(height, width, 3) uint8``, BGR.

    Raises:
        FormError: if it cannot be read.
    """
    name = printable(str(form.picture))
    spec = SourceSpec("file", str(form.picture), str(form.picture))
    pages = None if form.page is None else str(form.page)
    try:
        with open_source(spec, pages=pages) as source:
            if not source.is_still:
                raise FormError(f"{name}: the form's picture is a video; name a picture or PDF")
            for frame in source:
                return frame.image
    except SourceError as error:
        if form.page is not None and "--pages" in str(error):  # an option of other commands
            raise FormError(
                f"the form's picture {name} has no page {form.page}; name another page, or none if "
                "it has no pages"
            ) from error
        raise FormError(f"the form's picture: {error}") from error
    raise FormError(f'{name}: the form\'s picture has no such page; mend "page" in the form')


def features_of(plane: Plane, mask: Plane | None, most: int) -> tuple[Points, NDArray[np.float32]]:
    """Return where a picture has features, and what they look like.

    Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", 2004, their descriptors
    compared by Hellinger's distance (Arandjelovic and Zisserman, "Three things everyone should know
    to improve object retrieval", 2012).

    Args:
        plane: ``(height, width) uint8``.
        mask: likewise, 255 where they are looked for; None looks everywhere.
        most: of them are returned.

    Returns:
        ``(n, 2)`` points, x and y in pixels, and ``(n, 128)`` descriptors.
    """
    detector = cv2.SIFT.create(nfeatures=most, contrastThreshold=0.02)
    found, descriptors = detector.detectAndCompute(plane, mask)
    if not found:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    points = np.array([each.pt for each in found], np.float32)
    values = np.asarray(descriptors, np.float32)
    values /= values.sum(axis=1, keepdims=True) + 1e-6
    return points, np.asarray(np.sqrt(values), np.float32)


def flattened(plane: Plane) -> Plane:
    """Return a picture without its shades: paper at 255, whatever light falls on it."""
    side = max(3, min(plane.shape) // 40) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    ground = cv2.blur(cv2.dilate(plane, kernel), (side, side))
    return cast(Plane, cv2.divide(plane, ground, scale=255))


def padded(box: Box, form: Form) -> Box:
    """Return a field's box with what is written around it."""
    pad = max(2, round(PAD * min(box.w, box.h)))
    whole = Box(0, 0, *form.size_wh)
    return Box(box.x - pad, box.y - pad, box.w + 2 * pad, box.h + 2 * pad).clipped(whole)


def upright(form: Form, image: Image) -> Image:
    """Return the form that a picture shows, in its own pixels."""
    height, width = image.shape[:2]
    corners: Any = form.corners or ((0, 0), (width, 0), (width, height), (0, height))
    own = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * form.size_wh
    shrink = max(1.0, max(width, height) / max(form.size_wh))
    soft = image if shrink < 1.3 else cv2.GaussianBlur(image, (0, 0), 0.45 * shrink)
    matrix = cv2.getPerspectiveTransform(np.array(corners, np.float32), own.astype(np.float32))
    upright = cv2.warpPerspective(soft, matrix, form.size_wh, borderMode=cv2.BORDER_REPLICATE)
    return cast(Image, upright)


def _printed_part(form: Form, shape: tuple[int, ...], scale: float) -> Plane:
    """Return 255 where a form looks the same on all sheets."""
    mask = np.full(shape, 0 if form.anchors else 255, np.uint8)
    for box in form.anchors:
        part = box.scaled(scale)
        mask[part.y : part.bottom, part.x : part.right] = 255
    for field in form.fields:
        part = padded(field.box, form).scaled(scale)
        mask[part.y : part.bottom, part.x : part.right] = 0
    return mask
