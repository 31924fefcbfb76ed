"""Makes the pictures of the page: wide, on a phone, dark while it is taught.

    python tools/make_page_pictures.py docs/pictures

The camera shows the sheet at the end of the bundled clip.  Needs ``camdigits[web]``, Playwright and
``chromium``.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from serve_load import jpegs

QUALITY = 72
NUMBERS = 5
"""That stand on the sheet of the clip."""
PATIENCE_MS = 120_000
WIDE = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
PICTURES = {
    "browser.jpg": WIDE,
    "browser-phone.jpg": PHONE,
    "browser-dark.jpg": WIDE | {"color_scheme": "dark"},
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="where they are written")
    folder = parser.parse_args(arguments).folder
    with (
        tempfile.TemporaryDirectory() as own,
        browser(Path(own)) as chromium,
        server(Path(own) / "teach") as address,
    ):
        for name, kind in PICTURES.items():
            picture(chromium, address, folder / name, kind)
            print(folder / name)
    return 0


def picture(chromium: Any, address: str, path: Path, kind: dict[str, Any]) -> None:
    """Have the page read the camera, in the dark be taught, and keep how it looks."""
    context = chromium.new_context(**kind, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    page.click("#start")
    page.wait_for_selector(f"#numbers li:nth-child({NUMBERS})")
    if "color_scheme" in kind:
        page.click("#teach")
        for answer in ("2", "0", "4"):
            page.wait_for_selector("#teaching-text:has-text('Read as')")
            page.click(f"#teaching-answers [data-label='{answer}']")
        page.wait_for_selector("#teaching-note:has-text('Saved as 4')")
        page.wait_for_selector("#teaching-text:has-text('Read as')")
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    page.screenshot(path=path, quality=QUALITY, type="jpeg")
    context.close()


@contextmanager
def browser(folder: Path) -> Iterator[Any]:
    """Open Chromium with a camera that shows the sheet at the end of the clip."""
    from playwright.sync_api import sync_playwright

    film = folder / "clip.mjpeg"
    film.write_bytes(b"".join(jpegs(1280)[-1:] * 4))
    flags = ("no-sandbox", "use-fake-device-for-media-stream", "use-fake-ui-for-media-stream")
    camera = f"--use-file-for-fake-video-capture={film}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*(f"--{f}" for f in flags), camera]
        )
        yield chromium
        chromium.close()


@contextmanager
def server(teach: Path) -> Iterator[str]:
    """Run ``camdigits serve``, and yield its address."""
    command = [sys.executable, "-m", "camdigits", "serve", "--port", "0", "--teach", str(teach)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    sys.exit(main())
