"""The window is placed on a pretended screen, by window managers of several kinds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from camdigits.types import Box
from camdigits.window.placement import SETTLING_POLLS, SETTLING_S, Placement
from camdigits.window.saved_geometry import SavedPlaces, shape_of

SCREEN = Box(0, 0, 1280, 900)
WIDE, TALL = (1280, 758), (640, 1100)
FRAME = 1, 20


@dataclass
class Manager:
    """A window manager with one window, which shows a picture that keeps its shape.

    Attributes:
        frame: width of the frame at the sides, and height of its title.
        tile: the window has this size and place, whatever is asked; None lets it choose.
        place: where the frame of a new window comes to stand.
    """

    frame: tuple[int, int] = (0, 0)
    tile: Box | None = None
    place: tuple[int, int] = (40, 60)
    size: tuple[int, int] = (1, 1)
    shape: tuple[int, int] = (1, 1)
    asked: list[tuple[int, int]] = field(default_factory=list)

    def move(self, x: int, y: int) -> None:
        self.place = x, y
        self.asked.append((x, y))

    def resize(self, w: int, h: int) -> None:
        self.size = w, h

    def rect(self) -> Box | None:
        outer = self.tile or Box(
            self.place[0] + self.frame[0], self.place[1] + self.frame[1], *self.size
        )
        scale = min(outer.w / self.shape[0], outer.h / self.shape[1])
        w, h = max(1, int(self.shape[0] * scale)), max(1, int(self.shape[1] * scale))
        return Box(outer.x + (outer.w - w) // 2, outer.y + (outer.h - h) // 2, w, h)


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Run:
    """A window that is opened, and closed by `end`."""

    manager: Manager
    path: Path
    screen: Box | None = SCREEN
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        saved = SavedPlaces(self.path)
        self.placement = Placement(self.manager, saved, self.screen, self.clock)

    def show(self, *shapes: tuple[int, int], polls: int = 8 * SETTLING_POLLS) -> Run:
        for shape in shapes:
            self.manager.shape = shape
            self.placement.fit(shape)
            self.wait(polls)
        return self

    def wait(self, polls: int = 8 * SETTLING_POLLS) -> None:
        for _ in range(polls):
            self.placement.look()
            self.clock.now_s += SETTLING_S / SETTLING_POLLS

    def end(self) -> Box:
        rect = self.manager.rect()
        self.placement.keep()
        assert rect is not None
        return rect


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "window.json"


@pytest.mark.parametrize("frame", [(0, 0), FRAME, (6, 48)])
@pytest.mark.parametrize("polls", [1, 12, 100])
def test_window_that_nobody_moves_is_kept_nowhere(
    path: Path, frame: tuple[int, int], polls: int
) -> None:
    for shape in (WIDE, TALL) * 3:
        Run(Manager(frame), path).show(shape, polls=polls).end()

    assert not path.exists()


@pytest.mark.parametrize("frame", [(0, 0), FRAME, (6, 48)])
@pytest.mark.parametrize("polls", [1, 15, 100])
def test_window_that_was_moved_opens_there_again_and_does_not_walk(
    path: Path, frame: tuple[int, int], polls: int
) -> None:
    run = Run(Manager(frame), path).show((640, 505))
    run.manager.place = 300, 200
    run.wait()
    left = run.end()

    for _ in range(5):
        Run(Manager(frame), path).show((640, 505), polls=polls).end()

    assert Run(Manager(frame), path).show((640, 505)).end() == left
    assert SavedPlaces(path).recall() == {"1.3": left}


@pytest.mark.parametrize("frame", [(0, 0), FRAME])
def test_each_shape_has_a_size_and_place_of_its_own(path: Path, frame: tuple[int, int]) -> None:
    lefts = []
    for shape, place, size in ((WIDE, (100, 80), (640, 379)), (TALL, (700, 90), (320, 550))):
        run = Run(Manager(frame), path).show(shape)
        run.manager.place, run.manager.size = place, size
        run.wait()
        lefts.append(run.end())

    for _ in range(5):
        run = Run(Manager(frame), path)
        assert [run.show(shape).manager.rect() for shape in (WIDE, TALL)] == lefts
        run.end()


def test_alternating_shapes_keep_their_sizes(path: Path) -> None:
    run = Run(Manager(FRAME), path)
    first = [run.show(shape).manager.rect() for shape in (WIDE, TALL)]

    for _ in range(10):
        assert [run.show(shape).manager.rect() for shape in (WIDE, TALL)][1] == first[1]

    wide = run.show(WIDE).manager.rect()
    assert wide is not None and first[0] is not None
    assert (wide.w, wide.h) == (first[0].w, first[0].h)


@pytest.mark.parametrize("polls", [0, 1, 5, 15, 40])
def test_shapes_that_follow_each_other_fast_do_not_make_it_walk(path: Path, polls: int) -> None:
    run = Run(Manager(FRAME), path).show(WIDE, polls=40)
    first = run.manager.rect()
    run.show(*(TALL, WIDE) * 10, polls=polls)

    assert run.show(WIDE).manager.rect() == first


def test_shapes_that_follow_each_other_from_the_start_do_not_either(path: Path) -> None:
    wide, tall = (600, 400), (300, 500)
    run = Run(Manager(FRAME), path).show(*(tall, wide) * 10, polls=5)

    rect = run.show(wide).end()
    assert (rect.x, rect.y) == (40 + FRAME[0], 60 + FRAME[1])


def test_pictures_of_nearly_the_same_shape_do_not_shrink_the_window(path: Path) -> None:
    run = Run(Manager(), path).show((1000, 750))
    run.manager.size, run.manager.place = (500, 375), (50, 60)
    run.wait()
    for shape in ((1000, 735), (1000, 750), (1000, 765)) * 10:
        run.show(shape)

    rect = run.show((1000, 750)).end()
    assert abs(rect.w - 500) <= 2


@pytest.mark.parametrize("shape", [WIDE, TALL, (4000, 3000), (300, 90)])
@pytest.mark.parametrize("place", [(-400, -300), (1200, 880), (0, 0), (5000, 5000)])
def test_window_is_seen_whole_wherever_it_was(
    path: Path, shape: tuple[int, int], place: tuple[int, int]
) -> None:
    SavedPlaces(path).keep({shape_of(shape): Box(*place, *shape)})

    rect = Run(Manager(FRAME), path).show(shape).end()

    assert rect.x >= FRAME[0] and rect.y >= FRAME[1]
    assert rect.right <= SCREEN.right and rect.bottom <= SCREEN.bottom


def test_place_on_a_larger_screen_is_not_forgotten_on_a_small_one(path: Path) -> None:
    left = {"1.3": Box(2000, 1100, 640, 480)}
    SavedPlaces(path).keep(left)

    Run(Manager(FRAME), path).show((640, 480)).end()

    assert SavedPlaces(path).recall() == left


def test_new_window_is_brought_onto_the_screen(path: Path) -> None:
    rect = Run(Manager(FRAME, place=(900, -100)), path).show((640, 480)).end()

    assert rect == Box(SCREEN.right - FRAME[0] - 640, FRAME[1], 640, 480)


@pytest.mark.parametrize("tile", [Box(2, 18, 1276, 860), Box(640, 18, 300, 860)])
def test_what_a_tiling_manager_chooses_is_not_kept(path: Path, tile: Box) -> None:
    left = {"1.7": Box(100, 80, 640, 379)}
    SavedPlaces(path).keep(left)

    for shape in (WIDE, TALL, WIDE):
        run = Run(Manager(tile=tile), path).show(shape, TALL, WIDE)
        run.manager.tile = Box(10, 18, 500, 860)
        run.wait()
        run.end()

    assert SavedPlaces(path).recall() == left


def test_place_is_taken_as_it_is_where_the_screen_is_not_known(path: Path) -> None:
    SavedPlaces(path).keep({"1.3": Box(-700, 50, 640, 480)})

    assert Run(Manager(FRAME), path, None).show((640, 480)).end() == Box(-700, 50, 640, 480)


def test_a_window_that_has_gone_leaves_what_was_seen_last(path: Path) -> None:
    run = Run(Manager(), path).show((640, 480))
    run.manager.place = 300, 200
    run.wait()
    run.manager.rect = lambda: None  # type: ignore[method-assign]
    run.wait()
    run.placement.keep()

    assert SavedPlaces(path).recall() == {"1.3": Box(300, 200, 640, 480)}
