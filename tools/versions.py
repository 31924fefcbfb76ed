"""Which versions of each dependency are allowed, which were tried, and which are the newest.

    python tools/versions.py                    # one table; asks the package index, about a minute
    python tools/versions.py --python 3.14      # what pip would take on that Python alone
    python tools/versions.py --record NAME      # the tests passed here: keep this environment's

What was tried lies in ``tools/versions_tried.json``: an environment's versions are put there when
the whole suite has passed in it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
TRIED = Path(__file__).with_name("versions_tried.json")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""The Pythons that camdigits is for."""

_NEWEST = re.compile(r"^[\w.-]+ \(([^)]+)\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one dependency.

    Attributes:
        name: of the package.
        allowed: its bounds in ``pyproject.toml``.
        oldest, newest: the oldest and the newest version that was tried; None if none was.
        available: the newest that the index has, by Python; None where it has none.
    """

    name: str
    allowed: Requirement
    oldest: Version | None
    newest: Version | None
    available: Mapping[str, Version | None]

    @property
    def advice(self) -> str:
        """What is to be done about it; empty if nothing is."""
        out = max(filter(None, self.available.values()), default=None)
        if self.newest is None or self.oldest is None:
            return "never tried"
        if out is not None and not self.allowed.specifier.contains(out):
            return f"{out} is out and not allowed: try it, then raise the bound"
        if out is not None and out > self.newest:
            return f"{out} is allowed and was not tried"
        return ""


def requirements() -> list[Requirement]:
    """Return what ``pyproject.toml`` asks for, in all extras, without camdigits itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    found = {Requirement(line) for line in itertools.chain(project["dependencies"], *extras)}
    return sorted((each for each in found if each.name != "camdigits"), key=lambda each: each.name)


def tried() -> list[dict[str, Any]]:
    """Return the environments in which the suite passed: name, Python, date, packages."""
    return list(json.loads(TRIED.read_text("utf-8"))) if TRIED.exists() else []


def rows(environments: Iterable[Mapping[str, Any]], available: Mapping[str, Any]) -> list[Row]:
    """Return a row for each dependency.

    Args:
        environments: as `tried` returns them.
        available: for each package its newest version by Python; empty if nobody asked.
    """
    known = list(environments)
    made = []
    for each in requirements():
        versions = [Version(e["packages"][each.name]) for e in known if each.name in e["packages"]]
        made.append(
            Row(
                each.name,
                each,
                min(versions, default=None),
                max(versions, default=None),
                available.get(each.name, {}),
            )
        )
    return made


def newest(package: str, python: str) -> Version | None:
    """Ask the index that pip is set up for; None if it has no release for that Python.

    Raises:
        SystemExit: if it cannot be asked.
    """
    command = [sys.executable, "-m", "pip", "index", "versions", package]
    command += ["--python-version", python, "--disable-pip-version-check"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    found = _NEWEST.search(answer.stdout)
    if found is not None:
        return Version(found[1])
    if "No matching distribution" in answer.stderr:
        return None
    lines = answer.stderr.strip().splitlines() or ["no answer"]
    raise SystemExit(f"versions: the package index cannot be asked about {package}: {lines[-1]}")


def ask(packages: Iterable[str], pythons: Iterable[str]) -> dict[str, dict[str, Version | None]]:
    """Return the newest release of each package for each Python."""
    pairs = [(package, python) for package in packages for python in pythons]
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda pair: newest(*pair), pairs)
    answer: dict[str, dict[str, Version | None]] = {}
    for (package, python), version in zip(pairs, found, strict=True):
        answer.setdefault(package, {})[python] = version
    return answer


def table(lines: Iterable[Row], pythons: Iterable[str]) -> str:
    """Return the rows as text, columns side by side."""
    head = ["package", "allowed", "tried", *(f"newest {python}" for python in pythons), "to do"]
    cells = [head]
    for row in lines:
        span = "-" if row.oldest is None else f"{row.oldest} - {row.newest}"
        out = [str(version or "none") for version in row.available.values()]
        cells.append([row.name, str(row.allowed.specifier), span, *out, row.advice])
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    padded = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)
    return "\n".join(padded)


def record(name: str) -> None:
    """Keep the versions installed here, in the place of those of the same name and Python."""
    installed = {}
    for each in requirements():
        with suppress(metadata.PackageNotFoundError):
            version = metadata.version(each.name)
            if each.specifier.contains(version, prereleases=True):
                installed[each.name] = version
    python = platform.python_version()
    minor = python.rpartition(".")[0]
    kept = [e for e in tried() if (e["name"], e["python"].rpartition(".")[0]) != (name, minor)]
    today = date.today().isoformat()
    kept.append({"name": name, "python": python, "date": today, "packages": installed})
    kept.sort(key=lambda each: (each["python"], each["name"]))
    TRIED.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def main() -> int:
    """Print the table, or keep this environment."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", nargs="+", default=PYTHONS, help="for which Pythons")
    parser.add_argument("--offline", action="store_true", help="do not ask the package index")
    parser.add_argument("--record", metavar="NAME", help="for example 'Debian 13, newest'")
    args = parser.parse_args()
    if args.record:
        record(args.record)
        return 0
    names = {each.name for each in requirements()}
    pythons = () if args.offline else tuple(args.python)
    print(table(rows(tried(), ask(sorted(names), pythons)), pythons))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
