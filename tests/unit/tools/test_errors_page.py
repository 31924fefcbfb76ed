"""The page of errors says what the code says."""

from __future__ import annotations

import list_errors
import pytest

from camdigits import errors
from camdigits.sources import open_source


def test_tables_are_those_of_the_code() -> None:
    text = list_errors.PAGE.read_text("utf-8")

    assert list_errors.page(text) == text, "run: python tools/list_errors.py"


def test_every_exit_code_has_its_table() -> None:
    assert {line.code for line in list_errors.lines()} == set(list_errors.TITLES)
    assert set(list_errors.CODES.values()) == set(list_errors.TITLES)


def test_what_is_raised_is_in_the_tables() -> None:
    with pytest.raises(errors.SourceOpenError) as error:
        open_source("nowhere/missing.png")
    assert str(error.value).endswith("; check the name")
    assert error.value.exit_code == 3
    assert "| …: …; check the name | `sources/opening.py` |" in list_errors.tables()


def test_readme_leads_to_the_page() -> None:
    readme = (list_errors.ROOT / "README.md").read_text("utf-8")

    assert "](docs/errors.md)" in readme
