"""``camdigits export``."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from camdigits.cli import main
from tests.support.digits import needs_train_extra, trained_folder, write_npz


@pytest.mark.train
@needs_train_extra
def test_what_it_writes_is_evaluated_like_its_source(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source, out = trained_folder() / "lenet.keras", tmp_path / "out"
    data = str(write_npz(tmp_path / "data.npz"))

    assert main(["export", "json-h5", "--weights", str(source), "--out", str(out)]) == 0
    assert capfd.readouterr() == (f"wrote {out}/lenet.weights.h5 and {out}/lenet.json\n", "")

    tables = []
    for weights in (source, out / "lenet.weights.h5", out / "lenet.json"):
        assert main(["evaluate", "--data", data, "--weights", str(weights)]) == 0
        tables.append(capfd.readouterr())
    assert tables[0] == tables[1] == tables[2]


@pytest.mark.train
@needs_train_extra
def test_each_form_has_a_folder_of_its_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["export", "json-h5"]) == main(["export", "tflite"]) == 0

    assert capfd.readouterr().out.splitlines() == [
        "wrote camdigits-export/json-h5/lenet.weights.h5 and camdigits-export/json-h5/lenet.json",
        "wrote camdigits-export/tflite/lenet.tflite and camdigits-export/tflite/lenet.json",
    ]


@pytest.mark.train
@needs_train_extra
@pytest.mark.parametrize("there", ["lenet.weights.h5", "lenet.json"])
def test_a_file_that_exists_is_replaced_by_force_only(
    there: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / there).write_bytes(b"mine")
    command = ["export", "json-h5", "--out", str(tmp_path)]

    assert main(command) == 1
    expected = f"camdigits: {tmp_path}/{there} exists: use --force to replace it\n"
    assert capfd.readouterr() == ("", expected)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(there, b"mine")]

    assert main([*command, "--force"]) == 0
    assert (tmp_path / there).read_bytes() != b"mine"


@pytest.mark.parametrize("command", ["export", "evaluate"])
def test_without_the_extra_it_says_that_itself_needs_it(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for package in ("keras", "tensorflow"):
        monkeypatch.setitem(sys.modules, package, None)
    keras = tmp_path / "own.keras"
    keras.write_bytes(b"never opened")
    data = write_npz(tmp_path / "data.npz")
    arguments = {
        "export": ["keras", "--out", str(tmp_path / "out")],
        "evaluate": ["--weights", str(keras), "--data", str(data)],
    }

    assert main([command, *arguments[command]]) == 1

    out, err = capsys.readouterr()
    assert out == "" and not (tmp_path / "out").exists()
    assert err.startswith(
        f"camdigits: camdigits {command} needs TensorFlow and Keras: pip install 'camdigits[train]'"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        ([], 2, "the following arguments are required: format"),
        (["onnx"], 2, "invalid choice: 'onnx'"),
        (["keras", "--weights", "some.tflite"], 2, "some.tflite cannot be turned back"),
        (["keras", "--out", "/dev/null"], 1, "/dev/null is not a folder"),
    ],
)
def test_a_wrong_argument_is_one_line(
    capfd: pytest.CaptureFixture[str], arguments: list[str], code: int, expected: str
) -> None:
    assert main(["export", *arguments]) == code

    out, err = capfd.readouterr()
    assert out == ""
    assert expected in err
    assert len(err.splitlines()) == 1
