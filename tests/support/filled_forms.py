"""Filled-in forms for tests: drawn digits in place of handwritten ones, which need no data."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from benchmarks.form_layouts import LAYOUTS, Layout
from benchmarks.form_sheets import Digits, FilledSheet, Look, blank, fill_in

from camdigits.forms.loading import form_text


@cache
def drawn_digits() -> Digits:
    """Return the ten digits as a plotter writes them, in MNIST form."""
    digits = np.zeros((10, 28, 28), np.uint8)
    for digit, canvas in enumerate(digits):
        large = np.zeros((112, 112), np.uint8)
        cv2.putText(large, str(digit), (26, 90), cv2.FONT_HERSHEY_SIMPLEX, 3.0, 255, 9, cv2.LINE_AA)
        canvas[:] = cv2.resize(large, (28, 28), interpolation=cv2.INTER_AREA)
    return Digits(digits, np.arange(10, dtype=np.uint8))


@cache
def layout_of(name: str = "meter card") -> Layout:
    """Return a form as it is printed."""
    return LAYOUTS[name]()


@cache
def filled(look: Look = "scan", seed: int = 1, name: str = "meter card") -> FilledSheet:
    """Return a form that somebody filled in; nobody writes to it."""
    return fill_in(np.random.default_rng(seed), layout_of(name), drawn_digits(), look)


def write_form(folder: Path, name: str = "meter card") -> Path:
    """Write the picture of a form and its file, and return the latter."""
    layout = layout_of(name)
    cv2.imwrite(str(folder / "blank.png"), blank(layout))
    path = folder / "form.json"
    record = replace(layout.form, picture=Path("blank.png")).record()
    path.write_text(form_text(record), "utf-8")
    assert json.loads(path.read_text("utf-8")) == record
    return path
