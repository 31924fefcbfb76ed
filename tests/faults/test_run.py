"""Faults made for real and met by the whole command, in a process of its own with a time limit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camdigits.support.printable import printable
from tests.cli.pages import TEXT, page, write_clip, write_page
from tests.cli.test_process import HEADLESS, PATIENCE_S, camdigits, camdigits_with
from tests.support.heic import heic
from tests.support.media import Extras, encoded, write_image, write_video

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX names and pipes")


def damaged_sources(folder: Path) -> dict[Path, str]:
    """Write a file for each fault; return what its line must say."""
    clip = write_clip(folder / "whole.mp4").read_bytes()
    avi = write_video(folder / "whole.avi", [page()] * 20, 15, "mjpeg").read_bytes()
    start, end = clip.index(b"mdat") + 4, clip.index(b"moov") - 4
    contents = {
        "empty.mp4": (b"", "the file is empty"),
        "text.mp4": (b"hello\n" * 999, "is neither a picture nor a video"),
        "half.mp4": (clip[: len(clip) // 2], "the mp4 has no index (moov atom not found)"),
        "none.mp4": (clip[:start] + bytes(end - start) + clip[end:], "holds no frame that can be"),
        "strange.mp4": (clip.replace(b"avc1", b"zzzz"), "no decoder for its codec; convert it"),
        "cut.avi": (avi[: len(avi) // 2], " of 20 frames read: the file is cut off; copy or rec"),
        "cut.png": (encoded(".png", page())[:300], "cannot decode the picture: the file is cut of"),
    }
    for name, (content, _) in contents.items():
        (folder / name).write_bytes(content)
    (folder / "bare").mkdir()
    said = {folder / name: line for name, (_, line) in contents.items()}
    said[folder / "bare"] = "the folder holds no pictures or videos"
    said[folder / "missing.mp4"] = "no such file; check the name"
    return said


def test_every_fault_has_its_own_line_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "faults").mkdir()
    said = damaged_sources(tmp_path / "faults")
    good = write_page(tmp_path / "good.png")

    done = camdigits("run", *said, good, "-o", tmp_path / "read")

    assert done.returncode == 3
    lines = done.stderr.decode().splitlines()
    assert len({line.partition(": ")[2].partition(": ")[2] for line in lines}) == len(said)
    for line, (path, words) in zip(lines, said.items(), strict=True):
        assert line.startswith(f"camdigits: {path}: ")
        assert words in line
    assert done.stdout.decode().endswith(f"{good}: {TEXT}\n")
    assert sorted(path.name for path in (tmp_path / "read").iterdir()) == ["cut.mp4", "good.png"]


def odd_media(folder: Path) -> dict[Path, bool]:
    """Write files of rare forms; return whether the number is to be read on each."""
    image = page()
    deep = image.astype(np.uint16) * 257
    ten_bit = Extras(pix_fmt="yuv420p10le")
    tiles = [np.ascontiguousarray(image[:, x : x + 320]) for x in (0, 320)]
    (folder / "photo.heic").write_bytes(heic(tiles, 2, (640, 240)))
    return {
        write_image(folder / "one.png", image[:1, :1]): False,
        write_image(folder / "deep.png", deep): True,
        write_image(folder / "gray.png", cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)): True,
        write_image(folder / "alpha.png", cv2.cvtColor(image, cv2.COLOR_BGR2BGRA)): True,
        write_image(folder / "large.jpg", cv2.resize(image, (7680, 2880))): True,
        write_video(folder / "deep.mkv", [image] * 20, 15, "libx264", ten_bit): True,
        write_video(folder / "odd.mkv", [image[:239, :639]] * 20, 15, "ffv1"): True,
        write_video(
            folder / "turned.mp4", [np.rot90(image).copy()] * 20, 15, "libx264", Extras(rotation=90)
        ): True,
        write_video(folder / "moving.gif", [image] * 20, 15, "gif"): True,
        folder / "photo.heic": True,
    }


def test_rare_forms_are_read_right(tmp_path: Path) -> None:
    media = odd_media(tmp_path)

    done = camdigits("run", *media)

    assert (done.returncode, done.stderr) == (0, b"")
    read = done.stdout.decode().splitlines()
    for path, has_number in media.items():
        assert [line.split()[-1] for line in read if str(path) in line] == (
            [TEXT] if has_number else [f"{path}:"]
        )


NAMES = [
    b"line\nbreak.png",
    b"esc\x1b[2Jape.png",
    b"%d %05d.png",
    b"-o.png",
    b"latin\xe9.png",
    b"rtl\xe2\x80\xae.png",
    b"a*[b]?.png",
    b"file:a.png",
    b"$(x) `x`.png",
]


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_hostile_names_are_names(name: bytes, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/" + name
    Path(os.fsdecode(path)).write_bytes(encoded(".png", page()))
    command = [sys.executable, "-m", "camdigits", "run", "--format", "jsonl", "-o", "read.png"]

    done = subprocess.run(
        [*command, "--output-records", "read.csv", "--", name],
        cwd=tmp_path,
        capture_output=True,
        env=HEADLESS | {"PYTHONPATH": str(Path.cwd())},
        timeout=PATIENCE_S,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    [record] = map(json.loads, done.stdout.splitlines())
    assert os.fsencode(record["source"]) == name
    assert record["numbers"][0]["text"] == TEXT
    assert (tmp_path / "read.png").exists()
    assert TEXT.encode() in (tmp_path / "read.csv").read_bytes()


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_hostile_names_are_escaped_on_the_terminal(name: bytes, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    bad = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    bad.touch()
    good = write_page(tmp_path / "good.png")

    done = camdigits("run", bad, good)

    assert done.returncode == 3
    [line] = done.stderr.decode().split("\n")[:-1]
    assert line == f"camdigits: {printable(str(bad))}: the file is empty"
    assert line.isprintable()
    assert done.stdout.decode() == f"{good}: {TEXT}\n"


def test_a_missing_encoder_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "from dataclasses import replace\n"
        "from camdigits.sinks.pictures import containers\n"
        "kinds = dict(containers.CONTAINERS)\n"
        "kinds['.mp4'] = replace(kinds['.mp4'], codec='libnone')\n"
        "containers.CONTAINERS = kinds\n"
    )
    (tmp_path / "out").mkdir()
    clip = write_clip(tmp_path / "clip.mp4")

    done = camdigits_with(code, tmp_path, "run", clip, "-o", tmp_path / "out/read.mp4")

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"camdigits: cannot write {tmp_path / 'out/read.mp4'}: ")
    assert "this FFmpeg has no encoder libnone; choose another suffix" in line
    assert not list((tmp_path / "out").iterdir())


def test_frames_that_change_their_size_are_all_written(tmp_path: Path) -> None:
    small = [cv2.resize(page(), (320, 120))] * 10
    parts = [
        write_video(tmp_path / "1.mjpeg", [page()] * 10, 15, "mjpeg").read_bytes(),
        write_video(tmp_path / "2.mjpeg", small, 15, "mjpeg").read_bytes(),
    ]
    (tmp_path / "both.mjpeg").write_bytes(b"".join(parts))

    done = camdigits("run", tmp_path / "both.mjpeg", "-o", tmp_path / "read.mp4")

    assert (done.returncode, done.stderr.count(b"\n")) == (0, 1)
    assert b"no number stood still long enough" in done.stderr
    with av.open(str(tmp_path / "read.mp4")) as read:
        frames = [(frame.width, frame.height) for frame in read.decode(video=0)]
    assert frames == [(640, 240)] * 20
