"""Lists the lines with which camdigits refuses, as the code has them, for docs/errors.md.

python tools/list_errors.py            # rewrites the tables of docs/errors.md
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from camdigits import errors

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "errors.md"
BEGIN, END = "<!-- tables: tools/list_errors.py -->", "<!-- end of tables -->"

CODES: dict[str, int] = {
    name: kind.exit_code
    for name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.CamdigitsError)
}
CODES["PageError"] = errors.SourceDamagedError.exit_code
"""Exit code of each kind of error by its name, and of why a page of a PDF is left out."""

REASONS = {
    "sources/documents/pdf.py": ("_why_not", "SourceOpenError"),
    "sources/live/probe.py": ("why_unreachable _why_nothing", "SourceOpenError"),
    "sources/remote/connection.py": ("why_insecure", "SourceOpenError"),
    "sources/videos/container.py": ("unreadable", "SourceOpenError"),
    "sources/videos/damage.py": ("_reason", "SourceDamagedError"),
}
"""Functions whose texts become the last part of a line, and the error that carries them."""

TITLES = {
    1: "1: an output, weights, data, a package",
    2: "2: arguments",
    3: "3: a source",
    4: "4: nothing read",
}


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One line that may be said.

    Attributes:
        code: the exit code that comes with it.
        module: the file that says it, below ``camdigits/``.
        text: the line; what differs from time to time is an ellipsis.
    """

    code: int
    module: str
    text: str


def lines() -> list[Line]:
    """Return all lines in the code, in the order of the tables."""
    package = ROOT / "camdigits"
    found = set[Line]()
    for path in sorted(package.rglob("*.py")):
        module, tree = path.relative_to(package).as_posix(), ast.parse(path.read_text("utf-8"))
        for name, argument in _raised(tree):
            text = _text(argument)
            if text.strip("…: "):
                found.add(Line(CODES[name], module, text))
        functions, kind = REASONS.get(module, ("", ""))
        for text in _returned(tree, functions.split()):
            found.add(Line(CODES[kind], module, f"…: {text}"))
    return sorted(found)


def tables() -> str:
    """Return the tables, one for each exit code."""
    found, parts = lines(), []
    for code, title in TITLES.items():
        rows = [f"| {_cell(it.text)} | `{it.module}` |" for it in found if it.code == code]
        head = (f"## Exit code {title}", "", "| line | said by |", "|---|---|")
        parts.append("\n".join([*head, *rows]))
    return "\n\n".join(parts)


def page(text: str) -> str:
    """Return the page with the tables of today."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{rest.partition(END)[2]}"


def _raised(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield name and text of the errors that code makes."""
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
        if is_call and node.func.id in CODES:
            yield node.func.id, node.args[0]


def _returned(tree: ast.AST, functions: Sequence[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in functions:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    text = _text(inner.value)
                    if text.strip("…: "):
                        yield text


def _text(node: ast.expr) -> str:
    """Return a literal's text; what is filled in is an ellipsis."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return "…"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def main() -> None:
    """Rewrite the tables of the page."""
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
