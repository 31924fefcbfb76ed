"""Keeps the walls: the direction of imports, and the size of folders, modules and functions."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import camdigits

PACKAGE = Path(camdigits.__file__).parent
TOOLS = PACKAGE.parent / "tools"
MODULES = sorted(PACKAGE.rglob("*.py"))

MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 50

WALLS: dict[str, str] = {
    "errors": "",
    "box": "",
    "frame": "",
    "number": "box",
    "types": "box frame number",
    "config": "errors types",
    "support": "errors",
    "sources": "config errors support types",
    "ink": "config support types",
    "candidates": "config ink support types",
    "networks": "candidates errors ink support types",
    "page": "candidates config errors ink networks support types",
    "video": "config errors ink page sources support types",
    "recognizer": "candidates config ink networks page sources types video",
    "drawing": "ink page support types",
    "sinks": "drawing errors page sources support types",
    "measuring": "drawing errors sources support types",
    "teaching": "config errors page support types",
    "jobs": "config errors recognizer sources support types",
    "forms": "candidates config errors ink jobs networks page sinks sources support types",
    "window": "config drawing errors page sinks support teaching types",
    "web": "config errors forms ink page recognizer sources support teaching types",
    "batch": "config errors jobs networks sinks sources support types",
    "training": "candidates drawing errors ink networks page sources support teaching types",
}
"""What each room uses, from the ground up: none uses one that stands below it here."""
COMMAND = {"cli", "__main__"}
"""Uses everything, and is used by nothing."""
PUBLIC = {""}
"""The package itself: its names live elsewhere."""

MAX_FILES = 15
"""In a folder, beside its ``__init__``."""

HEAVY = {"cv2", "numpy", "keras", "tensorflow", "av", "imutils", "ai_edge_litert"}


def room_of(module: str) -> str:
    """Return the room of a module given by its name below camdigits, "" for the package."""
    return module.split(".")[0]


def name_of(path: Path) -> str:
    """Return a module's name below camdigits."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_by(tree: ast.AST, *, is_typing_left_out: bool = False) -> Iterator[str]:
    """Yield the modules that code imports, those for type checkers too unless they are left out."""
    for node in ast.iter_child_nodes(tree):
        if is_typing_left_out and _is_for_type_checkers(node):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            yield from _homes(node)
        else:
            yield from imported_by(node, is_typing_left_out=is_typing_left_out)


def _is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _homes(node: ast.ImportFrom) -> Iterator[str]:
    """Yield where the names live that are imported: a module of a package, or what it holds."""
    for alias in node.names:
        full = f"{node.module}.{alias.name}"
        if node.module == "camdigits" and alias.name in camdigits.__all__:
            value = getattr(camdigits, alias.name)
            yield getattr(value, "__module__", "camdigits")
        else:
            yield full if full in NAMES else str(node.module)


def imports_of(path: Path, *, is_typing_left_out: bool = False) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return set(imported_by(tree, is_typing_left_out=is_typing_left_out))


def own_imports_of(path: Path) -> set[str]:
    """Return the names below camdigits of the modules that one imports."""
    own = {name for name in imports_of(path) if name.split(".")[0] == "camdigits"}
    return {name.removeprefix("camdigits").lstrip(".") for name in own}


NAMES = {f"camdigits.{name_of(path)}".rstrip("."): path for path in MODULES}


def test_walls_are_listed_from_the_ground_up() -> None:
    listed = list(WALLS)

    assert all(listed.index(used) < listed.index(room) for room in WALLS for used in uses(room))
    assert {room_of(name_of(path)) for path in MODULES} == {*WALLS, *COMMAND, *PUBLIC}


def uses(room: str) -> list[str]:
    return WALLS[room].split()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_down(path: Path) -> None:
    room = room_of(name_of(path))
    used = {name: room_of(name) for name in own_imports_of(path)}

    assert room in COMMAND or not set(used.values()) & COMMAND, "nothing uses the command line"
    if room in WALLS:
        wrong = {name for name, other in used.items() if other not in {room, *uses(room), *PUBLIC}}
        assert not wrong, f"{room} must not import {', '.join(sorted(wrong))}"


@pytest.mark.parametrize("room", WALLS)
def test_rooms_use_all_that_is_listed(room: str) -> None:
    paths = [path for path in MODULES if room_of(name_of(path)) == room]
    used = {room_of(name) for path in paths for name in own_imports_of(path)}

    assert used - {room, *PUBLIC} == set(uses(room))


def test_no_modules_import_each_other_in_a_circle() -> None:
    waiting = {name_of(path): own_imports_of(path) - PUBLIC for path in MODULES}
    waiting = {name: used - {name} for name, used in waiting.items()}
    while free := [name for name, used in waiting.items() if not used & waiting.keys()]:
        for name in free:
            del waiting[name]

    assert not waiting


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent == PACKAGE], ids=name_of)
def test_vocabulary_needs_no_package(path: Path) -> None:
    if name_of(path) in {"recognizer", "__main__"}:
        return
    assert not {name.split(".")[0] for name in imports_of(path, is_typing_left_out=True)} & HEAVY


@pytest.mark.parametrize(
    "path", [path for path in MODULES if room_of(name_of(path)) != "training"], ids=name_of
)
def test_only_training_needs_keras(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports_of(path)} & {"keras", "tensorflow"}


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in MODULES}), ids=lambda folder: folder.name
)
def test_folders_can_be_overlooked_and_say_what_they_are(folder: Path) -> None:
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]

    assert len(files) <= MAX_FILES
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))


def test_unit_tests_stand_in_the_rooms_of_what_they_test() -> None:
    folders = {path.parent.name for path in Path(__file__).parent.glob("*/test_*.py")}

    assert folders - {"tools"} <= set(WALLS)


def test_the_wheel_holds_every_package() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))
    packages = {
        f"camdigits.{name_of(path.parent / '__init__.py')}".rstrip(".")
        for path in PACKAGE.rglob("__init__.py")
    }

    assert set(project["tool"]["setuptools"]["packages"]) == packages | {"camdigits.weights"}


@pytest.mark.parametrize(
    "path", [*MODULES, *sorted(TOOLS.glob("*.py"))], ids=lambda path: path.stem
)
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    functions = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    long = [
        f"{node.name}: {lines} lines"
        for node in functions
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    ]

    assert not long
    assert len(text.splitlines()) <= MAX_MODULE_LINES
