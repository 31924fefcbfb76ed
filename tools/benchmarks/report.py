"""Figures with their goals: a table, a JSON file, and what changed between two of them."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from camdigits.errors import DataError

PACKAGES = ("camdigits", "numpy", "opencv-python", "av", "ai-edge-litert", "tensorflow", "keras")
HEADER = "| what | measured | goal | |\n|---|---:|---:|---|"
NOTABLE = 0.1
"""A figure that got worse by more than this share is a regression."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        what: was measured.
        value: of it.
        goal: to be reached; None where there is none.
        unit: behind the figures.
        better: which way it improves.
        note: the parts that it was worked out from.
    """

    what: str
    value: float
    goal: float | None
    unit: str = ""
    better: Literal["higher", "lower"] = "lower"
    note: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether the goal is reached."""
        if self.goal is None:
            return True
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal


def table_row(row: Row) -> str:
    """Return a line of the table that `HEADER` begins."""
    sign = "at least" if row.better == "higher" else "at most"
    goal = "" if row.goal is None else f"{sign} {row.goal:g}{row.unit}"
    missed = "" if row.is_reached else "**missed**, "
    return f"| {row.what} | {row.value:.3g}{row.unit} | {goal} | {missed}{row.note} |"


def machine() -> dict[str, Any]:
    """Return what the figures depend on: processor, cores, system, versions."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
    }


def machine_line(found: dict[str, Any]) -> str:
    """Return the machine as a line of text."""
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return (
        f"{found['processor']}, {found['cores']} cores (load {found['load']:.1f}), "
        f"{found['system']}, Python {found['python']}, {versions}"
    )


def write_report(path: Path, found: dict[str, Any], rows: list[Row]) -> None:
    """Write machine and figures as JSON."""
    figures = {"machine": found, "rows": [asdict(row) for row in rows]}
    path.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def compare(before: Path, after: Path) -> tuple[list[str], bool]:
    """Return a table of what two reports say, and whether something got worse.

    Raises:
        DataError: if one of them is no report.
    """
    old, new = _rows(before), _rows(after)
    lines = ["| what | before | after | |", "|---|---:|---:|---|"]
    is_worse = False
    for what, row in new.items():
        if what not in old:
            lines.append(f"| {what} | | {row.value:.3g}{row.unit} | new |")
            continue
        word = _change(old[what].value, row)
        is_worse = is_worse or word == "**worse**"
        lines.append(f"| {what} | {old[what].value:.3g} | {row.value:.3g}{row.unit} | {word} |")
    lines += [f"| {what} | {old[what].value:.3g} | | gone |" for what in old if what not in new]
    return lines, is_worse


def _change(before: float, row: Row) -> str:
    gain = row.value - before if row.better == "higher" else before - row.value
    share = gain / max(abs(before), 1e-9)
    if share < -NOTABLE:
        return "**worse**"
    return "better" if share > NOTABLE else ""


def _rows(path: Path) -> dict[str, Row]:
    try:
        found = json.loads(path.read_text("utf-8"))["rows"]
        return {row["what"]: Row(**row) for row in found}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is no report of this tool: {error}") from error


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
