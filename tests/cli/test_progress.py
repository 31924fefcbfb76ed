"""Progress on the terminal, and only there."""

from __future__ import annotations

import io
import re
import sys

import pytest

from camdigits.cli.terminal.reading_progress import SilentProgress, TerminalProgress, open_progress


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    name = "<stdout>"
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def words(self) -> str:
        """What was drawn, without what moves the cursor and paints."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|[━╸╺]", "", self.getvalue())


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("camdigits.cli.terminal.reading_progress.REFRESH_S", 0)
    return Terminal()


def test_nothing_is_shown_where_stderr_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)

    with open_progress(3) as progress:
        progress.start("clip.mp4", 10)
        progress.advance()

    assert stream.getvalue() == ""


def test_nothing_is_shown_for_no_file(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)

    assert type(open_progress(0)) is SilentProgress


def test_frames_and_rate_are_shown(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)

    with open_progress(1) as progress:
        progress.start("clip[1].mp4", 20)
        for _ in range(7):
            progress.advance()

    assert "clip[1].mp4" in terminal.words()
    assert " 7/20" in terminal.words()
    assert "fps" in terminal.words()


def test_several_files_are_counted(terminal: Terminal) -> None:
    with TerminalProgress(terminal, 2) as progress:
        progress.start("a.png", 1)
        progress.start("b\n.png", None)
        progress.advance()

    assert "a.png (1 of 2)" in terminal.words()
    assert r"b\n.png (2 of 2)" in terminal.words()


def test_results_on_the_same_terminal_stand_on_lines_of_their_own(terminal: Terminal) -> None:
    results = Terminal()

    with TerminalProgress(terminal, 1) as progress:
        progress.start("clip.mp4", 20)
        progress.advance()
        before = len(terminal.getvalue())
        progress.results(results).write("0:00:01.00 7\n")

    wiped_and_drawn = terminal.getvalue()[before:]
    assert "\x1b[2K" in wiped_and_drawn
    assert results.getvalue() == "0:00:01.00 7\n"


def test_results_that_go_elsewhere_are_not_touched(terminal: Terminal) -> None:
    results = io.StringIO()

    with TerminalProgress(terminal, 1) as progress:
        assert progress.results(results) is results


def test_a_terminal_that_went_away_hides_no_error(terminal: Terminal) -> None:
    with pytest.raises(KeyboardInterrupt), TerminalProgress(terminal, 1) as progress:
        progress.start("clip.mp4", 20)
        terminal.write = _broken  # type: ignore[method-assign]
        raise KeyboardInterrupt


def _broken(_text: str) -> int:
    raise OSError(5, "Input/output error")


def test_the_summary_counts_the_frames_of_the_last_source() -> None:
    progress = SilentProgress()
    progress.start("a.mp4", None)
    progress.advance()
    progress.start("b.mp4", None)
    progress.advance()
    progress.advance()

    assert progress.summary().startswith("2 frames in ")
