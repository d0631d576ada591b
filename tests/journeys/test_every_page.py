"""Each page, in any script or light, on a small old phone: WCAG 2.2 AA, and for who needs large letters."""

from typing import Any, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import NewVisitor
from tests.support.pages import every_page

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE = {
    "runOnly": {"type": "tag", "values": RULES},
    # What is right is not described: its selectors take longer to find than what is wrong.
    "resultTypes": ["violations"],
    # Else all stylesheets are loaded anew each time, which none of these rules needs.
    "preload": False,
}
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll(
    "main button:not(.link), .button, .door, .choices label, summary, select, input:not([type=hidden])"
)].filter(one => one.checkVisibility() && !["radio", "checkbox"].includes(one.type))
  .filter(one => one.getBoundingClientRect().height < 44)
  .map(one => one.outerHTML.slice(0, 80))"""
LOW_LINKS = """() => [...document.querySelectorAll("main a, footer a")]
    .filter(one => one.checkVisibility() && one.getClientRects()[0].height < 24)
    .map(one => one.outerHTML.slice(0, 80))"""
LARGE = "() => { document.documentElement.style.fontSize = '200%' }"


class OnAPage(Protocol):
    page: Page


def broken_rules(visitor: OnAPage) -> list[str]:
    """What of WCAG a machine can check."""
    visitor.page.wait_for_load_state()
    response = Axe().run(visitor.page, options=EVERY_RULE).response
    found: list[dict[str, Any]] = response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def what_does_not_fit(visitor: OnAPage) -> list[str]:
    """Targets too small for a thumb, and sideways scrolling, also with letters twice as large."""
    page = visitor.page
    page.wait_for_load_state()
    found = [f"a small target: {html}" for html in page.evaluate(SMALL_TARGETS)]
    found += [f"a low link: {html}" for html in page.evaluate(LOW_LINKS)]
    found += ["too wide"] * page.evaluate(TOO_WIDE)
    page.evaluate(LARGE)
    return found + ["too wide with large letters"] * page.evaluate(TOO_WIDE)


@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "light"), ("es", "dark")])
def test_every_page_can_be_read_and_pressed(visitor: NewVisitor, language: str, light: str) -> None:
    options = {"locale": language, "color_scheme": light, "java_script_enabled": True}
    wrong = []
    # The rules are put into the page from outside, which its own policy rightly forbids.
    for one in every_page(visitor, bypass_csp=True, **options):
        html = one.page.locator("html")
        assert html.get_attribute("lang") == language
        assert html.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        found = broken_rules(one) + (what_does_not_fit(one) if light == "light" else [])
        wrong += [f"{one.page.url}: {what}" for what in found]
    assert not wrong, "\n".join(wrong)
