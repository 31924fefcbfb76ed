"""Learning over the wire: one training at a time, what it brought, and the way back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from camdigits.web.api.learn import LearningService
from tests.support.media import encoded
from tests.web.conftest import Open, camera_picture, drop
from tests.web.serving import Served, serving, waited

TRAIN = """
import pathlib, sys, time
folder, gate = map(pathlib.Path, sys.argv[1:])
print("epoch 1 of 1", file=sys.stderr, flush=True)
while not gate.exists():
    time.sleep(0.02)
if gate.read_text() == "fail":
    sys.exit("camdigits: no MNIST here; name it with --data")
folder.mkdir(parents=True, exist_ok=True)
(folder / "lenet.tflite").write_text(gate.read_text())
print("50.00% of your digits were read rightly before, 90.00% now, having learnt them")
"""
"""Stands for a training that takes as long as its test wants, and writes what that says."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    crop = tmp_path / "teach" / "5" / "a.png"
    crop.parent.mkdir(parents=True)
    crop.write_bytes(encoded(".png", camera_picture()))
    return tmp_path


@pytest.fixture
def learning(home: Path) -> Iterator[LearningService]:
    taught = home / "taught"
    command = [sys.executable, "-c", TRAIN, str(taught), str(home / "gate")]
    with LearningService(command, home / "teach", taught, home / "taught-before") as service:
        yield service


@pytest.fixture
def served(home: Path, learning: LearningService) -> Iterator[Served]:
    with serving(teach=home / "teach", learning=learning) as server:
        yield server


def ask(served: Served, method: str) -> tuple[int, Any]:
    with served.client() as client:
        answer = client.request(method, "v1/learn")
        return answer.status_code, answer.json()


def learnt(served: Served, gate: Path, what: str) -> Any:
    """Have it learn, and return how it stands at the end."""
    gate.write_text(what)
    assert ask(served, "POST")[0] == 200
    assert waited(lambda: ask(served, "GET")[1]["state"] != "running")
    return ask(served, "GET")[1]


def weights(home: Path) -> str | None:
    path = home / "taught" / "lenet.tflite"
    return path.read_text() if path.exists() else None


def test_it_learns_tells_what_that_brought_and_goes_back(served: Served, home: Path) -> None:
    assert ask(served, "GET")[1]["state"] == "idle"
    first = learnt(served, home / "gate", "first")
    assert (first["state"], first["can_undo"], first["count"]) == ("done", True, 1)
    assert first["lines"] == [
        "50.00% of your digits were read rightly before, 90.00% now, having learnt them"
    ]
    learnt(served, home / "gate", "second")
    assert weights(home) == "second"

    status, after = ask(served, "DELETE")
    assert (status, after["state"], after["can_undo"]) == (200, "idle", False)
    assert weights(home) == "first"
    assert ask(served, "DELETE")[0] == 404


def test_before_the_first_learning_lie_the_bundled_weights(served: Served, home: Path) -> None:
    learnt(served, home / "gate", "first")
    assert ask(served, "DELETE")[0] == 200

    assert not (home / "taught").exists() and not (home / "taught-before").exists()


def test_one_learning_at_a_time_that_can_be_stopped(served: Served, home: Path) -> None:
    assert ask(served, "POST")[1]["state"] == "running"
    assert waited(lambda: ask(served, "GET")[1]["text"] == "epoch 1 of 1")
    assert ask(served, "POST")[0] == 409

    assert ask(served, "DELETE")[0] == 200
    assert waited(lambda: ask(served, "GET")[1]["state"] == "idle")
    assert weights(home) is None and not (home / "taught-before").exists()


def test_a_learning_that_fails_says_why_and_changes_nothing(served: Served, home: Path) -> None:
    learnt(served, home / "gate", "first")
    failed = learnt(served, home / "gate", "fail")

    assert failed["state"] == "failed"
    assert failed["text"] == "camdigits: no MNIST here; name it with --data"
    assert weights(home) == "first"
    assert failed["can_undo"]  # the first one, still


def test_a_server_that_ends_ends_its_learning(home: Path) -> None:
    command = [sys.executable, "-c", TRAIN, str(home / "taught"), str(home / "gate")]
    with LearningService(command, home / "teach", home / "taught", home / "former") as service:
        service.start()

    assert waited(lambda: service.told()["state"] == "idle")


def test_nothing_is_learnt_where_nothing_was_taught(home: Path) -> None:
    with (
        LearningService(["false"], home / "none", home / "taught", home / "former") as service,
        serving(learning=service) as served,
    ):
        assert ask(served, "POST")[0] == 404
    with serving() as other:
        assert [ask(other, method)[0] for method in ("GET", "POST", "DELETE")] == [404] * 3


@pytest.mark.browser
def test_on_the_page_what_was_taught_is_learnt_and_undone(
    served: Served, open_page: Open, home: Path
) -> None:
    tab = open_page(served.url)
    tab.wait_for_selector("#welcome:visible")
    drop(tab, "photo.png", "image/png", encoded(".png", camera_picture()))
    tab.wait_for_selector("#numbers li")
    assert tab.locator("#learning").is_hidden()
    tab.keyboard.press("t")
    tab.wait_for_selector("#teaching-answers button:enabled")
    tab.keyboard.press("5")
    tab.keyboard.press("Escape")
    tab.wait_for_selector("#learning:has-text('2 digits taught')")

    tab.click("#learn")
    tab.wait_for_selector("#learning:has-text('Learning 2 digits')")
    # Weights that reading takes no notice of: it has the bundled ones here.
    (home / "gate").write_text("first")
    tab.wait_for_selector("#learning:has-text('before, 90.00% now')")
    tab.click("#unlearn")
    tab.wait_for_selector("#learning", state="hidden")
    assert weights(home) is None
