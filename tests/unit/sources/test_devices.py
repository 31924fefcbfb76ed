"""The cameras of a Linux machine, from a made-up /dev, sysfs and driver."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from camdigits.cli import main
from camdigits.cli.commands.cameras import mode_lines
from camdigits.errors import UsageError
from camdigits.sources.live import devices
from camdigits.sources.live.devices import Mode, find_named, list_devices
from camdigits.sources.resolve import resolve

QUERY, FORMATS, SIZES, RATES = 0x80685600, 0xC0405602, 0xC02C564A, 0xC034564B


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Plug in cameras: number=name."""
    (tmp_path / "dev").mkdir()
    monkeypatch.setattr(devices, "DEVICES", tmp_path / "dev")
    monkeypatch.setattr(devices, "SYSFS", tmp_path / "sys")
    monkeypatch.setattr("sys.platform", "linux")

    def plug(**names: str) -> None:
        for video, name in names.items():
            (tmp_path / "dev" / video).touch()
            (tmp_path / "sys" / video).mkdir(parents=True)
            (tmp_path / "sys" / video / "name").write_text(name + "\n")

    return plug


def driver(handle: int, request: int, buffer: bytearray) -> int:
    """Answer as the driver of a camera with two sizes of Motion JPEG and any size of YUYV."""
    index = struct.unpack_from("=I", buffer)[0]
    if request == QUERY:
        struct.pack_into("=II", buffer, 84, 0x84200001, 0x04200001)
        return 0
    answers: dict[int, list[tuple[int, bytes]]] = {
        FORMATS: [(44, b"MJPG"), (44, b"YUYV")],
        SIZES: [(8, struct.pack("=3I", 1, 640, 480)), (8, struct.pack("=3I", 1, 1280, 720))],
        RATES: [(16, struct.pack("=3I", 1, 1, 15)), (16, struct.pack("=3I", 1, 1, 30))],
    }
    if request == SIZES and buffer[4:8] == b"YUYV":
        answers[SIZES] = [(8, struct.pack("=7I", 3, 16, 1920, 2, 16, 1080, 2))]
    if index >= len(answers[request]):
        raise OSError(22, "Invalid argument")
    place, answer = answers[request][index]
    buffer[place : place + len(answer)] = answer
    return 0


def metadata(handle: int, request: int, buffer: bytearray) -> int:
    """Answer as the second device of a USB camera."""
    struct.pack_into("=II", buffer, 84, 0x84A00001, 0x04A00000)
    return 0


def test_camera_tells_its_sizes_and_rates(machine: Callable[..., None]) -> None:
    machine(video0="C920 HD Pro Webcam")
    (camera,) = list_devices(driver)
    assert (camera.index, camera.name, camera.is_camera) == (0, "C920 HD Pro Webcam", True)
    assert camera.modes == (
        Mode("MJPG", (640, 480), (30.0, 15.0)),
        Mode("MJPG", (1280, 720), (30.0, 15.0)),
        Mode("YUYV", (1920, 1080), (30.0, 15.0)),
    )


def test_lines_begin_with_the_largest_size() -> None:
    modes = (Mode("MJPG", (640, 480), (30.0, 7.5)), Mode("MJPG", (1280, 720), ()))
    assert mode_lines(modes) == ["1280x720 MJPG", "640x480 MJPG 30, 7.5 fps"]


def test_device_without_pictures_is_no_camera(machine: Callable[..., None]) -> None:
    machine(video1="C920 HD Pro Webcam")
    (device,) = list_devices(metadata)
    assert (device.is_camera, device.modes) == (False, ())


def test_device_without_permission_says_what_grants_it(
    machine: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(video0="C920")
    monkeypatch.setattr("os.access", lambda *_: False)
    (device,) = list_devices(driver)
    assert "usermod -aG video" in device.problem


def test_device_that_answers_nothing_is_no_camera(machine: Callable[..., None]) -> None:
    machine(video0="a file")
    (device,) = list_devices()
    assert not device.is_camera


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("c920", ["video0"]),
        ("LOGI", ["video0"]),
        ("cam", ["video0", "video10"]),
        ("dog", []),
        (" ", []),
    ],
)
def test_part_of_a_name_finds_the_camera(
    part: str, found: list[str], machine: Callable[..., None]
) -> None:
    machine(video10="Integrated Camera", video0="Logi C920 Webcam", video1="Logi C920 Webcam")
    assert [path.name for path in find_named(part)] == found


def test_name_stands_for_the_camera_unless_there_is_such_a_file(
    machine: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    machine(video0="Logi C920 Webcam", video2="Integrated Webcam")
    spec = resolve("c920")
    assert (spec.kind, Path(str(spec.target)).name, spec.name) == ("camera", "video0", "c920")
    assert resolve("c930").kind == "file"
    with pytest.raises(UsageError, match=r"several cameras' names: .*Logi.*Integrated"):
        resolve("webcam")
    (tmp_path / "c920").touch()
    assert resolve("c920").kind == "file"


def test_cameras_are_listed(
    machine: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine(video0="Logi C920", video3="Integrated Camera")
    monkeypatch.setattr(devices, "_ioctl", driver)
    assert main(["cameras"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "0  Logi C920"
    assert "     1280x720 MJPG 30, 15 fps" in lines
    assert "3  Integrated Camera" in lines


def test_machine_without_cameras_has_exit_code_3(
    machine: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cameras"]) == 3
    out, error = capsys.readouterr()
    assert out == ""
    assert "no camera can be opened" in error


def test_missing_permission_is_told_on_standard_error(
    machine: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine(video0="C920")
    monkeypatch.setattr("os.access", lambda *_: False)
    assert main(["cameras"]) == 3
    assert "-aG video" in capsys.readouterr().err
