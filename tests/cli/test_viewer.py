"""What is shown in the window, and what it is told while no picture comes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from camdigits.cli.live.viewer import Viewer
from camdigits.sources.live.status import LiveStatus
from camdigits.window.services import Services

LOST = LiveStatus("lost", "camera 0: no picture for 1.8 s; opening it again", 1, 1.8)
RUNNING = LiveStatus("running", "", 1, 0.1)


class StandIn:
    """Notes what a window is told."""

    closed = False

    def __init__(self, title: str, mirror: bool, services: Services) -> None:
        self.calls: list[str] = []
        windows.append(self)

    def begin(self) -> None:
        self.calls.append("begin")

    def warn(self, text: str) -> None:
        self.calls.append(f"warn {text}".rstrip())

    def poll(self) -> None:
        self.calls.append("poll")

    def hold(self, is_over: object) -> None:
        self.calls.append("hold")

    def close(self) -> None:
        self.calls.append("close")


windows: list[StandIn] = []


@pytest.fixture(autouse=True)
def _screen(monkeypatch: pytest.MonkeyPatch) -> None:
    windows.clear()
    monkeypatch.setattr("camdigits.window.screen.display_problem", lambda: None)
    monkeypatch.setattr("camdigits.window.window.Window", StandIn)


def test_lost_camera_is_told_in_the_window_until_it_is_back() -> None:
    with Viewer("live", False, Services) as viewer:
        viewer.open(SimpleNamespace(is_live=True))  # type: ignore[arg-type]
        viewer.wait(LOST)
        viewer.wait(RUNNING)
    (window,) = windows
    told = ["begin", f"warn {LOST.text}", "poll", "warn", "poll", "close"]
    assert window.calls == told


@pytest.mark.parametrize(
    ("showing", "is_live", "count"),
    [("never", True, 0), ("live", True, 1), ("live", False, 0), ("always", False, 1)],
)
def test_sources_that_are_asked_for_are_shown(showing, is_live, count) -> None:
    with Viewer(showing, False, Services) as viewer:
        sink = viewer.open(SimpleNamespace(is_live=is_live))  # type: ignore[arg-type]
        viewer.wait(LOST)
    assert (sink is not None) == (count == 1)
    assert len(windows) == count


@pytest.mark.parametrize("is_live", [True, False])
def test_a_video_is_held_at_its_end_and_a_camera_is_not(is_live: bool) -> None:
    with Viewer("always", False, Services) as viewer:
        viewer.hold(lambda: False)  # nothing is shown yet
        viewer.open(SimpleNamespace(is_live=is_live))  # type: ignore[arg-type]
        viewer.hold(lambda: False)
    (window,) = windows
    assert window.calls == ["begin", *([] if is_live else ["hold"]), "close"]
