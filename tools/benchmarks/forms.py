"""Counts how many fields of rendered forms are read rightly, and how many are to be looked at."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.form_layouts import LAYOUTS
from benchmarks.form_sheets import LOOKS, Digits, blank, fill_in
from camdigits.forms.checks import meaning_of
from camdigits.forms.reading.sheet_reader import SheetReader
from camdigits.forms.sheet.alignment import NoSheet
from camdigits.forms.sheet.reference import reference_of
from camdigits.training.data.dataset import load_dataset

HANDS = {"choosing": slice(0, 5000), "report": slice(5000, 10_000)}
"""Test digits of MNIST that are written with: those that settings are chosen by, and the others."""
HEADER = (
    "| look | kind | fields | right | read surely | of these right |\n|---|---|---:|---:|---:|---:|"
)
Counts = Counter[tuple[str, str, str]]


def add_command(commands: Any, add_data: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the subcommand that measures forms."""
    command = commands.add_parser("forms", help="fields of filled-in forms, by their confidence")
    add_data(command)
    command.add_argument("--sheets", type=int, default=5, help="of each form and look")
    command.add_argument("--seed", type=int, default=12, help="of what is written, and how")
    command.add_argument(
        "--hands", choices=sorted(HANDS), default="report", help="whose digits are written"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print what became of the fields."""
    test = load_dataset(options.data / "mnist").test
    part = HANDS[options.hands]
    hands = Digits(test.images[part], test.labels[part])
    rng = np.random.default_rng(options.seed)
    counts: Counts = Counter()
    took_s, sheets = 0.0, 0
    for name in LAYOUTS:
        for look in LOOKS:
            for took, found in measured(rng, hands, name, look, options.sheets):
                counts += found
                took_s, sheets = took_s + took, sheets + 1
    print(HEADER)
    looks_and_kinds = sorted({(look, kind) for look, kind, _ in counts})
    for look, kind in looks_and_kinds:
        print(_row(counts, look, kind))
    print(f"\n{sheets} sheets, {took_s / max(1, sheets):.2f} s of processor time each")


def measured(
    rng: np.random.Generator, hands: Digits, name: str, look: Any, count: int
) -> Iterator[tuple[float, Counts]]:
    """Yield the seconds of processor time that a sheet takes, and what becomes of its fields."""
    layout = LAYOUTS[name]()
    reader = SheetReader(reference_of(layout.form, blank(layout)))
    for _ in range(count):
        sheet = fill_in(rng, layout, hands, look)
        counts: Counts = Counter()
        started_s = time.process_time()
        try:
            readings = reader.read(sheet.image, reader.find(sheet.image))
        except NoSheet:
            readings = ()
        took_s = time.process_time() - started_s
        by_name = {reading.name: reading for reading in readings}
        for field in layout.form.fields:
            reading = by_name.get(field.name)
            meant = meaning_of(field, sheet.texts[field.name])
            is_right = reading is not None and meaning_of(field, reading.text) == meant
            is_sure = reading is not None and reading.state == "read"
            for kind in (field.kind, "all"):
                for each in (look, "both"):
                    counts[each, kind, "fields"] += 1
                    counts[each, kind, "right"] += is_right
                    counts[each, kind, "sure"] += is_sure
                    counts[each, kind, "right and sure"] += is_right and is_sure
        yield took_s, counts


def _row(counts: Counts, look: str, kind: str) -> str:
    fields, sure = counts[look, kind, "fields"], counts[look, kind, "sure"]
    shares = (
        counts[look, kind, "right"] / fields,
        sure / fields,
        counts[look, kind, "right and sure"] / max(1, sure),
    )
    return f"| {look} | {kind} | {fields} | {' | '.join(f'{share:.3f}' for share in shares)} |"
