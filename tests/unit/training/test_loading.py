"""Networks from files of strangers, and what was exported."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from camdigits.errors import OutputError, UsageError, WeightsError
from camdigits.networks.classifier import bundled_weights
from camdigits.networks.model_card import bundled, read_card
from tests.support.digits import make_digits, needs_train_extra, trained_folder

h5py = pytest.importorskip("h5py", reason="comes with the train extra")

pytestmark = [pytest.mark.train, needs_train_extra]


def exported(kind: str, out: Path, weights: Path | None = None) -> tuple[Path, ...]:
    from camdigits.training.models.conversion import export

    return export(kind, out, weights or trained_folder() / "lenet.keras")


def load(path: Path) -> Any:
    from camdigits.training.models.loading import load_model

    return load_model(path)


def raw(path: Path, crops: np.ndarray, pixel_max: int | None = None) -> np.ndarray:
    """Return what a network itself says, without the temperature that a card may have."""
    from camdigits.networks.litert import Network
    from camdigits.training.models.keras_classifier import KerasClassifier
    from camdigits.training.sets.base import to_input

    if path.suffix == ".tflite":
        return Network(path.read_bytes(), name=str(path), classes=10)(crops)
    return KerasClassifier(path, pixel_max).model.predict(to_input(crops), verbose=0)


def write_old_h5(path: Path, arrays: dict[str, list[np.ndarray]]) -> Path:
    """Write weights in the layout of Keras 1 and 2."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in arrays]
        for name, values in arrays.items():
            group = file.create_group(name)
            names = [f"{name}/{kind}:0" for kind in ("kernel", "bias")][: len(values)]
            group.attrs["weight_names"] = [each.encode() for each in names]
            for each, value in zip(names, values, strict=True):
                group[each] = value
    return path


def old_arrays() -> dict[str, list[np.ndarray]]:
    model = load(trained_folder() / "lenet.keras")
    return {
        layer.name: [np.asarray(value) for value in layer.get_weights()] for layer in model.layers
    }


class TestExports:
    @pytest.mark.parametrize("kind", ["json-h5", "keras", "tflite"])
    def test_what_is_exported_agrees_with_its_source(self, tmp_path: Path, kind: str) -> None:
        crops, _ = make_digits(30, seed=8)
        source = raw(trained_folder() / "lenet.keras", crops)

        first, *_ = exported(kind, tmp_path / "out")

        np.testing.assert_allclose(raw(first, crops), source, atol=1e-5)

    def test_the_bundled_weights_agree_in_every_form_on_mnist(
        self, tmp_path: Path, test_data: Path
    ) -> None:
        from camdigits.training.data.dataset import load_dataset
        from camdigits.training.models.conversion import export

        crops = load_dataset(test_data / "mnist").test.images[:1000]
        source = raw(bundled_weights(), crops)

        for kind in ("json-h5", "keras", "tflite"):
            first, *_ = export(kind, tmp_path / kind)
            np.testing.assert_allclose(raw(first, crops), source, atol=1e-5)

    def test_the_files_have_the_names_that_keras_takes(self, tmp_path: Path) -> None:
        names = [path.name for path in exported("json-h5", tmp_path)]

        assert names == ["lenet.weights.h5", "lenet.json"]
        assert {path.name for path in tmp_path.iterdir()} == set(names)

    def test_keras_itself_reads_json_and_h5(self, tmp_path: Path) -> None:
        import keras

        weights, architecture = exported("json-h5", tmp_path)
        model = keras.models.model_from_json(architecture.read_text())
        model.load_weights(weights)

        for ours, theirs in zip(load(weights).get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)

    def test_the_same_weights_give_the_same_bytes(self, tmp_path: Path) -> None:
        one, two = (exported("json-h5", tmp_path / name) for name in ("one", "two"))

        assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]

    def test_the_card_travels_with_keras_and_tflite(self, tmp_path: Path) -> None:
        weights, card_file = exported("tflite", tmp_path)
        source = read_card(trained_folder() / "lenet.json")

        card = read_card(card_file)

        assert set(card.files) == {"lenet.tflite"}
        assert (card.accuracy, card.threshold) == (source.accuracy, source.threshold)
        assert weights.read_bytes() == (trained_folder() / "lenet.tflite").read_bytes()

    def test_an_architecture_never_replaces_a_card(self, tmp_path: Path) -> None:
        exported("keras", tmp_path)

        with pytest.raises(OutputError, match=r"lenet\.json is a model card .* another folder"):
            exported("json-h5", tmp_path)

    def test_a_card_never_replaces_an_architecture(self, tmp_path: Path) -> None:
        exported("json-h5", tmp_path)

        with pytest.raises(OutputError, match=r"lenet\.json is an architecture"):
            exported("tflite", tmp_path)

    def test_a_tflite_is_not_turned_back(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"lenet\.tflite cannot be turned back"):
            exported("keras", tmp_path, trained_folder() / "lenet.tflite")

    def test_a_tflite_needs_a_card(self, tmp_path: Path) -> None:
        weights, _ = exported("json-h5", tmp_path / "json-h5")

        with pytest.raises(UsageError, match="has no model card"):
            exported("tflite", tmp_path / "tflite", weights)


class TestOldLayout:
    def test_weights_of_the_tutorial_are_those_of_a_lenet_on_pixels_to_255(
        self, tmp_path: Path
    ) -> None:
        crops, _ = make_digits(20)
        arrays = old_arrays()
        arrays["conv1"][0] = arrays["conv1"][0] / 255

        read = raw(write_old_h5(tmp_path / "lenet.h5", arrays), crops)

        source = raw(trained_folder() / "lenet.keras", crops)
        np.testing.assert_allclose(read, source, atol=1e-5)

    def test_pixels_to_1_can_be_asked_for(self, tmp_path: Path) -> None:
        crops, _ = make_digits(20)
        path = write_old_h5(tmp_path / "lenet.h5", old_arrays())

        source = raw(trained_folder() / "lenet.keras", crops)
        np.testing.assert_array_equal(raw(path, crops, pixel_max=1), source)

    def test_a_whole_model_in_the_old_layout_gives_its_weights(self, tmp_path: Path) -> None:
        model = load(trained_folder() / "lenet.keras")
        model.compile("adam", "mse")
        model.save(tmp_path / "lenet.h5")

        for ours, theirs in zip(
            load(tmp_path / "lenet.h5").get_weights(), model.get_weights(), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)

    def test_other_shapes_are_refused(self, tmp_path: Path) -> None:
        arrays = old_arrays()
        arrays["dense1"][0] = np.zeros((400, 121), np.float32)

        with pytest.raises(WeightsError, match="does not hold the 10 arrays of a lenet"):
            load(write_old_h5(tmp_path / "lenet.h5", arrays))


class TestStrangers:
    """Each file is refused in one line, before anything in it is believed."""

    @pytest.fixture
    def pair(self, tmp_path: Path) -> tuple[Path, Path]:
        weights, architecture = exported("json-h5", tmp_path)
        return weights, architecture

    def rewrite(self, architecture: Path, place: int, **changes: Any) -> None:
        config = json.loads(architecture.read_text())
        layer = config["config"]["layers"][place]
        layer["class_name"] = changes.pop("class_name", layer["class_name"])
        layer["config"].update(changes)
        architecture.write_text(json.dumps(config))

    @pytest.mark.parametrize(
        ("place", "changes"),
        [
            (6, {"units": 10**9}),
            (1, {"filters": 10**12}),
            (1, {"kernel_size": [10**6, 10**6]}),
            (5, {"class_name": "Lambda", "function": "os.system"}),
            (6, {"class_name": "builtins>eval"}),
            (6, {"activation": {"class_name": "function", "config": "exec"}}),
            (1, {"padding": "valid"}),
        ],
    )
    def test_an_architecture_that_is_not_ours(
        self, pair: tuple[Path, Path], place: int, changes: dict[str, Any]
    ) -> None:
        self.rewrite(pair[1], place, **changes)

        with pytest.raises(WeightsError, match="a network that camdigits does not know") as error:
            load(pair[0])

        assert "\n" not in str(error.value)

    @pytest.mark.parametrize(
        "text", ["", "{}", "[]", '{"config": 1}', '{"config": {"layers": [1]}}', "[" * 100_000]
    )
    def test_json_that_is_no_architecture(self, pair: tuple[Path, Path], text: str) -> None:
        pair[1].write_text(text)

        with pytest.raises(WeightsError, match="describes no Keras model"):
            load(pair[0])

    def test_a_json_of_keras_2_is_understood(self, pair: tuple[Path, Path]) -> None:
        config = json.loads(pair[1].read_text())
        layers = config["config"]["layers"][1:]
        for layer in layers:
            for new in ("groups", "data_format", "dtype"):
                layer["config"].pop(new, None)
        pair[1].write_text(json.dumps({"class_name": "Sequential", "config": layers}))

        assert load(pair[0]).name == "lenet"

    @pytest.mark.parametrize("content", [b"", b"<!doctype html>", b"\x89HDF\r\n\x1a\n cut off"])
    def test_weights_that_are_no_hdf5(self, pair: tuple[Path, Path], content: bytes) -> None:
        pair[0].write_bytes(content)

        with pytest.raises(WeightsError, match="is damaged or holds no Keras weights"):
            load(pair[0])

    def test_truncated_weights(self, pair: tuple[Path, Path]) -> None:
        pair[0].write_bytes(pair[0].read_bytes()[:-30_000])

        with pytest.raises(WeightsError, match="is damaged or holds no Keras weights"):
            load(pair[0])

    @pytest.mark.parametrize("kind", ["external link", "soft link"])
    def test_links_are_not_followed(self, pair: tuple[Path, Path], kind: str) -> None:
        with h5py.File(pair[0], "a") as file:
            del file["layers/dense/vars/1"]
            target = "/layers/conv2d/vars/1"
            is_soft = kind == "soft link"
            file["layers/dense/vars/1"] = (
                h5py.SoftLink(target) if is_soft else h5py.ExternalLink("/etc/passwd", target)
            )

        with pytest.raises(WeightsError, match="has links"):
            load(pair[0])

    def test_numbers_in_other_files_are_not_read(self, pair: tuple[Path, Path]) -> None:
        with h5py.File(pair[0], "a") as file:
            del file["layers/dense/vars/1"]
            outside = [(str(pair[1]), 0, 480)]
            file.create_dataset("layers/dense/vars/1", (120,), "f4", external=outside)

        with pytest.raises(WeightsError, match="keeps its numbers in other files"):
            load(pair[0])

    def test_an_absurd_shape_takes_no_memory(self, pair: tuple[Path, Path]) -> None:
        with h5py.File(pair[0], "a") as file:
            del file["layers/dense/vars/1"]
            file.create_dataset("layers/dense/vars/1", (1 << 40,), "f4", chunks=(1024,))

        with pytest.raises(WeightsError, match="does not hold the 10 arrays of a lenet"):
            load(pair[0])

    def test_a_missing_partner(self, pair: tuple[Path, Path]) -> None:
        pair[1].unlink()

        with pytest.raises(WeightsError, match=r"there is no file .*lenet\.json"):
            load(pair[0])

    def test_a_keras_archive_with_a_lambda(self, tmp_path: Path) -> None:
        path = tmp_path / "lenet.keras"
        with (
            zipfile.ZipFile(trained_folder() / "lenet.keras") as source,
            zipfile.ZipFile(path, "w") as target,
        ):
            for name in source.namelist():
                content = source.read(name)
                target.writestr(name, content.replace(b'"Flatten"', b'"Lambda"'))

        with pytest.raises(WeightsError, match="does not know"):
            load(path)

    @pytest.mark.parametrize("content", [b"", b"PK\3\4 no more", b"text"])
    def test_a_damaged_keras_archive(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "lenet.keras").write_bytes(content)

        with pytest.raises(WeightsError, match="is damaged or no Keras model"):
            load(tmp_path / "lenet.keras")

    def test_a_keras_archive_that_unpacks_to_too_much(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("camdigits.training.models.loading.MAX_WEIGHTS_BYTES", 300_000)
        with zipfile.ZipFile(tmp_path / "lenet.keras", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("config.json", "{}")
            archive.writestr("model.weights.h5", bytes(400_000))

        with pytest.raises(WeightsError, match=r"model\.weights\.h5 is larger than"):
            load(tmp_path / "lenet.keras")


def test_the_tflite_of_a_lenet_holds_the_numbers_of_its_keras() -> None:
    kept, made = (load(trained_folder() / f"lenet.{suffix}") for suffix in ("keras", "tflite"))

    assert [each.tolist() for each in made.get_weights()] == [
        each.tolist() for each in kept.get_weights()
    ]


def test_a_tflite_that_is_no_lenet_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.tflite"
    broken.write_bytes(b"no network")
    with pytest.raises(WeightsError, match=r"damaged or no \.tflite"):
        load(broken)
    with pytest.raises(WeightsError, match=r"does not hold the arrays of a LeNet"):
        load(bundled("judge.tflite"))
