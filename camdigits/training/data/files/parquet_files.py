"""Reads digits from Parquet: encoded pictures as Hugging Face has them, or a column a pixel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camdigits.errors import DataError
from camdigits.training.data.files.csv_files import LABEL_NAMES
from camdigits.training.data.files.kinds import PARQUET
from camdigits.training.data.files.parts import (
    MAX_ARRAY_BYTES,
    WHOLE,
    Part,
    UnlabelledError,
    reading,
)
from camdigits.training.data.files.science_files import load_package

PICTURE_NAMES = ("image", "img", "picture", "png")


def read_parquet(path: Path) -> dict[str, Part]:
    """Read one file of Parquet, undivided.

    Raises:
        UnlabelledError: if no column is called a label.
        DataError: if it is damaged or has no pictures.
        DependencyError: if pyarrow is not installed.
    """
    parquet = load_package("pyarrow.parquet", path)
    with reading(path, PARQUET):
        file = parquet.ParquetFile(path)
        groups = range(file.metadata.num_row_groups)
        if sum(file.metadata.row_group(g).total_byte_size for g in groups) > MAX_ARRAY_BYTES * 4:
            raise DataError(f"{path} unpacks to more than any set of digits; use a smaller one")
        table = file.read()
        names = {name.lower(): name for name in table.column_names}
        label = next((names[name] for name in LABEL_NAMES if name in names), None)
        if label is None:
            raise UnlabelledError(
                f"{path} has no column called label; it has {', '.join(list(names)[:6])}"
            )
        picture = next((names[name] for name in PICTURE_NAMES if name in names), None)
        labels = table[label].to_numpy()
        if picture is None:
            pixels = [table[name].to_numpy() for name in table.column_names if name != label]
            return {WHOLE: Part(np.stack(pixels, axis=1), labels)}
        return {WHOLE: Part(_pictures(path, table[picture]), labels)}


def _pictures(path: Path, column: Any) -> NDArray[np.uint8]:
    from camdigits.training.data.pictures import crop_of

    crops = []
    for row, value in enumerate(column.to_pylist()):
        data = value.get("bytes") if isinstance(value, dict) else value
        if not isinstance(data, bytes):
            raise DataError(
                f"{path} names its pictures and does not hold them; give one that holds their bytes"
            )
        crops.append(crop_of(data, f"{path}, row {row}"))
    return np.stack(crops) if crops else np.zeros((0, 28, 28), np.uint8)
