"""The card that tells of learning, and the field that corrects a number, for all who use them."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")

from tests.support.media import encoded
from tests.web.conftest import Open, camera_picture, contrasts, drop, too_pale, wait_until
from tests.web.serving import Served

pytestmark = pytest.mark.browser

IDLE = {"schema": 2, "type": "learning", "state": "idle", "text": "", "lines": [], "count": 16}
IDLE |= {"can_undo": False}
RUNNING = IDLE | {"state": "running"}
DONE = IDLE | {"state": "done", "lines": ["taught digits: 75.00% right before, 90.00% now"]}
DONE |= {"can_undo": True}
FAILED = IDLE | {"state": "failed", "text": "the disk is full; make room, then try again"}
CARDS = {
    "idle": (IDLE, "16 digits taught", ["Learn now"]),
    "running": (RUNNING, "Learning 16 digits", ["Stop"]),
    "done": (DONE, "Learnt", ["Undo the learning"]),
    "failed": (FAILED, "It was not learnt", ["Try again"]),
}
"""What the server says in turn, the title of the card then, and its buttons."""

FOCUSED = "document.activeElement.id || document.activeElement.className"


@pytest.fixture
def told() -> dict[str, Any]:
    """What the server says of the learning, as ``state``; a test may change it."""
    return {"state": IDLE}


def opened(served: Served, open_page: Open, told: dict[str, Any], **settings: Any) -> Any:
    """Return a page with one number, whose server could learn."""
    tab = open_page(served.url, **settings)
    info = "**/v1/info"
    tab.route(info, lambda route: route.fulfill(json=route.fetch().json() | {"learn": True}))
    tab.route("**/v1/learn", lambda route: route.fulfill(json=told["state"]))
    tab.reload()
    wait_until(tab, "document.querySelector('#version').textContent !== ''")
    drop(tab, "photo.png", "image/png", encoded(".png", camera_picture()))
    tab.wait_for_selector("#numbers li")
    return tab


def teach_one(tab: Any) -> None:
    """Name a digit, which brings the card up."""
    tab.keyboard.press("t")
    tab.wait_for_selector("#teaching-answers button:enabled")
    tab.keyboard.press("5")
    tab.keyboard.press("Escape")
    tab.wait_for_selector("#learning:visible")


def focused_by_tab(tab: Any, count: int) -> list[str]:
    """Press Tab so often, and return where that leads."""
    found = []
    for _ in range(count):
        tab.keyboard.press("Tab")
        found.append(tab.evaluate(FOCUSED))
    return found


LOOKS = [
    {"color_scheme": scheme, "viewport": {"width": width, "height": 850}}
    for scheme, width in itertools.product(("light", "dark"), (390, 1440))
]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: str(list(look.values())))
def test_letters_of_the_card_and_the_field_stand_out(
    served: Served, open_page: Open, told: dict[str, Any], look: dict[str, Any]
) -> None:
    tab = opened(served, open_page, told, **look)
    tab.click("#numbers .edit")
    tab.locator("#numbers input").fill("hello")
    tab.keyboard.press("Enter")
    found = contrasts(tab, "#numbers input, #numbers .refusal")
    assert len(found) == 2 and not too_pale(found)
    tab.keyboard.press("Escape")
    teach_one(tab)
    for state, title, names in CARDS.values():
        told["state"] = state
        tab.evaluate("import('/parts/session.js').then(({ learning }) => learning.look())")
        tab.wait_for_selector(f"#learning-title:text-is('{title}')")
        assert tab.locator("#learning button:visible").all_inner_texts() == names
        found = contrasts(tab, "#learning :is(h2, p, button)")
        assert len(found) == 2 + len(names) and not too_pale(found)
        assert tab.evaluate("document.documentElement.scrollWidth") <= look["viewport"]["width"]


def test_the_card_has_names_and_keeps_the_focus(
    served: Served, open_page: Open, told: dict[str, Any]
) -> None:
    tab = opened(served, open_page, told)
    teach_one(tab)
    card = tab.get_by_role("region", name="16 digits taught")
    learn = card.get_by_role("button", name="Learn now")
    learn.focus()
    told["state"] = RUNNING
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#learning-title:text-is('Learning 16 digits')")
    assert tab.get_by_role("progressbar", name="Learning").is_visible()
    assert tab.evaluate(FOCUSED) == "unlearn"  # the button that took its place

    told["state"] = DONE
    tab.wait_for_selector("#learning-title:text-is('Learnt')")
    assert "90.00% now" in tab.locator("#learning").get_by_role("status").inner_text()
    told["state"] = IDLE
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#learning", state="hidden")
    assert tab.evaluate(FOCUSED) == "numbers"


def test_the_field_has_a_name_and_gives_the_focus_back(
    served: Served, open_page: Open, told: dict[str, Any]
) -> None:
    tab = opened(served, open_page, told)
    tab.focus("#clear")
    assert focused_by_tab(tab, 2) == ["number", "edit"]
    tab.keyboard.press("Enter")
    assert tab.evaluate(FOCUSED) == "correction"
    text = tab.locator("#numbers input").input_value()
    field = tab.get_by_role("textbox", name=f"Correct {text}")
    tab.keyboard.type("hello")
    tab.keyboard.press("Enter")
    assert tab.evaluate(FOCUSED) == "correction"
    assert field.get_attribute("aria-invalid") == "true"
    assert "Digits only" in tab.locator("#numbers").get_by_role("alert").inner_text()
    tab.keyboard.press("Escape")
    assert tab.evaluate(FOCUSED) == "edit"
    tab.keyboard.press("Enter")
    tab.keyboard.type("12")
    tab.keyboard.press("Enter")
    assert tab.evaluate(FOCUSED) == "edit"
    assert tab.get_by_role("button", name="Correct 12").is_visible()


def test_what_has_the_focus_in_a_row_is_outlined_within_it(
    served: Served, open_page: Open, told: dict[str, Any]
) -> None:
    tab = opened(served, open_page, told)
    tab.focus("#clear")
    for _ in range(2):
        tab.keyboard.press("Tab")
        offset = tab.evaluate("getComputedStyle(document.activeElement).outlineOffset")
        assert float(offset.removesuffix("px")) <= -3  # rows cut off what lies outside
