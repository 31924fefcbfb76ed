"""What the report of speed calls better, worse and missed."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.report import Row, compare, table_row, write_report

from camdigits.errors import DataError


def report(path: Path, *rows: Row) -> Path:
    write_report(path, {"cores": 2}, list(rows))
    return path


@pytest.mark.parametrize(
    ("better", "before", "after", "word"),
    [
        ("lower", 10.0, 12.0, "**worse**"),
        ("lower", 10.0, 8.0, "better"),
        ("lower", 10.0, 10.5, ""),
        ("higher", 0.5, 0.4, "**worse**"),
        ("higher", 0.5, 0.6, "better"),
        ("higher", 0.5, 0.48, ""),
    ],
)
def test_a_figure_that_changed_by_a_tenth_is_told(better, before, after, word, tmp_path):
    old = report(tmp_path / "old.json", Row("cost", before, None, " ms", better))
    new = report(tmp_path / "new.json", Row("cost", after, None, " ms", better))

    lines, is_worse = compare(old, new)

    assert lines[2:] == [f"| cost | {before:.3g} | {after:.3g} ms | {word} |"]
    assert is_worse == (word == "**worse**")


def test_figures_that_only_one_report_has_are_told_and_are_not_worse(tmp_path):
    old = report(tmp_path / "old.json", Row("a", 1.0, None))
    new = report(tmp_path / "new.json", Row("b", 2.0, None))

    lines, is_worse = compare(old, new)

    assert lines[2:] == ["| b | | 2 | new |", "| a | 1 | | gone |"]
    assert not is_worse


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rows": [{"what": "a"}]}'])
def test_what_is_no_report_is_refused(text, tmp_path):
    good = report(tmp_path / "good.json", Row("a", 1.0, None))
    bad = tmp_path / "bad.json"
    bad.write_text(text)
    with pytest.raises(DataError, match="no report of this tool"):
        compare(good, bad)
    with pytest.raises(DataError, match="no report of this tool"):
        compare(tmp_path / "missing.json", good)


def test_a_missed_goal_is_marked():
    assert "**missed**" in table_row(Row("ratio", 0.8, 0.9, better="higher"))
    assert "**missed**" in table_row(Row("cost", 7.0, 6.0))
    assert "**missed**" not in table_row(Row("ratio", 0.9, 0.9, better="higher"))
    assert "**missed**" not in table_row(Row("cost", 6.0, 6.0))
    assert "**missed**" not in table_row(Row("size", 6.0, None))
