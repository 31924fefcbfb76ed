"""The README and the pages of docs/, taken apart."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = (README, *sorted(DOCS.glob("*.md")))
"""What users are to read, the README first."""

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def read(page: Path) -> str:
    return page.read_text("utf-8")


def code_lines(page: Path) -> list[str]:
    """Return the lines of a page's code blocks, indented or fenced, but those of Python."""
    text = read(page)
    fenced = [code for language, code in _FENCED.findall(text) if language != "python"]
    indented = re.findall(r"^    (.*)$", _FENCED.sub("", text), re.MULTILINE)
    return [*"".join(fenced).splitlines(), *indented]


def without_comment(line: str) -> str:
    return line.split(" #")[0].strip()


def python_blocks(page: Path) -> list[str]:
    return [code for language, code in _FENCED.findall(read(page)) if language == "python"]


def commands() -> list[str]:
    """Return the lines of all pages that call camdigits, without comments, each once."""
    lines = [without_comment(line) for page in PAGES for line in code_lines(page)]
    return list(dict.fromkeys(line for line in lines if re.search(r"(^|[|&] )camdigits \w", line)))


def section(page: Path, title: str) -> str:
    """Return the text below a heading, up to the next one of any level."""
    _, _, below = read(page).partition(f"\n## {title}\n")
    assert below, f"{page.name} has no section {title!r}"
    return re.split(r"^#+ ", below, maxsplit=1, flags=re.MULTILINE)[0]


def table(text: str) -> list[list[str]]:
    """Return the cells of the rows of the first table in a text, without its head."""
    lines = text[text.index("|---") :].splitlines()[1:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def blocks(text: str) -> list[str]:
    """Return the paragraphs and the rows of tables in a text, each as one line."""
    return [" ".join(block.split()) for block in re.split(r"\n\n+|\n(?=\|)", text)]
