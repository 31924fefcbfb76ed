"""Data that look wrong to the bundled network: said, asked about, mended."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from camdigits.cli import main
from camdigits.training.data.dataset import load_dataset
from tests.support.digits import needs_train_extra

QUICK = ["--recipe", "plain", "--epochs", "1", "--limit", "200"]
WRONG = "the pictures look transposed: so taken the bundled network reads "


@pytest.fixture
def transposed(test_data: Path, tmp_path: Path) -> Path:
    """Some of MNIST, lying as EMNIST does."""
    mnist = load_dataset(test_data / "mnist")
    path = tmp_path / "emnist.npz"
    np.savez(
        path,
        x_train=mnist.train.images[:400].transpose(0, 2, 1),
        y_train=mnist.train.labels[:400],
        x_test=mnist.test.images[:200].transpose(0, 2, 1),
        y_test=mnist.test.labels[:200],
    )
    return path


def test_evaluate_says_how_pictures_lie(
    transposed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--data", str(transposed)]) == 0

    out, err = capfd.readouterr()
    assert err.startswith(f"camdigits: {transposed}: {WRONG}9") and err.endswith(
        "; add --transpose\n"
    )
    assert float(out.split("%")[0]) < 30


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--transpose"], ""),
        (["--rotate", "90"], "give --transpose instead"),
        (["--transpose", "--rotate", "180"], "give --transpose instead"),
    ],
)
def test_options_lay_pictures_upright(
    transposed: Path, capfd: pytest.CaptureFixture[str], given: list[str], told: str
) -> None:
    assert main(["evaluate", "--data", str(transposed), *given]) == 0

    out, err = capfd.readouterr()
    assert told in err and bool(err) == bool(told)
    assert (float(out.split("%")[0]) > 95) == (not told)


def test_upright_pictures_that_were_turned_are_told_to_be_left_alone(
    test_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    test = load_dataset(test_data / "mnist").test
    np.savez(tmp_path / "a.npz", x=test.images[:100], y=test.labels[:100])

    assert main(["evaluate", "--data", str(tmp_path / "a.npz"), "--transpose"]) == 0

    assert "; leave out --transpose\n" in capfd.readouterr().err


def test_orientation_is_not_for_pages(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--pages", "photos", "--rotate", "90"]) == 2

    assert "are about the pictures of --data" in capfd.readouterr().err


@pytest.mark.train
@needs_train_extra
class TestTraining:
    def train(self, data: Path, *options: str) -> int:
        return main(
            ["train", "--data", str(data), "--out", str(data.parent / "out"), *QUICK, *options]
        )

    def test_without_a_terminal_it_stops(
        self, transposed: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert self.train(transposed) == 1

        out, err = capfd.readouterr()
        assert out == ""
        held_out, refused = err.splitlines()
        assert held_out.endswith(
            ": 400 digits to learn from; 200 are held out and measured at the end (their own "
            "test split)"
        )
        assert WRONG in refused and "; add --transpose; --as-is trains on them" in refused
        assert not (transposed.parent / "out").exists()

    def test_on_a_terminal_it_asks(self, transposed: Path) -> None:
        master, slave = pty.openpty()
        command = ["train", "--data", transposed, "--out", transposed.parent / "out", *QUICK]
        with subprocess.Popen(
            [sys.executable, "-m", "camdigits", *map(str, command)], stdin=slave, stderr=slave
        ) as process:
            os.close(slave)
            os.write(master, b"n\n")
            err = b""
            with suppress(OSError):  # what Linux says at the end
                while more := os.read(master, 4096):
                    err += more
        os.close(master)

        assert process.returncode == 1
        assert b"Train on them as they are? [y/N] " in err
        assert err.endswith(b"camdigits: nothing was trained\r\n")
        assert not (transposed.parent / "out").exists()

    @pytest.mark.parametrize("option", ["--transpose", "--as-is"])
    def test_mended_or_confirmed_it_trains(
        self, transposed: Path, capfd: pytest.CaptureFixture[str], option: str
    ) -> None:
        assert self.train(transposed, option) == 0

        assert WRONG not in capfd.readouterr().err

    def test_labels_of_other_pictures_are_asked_about(
        self, test_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        test = load_dataset(test_data / "mnist").test
        labels = np.random.default_rng(1).permutation(test.labels[:400])
        np.savez(tmp_path / "a.npz", x=test.images[:400], y=labels)

        assert self.train(tmp_path / "a.npz") == 1

        assert "are these digits, and the labels theirs?; --as-is" in capfd.readouterr().err

    def test_digits_for_the_test_alone_are_not_trained_on(
        self, test_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        test = load_dataset(test_data / "mnist").test
        np.savez(tmp_path / "my_test.npz", x=test.images[:100], y=test.labels[:100])

        assert self.train(tmp_path / "my_test.npz") == 1

        assert "has digits for the test alone; name those to learn" in capfd.readouterr().err
