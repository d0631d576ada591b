"""A change of language, and a mistake: both leave people where they were, with what they typed."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisitor

pytestmark = pytest.mark.browser


def test_what_was_typed_is_there_again_in_the_other_language(visitor: NewVisitor) -> None:
    ana = visitor(java_script_enabled=True).go("/need/lost/")
    ana.page.wait_for_load_state()
    ana.page.fill("[name=address]", "ana@people.example")
    ana.unfold("English").press("Español")
    expect(ana.page.locator("html")).to_have_attribute("lang", "es")
    expect(ana.page.locator("[name=address]")).to_have_value("ana@people.example")
    assert ana.page.evaluate("sessionStorage.length") == 0, "nothing of it stays in the browser"


def test_who_leaves_while_the_language_changes_leaves_nothing_in_the_tab(
    visitor: NewVisitor,
) -> None:
    ana = visitor(java_script_enabled=True)
    elsewhere = "https://www.wikipedia.org/"
    ana.context.route(f"{elsewhere}**", lambda route: route.fulfill(body="An encyclopedia"))
    ana.context.route("**/language/", lambda route: None)  # no answer comes
    page = ana.go("/need/lost/").page
    page.wait_for_load_state()
    page.fill("[name=address]", "ana@people.example")
    ana.unfold("English")
    page.get_by_role("button", name="Español").click(no_wait_after=True)
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_text("An encyclopedia")
    ana.requests[:] = [sent for sent in ana.requests if not sent.url.startswith(elsewhere)]
    ana.go("/need/lost/")
    expect(page.locator("[name=address]")).to_have_value("")


def test_a_password_is_not_kept_for_it(visitor: NewVisitor) -> None:
    ana = visitor(java_script_enabled=True).go("/account/login/?password=1")
    ana.page.wait_for_load_state()
    ana.page.fill("[name=login]", "ana@people.example")
    ana.page.fill("[name=password]", "harbour lemon tractor")
    ana.unfold("English").press("Español")
    expect(ana.page.locator("[name=login]")).to_have_value("ana@people.example")
    expect(ana.page.locator("[name=password]")).to_have_value("")


def test_without_javascript_they_are_buttons_in_a_fold_at_the_top(visitor: NewVisitor) -> None:
    ana = visitor().go("/need/lost/").unfold("English").press("العربية")
    expect(ana.page.locator("html")).to_have_attribute("dir", "rtl")
    assert ana.page.url.endswith("/need/lost/")
    box = ana.page.locator("#languages summary").bounding_box()
    assert box
    assert (box["y"] < 250, box["height"] >= 44) == (True, True)


def test_the_question_begins_in_the_upper_half_of_a_small_phone(visitor: NewVisitor) -> None:
    ana = visitor().go("/account/login/")
    box = ana.page.locator("h1").bounding_box()
    assert box
    assert box["y"] < 280


def test_after_a_mistake_the_focus_is_on_what_is_wrong(visitor: NewVisitor) -> None:
    ana = visitor(java_script_enabled=True).go("/account/login/")
    ana.page.locator("main form button.primary").first.click()
    expect(ana.page.locator("main .errors")).to_be_focused()
