"""``camdigits doctor``: is everything here that reading needs?"""

from __future__ import annotations

import argparse
import platform
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from camdigits import __version__
from camdigits.cli.options.server import WEB_PACKAGES
from camdigits.cli.terminal.messages import broken_dependency
from camdigits.errors import CamdigitsError
from camdigits.support.printable import printable

NAME = "doctor"

_DESCRIPTION = """\
Checks what camdigits needs, without network and without opening a camera.  Lines that begin
with FAIL say what is broken and what to do; the exit code is 1 then.  A missing camera or
display is only worth a warning: files and streams are read without them.
"""
_EPILOG = """\
examples:
  camdigits doctor
  camdigits doctor | grep -v ^ok        only what deserves a look
"""

_OPENCV_PACKAGES = (
    "opencv-python",
    "opencv-contrib-python",
    "opencv-python-headless",
    "opencv-contrib-python-headless",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        status: "FAIL" when something is broken that reading needs.
        text: one line: what was found and, unless it is fine, what to do.
    """

    status: Literal["ok", "warn", "FAIL"]
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``doctor`` takes."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG


def run(args: argparse.Namespace) -> int:
    """Print a line for every finding; return 1 if something needed is broken."""
    is_broken = False
    for name, check in CHECKS.items():
        for finding in _findings(check):
            print(f"{finding.status:5} {name:8} {printable(finding.text)}", flush=True)
            is_broken = is_broken or finding.status == "FAIL"
    return 1 if is_broken else 0


def _findings(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what a check finds; whatever stops it is a finding, too."""
    try:
        yield from check()
    except CamdigitsError as error:
        yield Finding("FAIL", str(error))
    except Exception as error:
        broken = broken_dependency(error)
        yield Finding("FAIL", str(broken or f"{type(error).__name__}: {error}"))


def check_versions() -> Iterator[Finding]:
    """Look at Python and at the packages."""
    from importlib import metadata

    yield Finding("ok", f"camdigits {__version__}")
    yield Finding("ok", f"Python {platform.python_version()} on {platform.platform(terse=True)}")
    for package in ("numpy", "ai-edge-litert", "imutils", "rich", "pypdfium2", "Pillow"):
        yield Finding("ok", f"{package} {metadata.version(package)}")
    if has_package("tensorflow"):
        yield Finding("ok", f"tensorflow {metadata.version('tensorflow')}, for training")
    else:
        yield Finding("ok", "no tensorflow; to train: pip install 'camdigits[train]'")
    if has_package("xlsxwriter"):
        yield Finding("ok", f"XlsxWriter {metadata.version('xlsxwriter')}, for tables in .xlsx")
    else:
        yield Finding("ok", "no XlsxWriter; for tables in .xlsx: pip install 'camdigits[xlsx]'")


def check_web() -> Iterator[Finding]:
    """Look whether a browser can be served."""
    from importlib import metadata

    missing = [package for package in WEB_PACKAGES if not has_package(package)]
    if missing:
        yield Finding(
            "ok",
            f"no {', '.join(missing)}; to read in a browser (camdigits serve): "
            "pip install 'camdigits[web]'",
        )
        return
    versions = ", ".join(f"{package} {metadata.version(package)}" for package in WEB_PACKAGES)
    yield Finding("ok", f"{versions}; to read in a browser: camdigits serve")


def check_opencv() -> Iterator[Finding]:
    """Load OpenCV."""
    import cv2

    yield Finding("ok", f"OpenCV {cv2.__version__}")
    installed = [name for name in _OPENCV_PACKAGES if has_package(name)]
    if len(installed) > 1:
        yield Finding(
            "warn",
            f"{' and '.join(installed)} overwrite each other's files; "
            f"uninstall all of them, then: pip install opencv-python",
        )


def check_ffmpeg() -> Iterator[Finding]:
    """Load FFmpeg, and look for the encoder of ``.mp4``."""
    import av

    yield Finding("ok", f"PyAV {av.__version__}, FFmpeg {av.ffmpeg_version_info}")
    if "libx264" not in av.codecs_available:
        yield Finding("FAIL", "no H.264 encoder (libx264), needed for .mp4; pip install av")


def check_weights() -> Iterator[Finding]:
    """Open the bundled weights and those that were taught, which compares them with their cards."""
    from camdigits.networks.classifier import LiteRTClassifier, bundled_weights
    from camdigits.networks.judge import LiteRTJudge, bundled_judge
    from camdigits.networks.line_reader import LiteRTLineReader, bundled_line_reader
    from camdigits.networks.print_detector import LiteRTPrintDetector, bundled_print_detector
    from camdigits.support.user_folders import taught_weights, teach_folder
    from camdigits.teaching.examples import TeachFolder

    # Each is measured on tests of its own, which are not equally hard.
    bundled = (
        (LiteRTClassifier, bundled_weights(), "names {test:.2%} of {n:,} test digits right"),
        (
            LiteRTJudge,
            bundled_judge(),
            "lets {digits_passed:.1%} of the digits on rendered pages pass and {others_passed:.1%} "
            "of what is none; gives {test:.2%} of all {n:,} pieces of ink the right one of its 13 "
            "names",
        ),
        (
            LiteRTLineReader,
            bundled_line_reader(),
            "reads {test:.2%} of {n:,} crowded lines of digits and marks without any mistake",
        ),
        (
            LiteRTPrintDetector,
            bundled_print_detector(),
            "tells print from handwriting, of {n:,} digits {test:.2%} right, in fonts it did not "
            "learn",
        ),
    )
    for kind, path, what in bundled:
        card = kind().card
        tested = what.format(**card.record["accuracy"])
        yield Finding("ok", f"{path.name} {tested}; sha256 {card.files[path.name][:12]}...")
    taught = taught_weights()
    waiting = TeachFolder(teach_folder()).count_since(taught.stat().st_mtime if taught else 0)
    if taught is not None:
        accuracy = LiteRTClassifier(taught).card.accuracy
        yield Finding("ok", f"taught, used by camdigits run: {taught}, {accuracy:.2%} right on it")
    elif not waiting:
        yield Finding("ok", "none taught yet; to teach: key t in the window, or camdigits teach")
    if waiting:
        examples = "1 example is" if waiting == 1 else f"{waiting:,} examples are"
        yield Finding("warn", f"{examples} not learnt yet; to learn: camdigits train --teach")


def check_display() -> Iterator[Finding]:
    """Ask whether a window can be opened."""
    from camdigits.window.screen import display_problem

    problem = display_problem()
    yield Finding("warn", problem) if problem else Finding("ok", "windows can be opened")


def check_cameras() -> Iterator[Finding]:
    """List the cameras and whether this user may open them."""
    if sys.platform != "linux":
        yield Finding("ok", "listed on Linux only; try: camdigits run 0")
        return
    from camdigits.sources.live.devices import device_name, device_paths, no_permission

    paths = device_paths()
    if not paths:
        yield Finding("warn", "none found (/dev/video*); plug one in, or read files and streams")
    for path in paths:
        label = f"{path} {device_name(path)}".rstrip()
        problem = no_permission(path)
        yield Finding("warn", f"{label}: {problem}") if problem else Finding("ok", label)


def check_reading() -> Iterator[Finding]:
    """Read the last picture of the bundled clip, which shows the whole page."""
    from camdigits.cli.commands.demo import CLIP
    from camdigits.recognizer import Recognizer
    from camdigits.sources import open_source

    with open_source(CLIP) as source:
        [last] = deque(source, maxlen=1)
    texts = [number.text for number in Recognizer().read(last.image).numbers]
    if texts:
        yield Finding("ok", f"the bundled page says {' '.join(texts)}")
    else:
        yield Finding("FAIL", f"nothing on the bundled page of {CLIP}; install camdigits again")


def has_package(name: str) -> bool:
    """Return whether a distribution is installed, without importing it."""
    from importlib import metadata

    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


CHECKS: dict[str, Callable[[], Iterator[Finding]]] = {
    "versions": check_versions,
    "web": check_web,
    "opencv": check_opencv,
    "video": check_ffmpeg,
    "weights": check_weights,
    "display": check_display,
    "cameras": check_cameras,
    "reading": check_reading,
}
