"""Ticks and crosses: how much of a box is inked that is blank on the form."""

from __future__ import annotations

import cv2
import numpy as np

from camdigits.forms.readings import NO, UNCLEAR, YES, FieldReading
from camdigits.forms.sheet.crops import PAPER
from camdigits.forms.sheet.reference import Plane
from camdigits.types import Box

INKED = 50
"""Grey levels by which ink is darker than paper."""
CLEAN, MARKED = 0.012, 0.05
"""Share of a box that is inked at most where nothing is ticked, and at least where it is."""
FULL = 0.75
"""Share from which on a box is blackened, which some do to take a tick back."""
RIM = 0.08


def read_tick(name: str, plane: Plane, box: Box) -> FieldReading:
    """Return whether a box is ticked.

    Args:
        name: of the field.
        plane: ``(height, width) uint8`` without print, paper at 240.
        box: in its pixels.
    """
    rim = round(RIM * min(box.w, box.h))
    inside = plane[box.y + rim : box.bottom - rim, box.x + rim : box.right - rim]
    return told(name, ink_share(inside))


def ink_share(inside: Plane) -> float:
    """Return the share of a part that is inked, 0 to 1."""
    if not inside.size:
        return 0.0
    soft = cv2.blur(inside, (3, 3))
    return float((soft < PAPER - INKED).mean())


def told(name: str, share: float) -> FieldReading:
    """Return what a share of ink says of a box."""
    if share >= FULL:
        return FieldReading(name, UNCLEAR, "doubtful", "blackened", 0.5, ((YES, 0.5), (NO, 0.5)))
    middle = np.sqrt(CLEAN * MARKED)
    log_odds = 4.0 * np.log(max(share, 1e-4) / middle) / np.log(MARKED / CLEAN) * 2
    yes = float(1 / (1 + np.exp(-np.clip(log_odds, -12, 12))))
    if share <= CLEAN:
        return FieldReading(name, NO, "read", "", 1 - yes, ((YES, yes),))
    if share >= MARKED:
        return FieldReading(name, YES, "read", "", yes, ((NO, 1 - yes),))
    likely, sure = (YES, yes) if yes >= 0.5 else (NO, 1 - yes)
    others = ((likely, sure), (NO if likely == YES else YES, 1 - sure))
    return FieldReading(name, UNCLEAR, "doubtful", "a faint or small mark", 0.5, others)
