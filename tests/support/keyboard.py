"""Walk through a page with the Tab key alone."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

STOPS = """() => {
    const reached = new Set();
    const stops = [...document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex], iframe")]
        .filter(one => !one.disabled && one.type !== "hidden" && one.tabIndex >= 0)
        .filter(one => one.checkVisibility({visibilityProperty: true}))
        .filter(one => {  // of the radio buttons of a question one is a stop
            const name = one.type === "radio" && `${one.form?.id} ${one.name}`;
            return !name || (!reached.has(name) && reached.add(name));
        });
    window.stops = stops;
    const all = document.documentElement;  // a field may have taken the focus
    all.tabIndex = -1;
    all.focus();
    all.removeAttribute("tabindex");
    return stops.length;
}"""
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body || one === document.documentElement) return null;
    const style = getComputedStyle(one), box = one.getClientRects()[0];
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 40) / 2);
    const isRadio = one.type === "radio", isThere = box.width > 0 && box.height > 0
        && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const isCovered = top && !one.contains(top) && !top.contains(one) && !top.closest("label");
    return {
        number: window.stops.findIndex(stop => stop === one || (isRadio && stop.name === one.name)),
        html: one.outerHTML.slice(0, 120),
        seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
        hidden: !isThere || isCovered,
        holds_stops: one.matches("iframe, [type=date], [type=time], [type=datetime-local]"),
        skips: one.matches("a[href^='#']"),
    };
}"""
MOST_INNER_STOPS = 40


def faults_by_keyboard(page: Page) -> Iterator[str]:
    """Walk once through the page by Tab: what is passed over, out of order, not seen, or never left."""
    page.wait_for_load_state()
    many = page.evaluate(STOPS)
    for number in range(many):
        stop = next_stop(page, after=number - 1)
        if stop is None or stop["number"] != number:
            yield f"stop {number} of {many} is not reached, but {stop}"
            return
        if not stop["seen"] or stop["hidden"]:
            yield f"a focus that is not seen: {stop['html']}"
        if number == 0 and not stop["skips"] and page.locator("nav").count():
            yield f"begins with no link past the menu, but with {stop['html']}"
    stop = next_stop(page, after=many - 1)
    if stop and stop["number"] != 0:
        yield f"the keyboard does not get away from {stop['html']}"


def next_stop(page: Page, *, after: int) -> dict[str, Any] | None:
    """Press Tab; within a field for a day, and a page within the page, until it is left."""
    for _ in range(MOST_INNER_STOPS):
        page.keyboard.press("Tab")
        stop: dict[str, Any] | None = page.evaluate(FOCUSED)
        if not (stop and stop["holds_stops"] and stop["number"] == after):
            break
    return stop
