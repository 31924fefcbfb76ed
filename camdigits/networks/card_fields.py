"""Takes values out of a model card's JSON and refuses what cannot be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from camdigits.errors import WeightsError


class CardFields:
    """The values of a card by their keys."""

    def __init__(self, path: Path, record: dict[str, Any]) -> None:
        """Read from a card.

        Args:
            path: of the card, for messages.
            record: what its JSON says.
        """
        self._path, self._record = path, record

    def refuse(self, key: str, found: object, expected: str) -> WeightsError:
        """Return the error of a value that cannot be."""
        return WeightsError(
            f"the model card {self._path} says {key} {_short(found)}, not {expected}; train again"
        )

    def get(self, key: str, record: dict[str, Any] | None = None) -> Any:
        """Return a value that must be there, of the card or of an object in it."""
        record = self._record if record is None else record
        if key not in record:
            raise WeightsError(f"the model card {self._path} lacks {key!r}; train again")
        return record[key]

    def record(self, key: str) -> dict[str, Any]:
        """Return an object."""
        value = self.get(key)
        if not isinstance(value, dict):
            raise self.refuse(key, value, "an object")
        return value

    def text(self, key: str) -> str:
        """Return a short name."""
        value = self.get(key)
        if not isinstance(value, str) or not re.fullmatch(r"[\w.-]{1,64}", value):
            raise self.refuse(key, value, "a short name")
        return value

    def number(
        self, key: str, low: float, high: float, record: dict[str, Any] | None = None
    ) -> float:
        """Return a number between two others, of the card or of an object in it."""
        value = self.get(key, record)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high:
            raise self.refuse(key, value, f"a number from {low} to {high}")
        return float(value)

    def count(self, key: str, most: int) -> int:
        """Return a whole number above 0."""
        value = self.get(key)
        if type(value) is not int or not 0 < value <= most:
            raise self.refuse(key, value, f"a number of {key}")
        return value

    def digests(self, key: str) -> dict[str, str]:
        """Return sha256 by file name."""
        files = self.record(key)
        for name, digest in files.items():
            if not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
                raise self.refuse(f"sha256 of {_short(name)}", digest, "64 hex digits")
        return files


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
