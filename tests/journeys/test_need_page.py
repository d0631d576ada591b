"""A coordinator on the page of a need: the clicks they need, by hand, by keyboard, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import NewVisitor
from tests.journeys.test_every_page import broken_rules
from tests.journeys.test_keyboard import tab_to
from tests.support.journey import ask
from tests.support.visitor import DESK, SOON, Visitor

pytestmark = pytest.mark.browser
NEEDS = "/admin/requests_app/need/"
TABLET = {"width": 768, "height": 1024}
WIDE = {"width": 1280, "height": 900}


class Clicks:
    def __init__(self) -> None:
        self.count = 0

    def on(self, target: Locator) -> None:
        target.click()
        self.count += 1


def test_from_sign_in_to_assigned_in_four_clicks_without_javascript(visitor: NewVisitor) -> None:
    # Of a kind and in an area that no other story asks for, so that someone is free.
    ask(visitor(), name="Canary", group="Home and repair", kind="Cleaning", area="willow-flats")
    carla = visitor(viewport=DESK).sign_in("Carla").go("/admin/")
    page, clicks = carla.page, Clicks()
    clicks.on(page.locator(".desk-nav").get_by_role("link", name="Needs"))
    clicks.on(newest_open(page, "Cleaning · Willow Flats"))
    first_step = page.locator(".need-steps .button").first
    expect(first_step).to_have_text("Who fits, and who was invited")
    clicks.on(first_step)
    give = page.get_by_role("button", name=re.compile("^Give it to"))
    loaded_until(carla, give)
    clicks.on(give.first)
    expect(page.locator(".messagelist")).to_contain_text("has it now and was told.")
    expect(page.locator(".need-facts")).not_to_contain_text("No one yet")
    assert clicks.count <= 4


def newest_open(page: Page, name: str) -> Locator:
    rows = page.locator("#result_list tbody tr", has_text=name)
    return rows.filter(has=page.locator("td.field-state", has_text="look")).last.get_by_role(
        "link", name=name
    )


def loaded_until(visitor: Visitor, wanted: Locator) -> None:
    """Load the page again until it has what is wanted: the matching runs beside. Raises `AssertionError`."""
    for _ in range(SOON // 500):
        if wanted.count():
            return
        visitor.page.wait_for_timeout(500)
        visitor.page.reload()
    raise AssertionError(f"it never came:\n{visitor.page.locator('#content').inner_text()}")


def test_phone_and_mail_of_who_fits_open_in_place_by_one_click(visitor: NewVisitor) -> None:
    carla = visitor(viewport=DESK).sign_in("Carla").go(NEEDS)
    page = carla.page
    newest_open(page, "·").click()
    page.get_by_role("link", name="Who fits, and who was invited").click()
    page.locator("[name=look_for]").fill("sam")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#missed ~ ul")).to_contain_text("Sam")
    expect(page.locator("a[href^='mailto:']")).to_have_count(0)
    missed = page.get_by_role("region", name="Why is somebody not there?")
    missed.get_by_role("button", name="Show phone and e-mail of Sam").click()
    expect(page.locator("a[href='mailto:sam@demo.example']").first).to_be_visible()


def test_a_need_is_put_on_hold_by_keyboard_alone(visitor: NewVisitor) -> None:
    ask(visitor(), name="Canary", kind="Water", area="saltmarsh")
    carla = visitor(viewport=DESK, java_script_enabled=True).sign_in("Carla").go(NEEDS)
    page = carla.page
    newest_open(page, "Water · Saltmarsh").click()
    page.wait_for_url("**/change/**")
    tab_to(page, "Wait")
    page.keyboard.press("Enter")
    tab_to(page, "Until")
    page.keyboard.type("01012050")
    tab_to(page, "Wait")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("It waits until that day.")


@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "dark")])
def test_no_page_of_a_need_breaks_a_rule(visitor: NewVisitor, language: str, light: str) -> None:
    options = {"locale": language, "color_scheme": light, "java_script_enabled": True}
    carla = visitor(bypass_csp=True, viewport=WIDE, **options).sign_in("Carla").go(NEEDS)
    rows = carla.page.locator("#result_list tbody tr")
    states = dict[str, str]()
    for row in rows.all():
        link = row.locator("th a").get_attribute("href") or ""
        states.setdefault(row.locator(".field-state").inner_text(), link.partition("change/")[0])
    assert len(states) >= 4
    broken = []
    for need in states.values():
        for page in ("change/", "invitations/", "assign/", "helpers/", "step/"):
            for size in (TABLET, WIDE):
                carla.page.set_viewport_size(size)  # type: ignore[arg-type]
                carla.go(need + page)
                broken += [f"{carla.page.url}: {rule}" for rule in broken_rules(carla)]
                wide = carla.page.evaluate("document.documentElement.scrollWidth")
                assert wide <= size["width"], carla.page.url
    assert not broken, "\n".join(broken)
