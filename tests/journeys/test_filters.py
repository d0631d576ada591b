"""Filters change a list at once where JavaScript runs, and by a button everywhere."""

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.conftest import NewVisitor

pytestmark = pytest.mark.browser
STORED = "[...Object.values(localStorage), ...Object.values(sessionStorage)]"

CUT = """() => {
    const pen = document.createElement("canvas").getContext("2d"), ARROW = 24
    return [...document.querySelectorAll("main select")].filter(box => {
        const style = getComputedStyle(box)
        pen.font = style.font
        const room = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - ARROW
        return pen.measureText(box.selectedOptions[0].text).width > room
    }).map(box => box.name)
}"""


@pytest.mark.parametrize("language", ["en", "fr", "ru"])
def test_no_filter_cuts_what_it_shows(visitor: NewVisitor, language: str) -> None:
    page = visitor(locale=language).page
    cut = {}
    for path in ("/board/", "/near/", "/"):
        page.goto(path)
        page.eval_on_selector_all("main details", "all => all.forEach(one => one.open = true)")
        for width in (768, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            if names := page.evaluate(CUT):
                cut[path, width] = names
    assert cut == {}


def test_what_few_filter_by_is_folded_away_until_it_filters(visitor: NewVisitor) -> None:
    page = visitor().go("/board/").page
    folded = page.get_by_label("How soon")
    assert not folded.is_visible()
    page.locator("main form.filter summary").click()
    folded.select_option("4")
    page.locator("main form.filter button").click()
    assert "soon=4" in page.url
    assert folded.is_visible()
    assert folded.input_value() == "4"
    assert page.goto(page.url.replace("soon=4", "soon=nonsense"))
    assert page.get_by_text("We don't know this time. We show any time.").is_visible()


def test_a_choice_changes_the_list_without_another_page(visitor: NewVisitor) -> None:
    page = visitor(java_script_enabled=True).go("/near/").page
    notes = page.locator("#found .note")
    many = notes.count()
    page.evaluate("document.body.dataset.same = 'yes'")
    choices = page.locator("main form.filter select").first
    choices.select_option(index=1)
    expect(notes).not_to_have_count(many)
    expect(page.locator("#count")).to_contain_text(str(notes.count()))
    name = choices.get_attribute("name")
    assert f"{name}={choices.input_value()}" in page.url
    assert page.locator("body").get_attribute("data-same") == "yes", "it is the same page"
    shown = page.url.removeprefix("http://").partition("/")[2]
    assert page.evaluate(STORED) == [f"/{shown}"], "no page is kept, only where one is"


def test_a_choice_that_could_not_be_looked_up_never_stands_above_another_list(
    visitor: NewVisitor,
) -> None:
    reader = visitor(java_script_enabled=True).go("/near/")
    page = reader.page

    def broken(route: Route) -> None:
        if "hx-request" in route.request.headers:
            route.fulfill(status=503)
        else:
            route.continue_()

    page.route("**/near/*", broken)
    notes = page.locator("#found .note")
    many = notes.count()
    choices = page.locator("main form.filter select").first
    choices.select_option(index=1)
    expect(notes).not_to_have_count(many)
    assert f"{choices.get_attribute('name')}={choices.input_value()}" in page.url
    reader.console_errors.clear()  # the browser says that a request failed


def test_the_same_address_shows_the_same_list_without_javascript(visitor: NewVisitor) -> None:
    page = visitor().go("/near/").page
    many = page.locator("#found .note").count()
    page.locator("main form.filter select").first.select_option(index=1)
    page.locator("main form.filter button").click()
    expect(page.locator("#found .note")).not_to_have_count(many)
