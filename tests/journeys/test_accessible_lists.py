"""Lists of the admin, their rows and the pages of the desk break no checkable rule of WCAG 2.2 AA."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload

from tests.journeys.conftest import NewVisitor
from tests.journeys.test_every_page import broken_rules
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
PAGES = (
    "/admin/",
    "/admin/review/",
    "/admin/call/",
    "/admin/find/",
    "/admin/imports/",
    "/admin/duplicates/",
    "/admin/export/contacts/",
    "/admin/text/",
    "/admin/print/needs/",
    "/admin/resources/check/",
    "/admin/resources/hsds/",
    "/admin/resources/resource/add/",
    "/admin/people/twopersondecision/",
    "/admin/people/stafflogentry/",
    "/admin/people/blockedcontactpoint/add/",
    "/admin/notify/notification/preview/",
)
LISTS = (
    "requests_app/need", "requests_app/ask", "people/user", "offers_app/offer", "notify/notification",
    "notify/calltask", "catalog/category", "catalog/locality", "resources/resource",
)  # fmt: skip
OF_ONE = {
    "requests_app/need": ("change", "assign", "split", "helpers", "same-need", "step"),
    "requests_app/ask": ("change", "contact", "code", "call", "same-household"),
    "people/user": ("change", "route", "rights", "email"),
    "offers_app/offer": ("change",),
    "catalog/locality": ("change",),
    "resources/resource": ("change", "checked"),
}
"""Of a row of these lists, the pages about it."""
SHEET = b"Need,Area,Phone\nGroceries,Saltmarsh,608 555 0142\nTents,Atlantis,\n"


@pytest.mark.parametrize("width", [768, 1280])
@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "dark")])
def test_no_page_breaks_a_rule(visitor: NewVisitor, language: str, light: str, width: int) -> None:
    carla = visitor(
        locale=language,
        color_scheme=light,
        viewport={"width": width, "height": 900},
        java_script_enabled=True,
        bypass_csp=True,
    ).sign_in("Carla")
    broken = [
        f"{page.page.url}: {rule}"
        for pages in (pages_that_stand(carla), sheet_on_its_way(carla), someone_cannot_come(carla))
        for page in pages
        for rule in broken_rules(page)
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("width", [768, 1280])
def test_a_list_is_no_wider_than_its_place(visitor: NewVisitor, width: int) -> None:
    carla = visitor(viewport={"width": width, "height": 900}).sign_in("Carla")
    too_wide = "one => one.scrollWidth > one.clientWidth"
    for name in ("requests_app/need", "requests_app/ask", "people/user", "offers_app/offer"):
        results = carla.go(f"/admin/{name}/").page.locator(".results")
        assert not results.evaluate(too_wide), name


def pages_that_stand(carla: Visitor) -> Iterator[Visitor]:
    for path in PAGES:
        yield carla.go(path)
    for name in LISTS:
        yield carla.go(f"/admin/{name}/")
        if name in OF_ONE:
            row = carla.page.locator("#result_list tbody th a").first.get_attribute("href") or ""
            for page in OF_ONE[name]:
                yield carla.go(f"{row.partition('change/')[0]}{page}/")


def sheet_on_its_way(carla: Visitor) -> Iterator[Visitor]:
    """Yield a sheet while it is read, with its columns, while it is checked, checked, and given up."""
    page = carla.go("/admin/imports/").page
    page.set_input_files(
        "[name=file]", FilePayload(name="march.csv", mimeType="text/csv", buffer=SHEET)
    )
    page.locator("#content [type=submit]").click()
    yield carla
    page.locator("[name=source]").wait_for()
    yield carla
    page.locator("button[value=check]").click()
    yield carla
    page.locator("button[value=map]").wait_for()
    yield carla
    page.locator("button[value=stop]").click()
    yield carla


def someone_cannot_come(carla: Visitor) -> Iterator[Visitor]:
    page = carla.go("/admin/people/user/?q=Sam").page
    page.locator("#result_list tbody th a").first.click()
    yield carla
    page.locator("a[href*='/cannot-come/']").first.click()
    yield carla
