"""A window shows a file no faster than its own times."""

from __future__ import annotations

import pytest

from camdigits.window.playback import LONGEST_S, Playing


class Clock:
    """A time that goes on only when told."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def shown_at(arrivals_s: list[float], times_s: list[float]) -> list[float]:
    """Return when frames are shown, seconds after the first, that are read one after the other.

    Args:
        arrivals_s: how long reading each takes, in seconds.
        times_s: their own times.
    """
    clock = Clock()
    playing, shown = Playing(clock), []
    for arrival_s, time_s in zip(arrivals_s, times_s, strict=True):
        clock.now_s += arrival_s
        clock.now_s += playing.wait_s(time_s)
        playing.shown(time_s)
        shown.append(clock.now_s)
    return [at - shown[0] for at in shown]


@pytest.mark.parametrize(
    ("arrivals_s", "times_s", "expected_s"),
    [
        ([0.0], [7.0], [0.0]),
        ([0.01] * 4, [0.0, 0.5, 1.0, 1.5], [0.0, 0.5, 1.0, 1.5]),
        ([0.01] * 3, [5.0, 5.1, 5.7], [0.0, 0.1, 0.7]),  # a file whose rate varies
        ([0.0, 0.6, 0.1], [0.0, 0.5, 1.0], [0.0, 0.6, 1.0]),  # a little late is made good
        ([0.0, 0.9, 0.1], [0.0, 0.5, 1.0], [0.0, 0.9, 1.4]),  # very late is not
        ([0.7] * 3, [0.0, 0.5, 1.0], [0.0, 0.7, 1.4]),  # reading is what takes long
        ([0.0] * 3, [0.0, 3600.0, 3600.5], [0.0, LONGEST_S, LONGEST_S + 0.5]),
        ([0.0] * 3, [9.0, 0.0, 0.5], [0.0, 0.0, 0.5]),  # times that begin anew
    ],
)
def test_frames_are_shown_when_they_are_due(
    arrivals_s: list[float], times_s: list[float], expected_s: list[float]
) -> None:
    assert shown_at(arrivals_s, times_s) == pytest.approx(expected_s)


def test_after_a_pause_it_goes_on_at_once_and_no_faster() -> None:
    clock = Clock()
    playing = Playing(clock)
    playing.shown(0.0)
    clock.now_s += 60
    playing.begin()
    assert playing.wait_s(0.5) == 0
    playing.shown(0.5)
    assert playing.wait_s(1.0) == pytest.approx(0.5)
