"""``camdigits adopt``, and the commands that read with what it makes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from camdigits.cli import main
from camdigits.networks.classifier import bundled_weights
from camdigits.training.data.dataset import load_dataset
from tests.cli.pages import TEXT, write_page
from tests.support.digits import needs_train_extra, trained_folder, write_npz

pytestmark = [pytest.mark.train, needs_train_extra]


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    from camdigits.training import calibrate
    from camdigits.training.adopt import adoption

    monkeypatch.setattr(adoption, "PAGES", ("blank",))
    monkeypatch.setattr(calibrate, "NEGATIVES", 100)


def some_of_mnist(test_data: Path) -> str:
    """Write a file with a few digits of MNIST into the current folder."""
    mnist = load_dataset(test_data / "mnist")
    few = {"train": mnist.train.take(np.arange(2000)), "test": mnist.test.take(np.arange(500))}
    arrays = {f"x_{name}": each.images for name, each in few.items()}
    arrays |= {f"y_{name}": each.labels for name, each in few.items()}
    np.savez("mnist.npz", **arrays)
    return "mnist.npz"


def test_a_bare_network_reads_in_every_command(
    tmp_path: Path,
    test_data: Path,
    quickly: None,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(bundled_weights(), "bare.tflite")
    write_page(tmp_path / "photo.png")
    mnist = some_of_mnist(test_data)

    assert main(["adopt", "bare.tflite", "--data", mnist]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    first, wants, accuracy, knows, pages, wrote, next_command = out.splitlines()
    assert first.startswith("bare.tflite: TensorFlow Lite, ")
    assert wants == "wants 28x28, 0 to 1, ink bright; gives 10 probabilities (softmax)"
    assert " of 500 test digits right (95 % interval " in accuracy
    assert knows.startswith("knows digits only: of 100 drawings of no digit ")
    assert pages.startswith("on 1 page without a digit the judge lets ")
    assert wrote == "wrote camdigits-adopted/bare.tflite and its card bare.json"

    weights = next_command.split()[-1]
    assert main(["run", "photo.png", "--weights", weights]) == 0
    assert capfd.readouterr().out == f"photo.png: {TEXT}\n"
    assert main(["batch", "photo.png", "--out", "read", "--weights", weights, "--jobs", "1"]) == 0
    assert TEXT in Path("read/records/photo.png.jsonl").read_text()
    capfd.readouterr()
    assert main(["evaluate", "--data", mnist, "--weights", weights]) == 0
    assert capfd.readouterr().out.split("%")[0] == accuracy.split("%")[0] > "98"


def test_refusals_are_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.pt").write_bytes(b"PK\3\4")
    data = str(write_npz(tmp_path / "data.npz"))

    assert main(["adopt", str(tmp_path / "net.pt"), "--data", data]) == 1
    out, err = capfd.readouterr()
    assert out == "" and err.count("\n") == 1 and "docs/train.md" in err
    assert main(["adopt", str(tmp_path / "none.h5"), "--data", data]) == 1
    assert "there is no file" in capfd.readouterr().err


def test_activations_of_an_h5_are_heeded_by_evaluate(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import h5py
    import keras

    from camdigits.training.models.loading import load_model

    data = str(write_npz(tmp_path / "data.npz"))
    model = load_model(trained_folder() / "lenet.keras")
    config = json.loads(json.dumps(model.get_config()).replace('"relu"', '"tanh"'))
    other = keras.Sequential.from_config(config)
    path = tmp_path / "net.h5"
    other.save(path)

    assert main(["evaluate", "--data", data, "--weights", str(path)]) == 1
    out, err = capfd.readouterr()
    assert out == "" and err.rstrip().endswith(f"make weights of it with: camdigits adopt {path}")

    with h5py.File(path, "a") as file:
        del file.attrs["model_config"]
    assert main(["evaluate", "--data", data, "--weights", str(path)]) == 0
    assert "does not say its activations" in capfd.readouterr().err

    (tmp_path / "net.json").write_text(other.to_json())
    assert main(["evaluate", "--data", data, "--weights", str(tmp_path / "net.json")]) == 1
    assert "a network that camdigits does not know" in capfd.readouterr().err
