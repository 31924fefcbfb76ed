"""Cameras that go and come back, for scripts."""

from __future__ import annotations

import csv
import json
import signal

import pytest

from tests.cli.pages import TEXT, page
from tests.cli.test_process import start
from tests.support.media import MjpegCamera


@pytest.mark.parametrize("records", ["events", "frames"])
def test_a_camera_that_is_lost_and_comes_back_is_told_in_json_lines(records: str) -> None:
    arguments = ("--no-window", "--format", "jsonl", "--records", records, "--reconnect", "60")
    with MjpegCamera([page()]) as camera, start("run", camera.url, *arguments) as process:
        assert process.stdout is not None and process.stderr is not None
        told = (json.loads(line) for line in process.stdout)
        first = next(told)
        camera.stalled.set()
        lost = next(record for record in told if record["type"] == "status")
        camera.stalled.clear()
        back = next(record for record in told if record["type"] == "status")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        lines = process.stderr.read().decode().splitlines()

    assert [lost["event"], back["event"]] == ["lost", "back"]
    assert lost["source"] == back["source"] == first["source"] == camera.url
    assert first["time_s"] <= lost["time_s"] <= back["time_s"]
    assert back["index"] > lost["index"]
    assert lines == [f"camdigits: {lost['text']}", f"camdigits: {back['text']}"]
    assert "opening it again" in lost["text"] and " is back after " in back["text"]


def test_a_camera_that_is_lost_and_comes_back_is_a_row_of_csv_and_a_line_beside_text() -> None:
    arguments = ("--no-window", "--format", "csv", "--reconnect", "60")
    with MjpegCamera([page()]) as camera, start("run", camera.url, *arguments) as process:
        assert process.stdout is not None
        rows = csv.DictReader(line.decode() for line in process.stdout)
        assert next(rows)["text"] == TEXT
        camera.stalled.set()
        lost = next(row for row in rows if row["event"] == "lost")
        camera.stalled.clear()
        back = next(row for row in rows if row["event"] == "back")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143

    for row in (lost, back):
        assert row["source"] == camera.url and float(row["time_s"]) > 0
        assert not any(row[name] for name in ("id", "text", "confidence", "x", "page"))
