"""A real Chromium with a camera that shows a known page, and servers for it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.pages import PAGE_WH, page
from tests.support.media import Image, encoded
from tests.web.serving import Served, serving

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SIZE_WH = (640, 480)
CORNER = (0, 120)
"""Where the page lies in the camera's picture."""
PATIENCE_MS = 120_000
_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--use-fake-device-for-media-stream",
)


def camera_picture() -> Image:
    """Return ``(480, 640, 3) uint8`` BGR: what the camera sees."""
    picture = np.full((SIZE_WH[1], SIZE_WH[0], 3), 225, np.uint8)
    (x, y), (width, height) = CORNER, PAGE_WH
    picture[y : y + height, x : x + width] = page()
    return picture


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if CHROMIUM is None:
        pytest.skip("needs chromium")
    with api.sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser whose camera plays the page, and is always allowed."""
    file = tmp_path_factory.mktemp("camera") / "page.mjpeg"
    rng = np.random.default_rng(0)
    noisy = (camera_picture() + rng.integers(0, 4, (8, SIZE_WH[1], SIZE_WH[0], 1))).clip(0, 255)
    file.write_bytes(b"".join(encoded(".jpg", frame.astype(np.uint8)) for frame in noisy))
    arguments = ["--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={file}"]
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=[*_ARGUMENTS, *arguments], timeout=PATIENCE_MS
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def denying(playwright: Any) -> Iterator[Any]:
    """A browser whose user allows no camera."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=_ARGUMENTS,
        timeout=PATIENCE_MS,
    )
    yield browser
    browser.close()


Open = Callable[..., Any]


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Open]:
    """Return what opens a page; at the end it must have had no error and asked nobody else."""
    contexts, problems = [], []

    def opened(url: str, browser: Any = None, **settings: Any) -> Any:
        context = (browser or chromium).new_context(**{"reduced_motion": "reduce"} | settings)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        tab = context.new_page()
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.on("console", lambda message: problems.extend(_complaint(message)))
        host = url.split("/")[2]
        tab.on("request", lambda request: problems.extend(_foreign(request.url, host)))
        tab.goto(url)
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert not problems


def _complaint(message: Any) -> list[str]:
    # That a request failed is told by the page; the browser tells of it as well.
    is_told = message.type != "error" or "Failed to load" in message.text
    return [] if is_told or "WebSocket connection" in message.text else [message.text]


def _foreign(url: str, host: str) -> list[str]:
    own = url.startswith(("blob:", "data:")) or url.split("/")[2] == host
    return [] if own else [f"asked {url}"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """For what is taught."""
    return tmp_path / "teach"


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    with serving(teach=folder) as server:
        yield server


@pytest.fixture
def tab(served: Served, open_page: Open) -> Any:
    """A page that reads the camera."""
    return started(open_page(served.url))


def started(tab: Any) -> Any:
    """Start the camera, and wait for the first number."""
    tab.click("#start")
    tab.wait_for_selector("#numbers li")
    return tab


def wait_until(tab: Any, condition: str) -> None:
    """Wait until an expression is true; the page's policy forbids that the page itself waits."""
    end_s = time.monotonic() + PATIENCE_MS / 1000
    while not tab.evaluate(condition):
        assert time.monotonic() < end_s, condition
        tab.wait_for_timeout(50)


def drop(tab: Any, name: str, kind: str, data: bytes) -> None:
    """Drop a file on the page."""
    drop_all(tab, (name, kind, data))


def drop_all(tab: Any, *files: tuple[str, str, bytes]) -> None:
    """Drop files on the page together."""
    transfer = tab.evaluate_handle(
        """(files) => {
            const transfer = new DataTransfer();
            for (const [name, type, bytes] of files) {
                transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
            }
            return transfer;
        }""",
        [(name, kind, list(data)) for name, kind, data in files],
    )
    tab.dispatch_event("main", "drop", {"dataTransfer": transfer})


def contrasts(tab: Any, selector: str) -> list[tuple[str, float]]:
    """Return the contrast of the letters of what is seen and fits a selector, with what it is."""
    found = tab.evaluate(
        """(selector) => {
            const light = (css) => {
                const parts = css.match(/[0-9.]+/g).slice(0, 3).map((v) => v / 255)
                    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
                return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
            };
            const ground = (element) => {
                for (let e = element; e; e = e.parentElement) {
                    const colour = getComputedStyle(e).backgroundColor;
                    if (!/, 0\\)$/.test(colour) && colour !== "transparent") return colour;
                }
                return "rgb(255, 255, 255)";
            };
            const seen = [...document.querySelectorAll(selector)].filter((e) => e.offsetParent);
            return seen.map((e) => {
                const [less, more] = [light(getComputedStyle(e).color), light(ground(e))].sort(
                    (a, b) => a - b);
                return [e.id || e.className || e.tagName, (more + 0.05) / (less + 0.05)];
            });
        }""",
        selector,
    )
    return [(name, contrast) for name, contrast in found]


def too_pale(found: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return those of `contrasts` that WCAG 2.2, 1.4.3 finds too low."""
    return [(name, contrast) for name, contrast in found if contrast < 4.5]
