"""``camdigits train``."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from camdigits.cli import main
from camdigits.cli.terminal.training_progress import BarProgress, LineProgress, open_progress
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.training.progress import EpochReport
from tests.support.digits import (
    TRAIN_EXTRA,
    make_arrays,
    needs_train_extra,
    trained_folder,
    write_idx,
    write_npz,
)

QUICK = ["--as-is", "--recipe", "plain", "--batch-size", "10", "--limit", "200"]


def camdigits(*arguments: str | Path, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, after some code."""
    run = f"{code}\nimport sys; from camdigits.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", run, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=200,
    )


@pytest.mark.train
@needs_train_extra
def test_it_trains_and_says_nothing_but_how_well(tmp_path: Path) -> None:
    data, out = write_idx(tmp_path, zipped=True), tmp_path / "out"

    done = camdigits("train", "--data", data, "--out", out, *QUICK, "--epochs", "1")

    assert done.returncode == 0
    result, written = done.stdout.splitlines()
    assert "% of 100 test digits right (95 % interval " in result
    assert written == f"wrote {out / 'lenet.tflite'}, lenet.keras and the model card lenet.json"
    held_out, limited, epoch = done.stderr.splitlines()
    assert held_out == (
        f"camdigits: {data}: 500 digits to learn from; 100 are held out and measured at the end "
        "(their own test split)"
    )
    assert limited == (
        "camdigits: --limit: 200 of 500 digits are learnt from and validated with; all 100 of the "
        "test are measured"
    )
    assert epoch.startswith("epoch 1/1: loss ")
    assert LiteRTClassifier(out / "lenet.tflite").card.record["settings"]["limit"] == 200


@pytest.mark.train
@needs_train_extra
@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_stopped_by_a_signal_it_leaves_no_model_but_can_go_on(
    number: signal.Signals, exit_code: int, tmp_path: Path
) -> None:
    data, out = write_npz(tmp_path / "data.npz"), tmp_path / "out"
    arguments = ["train", "--data", data, "--out", out, *QUICK, "--epochs", "100000"]

    first, rest = train_until_an_epoch(arguments, number, exit_code)

    assert first.startswith("epoch 1/100000")
    assert "Traceback" not in rest
    assert "--resume goes on after the last whole epoch" in rest.splitlines()[-1]
    epochs = 1 + rest.count("epoch ")
    kept = [path.relative_to(out).as_posix() for path in out.rglob("*")]
    assert kept == [".camdigits-resume", ".camdigits-resume/state.npz"]

    first, _ = train_until_an_epoch(["train", "--data", data, "--out", out, "--resume"], number)

    assert int(first.split()[1].split("/")[0]) >= epochs
    assert "/100000: " in first


def train_until_an_epoch(
    arguments: list[str | Path], number: signal.Signals, exit_code: int | None = None
) -> tuple[str, str]:
    """Train until an epoch is told, send a signal, and return that line and those that follow."""
    with subprocess.Popen(
        [sys.executable, "-m", "camdigits", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None and process.stdout is not None
        assert "held out" in process.stderr.readline()
        first = process.stderr.readline()
        if "--limit: 200 of 500 digits" in first:
            first = process.stderr.readline()
        process.send_signal(number)
        rest = process.stderr.read()
        code = process.wait(200)
        assert code == (exit_code or 128 + number)
        assert process.stdout.read() == ""
    return first, rest


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    missing = "import sys; sys.modules['keras'] = sys.modules['tensorflow'] = None"

    done = camdigits("train", "--out", tmp_path / "out", code=missing)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "camdigits: camdigits train needs TensorFlow and Keras: pip install 'camdigits[train]'"
    )
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["--epochs", "0"], 2, "0 epochs"),
        (["--epochs", "many"], 2, "invalid int value: 'many'"),
        (["--learning-rate", "7"], 2, "learning rate 7.0"),
        (["--limit", "5"], 2, "limit 5"),
        (["--out", "/dev/null"], 1, "/dev/null is not a folder; name another folder"),
        (["--require-accuracy", "99"], 2, "--require-accuracy 99.0 is not between 0 and 1"),
        (["--recipe", "soup"], 2, "invalid choice: 'soup'"),
        (["--like", "/nowhere/lenet.json"], 1, "model card /nowhere/lenet.json is missing"),
        (["extra"], 2, "unrecognized arguments: extra"),
    ],
)
def test_a_wrong_argument_is_one_line(
    capfd: pytest.CaptureFixture[str], arguments: list[str], code: int, expected: str
) -> None:
    assert main(["train", *arguments]) == code

    out, err = capfd.readouterr()
    assert out == ""
    assert expected in err
    assert len(err.splitlines()) == 1


@pytest.mark.train
@needs_train_extra
def test_a_card_repeats_its_training(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = trained_folder() / "lenet.json"
    data = write_npz(tmp_path / "data.npz")

    assert (
        main(
            ["train", "--like", str(source), "--data", str(data), "--out", str(tmp_path), "--as-is"]
        )
        == 0
    )

    for name in ("lenet.tflite", "lenet.keras", "lenet.json"):
        assert (tmp_path / name).read_bytes() == source.with_name(name).read_bytes()
    assert (tmp_path / "learning-curves.png").is_file()
    assert f"lenet.tflite is, byte for byte, that of {source}" in capfd.readouterr().out


@pytest.mark.train
@needs_train_extra
def test_a_training_that_is_not_repeated_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The recipe of this version may be another than that of the card."""
    data = write_npz(tmp_path / "data.npz")
    monkeypatch.setattr("camdigits.training.trainer.VALIDATION_SHARE", 1 / 6)
    source = trained_folder() / "lenet.json"

    assert (
        main(
            ["train", "--like", str(source), "--data", str(data), "--out", str(tmp_path), "--as-is"]
        )
        == 0
    )

    assert f"lenet.tflite is not that of {source}: " in capfd.readouterr().out


def test_a_card_takes_no_other_settings(capfd: pytest.CaptureFixture[str]) -> None:
    card = str(trained_folder() / "lenet.json") if TRAIN_EXTRA else "lenet.json"

    assert main(["train", "--like", card, "--epochs", "3"]) == 2
    assert "--like takes all settings from the card; leave out --epochs" in capfd.readouterr().err


@pytest.mark.train
@needs_train_extra
@pytest.mark.parametrize(("required", "code"), [("0.5", 0), ("1", 1)])
def test_the_accuracy_required_decides_the_exit_code(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], required: str, code: int
) -> None:
    data = write_npz(tmp_path / "data.npz", y_test=make_arrays()["y_test"][::-1].copy())
    noise = write_npz(tmp_path / "good.npz")
    arguments = ["--out", str(tmp_path / "out"), "--require-accuracy", required, *QUICK]

    source = noise if code == 0 else data
    assert main(["train", "--data", str(source), *arguments, "--epochs", "3"]) == code

    err = capfd.readouterr().err
    assert ("of the test digits right is less than the 100.00% required" in err) == (code == 1)
    assert (tmp_path / "out" / "lenet.json").is_file()


@pytest.mark.train
@needs_train_extra
@pytest.mark.parametrize("content", [None, b"", b"<!doctype html>", b"PK\3\4 not really"])
def test_data_that_cannot_be_read_are_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    data = tmp_path / "mnist.npz"
    if content is not None:
        data.write_bytes(content)

    assert main(["train", "--data", str(data), "--out", str(tmp_path / "out")]) == 1

    out, err = capfd.readouterr()
    assert out == ""
    assert str(data) in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


REPORT = EpochReport(
    2, 5, loss=0.25, accuracy=0.5, validation_loss=0.2, validation_accuracy=0.75, seconds=3.2
)
LINE = (
    "epoch 2/5: loss 0.2500, 50.00% of the training digits right, "
    "75.00% of the validation digits, 3 s"
)


def test_without_a_terminal_progress_is_a_line_per_epoch(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with open_progress() as progress:
        progress.start(5, 100)
        progress.step(0.5, 0.4)
        progress.epoch(REPORT)

    assert isinstance(progress, LineProgress)
    assert capsys.readouterr() == ("", f"{LINE}\n")


def test_on_a_terminal_progress_is_a_bar(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")

    with BarProgress() as progress:
        progress.start(5, 100)
        progress.step(0.5, 0.4)
        progress.epoch(REPORT)

    out, err = capfd.readouterr()
    assert out == ""
    assert LINE in err
