"""Teaching over the wire: what is seen, kept and taken back, and that clients name no files."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from camdigits.recognizer import Recognizer
from tests.cli.pages import page
from tests.support.media import encoded
from tests.web.serving import Served, serving

PNG = encoded(".png", page())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "teach"


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    with serving(teach=folder) as server:
        yield server


@pytest.fixture(scope="module")
def five() -> dict[str, int]:
    """The middle of the first digit on the page, a five."""
    box = Recognizer().read(page()).digits[0].box
    return {"x": box.x + box.w // 2, "y": box.y + box.h // 2}


def ask(served: Served, path: str, method: str = "POST", **query: Any) -> tuple[int, Any]:
    with served.client() as client:
        body = PNG if method == "POST" else None
        answer = client.request(method, f"v1/{path}", params=query, content=body)
        return answer.status_code, answer.json()


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png"))


def test_what_is_at_a_place_is_shown(served: Served, five: dict[str, int]) -> None:
    status, found = ask(served, "look", **five)

    assert status == 200
    assert (found["type"], found["label"]) == ("example", 5)
    crop = cv2.imdecode(np.frombuffer(base64.b64decode(found["crop"]), np.uint8), -1)
    assert crop.shape == (28, 28)
    x, y, w, h = found["box"]
    assert x <= five["x"] < x + w and y <= five["y"] < y + h


def test_a_digit_that_was_read_is_found_by_its_box(served: Served) -> None:
    digit = Recognizer().read(page()).digits[2]
    box = ",".join(map(str, digit.box.as_list()))

    status, found = ask(served, "look", box=box, read=digit.label)

    assert (status, found["box"]) == (200, digit.box.as_list())


def test_an_answer_is_kept_as_the_window_keeps_it_and_taken_back(
    served: Served, folder: Path, five: dict[str, int]
) -> None:
    status, saved = ask(served, "teach", **five, label="5")
    assert (status, saved["count"]) == (200, 1)
    crop, around = files(folder)
    assert crop.startswith("5/web-") and around == f"around/{crop}"

    assert ask(served, "teach", **five, label="5") == (200, saved | {"id": None})
    status, other = ask(served, "teach", **five, label="none")
    assert other["count"] == 1
    assert all(name.startswith(("none/", "around/none/")) for name in files(folder))

    status, after = ask(served, f"teach/{other['id']}", "DELETE")
    assert (status, after["count"]) == (200, 0)
    assert not files(folder)
    assert ask(served, f"teach/{other['id']}", "DELETE")[0] == 404


@pytest.mark.parametrize("label", ["", "10", "-1", "../5", "none/../..", "5/", "x", "around"])
def test_a_label_is_one_of_eleven(
    served: Served, folder: Path, five: dict[str, int], label: str
) -> None:
    assert ask(served, "teach", **five, label=label)[0] == 400
    assert not folder.exists()


@pytest.mark.parametrize("name", ["..", "0" * 16, "%2e%2e%2f5", "a" * 5000])
def test_an_id_is_one_that_the_server_gave(served: Served, name: str) -> None:
    assert ask(served, f"teach/{name}", "DELETE")[0] in (404, 405)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"x": 1}, 400),
        ({"x": "one", "y": 1}, 400),
        ({"x": -1, "y": 0}, 400),
        ({"x": 1e300, "y": 0}, 400),
        ({"box": "1,2,3", "read": 5}, 400),
        ({"box": "1,2,0,4", "read": 5}, 400),
        ({"box": "1,2,3,4"}, 400),
        ({"box": "1,2,3,4", "read": 12}, 400),
        ({"box": "1,2,3,4", "read": 5}, 404),
        ({"x": 1, "y": 1}, 404),
        ({"x": 100_000, "y": 1}, 404),
    ],
    ids=str,
)
def test_a_place_without_a_digit_is_told(
    served: Served, query: dict[str, Any], status: int
) -> None:
    found, record = ask(served, "look", **query)

    assert found == status
    assert record["type"] == "error"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, five: dict[str, int]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with serving(teach=blocked / "teach") as served:
        status, record = ask(served, "teach", **five, label="5")

    assert status == 507
    assert "cannot create the folder" in record["text"]


def test_a_server_without_a_school_teaches_nothing(five: dict[str, int]) -> None:
    with serving() as served:
        assert ask(served, "look", **five)[0] == 404
        with served.client() as client:
            assert client.get("v1/info").json()["teach"] is False
