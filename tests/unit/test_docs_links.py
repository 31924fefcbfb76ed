"""The links of the pages lead somewhere, and the README stays short."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.docs import PAGES, README, ROOT, read

LINKED = (*PAGES, ROOT / "CONTRIBUTING.md")
MAX_README_LINES = 130


def without_blocks(text: str) -> str:
    """Return a page without blocks of code, in which a number sign begins no heading."""
    fenced = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^    .*$", "", fenced, flags=re.MULTILINE)


def without_code(text: str) -> str:
    """Return a page without blocks and spans of code, in which brackets are no links."""
    return re.sub(r"`[^`]*`", "", without_blocks(text))


def links(page: Path) -> Iterator[str]:
    """Yield where the links and pictures of a page lead, but those to other sites."""
    for target in re.findall(r"\]\(([^)\s]*)\)", without_code(read(page))):
        if not re.match(r"https?:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """Return the names that headings have on GitHub."""
    used = Counter[str]()
    names = set()
    for title in re.findall(r"^#+ (.+)$", without_blocks(read(page)), re.MULTILINE):
        name = re.sub(r"[^\w -]", "", title.strip().lower()).replace(" ", "-")
        names.add(f"{name}-{used[name]}" if used[name] else name)
        used[name] += 1
    return names


def is_there(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.is_relative_to(ROOT) or not file.exists():
        return False
    return not anchor or (file.suffix == ".md" and anchor in anchors(file))


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    assert [target for target in links(page) if not is_there(page, target)] == []


def test_links_are_found_and_looked_at():
    assert len(list(links(README))) > 20
    assert is_there(README, "docs/use.md#keys-in-the-window")
    assert not is_there(README, "docs/use.md#nowhere")
    assert not is_there(README, "docs/nowhere.md")
    assert not is_there(README, "../")


def test_readme_leads_to_every_page():
    reached = {(README.parent / target.partition("#")[0]).resolve() for target in links(README)}
    assert [page.name for page in PAGES if page.resolve() not in reached | {README}] == []


def test_readme_is_short():
    assert len(read(README).splitlines()) <= MAX_README_LINES


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_page_begins_with_its_title_and_a_sentence(page):
    title, empty, first, *_ = read(page).splitlines()
    assert title.startswith("# ")
    assert not empty
    assert re.match(r"[A-Z]\w+ ", first)
