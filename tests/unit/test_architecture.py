"""Keeps the direction of imports and the size of modules and functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import camdigits

PACKAGE = Path(camdigits.__file__).parent
TOOLS = PACKAGE.parent / "tools"
MODULES = sorted(PACKAGE.rglob("*.py"))

MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 50

VOCABULARY = {"", "types", "errors", "config"}
MAY_IMPORT = {
    "vocabulary": {"vocabulary"},
    "stages": {"vocabulary", "stages"},
    "recognizer": {"vocabulary", "stages", "recognizer"},
    "training": {"vocabulary", "stages", "training"},
    "jobs": {"vocabulary", "stages", "recognizer", "jobs"},
    "batch": {"vocabulary", "stages", "recognizer", "jobs", "batch"},
    "cli": {"vocabulary", "stages", "recognizer", "jobs", "batch", "training", "cli"},
}
"""Which parts of the package each part may use; what is no other part is a stage."""

HEAVY = {"cv2", "numpy", "keras", "tensorflow", "av", "imutils", "ai_edge_litert"}


def part_of(module: str) -> str:
    """Return the part of a module given by its name below camdigits, "" for the package."""
    first = module.split(".")[0]
    if module in VOCABULARY:
        return "vocabulary"
    if first == "__main__":
        return "cli"
    return first if first in MAY_IMPORT else "stages"


def name_of(path: Path) -> str:
    """Return a module's name below camdigits."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def runtime_imports(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that code imports anywhere but under ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            yield from _homes(node) if node.module == "camdigits" else [str(node.module)]
        else:
            yield from runtime_imports(node)


def _homes(node: ast.ImportFrom) -> Iterator[str]:
    """Yield where the public names live that are taken from the package itself."""
    for alias in node.names:
        public = getattr(camdigits, alias.name, None)
        yield getattr(public, "__module__", f"camdigits.{alias.name}")


def imports_of(path: Path) -> set[str]:
    return set(runtime_imports(ast.parse(path.read_text("utf-8"))))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    part = part_of(name_of(path))

    own = {name for name in imports_of(path) if name.split(".")[0] == "camdigits"}
    used = {name: part_of(name.removeprefix("camdigits").lstrip(".")) for name in own}

    wrong = {name for name, other in used.items() if other not in MAY_IMPORT[part]}
    assert not wrong, f"{part} must not import {', '.join(sorted(wrong))}"


@pytest.mark.parametrize(
    "path", [path for path in MODULES if part_of(name_of(path)) == "vocabulary"], ids=name_of
)
def test_vocabulary_needs_no_package(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports_of(path)} & HEAVY


@pytest.mark.parametrize(
    "path", [path for path in MODULES if part_of(name_of(path)) != "training"], ids=name_of
)
def test_only_training_needs_keras(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports_of(path)} & {"keras", "tensorflow"}


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
