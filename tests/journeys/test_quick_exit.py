"""Somebody comes into the room: one tap or a key leads elsewhere, and nothing of the page is left."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisitor
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
ELSEWHERE = "https://www.wikipedia.org/"
LEAVE = "Leave quickly"


def typing(visitor: NewVisitor, **options: object) -> Visitor:
    """Somebody who has chosen food, on the second page of questions."""
    ana = visitor(**options)
    ana.context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body="An encyclopedia"))
    ana.go("/about/").go("/ask/").press("Continue").page.get_by_label("Food", exact=True).check()
    return ana.press("Continue")


def has_left(ana: Visitor) -> None:
    expect(ana.page.locator("body")).to_have_text("An encyclopedia")
    assert ana.page.url == ELSEWHERE
    ana.requests[:] = [sent for sent in ana.requests if not sent.url.startswith(ELSEWHERE)]
    assert not [c for c in ana.context.cookies() if c["name"] in ("session", "csrf")]
    ana.go("/ask/what/")
    expect(ana.page.locator("input:checked")).to_have_count(0)


def press_escape(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Escape")


def test_without_javascript_it_is_a_button_like_any_other(visitor: NewVisitor) -> None:
    ana = typing(visitor)
    expect(ana.page.get_by_text("Or press Escape three times.")).to_be_hidden()
    ana.press(LEAVE)
    has_left(ana)


def test_with_javascript_the_page_is_gone_from_the_history(visitor: NewVisitor) -> None:
    ana = typing(visitor, java_script_enabled=True)
    ana.page.wait_for_load_state()  # the script is there by then
    left_behind = ana.page.url
    before = ana.page.evaluate("history.length")
    ana.press(LEAVE)
    expect(ana.page.locator("body")).to_have_text("An encyclopedia")
    assert ana.page.evaluate("history.length") == before
    ana.page.go_back()
    assert ana.page.url not in (ELSEWHERE, left_behind)
    ana.requests[:] = [sent for sent in ana.requests if not sent.url.startswith(ELSEWHERE)]


def test_escape_three_times_leaves(visitor: NewVisitor) -> None:
    ana = typing(visitor, java_script_enabled=True)
    button = ana.page.get_by_role("button", name=LEAVE)
    expect(button).to_have_accessible_description(
        "It forgets what you typed and signs you out. Or press Escape three times."
    )
    press_escape(ana.page, 2)
    expect(ana.page.get_by_role("status").last).to_have_text("Press Escape again to leave.")
    assert ana.page.url.endswith("/ask/kind/")
    press_escape(ana.page, 1)
    has_left(ana)


def test_escape_for_something_else_does_not(visitor: NewVisitor) -> None:
    ana = typing(visitor, java_script_enabled=True)
    for _ in range(4):
        press_escape(ana.page, 2)
        ana.page.keyboard.press("Tab")
    press_escape(ana.page, 2)
    ana.page.evaluate("document.body.append(document.createElement('dialog'))")
    ana.page.evaluate("document.querySelector('dialog').showModal()")
    press_escape(ana.page, 2)
    ana.page.wait_for_timeout(800)
    assert ana.page.url.endswith("/ask/kind/")


def test_on_a_private_page_too(visitor: NewVisitor) -> None:
    ana = typing(visitor, java_script_enabled=True)
    ana.go("/need/lost/")
    press_escape(ana.page, 3)
    has_left(ana)
