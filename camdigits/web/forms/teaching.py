"""Digits of fields that a person corrected, kept for teaching where that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from camdigits.errors import SourceError
from camdigits.forms.form import Form
from camdigits.forms.reading.forced_alignment import KnownDigit
from camdigits.forms.reading.sheet_reader import SheetReader
from camdigits.forms.readings import SheetReading
from camdigits.teaching.examples import Example, TeachFolder
from camdigits.types import Box
from camdigits.web.forms.pictures import FieldPictures
from camdigits.web.forms.tables import OpenTable

STEM = "form"
"""What the names of the files begin with: nothing of the sheet's own name."""


@dataclass(slots=True)
class Kept:
    """What became of corrected fields.

    Attributes:
        fields: whose digits are in the folder.
        digits: of them.
        new: of those, that were not there before.
        fields_left_out: whose ink could not be told apart into their digits with certainty.
        digits_left_out: of those, by their texts.
    """

    fields: int = 0
    digits: int = 0
    new: int = 0
    fields_left_out: int = 0
    digits_left_out: int = 0


def corrected(sheet: SheetReading) -> dict[str, str]:
    """Return what a person said of a sheet's fields: texts with digits, by the fields' names."""
    return {
        field.name: field.text
        for field in sheet.fields
        if field.state == "corrected" and digit_count(field.text)
    }


def digit_count(text: str) -> int:
    """Return how many digits a text has."""
    return sum(character.isdecimal() for character in text)


def keep(
    tables: Sequence[OpenTable], folder: TeachFolder, tell: Callable[[SourceError], object]
) -> Kept:
    """Save the digits of all corrected fields of tables under what a person says they are.

    Args:
        tables: as they are now.
        folder: that they are saved in.
        tell: is told why a sheet cannot be looked at; its fields are left out.

    Raises:
        FormError: if a form's picture cannot be read.
        OutputError: if an example could not be written; those before it are kept.
    """
    kept, pictures = Kept(), FieldPictures()
    readers: dict[Form, SheetReader] = {}
    for table in tables:
        for sheet in table.table.sheets:
            texts = corrected(sheet)
            if not texts:
                continue
            found: Mapping[str, Sequence[KnownDigit]] = {}
            try:
                seen = pictures.sheet(table.form, table.file_of(sheet), sheet)
                if table.form not in readers:
                    readers[table.form] = SheetReader(pictures.reference(table.form))
                found = readers[table.form].align(seen.image, seen.placement, texts)
            except SourceError as error:
                tell(error)
            _save(texts, found, folder, kept)
    return kept


def _save(
    texts: Mapping[str, str],
    found: Mapping[str, Sequence[KnownDigit]],
    folder: TeachFolder,
    kept: Kept,
) -> None:
    for name, text in texts.items():
        if name not in found:
            kept.fields_left_out += 1
            kept.digits_left_out += digit_count(text)
            continue
        kept.fields += 1
        for digit in found[name]:
            kept.digits += 1
            kept.new += folder.save(_example(digit), digit.label, STEM) is not None


def _example(digit: KnownDigit) -> Example:
    height, width = digit.around.shape[:2]
    return Example(Box(0, 0, width, height), digit.crop, digit.around, digit.probabilities)
