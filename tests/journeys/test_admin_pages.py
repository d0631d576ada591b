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
from tests.journeys.test_every_page import EVERY_RULE
from tests.support import scene
from tests.support.keyboard import faults_by_keyboard
from tests.support.signing_in import sign_in
from tests.support.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True),
]
FILES = (".csv", ".xlsx", ".json", ".zip", ".css", "/jsi18n/")
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
OF_LOOKS = EVERY_RULE | {
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

PLACE = """() => {
    const one = document.activeElement;
    return one.closest("#result_list tbody") ? "row" : one.matches("[href^='#row-']") ? "skip" : "";
}"""
TABS_TO_FIRST_ROW = 8


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
        for fault in (*broken_rules(carla.page, VARIANTS), *faults_of_keyboard(carla.page))
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


def faults_of_keyboard(page: Page) -> Iterator[str]:
    yield from faults_by_keyboard(page)
    if page.locator("#result_list tbody a").count():
        yield from faults_before_first_row(page)


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
