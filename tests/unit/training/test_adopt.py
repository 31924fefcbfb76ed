"""Networks of somebody else: real files of old and new Keras, of PyTorch, and what is refused."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from camdigits.errors import OutputError, WeightsError
from camdigits.networks.classifier import LiteRTClassifier
from camdigits.networks.model_card import ModelCard
from camdigits.training.data.dataset import load_dataset
from camdigits.training.report.evaluation import measure
from tests.support.digits import needs_train_extra, trained_folder, write_npz

h5py = pytest.importorskip("h5py", reason="comes with the train extra")
pytestmark = [pytest.mark.train, needs_train_extra]

NETWORKS = Path(__file__).parents[2] / "golden" / "networks"
"""Small networks that read what `make_digits` makes, written by tf_keras 2.21 (whose layers are
those of Keras 2) and PyTorch 2.14."""


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try on one page and few drawings."""
    from camdigits.training import calibrate
    from camdigits.training.adopt import adoption

    monkeypatch.setattr(adoption, "PAGES", ("blank",))
    monkeypatch.setattr(calibrate, "NEGATIVES", 100)


def adopted(path: Path, out: Path, *, force: bool = False) -> tuple[ModelCard, list[str]]:
    """Adopt a network; return its card and what was told."""
    from camdigits.training.adopt.adoption import Tasks, adopt

    out.mkdir(exist_ok=True)
    told: list[str] = []
    data = write_npz(out / "data.npz")
    card = adopt(path, data, out, Tasks(told.append, lambda weights, pages: 0), force=force)
    return card, told


def accuracy_of(card: ModelCard) -> float:
    """Return how well the weights of a card read, opened as `run` opens them."""
    (name,) = card.files
    test = load_dataset(card.path.with_name("data.npz")).test
    return measure(LiteRTClassifier(card.path.with_name(name)), test).accuracy


@pytest.mark.parametrize(
    ("name", "wants"),
    [
        ("tf_keras.h5", "wants 28x28, 0 to 255, ink bright; gives 10 probabilities (softmax)"),
        ("tf_keras.keras", "wants 28x28, 0 to 255, ink bright; gives 10 probabilities (softmax)"),
        ("pytorch.onnx", "wants 28x28, "),
    ],
)
def test_real_files_read_as_well_as_where_they_come_from(name, wants, tmp_path):
    if name.endswith(".onnx"):
        pytest.importorskip("onnxruntime", reason="comes with the onnx extra")

    card, told = adopted(NETWORKS / name, tmp_path)

    assert told[1].startswith(wants)
    assert card.accuracy == accuracy_of(card) == 1
    assert card.record["no_digits"]["n"] == 100
    assert told[3].startswith("knows digits only: of 100 drawings of no digit ")


def old_forms(folder: Path) -> dict[str, Path]:
    """Write the network of tf_keras as Keras 2.0 wrote it: a list, no InputLayer, no module."""
    with h5py.File(NETWORKS / "tf_keras.h5") as file:
        config = json.loads(file.attrs["model_config"])
        groups = {
            name: [
                (each, file["model_weights"][name][each][()])
                for each in file["model_weights"][name].attrs["weight_names"]
            ]
            for name in file["model_weights"].attrs["layer_names"]
        }
    layers = [each for each in config["config"]["layers"] if each["class_name"] != "InputLayer"]
    for layer in layers:
        for new in ("module", "registered_name", "build_config"):
            layer.pop(new, None)
        for new in ("groups", "data_format", "dtype", "dilation_rate"):
            layer["config"].pop(new, None)
    layers[0]["config"]["batch_input_shape"] = [None, 28, 28, 1]
    old = {"class_name": "Sequential", "config": layers, "keras_version": "2.0.8"}
    paths = {"pair": folder / "pair" / "net.json", "whole": folder / "whole.h5"}
    paths["pair"].parent.mkdir()
    paths["pair"].write_text(json.dumps(old))
    for path in (paths["pair"].with_suffix(".h5"), paths["whole"]):
        with h5py.File(path, "w") as file:
            root = file
            if path == paths["whole"]:
                file.attrs["model_config"] = json.dumps(old).encode()
                file.attrs["keras_version"] = b"2.0.8"
                root = file.create_group("model_weights")
            root.attrs["layer_names"] = [name.encode() for name in groups]
            for name, arrays in groups.items():
                group = root.create_group(name)
                group.attrs["weight_names"] = [each.encode() for each, _ in arrays]
                for each, value in arrays:
                    group[each] = value
    return paths


@pytest.mark.parametrize("form", ["pair", "whole"])
def test_files_of_keras_2_0_are_read(form, tmp_path):
    card, told = adopted(old_forms(tmp_path)[form], tmp_path / "out")

    assert "Keras 2.0.8" in told[0]
    assert accuracy_of(card) == 1


def test_the_h5_beside_a_json_is_read_with_its_activations(tmp_path):
    paths = old_forms(tmp_path)
    record = json.loads(paths["pair"].read_text())
    record["config"][0]["config"]["activation"] = "linear"
    paths["pair"].write_text(json.dumps(record))

    card, _ = adopted(paths["pair"].with_suffix(".h5"), tmp_path / "out")

    original, _ = adopted(paths["whole"], tmp_path / "whole")
    crops = load_dataset(tmp_path / "out" / "data.npz").test.images
    read, other = (
        LiteRTClassifier(each.path.with_suffix(".tflite"))(crops) for each in (card, original)
    )
    assert np.abs(read - other).max() > 0.01


def test_hard_sigmoid_is_that_of_the_keras_that_wrote_it():
    from camdigits.training.adopt.layers import activation

    x = np.array([-1.0, 0.0, 1.0, 9.0], np.float32)
    assert activation("hard_sigmoid", 3) == "hard_sigmoid"
    np.testing.assert_allclose(activation("hard_sigmoid", 2)(x), [0.3, 0.5, 0.7, 1.0], atol=1e-6)


def lenet(first: Callable[[Any], list[Any]], last: Callable[[Any], list[Any]] | None = None) -> Any:
    """Return the trained LeNet of Keras 3 between layers of another's choice."""
    import keras

    from camdigits.training.models.loading import load_model

    layers = load_model(trained_folder() / "lenet.keras").layers
    if last is not None:
        layers = [*layers[:-1], *last(layers[-1])]
    return keras.Sequential([*first(keras), *layers])


def without_softmax(layer: Any) -> list[Any]:
    import keras

    logits = keras.layers.Dense(10)
    logits.build((None, 84))
    logits.set_weights(layer.get_weights())
    return [logits]


def forms() -> dict[str, tuple[Any, str]]:
    return {
        "dark": (
            lambda k: [k.Input((28, 28, 1)), k.layers.Rescaling(-1, 1)],
            "wants 28x28, 0 to 1, ink dark; gives 10 probabilities (softmax)",
        ),
        "padded": (
            lambda k: [k.Input((44, 44, 1)), k.layers.Cropping2D(8), k.layers.Rescaling(1 / 255)],
            "wants 44x44 (crops of 28x28 with paper around them), 0 to 255, ink bright; ",
        ),
        "flat": (
            lambda k: [k.Input((784,)), k.layers.Reshape((28, 28, 1))],
            "wants 28x28, 0 to 1, ink bright; gives 10 ",
        ),
        "exchanged": (
            lambda k: [k.Input((28, 28, 1)), k.layers.Permute((2, 1, 3))],
            "wants 28x28, 0 to 1, ink bright, rows and columns exchanged; ",
        ),
    }


@pytest.mark.parametrize("form", ["dark", "padded", "flat", "exchanged"])
def test_what_it_wants_is_found_by_measuring(form, tmp_path):
    first, wants = forms()[form]
    lenet(first).save(tmp_path / f"{form}.keras")

    card, told = adopted(tmp_path / f"{form}.keras", tmp_path / "out")

    assert told[1].startswith(wants)
    assert accuracy_of(card) == 1


@pytest.mark.parametrize("kind", [".keras", ".h5", ".weights.h5", ".tflite", ""])
def test_every_file_of_keras_3_gives_the_same(kind, tmp_path):
    model = lenet(lambda k: [k.Input((28, 28, 1))], without_softmax)
    path = tmp_path / f"net{kind}"
    if kind == ".weights.h5":
        model.save_weights(path)
        (tmp_path / "net.json").write_text(model.to_json())
    elif kind in ("", ".tflite"):
        model.export(str(path), format="litert" if kind else "tf_saved_model", verbose=False)
    else:
        model.save(path)

    card, told = adopted(path, tmp_path / "out")

    assert told[1] == "wants 28x28, 0 to 1, ink bright; gives 10 logits"
    crops = load_dataset(tmp_path / "out" / "data.npz").test.images
    read = LiteRTClassifier(tmp_path / "out" / "net.tflite")._network(crops)
    source = LiteRTClassifier(trained_folder() / "lenet.tflite")._network(crops)
    np.testing.assert_allclose(read, source, atol=1e-4)
    assert card.record["adopted"]["file"] == path.name


def test_the_activation_of_weights_alone_is_found_by_measuring(tmp_path, monkeypatch):
    from camdigits.training.adopt import keras_files

    monkeypatch.setattr(keras_files, "POOLS", ("MaxPooling2D",))
    lenet(lambda k: [k.Input((28, 28, 1))]).save(tmp_path / "lenet.h5")
    with h5py.File(tmp_path / "lenet.h5", "a") as file:
        del file.attrs["model_config"]

    card, told = adopted(tmp_path / "lenet.h5", tmp_path / "out")

    assert "weights without architecture, taken for a LeNet with relu and maxima pooled" in told[0]
    assert accuracy_of(card) == 1


def rewritten(path: Path, folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Copy a ``.keras`` with another architecture."""
    target = folder / "net.keras"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "config.json":
                record = json.loads(content)
                change(record)
                content = json.dumps(record).encode()
            archive.writestr(name, content)
    return target


def layer_of(record: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(each for each in record["config"]["layers"] if each["class_name"] == kind)


REFUSED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "lambda": (
        lambda record: layer_of(record, "Flatten").update(class_name="Lambda"),
        "it has a layer 'Lambda', which runs code of its own, and such layers are not read",
    ),
    "own layer": (
        lambda record: layer_of(record, "Flatten").update(class_name="builtins>eval"),
        "it has a layer 'builtins>eval'",
    ),
    "own activation": (
        lambda record: layer_of(record, "Conv2D")["config"].update(activation="os.system"),
        "it has an activation 'os.system'",
    ),
    "registered activation": (
        lambda record: layer_of(record, "Conv2D")["config"].update(
            activation={"module": "mine", "class_name": "function", "config": "relu"}
        ),
        "it has an activation {",
    ),
    "large": (
        lambda record: layer_of(record, "Dense")["config"].update(units=1 << 20),
        "it has more than 67,108,864 numbers",
    ),
    "absurd": (
        lambda record: layer_of(record, "Conv2D")["config"].update(filters=10**12),
        "which cannot be",
    ),
    "channels first": (
        lambda record: layer_of(record, "Conv2D")["config"].update(data_format="channels_first"),
        "its pictures have channels first",
    ),
    "other shape": (
        lambda record: layer_of(record, "Dense")["config"].update(units=9),
        "where its architecture has",
    ),
    "no model": (lambda record: record.update(class_name="Dense"), "it is a 'Dense'"),
    "no layers": (lambda record: record["config"].pop("layers"), "cannot be built"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_read_is_refused_in_a_line(case, tmp_path):
    change, told = REFUSED[case]
    path = rewritten(NETWORKS / "tf_keras.keras", tmp_path, change)

    with pytest.raises(WeightsError) as caught:
        adopted(path, tmp_path / "out")

    message = str(caught.value)
    assert message.startswith(f"{path}") and told in message and "\n" not in message
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["data.npz"]


def test_a_saved_model_that_writes_is_never_run(tmp_path):
    import tensorflow as tf

    written = tmp_path / "written"

    class Writer(tf.Module):  # type: ignore[misc]
        @tf.function(input_signature=[tf.TensorSpec([None, 784])])
        def __call__(self, x: Any) -> Any:
            tf.io.write_file(str(written), "here")
            return x[:, :10]

    tf.saved_model.save(Writer(), str(tmp_path / "net"))

    with pytest.raises(WeightsError, match="has the operation 'WriteFile', which is not run"):
        adopted(tmp_path / "net", tmp_path / "out")
    assert not written.exists()


def test_a_saved_model_that_saves_when_it_is_called_is_never_run(tmp_path):
    import tensorflow as tf

    class Saver(tf.Module):  # type: ignore[misc]
        @tf.function(input_signature=[tf.TensorSpec([None, 784])])
        def __call__(self, x: Any) -> Any:
            tf.raw_ops.SaveV2(
                prefix=str(tmp_path / "w"), tensor_names=["a"], shape_and_slices=[""], tensors=[x]
            )
            return x[:, :10]

    tf.saved_model.save(Saver(), str(tmp_path / "net"))

    with pytest.raises(WeightsError, match="writes files when it is loaded or called"):
        adopted(tmp_path / "net", tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "net.pt",
            b"PK\3\4",
            "holds code (Python's pickle), which is never run; export it to .onnx",
        ),
        ("net.bin", b"\x80\4", "holds code (Python's pickle)"),
        ("net.keras", b"PK\3\4 cut", "is damaged or no Keras model; copy it again"),
        ("net.h5", b"\x89HDF\r\n\x1a\n cut", "is damaged or holds no Keras weights"),
        ("net.h5", b"<!doctype html>", "is damaged or no .h5 file; copy it again"),
        ("net.onnx", b"nothing", "cannot be run"),
        ("net.tflite", b"\x1c\0\0\0TFL3 cut", "cannot be run"),
        ("net.json", b'{"class_name": "Sequential"}', "has no weights beside it; put them there"),
        ("net.txt", b"text", "is no network that is known; name a .json with its .h5"),
    ],
)
def test_other_files_are_told_what_they_are(name, content, told, tmp_path):
    if name.endswith(".onnx"):
        pytest.importorskip("onnxruntime", reason="comes with the onnx extra")
    (tmp_path / name).write_bytes(content)

    with pytest.raises(WeightsError) as caught:
        adopted(tmp_path / name, tmp_path / "out")

    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_numbers_beside_an_onnx_are_asked_for_in_one_file(tmp_path):
    (tmp_path / "net.onnx").write_bytes((NETWORKS / "pytorch.onnx").read_bytes())
    (tmp_path / "net.onnx.data").touch()

    with pytest.raises(WeightsError, match=r"lie in net\.onnx\.data; .* external_data=False"):
        adopted(tmp_path / "net.onnx", tmp_path / "out")


def test_what_reads_no_digits_is_refused(tmp_path):
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)]
    )
    model.save(tmp_path / "net.keras")

    with pytest.raises(WeightsError, match=r"reads \d+% of the digits in the best of 18 ways"):
        adopted(tmp_path / "net.keras", tmp_path / "out")


def test_files_that_exist_are_replaced_by_force_only(tmp_path):
    path = NETWORKS / "tf_keras.h5"
    adopted(path, tmp_path / "out")

    with pytest.raises(OutputError, match="exists: use --force"):
        adopted(path, tmp_path / "out")
    adopted(path, tmp_path / "out", force=True)
    (tmp_path / "out" / "tf_keras.json").write_text('{"class_name": "Sequential"}')
    with pytest.raises(OutputError, match="is no model card and would be replaced"):
        adopted(path, tmp_path / "out", force=True)


def test_values_that_are_too_large_are_told_by_likelihood_not_by_accuracy():
    """A network that adds up ink reads as much of the digits at any scale, but not as surely."""
    from camdigits.training.adopt.probe import find_wants
    from camdigits.training.data.dataset import Digits

    rng = np.random.default_rng(1)
    labels = np.arange(500, dtype=np.uint8) % 10
    images = np.zeros((500, 28, 28), np.uint8)
    images[np.arange(500), labels] = 255
    # One in ten is wrong by as much as it is right, as no scale mends.
    others = labels.copy()
    others[::10] = rng.integers(0, 10, 50)

    class Standardised:
        shape, outputs = (28, 28), 10

        def __call__(self, values: np.ndarray) -> np.ndarray:
            ink = values[:, :10].mean(axis=2)
            paper = values[:, 20:].mean(axis=(1, 2))[:, None]
            return (3 * (ink - 2.8215) - 40 * np.abs(paper + 0.4242)).astype(np.float32) * np.where(
                np.abs(paper + 0.4242) < 0.01, 1, -1
            )

    found = find_wants(Standardised(), Digits(images, others))

    assert (found.wants.ground, found.wants.ink) == (-0.4242, 2.8215)
