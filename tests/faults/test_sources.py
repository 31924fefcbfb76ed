"""Files that are missing, forbidden, damaged or cut off: one line, and what is good is read."""

from __future__ import annotations

import os
import random
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from camdigits.errors import SourceDamagedError, SourceError, SourceOpenError
from camdigits.sources import SourceSpec, open_source
from tests.support.media import (
    AUDIO_RATE,
    PLAIN,
    Extras,
    encoded,
    numbered_frame,
    numbered_frames,
    read_number,
    tone,
    write_image,
    write_video,
)

COUNT = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


def read(path: Path) -> tuple[list[int], str]:
    """Return the numbers of the good frames, and the line of the error that came at last."""
    numbers = []
    with open_source(path) as source, pytest.raises(SourceError) as error:
        for frame in source:
            numbers.append(read_number(frame.image))
    assert type(error.value) in (SourceDamagedError, SourceOpenError)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)
    return numbers, str(error.value)


def cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def test_missing_file(folder: Path) -> None:
    with pytest.raises(SourceOpenError, match=r"missing\.mp4: no such file; check the name"):
        open_source(folder / "missing.mp4")


@pytest.mark.parametrize("name", ["logitech", "HD Webcam C270"])
def test_what_could_be_a_cameras_name_leads_to_the_list_of_cameras(name: str) -> None:
    with pytest.raises(SourceOpenError) as refused:
        open_source(name)
    assert str(refused.value) == (
        f"{name}: no such file, and no camera of that name; check it, or see camdigits cameras"
    )


@pytest.mark.parametrize(
    "source",
    [
        "missing.mp4",
        "folder/logitech",
        Path("logitech"),
        SourceSpec("file", "/logitech", "logitech"),
    ],
    ids=str,
)
def test_what_is_no_cameras_name_does_not(source: str | Path | SourceSpec) -> None:
    with pytest.raises(SourceOpenError) as refused:
        open_source(source)
    assert str(refused.value).endswith(": no such file; check the name")


@pytest.mark.parametrize("end", ["/", "//"])
def test_file_that_is_named_like_a_folder(folder: Path, end: str) -> None:
    name = f"{write_video(folder / 'clip.mp4', numbered_frames(2))}{end}"
    with pytest.raises(SourceOpenError) as refused:
        open_source(name)
    assert str(refused.value) == f"{name}: it is a file and no folder; leave out the / at the end"


def test_pattern_without_matches(folder: Path) -> None:
    with pytest.raises(SourceOpenError, match="nothing matches this pattern"):
        open_source(folder / "no*.mp4")


def test_file_below_a_file(folder: Path) -> None:
    write_image(folder / "page.png", numbered_frame(0))
    with pytest.raises(SourceOpenError, match="Not a directory"):
        open_source(folder / "page.png" / "clip.mp4")


def test_folder_without_media(folder: Path) -> None:
    (folder / "bare").mkdir()
    with pytest.raises(SourceOpenError, match="the folder holds no pictures or videos"):
        open_source(folder / "bare")


def test_empty_file(folder: Path) -> None:
    (folder / "empty.mp4").touch()
    with pytest.raises(SourceOpenError, match=r"empty\.mp4: the file is empty"):
        open_source(folder / "empty.mp4")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file"
)
def test_file_without_permission(folder: Path) -> None:
    path = write_image(folder / "secret.png", numbered_frame(0))
    path.chmod(0)
    with pytest.raises(SourceOpenError, match="no permission"):
        open_source(path)


def test_permission_error_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_image(folder / "kept.png", numbered_frame(0))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceOpenError, match="no permission to read it"):
        open_source(path)


@pytest.mark.parametrize("data", [b"hello, world\n" * 99, b"x", bytes(5000)])
def test_something_else_named_mp4(folder: Path, data: bytes) -> None:
    (folder / "text.mp4").write_bytes(data)
    with pytest.raises(SourceOpenError, match="neither a picture nor a video"):
        open_source(folder / "text.mp4")


def test_sound_without_pictures(folder: Path) -> None:
    path = folder / "song.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=AUDIO_RATE, layout="mono")
        for frame in tone(0.5):
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(SourceOpenError, match="holds no video"):
        open_source(path)


def test_mp4_cut_in_half_has_no_index(folder: Path) -> None:
    path = cut(write_video(folder / "half.mp4", numbered_frames(COUNT)), 0.5)
    with pytest.raises(SourceOpenError, match=r"no index \(moov atom not found\)"):
        open_source(path)


def test_codec_without_a_decoder_is_told_from_damage(folder: Path) -> None:
    path = write_video(folder / "strange.mp4", numbered_frames(3))
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzzz"))
    with pytest.raises(SourceOpenError, match=r"no decoder for its codec.*convert it"):
        open_source(path)


def test_mp4_whose_frames_are_all_damaged_holds_none(folder: Path) -> None:
    path = write_video(folder / "noise.mp4", numbered_frames(3))
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4
    data[start:end] = bytes(end - start)
    path.write_bytes(data)
    numbers, line = read(path)
    assert numbers == []
    assert "no frame that can be decoded (h264)" in line


@pytest.mark.parametrize(
    ("name", "codec", "extras"),
    [
        ("cut.avi", "mjpeg", PLAIN),
        ("cut mpeg4.avi", "mpeg4", Extras(audio=True)),
        ("cut.mkv", "libx264", PLAIN),
        ("cut.webm", "libvpx", Extras(options=(("deadline", "realtime"), ("cpu-used", "8")))),
        ("index first.mp4", "mjpeg", PLAIN),
    ],
)
def test_file_cut_in_half_gives_its_good_frames_and_says_so(
    folder: Path, name: str, codec: str, extras: Extras
) -> None:
    path = write_video(folder / name, numbered_frames(COUNT), 30, codec, extras)
    if name.endswith("mp4"):
        path = with_index_first(path)
    numbers, line = read(cut(path, 0.5))
    assert COUNT // 5 <= len(numbers) < COUNT
    assert numbers == sorted(set(numbers))
    assert f"{len(numbers)} of " in line
    assert "the file is cut off" in line


@pytest.mark.parametrize("name", ["sick.avi", "sick.mp4"])
def test_damaged_pictures_are_left_out_and_counted(folder: Path, name: str) -> None:
    path = write_video(folder / name, numbered_frames(COUNT), 30, "mjpeg")
    # More than one whole picture: a decoder conceals the loss of a few bytes without a word.
    spoil(path, 0.4, path.stat().st_size // COUNT * 3 // 2)
    numbers, line = read(path)
    assert COUNT - 4 <= len(numbers) < COUNT
    assert f"{len(numbers)} of 60 frames read: " in line
    assert "damaged" in line or "missing" in line


def test_matroska_damaged_in_its_middle_ends_early(folder: Path) -> None:
    path = write_video(folder / "sick.mkv", numbered_frames(COUNT))
    spoil(path, 0.5, 300)
    numbers, line = read(path)
    assert COUNT // 5 <= len(numbers) < COUNT
    assert "of about 60 frames read" in line


def test_picture_that_is_cut_off(folder: Path) -> None:
    path = folder / "cut.png"
    path.write_bytes(encoded(".png", numbered_frame(0))[:300])
    with pytest.raises(SourceOpenError, match=r"cut\.png: cannot decode the picture"):
        open_source(path)


def test_opening_and_failing_leaves_no_file_open(folder: Path) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("open files are counted in /proc")
    (folder / "junk.mp4").write_bytes(b"junk" * 999)
    good = write_video(folder / "good.mp4", numbered_frames(3))
    before = open_files()
    for _ in range(5):
        with pytest.raises(SourceOpenError):
            open_source(folder / "junk.mp4")
        with open_source(good) as source:
            next(iter(source))
    assert open_files() == before


def test_ctrl_c_ends_the_wait_for_a_pipe() -> None:
    code = "from camdigits.sources import open_source; print('x', flush=True); open_source('-')"
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"x\n"
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=200)
    assert b"KeyboardInterrupt" in errors


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_stream_for_which_there_is_no_room_is_told(folder: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (8, 240, 320, 3), np.uint8)
    clip = write_video(folder / "noise.mp4", list(noise))
    assert clip.stat().st_size > 100_000
    command = f"ulimit -f 20 && exec {shlex.quote(sys.executable)} -m camdigits run -"
    with clip.open("rb") as stream:
        done = subprocess.run(
            ["bash", "-c", command], stdin=stream, capture_output=True, text=True, timeout=60
        )
    # A file that is redirected can be sought in, and needs no room.
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(
        ["bash", "-c", f"cat {shlex.quote(str(clip))} | ({command})"],
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 3
    assert done.stderr == (
        "camdigits: -: no room to put the stream aside: File too large; name the file itself, "
        "or set TMPDIR to a folder on a larger disk\n"
    )


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def spoil(path: Path, share: float, count: int) -> None:
    """Overwrite bytes of a file from a share of its length on."""
    data = bytearray(path.read_bytes())
    start = int(len(data) * share)
    data[start : start + count] = random.Random(1).randbytes(count)
    path.write_bytes(data)


def with_index_first(path: Path) -> Path:
    """Return a copy of an MP4 whose index stands before the frames, as on web pages."""
    copy = path.with_name(f"faststart {path.name}")
    with (
        av.open(str(path)) as source,
        av.open(str(copy), "w", options={"movflags": "faststart"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    return copy
