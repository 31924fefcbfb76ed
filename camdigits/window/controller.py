"""What the window shows and what its keys do, without the window itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from camdigits.errors import OutputError
from camdigits.types import Box, Frame, Reading
from camdigits.window.display import with_banner, with_help, with_status
from camdigits.window.keys import Action, action_of, digit_of
from camdigits.window.recording import Recording, save_scene
from camdigits.window.region import Drag, outline
from camdigits.window.scene import Scene
from camdigits.window.services import Services
from camdigits.window.settings import STEP, Settings
from camdigits.window.status import StatusLine
from camdigits.window.teaching_mode import TeachingMode, TeachingSession

if TYPE_CHECKING:
    from camdigits.types import Image


class Controller:
    """The scene and everything that is done with it.

    Attributes:
        closed: the user wants to end.
        mirror: the picture is shown as a mirror shows it.
        full_screen: the picture fills the screen.
        settings: of the reading.
        banner: a warning over the picture, such as that the camera is lost; "" for none.
    """

    def __init__(self, services: Services, mirror: bool = False) -> None:
        self.closed, self.mirror, self.full_screen = False, mirror, False
        self.settings = Settings(services.reader)
        self._services = services
        self._status = StatusLine()
        self._scene: Scene | None = None
        self._teaching = TeachingMode(services.teacher)
        self._recording = Recording(services.open_video)
        self.banner = self._shown_notice = ""
        self._drag, self._is_choosing = Drag(), False
        self._debug_view: tuple[Scene, Image] | None = None
        self._paused = self._let_through = self._help = self._is_debugging = False
        self._is_read_anew = self._is_finished = False
        self._actions = self._table()

    def _table(self) -> dict[Action, Callable[[int], None]]:
        """Return what each action does; of the key's code only "is digit" makes use."""
        return {
            "quit": lambda _: self._quit(),
            "pause": lambda _: self._pause(),
            "step": lambda _: self._step(),
            "save": lambda _: self._save(),
            "record": lambda _: self._record(),
            "mirror": lambda _: self._turn_round(),
            "debug": lambda _: self._toggle_debug(),
            "full screen": lambda _: self._fill_screen(),
            "surer": lambda _: self._change(self.settings.ask_for(STEP)),
            "less sure": lambda _: self._change(self.settings.ask_for(-STEP)),
            "polarity": lambda _: self._change(self.settings.change_ink()),
            "region": lambda _: self._choose_region(),
            "teach": lambda _: self._teach(),
            "help": lambda _: self._toggle_help(),
            "is digit": lambda code: self._answer(digit_of(code)),
            "is none": lambda _: self._answer(None),
            "next digit": lambda _: self._teaching.move(1),
            "last digit": lambda _: self._teaching.move(-1),
            "take back": lambda _: self._teaching.take_back(),
            "end teaching": lambda _: self._teaching.end(),
        }

    @property
    def is_waiting(self) -> bool:
        """This frame stays until a key is pressed."""
        if self._scene is None or self.closed:
            return False
        if self._session is not None:
            return True
        return (self._is_still or self._paused) and not self._let_through

    @property
    def _session(self) -> TeachingSession | None:
        return self._teaching.session

    @property
    def _is_still(self) -> bool:
        return self._scene is not None and self._scene.reading.is_still

    @property
    def is_stale(self) -> bool:
        """The picture tells of something that is no news any more."""
        return self._shown_notice != self._status.notice

    def show(self, frame: Frame, reading: Reading) -> None:
        """Take the next frame, to which no banner belongs yet; record it if a video is recorded."""
        self.banner = ""
        self._scene = scene = Scene.of(frame, reading, self.settings.config, self.mirror)
        self._let_through = self._is_read_anew = False
        self._status.count(self.settings.read_s)
        problem = self._recording.is_on and self._recording.add(scene.picture(), frame.time_s)
        if problem:
            self._status.tell(problem)

    def finish(self) -> None:
        """Take note that the frame that is shown is a video's last: it stays."""
        if not self._is_still:
            self._paused, self._is_finished, self._let_through = True, True, False

    def correct(self, reading: Reading) -> bool:
        """Take what is known by now of the frame that is shown; returns whether it is news.

        It is none for a frame that was read anew meanwhile, as a key changed a setting.
        """
        scene = self._scene
        if scene is None or self._is_read_anew or scene.reading.index != reading.index:
            return False
        self._scene = Scene.of(scene.frame, reading, self.settings.config, self.mirror)
        self._status.reads.add(self.settings.read_s)
        return True

    def press(self, code: int) -> bool:
        """Do what a key is for, by its plain code; returns whether it is for anything."""
        action = action_of(code, "read" if self._session is None else "teach")
        if action is None or (self._scene is None and action != "quit"):
            return False
        was_waiting = self.is_waiting
        self._actions[action](code)
        if was_waiting and not self.is_waiting:
            self._status.rate.begin()
        return True

    def follow_mouse(self, event: int, x: int, y: int) -> bool:
        """Take a mouse event of OpenCV's, in pixels of what is shown.

        Returns:
            Whether something changed.
        """
        box = self._drag.follow(event, x, y)
        if self._scene is None or self._shows_debug:
            return False
        if box is not None:
            self._take(box, self._scene)
        return box is not None or (self._is_choosing and self._drag.box is not None)

    def _take(self, box: Box, scene: Scene) -> None:
        """Act on a click or drag that is done."""
        source = scene.to_source(box)
        height, width = scene.frame.image.shape[:2]
        whole = Box(0, 0, width, height)
        if not source.intersection(whole):  # the status line
            return
        if box.area == 1:
            self._teach((source.x, source.y))
        elif self._is_choosing:
            self._is_choosing = False
            self._change(self.settings.read_only(source.clipped(whole)))

    def picture(self) -> Image | None:
        """Return what the window shows, with the status line below; None before the first frame."""
        if self._scene is None:
            return None
        self._shown_notice = self._status.notice
        picture = self._plain_picture(self._scene)
        if self.banner:
            picture = with_banner(picture, self.banner)
        if self._help:
            picture = with_help(picture)
        return with_status(picture, self._status_text(self._scene), self._hint())

    def close(self) -> None:
        """Finish a video that is being recorded.

        Raises:
            OutputError: if it could not be finished.
        """
        self.closed = True
        self._recording.close()

    @property
    def _shows_debug(self) -> bool:
        return self._is_debugging and self._session is None

    def _plain_picture(self, scene: Scene) -> Image:
        """Return the picture without what stands over it."""
        if self._session is not None:
            return self._session.picture(scene)
        draw = self._services.draw_debug
        if self._shows_debug and draw is not None:
            # To draw it means to read the frame once more.
            if self._debug_view is None or self._debug_view[0] is not scene:
                self._debug_view = scene, draw(scene.frame, scene.reading)
            return self._debug_view[1]
        picture = scene.picture()
        self._outline_region(scene, picture)
        return picture

    def _outline_region(self, scene: Scene, picture: Image) -> None:
        region = self.settings.config.roi
        box = self._drag.box if self._is_choosing else None
        if box is None and region is not None:
            box = scene.to_shown(region)
        if box is not None:
            outline(picture, box)

    def _status_text(self, scene: Scene) -> str:
        if self._session is not None:
            return self._status.notice or self._session.status
        doing = "at its end" if self._is_finished else "paused" if self._paused else "reading"
        if self._is_choosing:
            doing = "drag the region to read"
        if self._recording.is_on:
            doing += "   recording"
        is_moving = not (self._paused or self._is_still)
        return self._status.text(scene.reading, doing, self._services.note, is_moving)

    def _hint(self) -> str:
        if self._session is not None:
            return "Esc: end   h: keys"
        next_key = "q: end   " if self._is_finished else "Space: next   "
        return f"{next_key if self._is_finished or self._is_still else ''}h: keys"

    def _quit(self) -> None:
        if self._is_choosing:
            self._is_choosing = False
        else:
            self.closed = True

    def _pause(self) -> None:
        if self._is_still:
            self._let_through = True
        else:
            self._paused = not self._paused

    def _step(self) -> None:
        """Let one frame through."""
        self._paused = self._paused or not self._is_still
        self._let_through = True

    def _save(self) -> None:
        assert self._scene is not None
        try:
            self._status.tell(f"saved {save_scene(self._scene)}: .png, -read.png and .json")
        except OutputError as error:
            self._status.tell(str(error))

    def _record(self) -> None:
        if self._is_still:
            self._status.tell("nothing moves here; s saves the picture")
        else:
            self._status.tell(self._recording.toggle())

    def _turn_round(self) -> None:
        assert self._scene is not None
        self.mirror = not self.mirror
        self._scene = replace(self._scene, mirror=self.mirror)

    def _fill_screen(self) -> None:
        self.full_screen = not self.full_screen

    def _toggle_debug(self) -> None:
        if self._services.draw_debug is None:
            self._status.tell("nothing is read here")
        else:
            self._is_debugging, self._is_choosing = not self._is_debugging, False

    def _toggle_help(self) -> None:
        self._help = not self._help

    def _choose_region(self) -> None:
        """Wait for a drag; asked for again, or where one was chosen before, read everything."""
        if self._is_choosing or self.settings.config.roi is not None:
            self._is_choosing = False
            self._change(self.settings.read_only(None))
        else:
            self._is_choosing, self._is_debugging = True, False

    def _change(self, what: str) -> None:
        """Tell what changed; a frame that stands still is read anew."""
        assert self._scene is not None
        self._status.tell(what)
        if self.is_waiting:
            self._scene, self._is_read_anew = self.settings.read_again(self._scene), True
            self._status.reads.begin(self.settings.read_s)

    def _teach(self, point: tuple[int, int] | None = None) -> None:
        """Freeze the frame and mark what stands at a point of the source, else the first digit."""
        assert self._scene is not None
        if problem := self._teaching.begin(self._scene, self.settings.config, point):
            self._status.tell(problem)
        else:
            self._is_choosing = False

    def _answer(self, label: int | None) -> None:
        if problem := self._teaching.answer(label):
            self._status.tell(problem)
