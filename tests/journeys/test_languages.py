"""A change of language, and a mistake: both leave people where they were, with what they typed."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["with a script", "without"])
def test_what_was_typed_is_there_again_in_the_other_language(
    visitor: NewVisitor, scripts: bool
) -> None:
    ana = visitor(java_script_enabled=scripts).go("/need/lost/")
    ana.page.fill("[name=address]", "ana@people.example")
    ana.unfold("English").press("Español")
    expect(ana.page.locator("html")).to_have_attribute("lang", "es")
    expect(ana.page.locator("[name=address]")).to_have_value("ana@people.example")
    assert ana.page.url.endswith("/need/lost/")


def test_who_presses_enter_sends_the_form_and_changes_no_language(visitor: NewVisitor) -> None:
    ana = visitor().go("/need/lost/").unfold("English")
    ana.page.fill("[name=address]", "ana@people.example")
    ana.page.press("[name=address]", "Enter")
    expect(ana.page.locator("html")).to_have_attribute("lang", "en")
    assert ana.page.url.endswith("/need/lost/sent/")


def test_of_several_forms_the_one_that_was_typed_in_is_kept(visitor: NewVisitor) -> None:
    sam = visitor(java_script_enabled=True).sign_in("Sam").go("/messages/")
    sam.page.wait_for_load_state()
    sam.page.fill("#phone [name=phone]", "555 0177")
    sam.unfold("English").press("Español")
    expect(sam.page.locator("html")).to_have_attribute("lang", "es")
    expect(sam.page.locator("#phone [name=phone]")).to_have_value("555 0177")


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
