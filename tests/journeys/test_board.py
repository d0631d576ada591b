"""The coordinators' board in a browser: with any screen, light and script, and with the keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisitor
from tests.journeys.test_every_page import broken_rules
from tests.support.visitor import DESK, PHONE

pytestmark = pytest.mark.browser
TABLET = {"width": 768, "height": 1024}


@pytest.mark.parametrize(
    ("language", "light", "screen"),
    [("en", "light", DESK), ("es", "dark", TABLET), ("ar", "light", PHONE)],
    ids=["desk", "tablet", "phone"],
)
def test_the_board_breaks_no_rule_and_fits_the_screen(
    visitor: NewVisitor, language: str, light: str, screen: dict[str, int]
) -> None:
    options = {"locale": language, "color_scheme": light, "viewport": screen, "bypass_csp": True}
    carla = visitor(java_script_enabled=True, **options).sign_in("Carla").go("/admin/")
    for more in carla.page.locator("summary").all():
        more.click()
    assert broken_rules(carla) == []
    width = carla.page.evaluate("document.documentElement.scrollWidth")
    assert width <= screen["width"]


def test_the_first_number_is_a_few_tabs_away(visitor: NewVisitor) -> None:
    page = visitor(viewport=DESK).sign_in("Carla").go("/admin/").page
    first = page.locator(".attention a").first
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link past the menu and the search box
    for _ in range(4):
        page.keyboard.press("Tab")
        if first.evaluate("element => element === document.activeElement"):
            break
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#result_list")).to_be_visible()
