"""Reads pictures with RapidOCR; run by the Python of an environment that has it.

    python peer_worker.py < paths.json > answers.jsonl

Each answer is a line: the name of the picture, the processor time in seconds, and for each line of
text the corners of its box and what it says.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time


def main() -> None:
    """Answer for every path of the list on standard input."""
    paths = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        from rapidocr import RapidOCR  # type: ignore[import-not-found]

        engine = RapidOCR()
    for path in paths:
        with contextlib.redirect_stdout(sys.stderr):
            started_s = time.process_time()
            result = engine(path)
            seconds = time.process_time() - started_s
        boxes = [] if result.boxes is None else result.boxes.tolist()
        lines = [[box, text] for box, text in zip(boxes, result.txts or (), strict=True)]
        print(json.dumps({"path": path, "seconds": seconds, "lines": lines}), flush=True)


if __name__ == "__main__":
    main()
