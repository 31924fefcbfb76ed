"""What the page tells the device that it runs on: the screen, the lamp, the zoom."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from tests.support.media import encoded
from tests.web.conftest import Open, camera_picture, drop, started, wait_until
from tests.web.serving import Served

pytestmark = pytest.mark.browser

LOCKS = """
    window.locks = [];
    const request = WakeLock.prototype.request;
    WakeLock.prototype.request = async function (kind) {
        const lock = await request.call(this, kind);
        window.locks.push(lock);
        return lock;
    };
"""
"""Keeps the locks that the browser really gives."""
LENS = """
    window.set = [];
    const { getCapabilities, getSettings } = MediaStreamTrack.prototype;
    Object.assign(MediaStreamTrack.prototype, {
        getCapabilities() {
            const zoom = { min: 1, max: 4, step: 0.5 };
            return { ...getCapabilities.call(this), torch: true, zoom };
        },
        getSettings() {
            return { ...getSettings.call(this), torch: false, zoom: 1.5 };
        },
        async applyConstraints(constraints) {
            if (window.refusal) throw new DOMException(window.refusal, "OverconstrainedError");
            window.set.push(constraints);
        },
    });
"""
"""A camera with a lamp and a zoom, as phones have them."""
HELD = "window.locks.filter((lock) => !lock.released).length"


def opened(served: Served, open_page: Open, script: str) -> Any:
    """Return a page before which a script ran."""
    tab = open_page(served.url)
    tab.add_init_script(script)
    tab.reload()
    tab.wait_for_selector("#welcome:visible")
    return tab


def test_the_screen_stays_on_while_it_reads(served: Served, open_page: Open) -> None:
    tab = opened(served, open_page, LOCKS)
    assert tab.evaluate(HELD) == 0
    started(tab)
    wait_until(tab, f"{HELD} === 1")

    tab.keyboard.press("Space")
    wait_until(tab, f"{HELD} === 0")
    tab.keyboard.press("Space")
    wait_until(tab, f"{HELD} === 1")
    drop(tab, "photo.png", "image/png", encoded(".png", camera_picture()))
    tab.wait_for_selector("#numbers li:has-text('photo.png')")
    wait_until(tab, f"{HELD} === 0")


def test_the_screen_is_kept_on_again_when_the_page_comes_back(
    served: Served, open_page: Open
) -> None:
    tab = started(opened(served, open_page, LOCKS))
    wait_until(tab, f"{HELD} === 1")
    hide = """(state) => {
        Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    tab.evaluate(hide, "hidden")
    wait_until(tab, f"{HELD} === 0")

    tab.evaluate(hide, "visible")
    wait_until(tab, f"{HELD} === 1")


def test_a_browser_that_keeps_no_screen_on_reads_all_the_same(
    served: Served, open_page: Open
) -> None:
    tab = opened(served, open_page, "delete Navigator.prototype.wakeLock")

    assert tab.evaluate("navigator.wakeLock") is None
    started(tab)


def test_lamp_and_zoom_are_there_where_the_camera_has_them(served: Served, open_page: Open) -> None:
    tab = started(opened(served, open_page, LENS))
    tab.wait_for_selector("#torch:visible")
    zoom = tab.locator("#zoom")
    names = ("min", "max", "step", "value")
    assert [zoom.evaluate(f"(it) => it.{name}") for name in names] == ["1", "4", "0.5", "1.5"]

    tab.check("#torch")
    zoom.fill("3")
    wait_until(tab, "window.set.length === 2")
    lit, near = tab.evaluate("window.set")
    assert lit == {"advanced": [{"torch": True, "zoom": 1.5}]}
    assert near == {"advanced": [{"torch": True, "zoom": 3}]}

    tab.evaluate("window.refusal = 'too hot'")
    tab.uncheck("#torch")
    tab.wait_for_selector("#alert:has-text('The camera did not take that (too hot).')")
    drop(tab, "photo.png", "image/png", encoded(".png", camera_picture()))
    tab.wait_for_selector("#numbers li:has-text('photo.png')")
    assert tab.locator("#torch").is_hidden() and zoom.is_hidden()


def test_a_camera_without_lamp_and_zoom_shows_neither(served: Served, open_page: Open) -> None:
    tab = started(open_page(served.url))
    tab.wait_for_timeout(1200)  # until a camera would have told of them

    assert tab.locator("#torch").is_hidden() and tab.locator("#zoom").is_hidden()
