"""What the sample clip must say, record by record."""

from __future__ import annotations

import json
from pathlib import Path

import camdigits
from camdigits.cli import main

CLIP = Path(camdigits.__file__).parent / "assets" / "demo.mp4"
GOLDEN = Path(__file__).parents[1] / "golden" / "demo.jsonl"
MAX_LATE_S = 0.2
MAX_SHIFT_PX = 6
REMEDY = (
    f"if the reading changed for the better, write {GOLDEN.name} again: "
    "cd camdigits/assets && camdigits run demo.mp4 --format jsonl > ../../tests/golden/demo.jsonl"
)


def events(lines: str) -> list[dict]:
    return [json.loads(line) for line in lines.splitlines()]


def test_sample_clip_gives_the_golden_records(capsys):
    assert main(["run", str(CLIP), "--format", "jsonl"]) == 0
    told, golden = events(capsys.readouterr().out), events(GOLDEN.read_text())
    names = [(event["event"], event["text"]) for event in told]
    assert names == [(event["event"], event["text"]) for event in golden], REMEDY
    for event, expected in zip(told, golden, strict=True):
        assert event.keys() == expected.keys()
        assert event["id"] == expected["id"], REMEDY
        assert abs(event["time_s"] - expected["time_s"]) <= MAX_LATE_S, REMEDY
        shifts = [abs(a - b) for a, b in zip(event["box"], expected["box"], strict=True)]
        assert max(shifts) <= MAX_SHIFT_PX, REMEDY


def test_sample_clip_is_read_without_a_fault(capsys):
    main(["run", str(CLIP)])
    texts = [line.split()[1] for line in capsys.readouterr().out.splitlines()]
    assert sorted(texts) == ["2047", "381", "5500", "743", "96"]
