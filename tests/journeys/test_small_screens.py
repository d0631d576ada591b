"""A small old phone, and somebody who needs large letters."""

import pytest

from tests.journeys.conftest import NewVisitor
from tests.support.pages import every_page

pytestmark = pytest.mark.browser

TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll(
    "main button:not(.link), .button, .door, .choice label, summary, select, input:not([type=hidden])"
)].filter(one => one.checkVisibility() && !["radio", "checkbox"].includes(one.type))
  .filter(one => one.getBoundingClientRect().height < 44)
  .map(one => one.outerHTML.slice(0, 80))"""
LARGE = "() => { document.documentElement.style.fontSize = '200%' }"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_needs_sideways_scrolling_and_targets_are_large(
    visitor: NewVisitor, language: str
) -> None:
    options = {"locale": language, "java_script_enabled": True, "bypass_csp": True}
    for one in every_page(visitor, **options):
        one.page.wait_for_load_state()
        assert not one.page.evaluate(TOO_WIDE), one.page.url
        assert one.page.evaluate(SMALL_TARGETS) == [], one.page.url
        one.page.evaluate(LARGE)
        assert not one.page.evaluate(TOO_WIDE), f"{one.page.url} with large letters"
