"""A coordinator reads what waits, one need after the other, and decides with one page load each."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisitor
from tests.support.journey import ask
from tests.support.visitor import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser
NEEDS = "/admin/requests_app/need/"
WORDS = "Milk and bread"


def ask_about_the_rent(neighbour: Visitor) -> None:
    """It is a sensitive kind: a coordinator reads it first."""
    ask(
        neighbour,
        name="Canary",
        group="A place to stay",
        kind="Trouble with a landlord",
        area="saltmarsh",
    )


def open_the_one_with_words(carla: Visitor) -> Page:
    page = carla.go(NEEDS).press("Review").page
    while WORDS not in page.inner_text("main"):
        carla.press("Next")
    return page


@pytest.mark.parametrize("script", [False, True], ids=["without-script", "with-script"])
def test_what_was_asked_is_read_and_published_by_one_press(
    visitor: NewVisitor, script: bool
) -> None:
    ask_about_the_rent(visitor())
    carla = visitor(java_script_enabled=script).sign_in("Carla")
    page = open_the_one_with_words(carla)
    carla.does_not_see("Canary")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.wait_for_load_state()
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    with page.expect_event("load"):
        page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist")).to_contain_text(
        "Published. Volunteers may hear of it now. Trouble with a landlord · Saltmarsh"
    )
    assert len(loads) == 1, "one page load a need"
    carla.does_not_see(WORDS)


def test_a_day_that_is_refused_is_still_there_and_a_better_one_is_taken(
    visitor: NewVisitor,
) -> None:
    ask_about_the_rent(visitor())
    carla = visitor(viewport=DESK).sign_in("Carla")
    page = open_the_one_with_words(carla)
    page.get_by_text("Wait: open it again on a day").click()
    page.locator("#hold_until").fill("2020-01-01")
    page.get_by_role("button", name="Wait", exact=True).click()
    expect(page.locator(".errorlist")).to_contain_text("Choose a day after today.")
    expect(page.locator("#hold_until")).to_have_value("2020-01-01")
    carla.sees(WORDS)
    page.locator("#hold_until").fill("2099-01-01")
    page.get_by_role("button", name="Wait", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text(
        "It waits until that day. Trouble with a landlord · Saltmarsh"
    )


def test_what_was_closed_by_mistake_is_opened_again(visitor: NewVisitor) -> None:
    ask_about_the_rent(visitor())
    carla = visitor(viewport=DESK).sign_in("Carla")
    page = open_the_one_with_words(carla)
    page.get_by_text("Close, with a reason").click()
    page.locator("#close_close_reason").select_option("other_help")
    page.get_by_role("button", name="Close", exact=True).click()
    page.locator(".messagelist").get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    open_the_one_with_words(carla).get_by_role("button", name="Publish").click()


def test_by_keyboard_the_first_need_of_the_list_is_a_few_keys_away(visitor: NewVisitor) -> None:
    carla = visitor(viewport=DESK, java_script_enabled=True).sign_in("Carla").go(NEEDS)
    focused = carla.page.locator(":focus")
    carla.page.keyboard.press("Tab")
    carla.page.keyboard.press("Tab")
    expect(focused).to_have_text("Skip to the first row")
    carla.page.keyboard.press("Enter")
    carla.page.keyboard.press("Tab")
    first = carla.page.locator("#result_list tbody tr").first.get_by_role("link")
    expect(first).to_be_focused()


def test_on_a_tablet_one_sees_how_old_a_need_is_who_comes_and_who_was_invited(
    visitor: NewVisitor,
) -> None:
    tablet = {"width": 768, "height": 1024}
    carla = visitor(viewport=tablet, java_script_enabled=True).sign_in("Carla").go(NEEDS)
    for column in ("age", "helper", "invited_of_fitting"):
        box = carla.page.locator(f"#result_list tbody .field-{column}").first.bounding_box()
        assert box
        assert box["x"] + box["width"] <= tablet["width"], column
