"""``camdigits doctor``: what it looks at, and when it fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from camdigits.cli import main
from camdigits.cli.commands import doctor
from camdigits.cli.commands.doctor import Finding
from camdigits.errors import WeightsError
from camdigits.networks.classifier import bundled_weights
from camdigits.sources.live import devices
from camdigits.support.user_folders import TAUGHT_NAME, taught_folder, teach_folder


def findings(*checks: object) -> list[Finding]:
    return [found for check in checks for found in check()]  # type: ignore[operator]


def test_a_sound_installation_is_told_from_its_parts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)

    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert not [line for line in lines if not line.startswith(("ok ", "warn "))]
    text = "\n".join(lines)
    for word in (
        "camdigits 0.",
        "Python 3.",
        "numpy",
        "litert",
        "OpenCV",
        "FFmpeg",
        "sha256",
        "lenet.tflite names ",
        "judge.tflite lets ",
        "line.tflite",
        "print.tflite",
    ):
        assert word in text
    assert "the bundled page says " in text


@pytest.mark.parametrize(("status", "exit_code"), [("ok", 0), ("warn", 0), ("FAIL", 1)])
def test_only_what_is_broken_fails(
    status: str, exit_code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        doctor,
        "CHECKS",
        {"some": lambda: iter([Finding(status, "a\nb")])},  # type: ignore[arg-type]
    )

    assert main(["doctor"]) == exit_code
    assert capsys.readouterr().out == f"{status:5} some     a\\nb\n"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (WeightsError("the weights are damaged"), "the weights are damaged"),
        (ImportError("libGL.so.1: cannot open shared object file"), "apt install libgl1"),
        (AttributeError("module 'cv2' has no attribute 'CCL_BBDT'"), "OpenCV is incomplete"),
        (ZeroDivisionError("by zero"), "ZeroDivisionError: by zero"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_stops_a_check_is_a_finding_and_the_next_one_follows(
    error: Exception,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken() -> Iterator[Finding]:
        yield Finding("ok", "half of it")
        raise error

    monkeypatch.setattr(doctor, "CHECKS", {"bad": broken, "next": doctor.check_versions})

    assert main(["doctor"]) == 1
    half, failed, following, *_ = capsys.readouterr().out.splitlines()
    assert half.split() == ["ok", "bad", "half", "of", "it"]
    assert failed.startswith("FAIL ")
    assert words in failed
    assert "camdigits" in following


@pytest.mark.parametrize(
    ("is_there", "said"),
    [
        (True, "XlsxWriter 9.9, for tables in .xlsx"),
        (False, "no XlsxWriter; for tables in .xlsx: pip install 'camdigits[xlsx]'"),
    ],
)
def test_whether_tables_in_xlsx_can_be_written_is_told(
    is_there: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "has_package", lambda name: is_there)
    monkeypatch.setattr(metadata, "version", lambda name: "9.9")

    assert Finding("ok", said) in findings(doctor.check_versions)


def test_damaged_weights_fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("camdigits.networks.litert.bundled", lambda name: tmp_path / name)

    with pytest.raises(WeightsError):
        findings(doctor.check_weights)


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Weights that were taught at the time 1000, with an example from before and two after."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    weights = taught_folder() / TAUGHT_NAME
    weights.parent.mkdir(parents=True)
    for suffix in (".tflite", ".json"):
        shutil.copy(bundled_weights().with_suffix(suffix), weights.with_suffix(suffix))
    os.utime(weights, (1000, 1000))
    for name, time_s in (("7/old", 999), ("7/new", 1001), ("none/new", 1002)):
        example = teach_folder() / f"{name}.png"
        for path in (example, teach_folder() / "around" / f"{name}.png"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            os.utime(path, (time_s, time_s))
    return weights


def test_examples_that_are_not_learnt_yet_are_told_with_what_learns_them(taught: Path) -> None:
    *_, own, waiting = findings(doctor.check_weights)

    assert own.status == "ok" and str(taught) in own.text
    assert waiting == Finding(
        "warn", "2 examples are not learnt yet; to learn: camdigits train --teach"
    )


def test_without_taught_weights_no_example_is_learnt(taught: Path) -> None:
    taught.unlink()

    *_, waiting = findings(doctor.check_weights)

    assert waiting.text.startswith("3 examples are not learnt yet")


def test_nothing_is_told_of_examples_that_are_learnt(taught: Path) -> None:
    os.utime(taught, (2000, 2000))

    assert [found.status for found in findings(doctor.check_weights)] == ["ok"] * 5


def test_no_display_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "linux")

    [finding] = findings(doctor.check_display)

    assert finding.status == "warn"


def test_no_camera_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(devices, "DEVICES", tmp_path)
    monkeypatch.setattr("sys.platform", "linux")

    [finding] = findings(doctor.check_cameras)

    assert finding.status == "warn"
    assert "none found" in finding.text


@pytest.mark.parametrize(
    ("is_permitted", "status", "words"), [(True, "ok", ""), (False, "warn", "-aG video")]
)
def test_cameras_are_listed_in_order_with_their_permission(
    is_permitted: bool, status: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("video10", "video2", "vcs"):
        (tmp_path / name).touch()
    monkeypatch.setattr(devices, "DEVICES", tmp_path)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("os.access", lambda *_: is_permitted)

    found = findings(doctor.check_cameras)

    assert [finding.status for finding in found] == [status] * 2
    assert [finding.text.split()[0].rstrip(":") for finding in found] == [
        str(tmp_path / "video2"),
        str(tmp_path / "video10"),
    ]
    assert all(words in finding.text for finding in found)


def test_two_opencv_packages_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "has_package", lambda name: "headless" in name)

    warning = findings(doctor.check_opencv)[-1]

    assert warning.status == "warn"
    assert "opencv-python-headless and opencv-contrib-python-headless" in warning.text


def test_training_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "has_package", lambda _name: False)

    missing = findings(doctor.check_versions)[-2:]

    assert [found.status for found in missing] == ["ok", "ok"]
    told = " ".join(found.text for found in missing)
    assert "camdigits[train]" in told and "camdigits[xlsx]" in told


def test_packages_are_found_without_being_imported() -> None:
    assert doctor.has_package("numpy")
    assert not doctor.has_package("no-such-package")
    assert metadata.version("numpy") in "\n".join(f.text for f in findings(doctor.check_versions))


def test_a_missing_web_extra_is_no_fault_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "has_package", lambda name: name != "uvicorn")

    [found] = findings(doctor.check_web)

    assert found.status == "ok"
    assert found.text.startswith("no uvicorn;") and "pip install 'camdigits[web]'" in found.text


def test_the_web_extra_is_told_with_its_versions() -> None:
    pytest.importorskip("starlette", reason="needs camdigits[web]")

    [found] = findings(doctor.check_web)

    assert f"starlette {metadata.version('starlette')}" in found.text
