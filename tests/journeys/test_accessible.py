"""No page breaks a rule of WCAG 2.2 AA that a machine can check, in any script or light."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import NewVisitor
from tests.support.pages import every_page
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def broken_rules(visitor: Visitor) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": RULES}}
    found: list[dict[str, Any]] = Axe().run(visitor.page, options=options).response["violations"]
    return [
        f"{visitor.page.url}: {rule['id']}: {node['html']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "light"), ("es", "dark")])
def test_no_page_breaks_a_rule(visitor: NewVisitor, language: str, light: str) -> None:
    options = {"locale": language, "color_scheme": light, "java_script_enabled": True}
    broken = []
    # The rules are put into the page from outside, which its own policy rightly forbids.
    for page in every_page(visitor, bypass_csp=True, **options):
        html = page.page.locator("html")
        assert html.get_attribute("lang") == language
        assert html.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        broken += broken_rules(page)
    assert not broken, "\n".join(broken)
