"""Every page of the admin: no checkable rule of WCAG 2.2 AA is broken, and the keyboard alone is enough."""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import FilePayload, Page
from pytest_django.live_server_helper import LiveServer

from tests import test_site_map_admin
from tests.journeys.conftest import NewVisitor
from tests.journeys.test_every_page import RULES
from tests.support import scene
from tests.support.signing_in import sign_in
from tests.support.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True),
]
FILES = (".csv", ".xlsx", ".json", ".css", "/jsi18n/")
TABLET, DESK = {"width": 768, "height": 1024}, {"width": 1280, "height": 900}
ALL_ALIKE = ("/history/", "/delete/")
"""Pages of Django that are the same for every model: those of one are enough."""
LIGHT: dict[str, Any] = {"color_scheme": "light", "forced_colors": "none"}
Variant = tuple[dict[str, int], dict[str, Any]]
VARIANTS: tuple[Variant, ...] = (
    (TABLET, LIGHT | {"forced_colors": "active"}),
    (TABLET, LIGHT | {"color_scheme": "dark"}),
    (DESK, LIGHT),
)
"""A page changes between them where it stands; the last one is what the keyboard walks in."""
FAST = {"resultTypes": ["violations"], "preload": False}
"""Without loading all stylesheets anew each time, which none of these rules needs."""
EVERY_RULE = FAST | {"runOnly": {"type": "tag", "values": RULES}}
OF_LOOKS = FAST | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "link-in-text-block"]}
}
"""All that depends on colours: the rest says the same in any light."""
BROKEN = """options => {
    document.getAnimations().forEach(one => one.finish());  // a colour on its way to another
    return axe.run(options).then(({violations}) => violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.html}`)));
}"""
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll(".results")]
    .filter(one => one.scrollWidth > one.clientWidth)
    .map(one => `${one.className || one.tagName} ${one.scrollWidth} > ${one.clientWidth}`)"""
WIDEST_MOMENT = """() => document.querySelectorAll("#result_list td.nowrap").forEach(cell => {
    const hour = /\\d{1,2}:\\d\\d/;
    if (!cell.children.length) cell.textContent = cell.textContent.replace(hour, "10:58");
})"""
"""What fits at eight in the morning is to fit at night too."""
SHEET = b"Need,Area,Phone\nGroceries,Saltmarsh,608 555 0142\nTents,Atlantis,\n"

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
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
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
        skips: one.matches(".skip-to-content-link"),
    };
}"""
PLACE = """() => {
    const one = document.activeElement;
    return one.closest("#result_list tbody") ? "row" : one.matches("[href^='#row-']") ? "skip" : "";
}"""
TABS_TO_FIRST_ROW, MOST_INNER_STOPS = 8, 40


@pytest.fixture
def here(live_server: LiveServer) -> scene.Scene:
    """One row of everything, within this process."""
    call_command("seed", verbosity=0)
    return scene.build()


@pytest.fixture
def desk(here: scene.Scene, live_server: LiveServer, visitor: NewVisitor) -> NewVisitor:
    """Makes browsers in which Carla is signed in, who looks after it."""
    signed_in = sign_in(Client(), here.people["carla"])
    name = settings.SESSION_COOKIE_NAME

    def carla(**options: Any) -> Visitor:
        site = SimpleNamespace(port=live_server.thread.port)
        carla = visitor(site=site, java_script_enabled=True, bypass_csp=True, **options)
        cookie: Any = {"name": name, "value": signed_in.cookies[name].value, "url": carla.home}
        carla.context.add_cookies([cookie])
        return carla

    return carla


def test_every_page_can_be_read_in_any_light_and_walked_by_keyboard(
    here: scene.Scene, desk: NewVisitor
) -> None:
    carla = desk(viewport=DESK)
    wrong = [
        f"{route}: {fault}"
        for route in pages_of(here, carla)
        for fault in (*broken_rules(carla.page, VARIANTS), *faults_by_keyboard(carla.page))
    ]
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_every_page_can_be_read_from_right_to_left(here: scene.Scene, desk: NewVisitor) -> None:
    carla = desk(viewport=TABLET, locale="ar")
    wrong = [
        f"{route}: {fault}"
        for route in pages_of(here, carla)
        for fault in broken_rules(carla.page, [(TABLET, LIGHT)])
    ]
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def pages_of(here: scene.Scene, carla: Visitor) -> Iterator[str]:
    """Open each page of the site map that a coordinator gets, and those that only a step leads to."""
    for route, (status, _of_a_post) in test_site_map_admin.ROWS.items():
        is_told_already = route.endswith(ALL_ALIKE) and not route.startswith(
            "/admin/catalog/category/"
        )
        if status == 200 and not route.endswith(FILES) and not is_told_already:
            carla.go(test_site_map_admin.path_of(route, here))
            yield route
    yield from steps_of_a_sheet(here, carla)


def steps_of_a_sheet(here: scene.Scene, carla: Visitor) -> Iterator[str]:
    """While one is read, with its columns to be corrected, and given up."""
    page = carla.go("/admin/imports/").page
    page.set_input_files(
        "[name=file]", FilePayload(name="march.csv", mimeType="text/csv", buffer=SHEET)
    )
    page.locator("#content [type=submit]").click()
    yield "a sheet while it is read"
    page = carla.go(f"/admin/imports/{here.sheet}/").page
    page.locator("button[value=map]").click()
    yield "the columns of a sheet"
    page = carla.go(f"/admin/imports/{here.sheet}/").page
    page.locator("button[value=stop]").click()
    yield "a sheet that was given up"


def broken_rules(page: Page, variants: Iterable[Variant]) -> Iterator[str]:
    page.evaluate(AXE_SCRIPT)
    page.evaluate(WIDEST_MOMENT)
    for size, light in variants:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(**light)
        for place in page.evaluate(TOO_WIDE):
            yield f"at {size['width']} px wider than its place: {place}"
        for fault in page.evaluate(BROKEN, EVERY_RULE if light == LIGHT else OF_LOOKS):
            yield f"at {size['width']} px, {' '.join(light.values())}, {fault}"


def faults_by_keyboard(page: Page) -> Iterator[str]:
    """Walk once through the page: what is passed over, out of order, not seen, or never left."""
    many = page.evaluate(STOPS)
    for number in range(many):
        stop = next_stop(page, after=number - 1)
        if stop is None or stop["number"] != number:
            yield f"stop {number} of {many} is not reached, but {stop}"
            return
        if not stop["seen"] or stop["hidden"]:
            yield f"a focus that is not seen: {stop['html']}"
        if number == 0 and not stop["skips"]:
            yield f"begins with no link past the menu, but with {stop['html']}"
    stop = next_stop(page, after=many - 1)
    if stop and stop["number"] != 0:
        yield f"the keyboard does not get away from {stop['html']}"
    if page.locator("#result_list tbody a").count():
        yield from faults_before_first_row(page)


def next_stop(page: Page, *, after: int) -> dict[str, Any] | None:
    """Press Tab; within a field for a day, and a page within the page, until it is left."""
    for _ in range(MOST_INNER_STOPS):
        page.keyboard.press("Tab")
        stop: dict[str, Any] | None = page.evaluate(FOCUSED)
        if not (stop and stop["holds_stops"] and stop["number"] == after):
            break
    return stop


def faults_before_first_row(page: Page) -> Iterator[str]:
    """Go to the first row from the top of a list, by the links past what stands before."""
    page.reload()
    keys = 0
    while keys < TABS_TO_FIRST_ROW:
        page.keyboard.press("Tab")
        keys += 1
        stop = page.evaluate(PLACE)
        if stop == "row":
            return
        if stop == "skip":
            page.keyboard.press("Enter")
            keys += 1
    yield f"the first row is more than {TABS_TO_FIRST_ROW} keys away"
