"""Pictures of fields, made anew from the files that show the sheets; nothing of them is kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from camdigits.errors import SourceOpenError
from camdigits.forms.form import Form
from camdigits.forms.readings import SheetReading
from camdigits.forms.sheet.alignment import NoSheet, Placement, find_sheet, straightened
from camdigits.forms.sheet.reference import Reference, load_reference
from camdigits.ink.plane import plane_of_image
from camdigits.sources import SourceSpec, open_source
from camdigits.sources.names import shown
from camdigits.types import Box

Image = NDArray[np.uint8]

FIELD_PX = 150
"""Height at which a field is shown..."""
MOST_WIDE_PX = 1600
"""...unless it is wider than this then."""
AROUND, FAR_AROUND = 0.6, 4.0
"""Of a field's height is shown around it, and that when more of the sheet is asked for."""
OFF = 0.02
"""Share of the form's longer side in the picture by which its corners may be elsewhere than when it
was read."""
MOST_SHEETS = 3
"""That are held in memory."""
FRAME_COLOUR = (0, 120, 230)
"""BGR, of the line around the field."""


@dataclass(frozen=True, slots=True, eq=False)
class SeenSheet:
    """A sheet in its picture.

    Attributes:
        image: ``(height, width, 3) uint8``, BGR.
        placement: where the sheet lies in it.
    """

    image: Image
    placement: Placement


class FieldPictures:
    """Shows fields of sheets."""

    def __init__(self) -> None:
        self._references: dict[Form, Reference] = {}
        self._seen: OrderedDict[tuple[Form, Path, int | None, int | None], SeenSheet]
        self._seen = OrderedDict()

    def picture(
        self, form: Form, file: Path, sheet: SheetReading, field: str, is_wide: bool = False
    ) -> Image:
        """Return a field of a sheet and what is around it, upright.

        Args:
            form: of the sheet.
            file: that shows it.
            sheet: as it was read.
            field: its name.
            is_wide: much of the sheet is shown around it.

        Returns:
            ``(height, width, 3) uint8``, BGR, with a line around the field.

        Raises:
            SourceError: if the file cannot be read, or shows something else now.
            FormError: if the form's picture cannot be read.
        """
        seen = self.sheet(form, file, sheet)
        box = form.field(field).box
        part = _around(box, form, FAR_AROUND if is_wide else AROUND)
        scale = min(FIELD_PX / box.h, MOST_WIDE_PX / part.w)
        if is_wide:
            scale = min(scale, MOST_WIDE_PX / 2 / part.w)
        size_wh = max(8, round(part.w * scale)), max(8, round(part.h * scale))
        region = (part.x, part.y, part.w, part.h)
        image = straightened(seen.placement, seen.image, region, size_wh)
        left, top = round((box.x - part.x) * scale) - 2, round((box.y - part.y) * scale) - 2
        right, bottom = left + round(box.w * scale) + 4, top + round(box.h * scale) + 4
        cv2.rectangle(image, (left, top), (right, bottom), FRAME_COLOUR, 2, cv2.LINE_AA)
        return image

    def sheet(self, form: Form, file: Path, sheet: SheetReading) -> SeenSheet:
        """Return a sheet where it was read, raising as `picture`."""
        key = (form, file, sheet.page, sheet.index)
        if key not in self._seen:
            image = picture_of(file, sheet)
            self._seen[key] = SeenSheet(image, self._placement(form, image, sheet))
            while len(self._seen) > MOST_SHEETS:
                self._seen.popitem(last=False)
        self._seen.move_to_end(key)
        return self._seen[key]

    def reference(self, form: Form) -> Reference:
        """Return the print of a form, which is read once.

        Raises:
            FormError: if its picture cannot be read.
        """
        if form not in self._references:
            self._references[form] = load_reference(form)
        return self._references[form]

    def _placement(self, form: Form, image: Image, sheet: SheetReading) -> Placement:
        """Return where the sheet lies, which is where it lay when it was read.

        A file of the same name that shows another sheet would have somebody correct a number by the
        picture of another one.
        """
        changed = f"{shown(sheet.place)}: was changed since it was read; read the sheets anew"
        try:
            placement = find_sheet(self.reference(form), plane_of_image(image))
        except NoSheet as error:
            raise SourceOpenError(changed) from error
        then, now = np.array(sheet.corners), np.array(placement.corners)
        longest = float(np.linalg.norm(then - np.roll(then, 1, axis=0), axis=1).max())
        if np.linalg.norm(then - now, axis=1).max() > OFF * longest:
            raise SourceOpenError(changed)
        return placement


def picture_of(file: Path, sheet: SheetReading) -> Image:
    """Return the picture that a sheet was read from: ``(height, width, 3) uint8``, BGR.

    Args:
        file: that shows it.
        sheet: says which page of a document, or which picture of a video.

    Raises:
        SourceError: if it cannot be read.
    """
    spec = SourceSpec("file", str(file), sheet.source)
    with open_source(spec, pages=None if sheet.page is None else str(sheet.page)) as source:
        for frame in source:
            if sheet.index is None or frame.index == sheet.index:
                return frame.image
    raise SourceOpenError(f"{shown(sheet.place)}: is there no more; read the sheets anew")


def _around(box: Box, form: Form, share: float) -> Box:
    """Return a field with what is around it, as far as the form goes."""
    pad = round(max(share * box.h, 0.02 * max(form.size_wh)))
    whole = Box(0, 0, *form.size_wh)
    return Box(box.x - pad, box.y - pad, box.w + 2 * pad, box.h + 2 * pad).clipped(whole)
