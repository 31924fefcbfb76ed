"""What the tables and examples of the pages say is what the command does."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from camdigits import Box, Digit, Event, Mark, Number, Reading, Sign
from camdigits.cli import COMMANDS, main
from camdigits.errors import CamdigitsError
from camdigits.window.keys import KEYS
from tests.cli.pages import write_clip, write_page
from tests.support.docs import DOCS, PAGES, README, ROOT, blocks, code_lines, read, section, table

USE, RECORDS = DOCS / "use.md", DOCS / "records.md"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
OTHERS = {"--data-binary", "--head", "--listen"}
"""Options of other programs that the pages call: curl, ray, rpicam-vid."""


def options_of(command: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Return the long options that a command takes, as its usage has them."""
    assert main([command, "--help"]) == 0
    usage, _, _ = capsys.readouterr().out.partition("\n\n")
    return set(OPTION.findall(usage))


def without_targets(text: str) -> str:
    return re.sub(r"\]\([^)]*\)", "]", text)


def test_window_keys_are_those_of_the_program():
    shown = table(section(USE, "Keys in the window"))
    assert [(keys.replace("`", ""), does) for keys, does in shown] == [
        (row.names, row.what) for row in KEYS
    ]


def options_in_table() -> list[str]:
    rows = [OPTION.findall(row[0]) for row in table(section(USE, "Options"))]
    return [name for row in rows for name in row]


def test_options_of_run_are_all_told(capsys):
    names = options_in_table()
    assert len(names) == len(set(names))
    assert set(names) <= options_of("run", capsys)
    short = {"--verbose", "--quiet", "--output"}
    told = set(OPTION.findall(section(USE, "Options")))
    assert options_of("run", capsys) - short - told == set()


@pytest.mark.parametrize(("command", "page"), [("serve", "web.md"), ("batch", "batch.md")])
def test_options_of_its_own_are_all_told(command, page, capsys):
    own = options_of(command, capsys) - set(options_in_table()) - {"--verbose", "--quiet"}
    assert own
    assert own - set(OPTION.findall(read(DOCS / page))) == set()


def test_every_option_that_is_named_is_there(capsys):
    known = {"--help", "--version"} | OTHERS
    for command in COMMANDS:
        known |= options_of(command, capsys)
    for tool in (ROOT / "tools").rglob("*.py"):
        known |= set(re.findall(r'"(--[a-z-]+)"', read(tool)))
    named = {(page.name, name) for page in PAGES for name in OPTION.findall(read(page))}
    assert {(page, name) for page, name in named if name not in known} == set()


def test_tools_that_are_named_are_there():
    named = {path for page in PAGES for path in re.findall(r"tools/\w+\.py", read(page))}
    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []


def kinds_of_error(kind: type[CamdigitsError]) -> Iterator[type[CamdigitsError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from kinds_of_error(each)


def test_exit_codes_are_those_of_the_program(capsys):
    codes = {"0", *(str(kind.exit_code) for kind in kinds_of_error(CamdigitsError))}
    *rows, (stopped, meaning) = table(section(USE, "Exit codes"))
    assert {code for code, _ in rows} == codes
    assert main(["run", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.partition("exit codes: ")[2].split())
    assert re.findall(r"(?:^|, )(\d) ", told) == [code for code, _ in rows]
    assert told.endswith(f"{stopped} {meaning.partition(';')[0]}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_page(tmp_path / "photo.jpg")
    write_clip(tmp_path / "clip.mp4")
    return tmp_path


def shape(value: Any) -> Any:
    """Return what a record consists of: keys and kinds, of a list those of its first item."""
    match value:
        case dict():
            return {key: shape(each) for key, each in value.items()}
        case [first, *_]:
            return [shape(first)]
        case bool() | None:
            return value
        case int() | float():
            return "number"
        case _:
            return type(value).__name__


def test_json_lines_look_like_the_example(folder, capsys):
    lines = [line for line in code_lines(RECORDS) if line.startswith(("{", " "))]
    example = "\n".join(lines).replace("x,y,w,h", "1,2,3,4")
    frame, event = (json.loads(part) for part in re.split(r"\n(?=\{)", example))
    assert main(["run", "clip.mp4", "--format", "jsonl", "--records", "both"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    frames = [record for record in records if record["type"] == "frame"]
    (appeared,) = [record for record in records if record["type"] == "event"]
    assert shape(frames[-1]) == shape(frame)
    assert shape(appeared) == shape(event)
    assert list(frames[-1]) == list(frame)
    assert list(appeared) == list(event)
    assert frame["schema"] == event["schema"] == frames[-1]["schema"]


def test_keys_of_records_are_explained():
    explained = [row[0].strip("`") for row in table(section(RECORDS, "JSON Lines"))]
    keys = set(re.findall(r'"(\w+)":', "\n".join(code_lines(RECORDS))))
    keys.add("polygon")  # only of what lies slanted
    inside = {"label", "confidence", "track", "seen", "doubtful", "writing"}
    assert set(explained) | inside == keys
    (digits,) = [row for row in table(section(RECORDS, "JSON Lines")) if row[0] == "`digits`"]
    assert all(f"`{key}`" in digits[1] for key in inside)


def test_columns_of_csv_are_those_of_the_page(folder, capsys):
    assert main(["run", "photo.jpg", "--format", "csv"]) == 0
    header = next(csv.reader(capsys.readouterr().out.splitlines()))
    listed = section(RECORDS, "CSV").partition(": ")[2].partition(".\n")[0]
    assert re.findall(r"`(\w+)`", listed) == header


def test_columns_of_the_list_are_those_of_the_page(folder, capsys):
    assert main(["run", "photo.jpg", "--unique", "--format", "csv"]) == 0
    header = next(csv.reader(capsys.readouterr().out.splitlines()))
    listed = section(RECORDS, "Each text once").partition("each text: ")[2].partition(".\n")[0]
    listed = listed.partition(". ")[0]
    assert re.findall(r"`(\w+)`", listed) == header


def test_text_looks_like_the_example(folder, capsys):
    assert main(["run", "photo.jpg"]) == main(["run", "clip.mp4"]) == 0
    assert main(["run", "photo.jpg", "clip.mp4"]) == 0
    said = capsys.readouterr().out.splitlines()
    shown = [one for one in re.findall(r"`(.*?\d)`", section(RECORDS, "Text")) if ">" not in one]
    picture, video, named = (
        re.sub(r"[1-9]", "0", re.sub(r"(\d{3,} ?)+", "N", line)) for line in shown
    )
    forms = [re.sub(r"[1-9]", "0", re.sub(r"\b5500\b", "N", line)) for line in said]
    assert forms == [picture, video, picture, named]


@pytest.mark.parametrize(
    "kind", [Reading, Digit, Number, Mark, Sign, Event, Box], ids=lambda kind: kind.__name__
)
def test_attributes_are_those_of_the_values(kind):
    (told,) = [
        row[1] for row in table(section(RECORDS, "Python")) if row[0] == f"`{kind.__name__}`"
    ]
    assert re.findall(r"`(\w+)`", told) == [field.name for field in fields(kind)]


def test_readme_and_page_say_the_same_of_symptoms():
    shown = table(without_targets(section(README, "When it does not work")))
    whole = table(without_targets(section(USE, "Troubleshooting")))
    assert shown == whole[: len(shown)]


@pytest.mark.parametrize(
    "row", table(section(README, "How well, how fast")), ids=lambda row: row[0]
)
def test_figures_of_the_readme_are_on_the_pages(row):
    what, measured, _ = row
    figures = re.findall(r"\d[\d.,-]*\d|\d", what)
    said = re.sub(r"^precision (\S+), recall (\S+)$", r"| \1 | \2 |", measured)
    names = ("accuracy.md", "speed.md", "web.md", "batch.md", "forms.md")
    whole = re.compile(rf"(?<![\d.-]){re.escape(said)}")
    found = [block for name in names for block in blocks(read(DOCS / name)) if whole.search(block)]
    assert any(all(figure in block for figure in figures) for block in found)
