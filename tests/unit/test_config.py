"""Settings say what they mean, and refuse what means nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from camdigits.config import ReadConfig, chosen_pages
from camdigits.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", [3]),
        ("2-4", [2, 3, 4]),
        ("1,4-", [1, 4, 5, 6]),
        ("-2", [1, 2]),
        ("5,1, 5", [1, 5]),
        ("2-3,3-4", [2, 3, 4]),
        ("6-99", [6]),
        ("7", []),
        ("7-", []),
    ],
)
def test_pages_are_chosen_in_their_order(text: str, expected: list[int]) -> None:
    assert chosen_pages(text, 6) == expected


@pytest.mark.parametrize("text", ["", "-", ",", "0", "0-3", "4-2", "a", "1;2", "1-2-3", "1.5", "²"])
def test_what_chooses_no_pages_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="chooses no pages"):
        ReadConfig(pages=text)


def test_a_choice_of_many_pages_takes_no_memory() -> None:
    assert chosen_pages("1-999999999", 3) == [1, 2, 3]


@pytest.mark.parametrize(
    "make",
    [
        lambda: ReadConfig(polarity="x" * 10**6),  # type: ignore[arg-type]
        lambda: ReadConfig(roi=[0] * 10**6),  # type: ignore[arg-type]
        lambda: ReadConfig(match="(" * 10**5),
    ],
)
def test_no_error_fills_a_terminal(make: Callable[[], ReadConfig]) -> None:
    with pytest.raises(UsageError) as caught:
        make()
    assert len(str(caught.value)) < 7000
    assert " [...] " in str(caught.value)
