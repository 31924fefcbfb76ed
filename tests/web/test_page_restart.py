"""A page that stays open while camdigits is started again, or that is opened late."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from camdigits.config import ReadConfig
from camdigits.types import Box, Event
from camdigits.web.server.access import AccessRules
from camdigits.web.streams.broadcast import Broadcast, Screen
from tests.web.conftest import Open, started, wait_until
from tests.web.serving import serving, waited
from tests.web.test_watch import numbered, reading

OLD, NEW = AccessRules(token="the-token-before"), AccessRules(token="the-token-now")
WRONG = "the token is missing or wrong"

pytestmark = pytest.mark.browser


def told(tab: Any) -> str:
    """Return an expression that is true once the page says that the token is wrong."""
    return f"document.body.innerText.includes({WRONG!r})"


def test_another_token_is_named_and_the_new_address_opens_in_the_same_tab(
    open_page: Open, tmp_path: Path
) -> None:
    with serving(rules=OLD, teach=tmp_path) as before:
        tab = started(open_page(f"{before.url}#token=the-token-before"))
    with serving(rules=NEW, teach=tmp_path, port=before.port) as after:
        wait_until(tab, told(tab))
        assert "camdigits refuses" in tab.inner_text("body")

        with tab.expect_event("domcontentloaded"):
            tab.evaluate("location.hash = 'token=the-token-now'")
        assert not tab.evaluate(told(tab))
        started(tab)
        assert waited(lambda: after.pool._streams == 1)


def test_the_same_token_goes_on(open_page: Open, tmp_path: Path) -> None:
    with serving(rules=OLD, teach=tmp_path) as before:
        tab = started(open_page(f"{before.url}#token=the-token-before"))
    with serving(rules=OLD, teach=tmp_path, port=before.port) as after:
        wait_until(tab, "!document.body.innerText.includes('This goes on as soon as')")
        while not after.pool._streams:
            tab.wait_for_timeout(50)
        assert not tab.evaluate(told(tab))


def test_who_watches_is_told_of_another_token(open_page: Open) -> None:
    hub = Broadcast()
    with serving(rules=OLD, broadcast=hub) as before:
        Screen(hub, ReadConfig()).look(numbered(0), reading(0))
        tab = open_page(f"{before.url}#token=the-token-before")
        while not before.pool._streams:
            tab.wait_for_timeout(50)
    with serving(rules=NEW, broadcast=Broadcast(), port=before.port):
        wait_until(tab, told(tab))


def test_a_wrong_token_stays_named(open_page: Open, tmp_path: Path) -> None:
    with serving(rules=NEW, teach=tmp_path) as served:
        tab = open_page(f"{served.url}#token=wrong")
        wait_until(tab, told(tab))
        if tab.is_visible("#start"):
            tab.click("#start")
            wait_until(tab, "document.body.innerText.includes('camdigits refuses')")
        assert tab.evaluate(told(tab))


@pytest.mark.parametrize("clock", ["2001-02-03T04:05:06.000+00:00", None], ids=["camera", "video"])
def test_who_comes_later_sees_when_it_was_read(open_page: Open, clock: str | None) -> None:
    hub, event = Broadcast(), Event("appeared", 1, "7", Box(1, 1, 5, 9), 0.9, 3, 0.3)
    [record] = reading(3, events=(event,)).records("events")
    hub.tell([record | ({"clock": clock} if clock else {})])
    with serving(broadcast=hub) as served:
        tab = open_page(served.url)
        tab.wait_for_selector("#numbers li")
        told = f"new Date({clock!r}).toLocaleTimeString()" if clock else "'0:00.3'"
        assert tab.evaluate(told) in tab.inner_text("#numbers li")
