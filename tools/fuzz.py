"""Feeds camdigits with thousands of files that are almost valid, and counts what it makes of them.

    python tools/fuzz.py --images 20000 --videos 2000 --json fuzz.json
    python tools/fuzz.py --only images:123            # one case again, with its traceback

A case is a small valid file, changed as its number says; the number is all that must be kept.
Cases run in child processes.  Right is what is read, or refused in one line; wrong is a case over
30 seconds (hang), another exception (traceback), the end of the process (crash, named by where it
was), and more than 1.5 GiB for one small file (memory).  The exit code is 1 if there was any but a
decoder's crash, which the command survives: see `camdigits run --jobs`.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fuzzing.cases import KINDS, make_case, outcome_of
from fuzzing.driver import Report, run

PACKAGES = ("av", "opencv-python", "ai-edge-litert", "numpy")


def main() -> int:
    """Run the cases asked for, print a table, and return the exit code."""
    args = _parser().parse_args()
    if args.only:
        return _again(args.only, args.save)
    reports = {}
    print(f"{'kind':10}{'cases':>8}{'read':>8}{'refused':>9}  wrong")
    for kind in KINDS:
        count = getattr(args, kind)
        if count:
            started_s = time.monotonic()
            reports[kind] = run(kind, range(args.start, args.start + count))
            _show(kind, reports[kind], time.monotonic() - started_s)
    if args.json:
        args.json.write_text(json.dumps(_as_json(reports, args.start), indent=1))
    wrong = ("hang", "traceback", "memory")
    return int(any(report.counts[what] for report in reports.values() for what in wrong))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for kind in KINDS:
        parser.add_argument(f"--{kind}", type=int, default=0, metavar="N", help=f"try N {kind}")
    parser.add_argument(
        "--start", type=int, default=0, metavar="N", help="number of the first case"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures and failures")
    parser.add_argument("--only", metavar="KIND:N", help="run one case in this process")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write that case to a file")
    return parser


def _again(name: str, save: Path | None) -> int:
    kind, _, number = name.partition(":")
    case = make_case(kind, int(number))
    if save:
        save.write_bytes(case.data)
    print(f"{case.name}, made of {case.seed}, {len(case.data)} bytes", flush=True)
    outcome = outcome_of(case)
    print(outcome)
    return int(outcome not in ("read", "refused"))


def _show(kind: str, report: Report, took_s: float) -> None:
    counts = report.counts
    wrong = {what: n for what, n in counts.items() if what not in ("read", "refused")}
    told = ", ".join(f"{n} {what}" for what, n in sorted(wrong.items())) or "none"
    print(f"{kind:10}{report.cases:8}{counts['read']:8}{counts['refused']:9}  {told}", end="")
    print(f"  ({took_s:.0f} s)", flush=True)
    for failure in report.failures[:20]:
        details = failure["details"].splitlines()
        print(f"    {failure['case']} ({failure['seed']}) {failure['outcome']}: {details[-1:]}")


def _as_json(reports: dict[str, Report], start: int) -> dict[str, Any]:
    return {
        "machine": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "start": start,
        "kinds": {
            kind: {
                "cases": report.cases,
                "counts": dict(report.counts),
                "failures": report.failures,
            }
            for kind, report in reports.items()
        },
    }


if __name__ == "__main__":
    sys.exit(main())
