"""What the user of ``camdigits run`` asks for."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from camdigits.cli.reading.source_files import check_live, only_pictures
from camdigits.cli.terminal.messages import say
from camdigits.config import CameraConfig, ReadConfig
from camdigits.errors import UsageError
from camdigits.sinks.base import Sink
from camdigits.sinks.records.opening import RecordFormat, open_records, open_unique
from camdigits.sinks.records.text import RawSink
from camdigits.sources import SourceSpec
from camdigits.sources.resolve import SourceKind
from camdigits.support.printable import printable
from camdigits.types import RecordKind

if TYPE_CHECKING:
    from camdigits.cli.live.viewer import Showing
    from camdigits.cli.options.server import ServerOptions

FORM_OF_SUFFIX: dict[str, RecordFormat] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".txt": "text",
}


TableForm = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class TableRequest:
    """What the user asks for of tables.

    Attributes:
        target: a file, or a folder for one file each.
        is_folder: the target is a folder, be it there or not.
        form: what the user asks for; None takes that of the name, in a folder CSV.
    """

    target: Path
    is_folder: bool = False
    form: TableForm | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asks for.

    Attributes:
        sources: as they were typed.
        config: how they are read.
        camera: what is asked of cameras and streams.
        keep_passwords: records hold those of addresses.
        weights: the classifier's weights; None takes the bundled ones.
        weights_note: what the window says of them.
        output: where marked pictures go: a file, or a folder for several sources.
        into_folder: the output is a folder, however many sources there are.
        form: form of the results on standard output.
        records: which records are wanted; None takes frames for stills, else events.
        unique: each text is told once, and listed in the end.
        output_records: a file for the records, whose suffix chooses their form.
        command: program with arguments that is run for each number; none if it is empty.
        raw: standard output gets the text of the one number alone.
        table: where tables go; None writes none.
        force: files that exist may be replaced.
        showing: which sources are shown in the window.
        server: where a server shows cameras to browsers, in place of the window; None for none.
        mirror: the window shows them as a mirror does.
        debug: folder for pictures that show how each source was read.
        teach: folder for what is taught in the window; None takes the user's own.
        max_frames: frames of each source to read at most; None reads all.
        once: end with the first number without doubt.
        require: reading nothing is an error.
        timeout_s: seconds after which the reading ends; nothing read by then is an error.
        quiet: say nothing but results and errors.
        verbose: say how many frames each source gave, and how fast they were read.
        jobs: files that are read at the same time, each in a process of its own; None reads
            several files so, and a single one in this process.
    """

    sources: Sequence[str | Path]
    config: ReadConfig = field(default_factory=ReadConfig)
    camera: CameraConfig = field(default_factory=CameraConfig)
    keep_passwords: bool = False
    weights: Path | None = None
    weights_note: str = ""
    output: Path | None = None
    into_folder: bool = False
    form: RecordFormat = "text"
    records: RecordKind | None = None
    unique: bool = False
    output_records: Path | None = None
    command: tuple[str, ...] = ()
    raw: bool = False
    table: TableRequest | None = None
    force: bool = False
    showing: Showing = "never"
    server: ServerOptions | None = None
    mirror: bool = False
    debug: Path | None = None
    teach: Path | None = None
    max_frames: int | None = None
    once: bool = False
    require: bool = False
    timeout_s: float | None = None
    quiet: bool = False
    verbose: bool = False
    jobs: int | None = None


def form_of(path: Path, usual: RecordFormat) -> RecordFormat:
    """Return the form of the records that go to a file.

    Args:
        path: its suffix chooses.
        usual: the form of what has no suffix: a pipe or a device.

    Raises:
        UsageError: if the suffix is not known.
    """
    form = FORM_OF_SUFFIX.get(path.suffix.lower())
    if form is None and path.exists() and not path.is_file():
        return usual
    if form is None:
        raise UsageError(
            f"cannot tell the form of the records from the name {printable(str(path))}: "
            f"end it in {', '.join(FORM_OF_SUFFIX)}"
        )
    return form


def check_sense(request: Request, specs: Sequence[SourceSpec]) -> None:
    """Raise a `UsageError` for options that contradict each other or the sources."""
    forms = {request.form}
    if request.output_records is not None:
        forms.add(form_of(request.output_records, request.form))
    if request.unique:
        _check_unique(request, forms)
    if request.records and forms == {"text"}:
        raise UsageError("--records chooses what jsonl and csv hold; add --format jsonl or csv")
    if request.raw and not request.once:
        raise UsageError("--raw prints the one number of --once and nothing else; add --once")
    if request.raw and request.form != "text":
        raise UsageError(f"--raw is text, and --format asks for {request.form}; leave one out")
    if request.jobs and request.showing == "always":
        raise UsageError(
            "--show or --serve shows files here, and --jobs reads them elsewhere; drop one"
        )
    if request.records == "events" and only_pictures(specs):
        raise UsageError(
            "--records events tells of videos and cameras, and pictures are read; leave it out, or "
            "use --records frames"
        )
    check_live(specs, request.server is not None, request.camera.every_s is not None)
    _check_live(request, specs)


def _check_unique(request: Request, forms: Collection[RecordFormat]) -> None:
    """Raise a `UsageError` for what does not go with a list of texts."""
    if "jsonl" in forms:
        raise UsageError(
            "--unique makes a list, as text or csv; take --format csv and a .csv or .txt file, or "
            "leave it out: jsonl has every event"
        )
    if request.records:
        raise UsageError(
            "--unique lists texts, and --records chooses among events and frames; drop one"
        )
    if request.once:
        raise UsageError("--once ends with the first number, and --unique lists all; drop one")


def _check_live(request: Request, specs: Sequence[SourceSpec]) -> None:
    """Raise a `UsageError` for options of cameras and windows where there are none."""
    kinds = {spec.kind for spec in specs}
    _check_camera(request.camera, kinds)
    if request.jobs and "file" not in kinds:
        raise UsageError("--jobs reads several files at a time, and none is read; leave it out")
    is_seen = request.showing == "always" or (
        request.showing == "live" and not kinds.isdisjoint(("camera", "stream"))
    )
    is_seen = is_seen or request.server is not None
    if request.teach is not None and not is_seen:
        raise UsageError("--teach is where the window keeps what you teach, and there is no window")
    if request.mirror and not is_seen:
        raise UsageError(
            "--mirror mirrors the window, and there is none (--show opens one for files); for a "
            "source that shows a mirror image there is --source-mirrored"
        )


def _check_camera(camera: CameraConfig, kinds: Collection[SourceKind]) -> None:
    default = CameraConfig()
    asked = replace(default, size_wh=camera.size_wh, fps=camera.fps, backend=camera.backend)
    if "camera" not in kinds and asked != default:
        raise UsageError(
            "--size, --fps and --backend are what a camera is asked for, and none is read; leave "
            "them out"
        )
    is_web = camera.every_s is not None or camera.insecure
    if "stream" not in kinds and is_web:
        raise UsageError(
            "--every and --insecure are for addresses, and none is read; leave them out"
        )
    asked = replace(camera, size_wh=default.size_wh, fps=default.fps, backend=default.backend)
    if not {"camera", "stream"} & set(kinds) and asked != default:
        raise UsageError(
            "--reconnect, --stall and --frozen are for cameras and streams, and none is read; "
            "leave them out"
        )


def open_results(request: Request, with_source: bool) -> Iterator[Sink]:
    """Yield the sinks of the records, the file first: standard output may lose its reader."""
    if request.command:
        from camdigits.sinks.command import CommandSink

        yield CommandSink(request.command, say)
    path = request.output_records
    if path is not None:
        yield _opened(request, path, form_of(path, request.form), with_source)
    if request.raw:
        yield RawSink(sys.stdout)
    else:
        yield _opened(request, None, request.form, with_source)


def _opened(request: Request, path: Path | None, form: RecordFormat, with_source: bool) -> Sink:
    if request.unique:
        return open_unique(path, say, form, request.force, with_source)
    return open_records(path, form, request.records, request.force, with_source)
