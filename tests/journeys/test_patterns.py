"""The living page of the components, in any light and either direction."""

import pytest

from tests.journeys.conftest import NewVisitor
from tests.journeys.test_every_page import broken_rules, what_does_not_fit

pytestmark = pytest.mark.browser

LIGHTS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "forced dark": {"forced_colors": "active", "color_scheme": "dark"},
}
HIDDEN_WORDS = """() => {
    const page = getComputedStyle(document.body).backgroundColor
    const isForced = matchMedia("(forced-colors: active)").matches
    return [...document.querySelectorAll("button.primary, #exit button, .confirmation, .tag, .way li")]
        .map(one => [one, getComputedStyle(one)])
        .filter(([, { color, backgroundColor, forcedColorAdjust }]) => color === backgroundColor
            || (isForced && color === page && forcedColorAdjust !== "none"))
        .map(([one]) => one.outerHTML.slice(0, 80))
}"""
"""In forced colours a browser lays a plate of the page's colour under words, unless it is told not to."""


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("light", LIGHTS)
def test_each_component_can_be_read_and_pressed(
    visitor: NewVisitor, light: str, language: str
) -> None:
    reader = visitor(locale=language, bypass_csp=True, java_script_enabled=True, **LIGHTS[light])
    reader.go("/patterns/")
    assert broken_rules(reader) == []
    assert reader.page.evaluate(HIDDEN_WORDS) == []
    assert what_does_not_fit(reader) == []


def test_what_is_wrong_has_the_focus_when_a_page_opens(visitor: NewVisitor) -> None:
    reader = visitor()
    reader.go("/need/find/").page.locator("main form button.primary").click()
    assert "errors" in (reader.page.locator("*:focus").get_attribute("class") or "")
    assert reader.page.title().startswith("Error:")


def test_no_word_of_a_table_is_broken_on_a_phone_with_large_letters(visitor: NewVisitor) -> None:
    reader = visitor(java_script_enabled=True).go("/about/")
    reader.page.evaluate("document.documentElement.style.fontSize = '200%'")
    broken = """() => [...document.querySelectorAll("main tbody :is(th, td)")].filter(cell => {
        const range = document.createRange(), text = cell.firstChild.data
        return [...text.matchAll(/[\\p{L}]+/gu)].some(word => {
            range.setStart(cell.firstChild, word.index)
            range.setEnd(cell.firstChild, word.index + word[0].length)
            return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1
        })
    }).map(cell => cell.textContent)"""
    assert reader.page.evaluate(broken) == []
