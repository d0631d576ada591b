"""The main job with the keyboard alone: Tab, Space, Enter, arrows and letters."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import NewVisitor
from tests.support.journey import ask
from tests.support.keyboard import faults_by_keyboard
from tests.support.pages import every_page
from tests.support.visitor import DESK

pytestmark = pytest.mark.browser

FOCUSED = """() => {
    const one = document.activeElement;
    const label = one.labels && one.labels.length ? one.labels[0].innerText : one.innerText;
    const style = getComputedStyle(one);
    return {name: (label || one.name || "").trim(), seen: style.outlineStyle !== "none"};
}"""
MOST_STOPS = 80


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name has the focus; every stop on the way must be seen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], f"the focus on {focused['name']!r} cannot be seen"
        if focused["name"].startswith(name):
            return
    raise AssertionError(f"no way to {name!r} on {page.url}")


def test_a_need_is_asked_with_the_keyboard_alone(visitor: NewVisitor) -> None:
    ana = visitor(viewport=DESK, java_script_enabled=True)
    page, keys = ana.page, ana.page.keyboard
    ana.go("/")
    tab_to(page, "I need something")
    keys.press("Enter")
    page.wait_for_url("**/ask/who/")
    tab_to(page, "Continue")
    keys.press("Enter")
    page.wait_for_url("**/ask/what/")
    for choice, following in (("Food", "kind"), ("Groceries", "where")):
        tab_to(page, choice)
        keys.press("Space")
        tab_to(page, "Continue")
        keys.press("Enter")
        page.wait_for_url(f"**/ask/{following}/")
    tab_to(page, "Which area is it in?")
    keys.type("Elm")
    tab_to(page, "Continue")
    keys.press("Enter")
    page.wait_for_url("**/ask/when/")
    tab_to(page, "Today")
    keys.press("Space")
    tab_to(page, "Continue")
    keys.press("Enter")
    page.wait_for_url("**/ask/details/")
    tab_to(page, "Continue")
    keys.press("Enter")
    page.wait_for_url("**/ask/contact/")
    tab_to(page, "What should we call you?")
    keys.type("Kay")
    tab_to(page, "Phone")
    keys.type("555 0123")
    tab_to(page, "Continue")
    keys.press("Enter")
    page.wait_for_url("**/ask/check/")
    ana.sees("Elm Park")
    tab_to(page, "Ask for this")
    keys.press("Enter")
    page.wait_for_url("**/need/*/")
    ana.sees("Your code")


def test_every_page_is_walked_with_the_keyboard_alone(visitor: NewVisitor) -> None:
    wrong = [
        f"{one.page.url}: {fault}"
        for one in every_page(visitor, java_script_enabled=True)
        for fault in faults_by_keyboard(one.page)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_first_stop_leads_past_the_menu(visitor: NewVisitor) -> None:
    ana = visitor(viewport=DESK, java_script_enabled=True)
    ana.go("/board/").page.keyboard.press("Tab")
    assert ana.page.evaluate(FOCUSED)["name"] == "Skip to the content"
    ana.page.keyboard.press("Enter")
    assert ana.page.url.endswith("#main")


def test_a_volunteer_says_yes_with_the_keyboard_alone(visitor: NewVisitor) -> None:
    ana, grace = visitor(), visitor(viewport=DESK, java_script_enabled=True)
    ask(ana, name="Keys", group="Company and support", kind="A visit", area="elm-park")
    grace.sign_in("Grace").waits_for("/help/", "A visit")
    page, keys = grace.page, grace.page.keyboard
    tab_to(page, "I can help with this")
    keys.press("Enter")
    page.wait_for_url("**/help/*-*/")
    tab_to(page, "Yes, I will do it")
    keys.press("Enter")
    page.wait_for_url("**/claims/**")
    grace.sees("Hill Road")
