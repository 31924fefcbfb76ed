"""The table of keys: one meaning for a key at a time, whatever the system calls it."""

from __future__ import annotations

import pytest

from camdigits.cli import main
from camdigits.window.keys import KEYS, action_of, digit_of, key_lines, plain_code


@pytest.mark.parametrize("mode", ["read", "teach"])
def test_every_key_has_one_meaning(mode: str):
    codes = [code for key in KEYS if key.mode == mode for code in key.does]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("reported", "while_reading", "while_teaching"),
    [
        (ord("q"), "quit", None),
        (ord("Q"), None, None),
        (27, "quit", "end teaching"),
        (ord("n"), "step", "is none"),
        (ord("7"), None, "is digit"),
        (ord("h"), "help", "help"),
        (0x10000 + ord("+"), "surer", None),
        (0xFF51, None, "last digit"),
        (0x10FF53, None, "next digit"),
        (0x270000, None, "next digit"),
        (0xF702, None, "last digit"),
        (0xFF08, None, "take back"),
        (8, None, "take back"),
        (127, None, "take back"),
        (-1, None, None),
    ],
)
def test_key_means_what_the_window_does_now(
    reported: int, while_reading: str | None, while_teaching: str | None
):
    code = plain_code(reported)
    assert (action_of(code), action_of(code, "teach")) == (while_reading, while_teaching)


def test_digits_of_both_blocks_are_told():
    assert [digit_of(code) for code in (ord("0"), ord("9"), 0xFFB0, 0xFFB9)] == [0, 9, 0, 9]


def test_help_lists_every_key(capsys: pytest.CaptureFixture[str]):
    assert main(["run", "--help"]) == 0
    told = capsys.readouterr().out
    assert len(key_lines()) == len(KEYS)
    assert all(line in told for line in key_lines())
