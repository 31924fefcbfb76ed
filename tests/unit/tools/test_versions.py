"""Bounds of dependencies: both ends were tried, and the table says what is to be done."""

from __future__ import annotations

import pytest
import versions
from packaging.requirements import Requirement
from packaging.version import Version
from versions import Row, requirements, rows, table, tried

BUILT_WITH = {"build", "mypy", "ruff", "setuptools"}
"""What users do not run; the newest is enough."""


def test_every_bound_is_one_that_was_tried() -> None:
    for row in rows(tried(), {}):
        bounds = {each.operator: Version(each.version) for each in row.allowed.specifier}
        assert row.oldest is not None and row.newest is not None, f"{row.name} was never tried"
        assert bounds.keys() == {">=", "<"}, row.name
        if row.name not in BUILT_WITH:
            assert bounds[">="] == row.oldest, row.name
        assert row.newest < bounds["<"] == _after(row.newest, bounds["<"]), row.name


def _after(version: Version, like: Version) -> Version:
    """Return the next major version; of what has none yet, as precisely as a bound says it."""
    if len(like.release) == 1:
        return Version(str(version.major + 1))
    return Version(f"{version.major}.{version.minor + 1}")


def row(newest_tried: str | None, available: str | None) -> Row:
    oldest = None if newest_tried is None else Version("17")
    latest = None if newest_tried is None else Version(newest_tried)
    out = None if available is None else Version(available)
    return Row(
        "av", Requirement("av>=17,<20"), oldest, latest, {"3.11": Version("18"), "3.14": out}
    )


@pytest.mark.parametrize(
    ("newest_tried", "available", "advice"),
    [
        ("19.0.2", "19.0.2", ""),
        ("19.0.2", None, ""),
        ("18", "19.1", "19.1 is allowed and was not tried"),
        ("19.0.2", "20.0", "20.0 is out and not allowed: try it, then raise the bound"),
        (None, "19.0.2", "never tried"),
    ],
)
def test_what_is_to_be_done(newest_tried: str | None, available: str | None, advice: str) -> None:
    assert row(newest_tried, available).advice == advice


def test_the_table_has_a_column_for_each_python() -> None:
    head, line = table([row("19.0.2", None)], ["3.11", "3.14"]).splitlines()

    assert head.split("  ")[0] == "package"
    assert line.split() == ["av", "<20,>=17", "17", "-", "19.0.2", "18", "none"]


def test_requirements_are_those_of_all_extras() -> None:
    names = [each.name for each in requirements()]

    assert {"numpy", "tensorflow", "ray", "starlette", "pytest", "ruff", "setuptools"} <= set(names)
    assert "camdigits" not in names


def test_an_environment_is_kept_once_for_each_python(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "TRIED", tmp_path / "tried.json")

    versions.record("here")
    versions.record("here")

    [environment] = tried()
    assert environment["name"] == "here"
    assert environment["packages"]["pytest"] == pytest.__version__
