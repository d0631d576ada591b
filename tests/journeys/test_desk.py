"""A coordinator's work in the admin. Every visit here also proves the strict policy holds."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisitor
from tests.support.journey import ask
from tests.support.visitor import DESK, PHONE

pytestmark = pytest.mark.browser
NEEDS = "/admin/requests_app/need/"


def close(page: Page, reason: str) -> None:
    closing = page.locator(".need-steps details", has=page.locator("[name=close_reason]"))
    if closing.get_attribute("open") is None:
        closing.locator("summary").click()
    closing.locator("[name=close_reason]").select_option(reason)
    closing.get_by_role("button").click()


def test_a_sensitive_need_is_read_given_to_somebody_released_and_closed(
    visitor: NewVisitor,
) -> None:
    ana, stranger = visitor(), visitor()
    carla = visitor(viewport=DESK, java_script_enabled=True)
    ask(ana, name="Canary", group="Home and repair", kind="Power and heat", area="saltmarsh")
    carla.sign_in("Carla").go("/admin/")
    page = carla.page

    page.goto(NEEDS + "?q=Power")
    expect(page.locator("#result_list")).to_contain_text("Power and heat · Saltmarsh")
    expect(page.locator("body")).not_to_contain_text("Canary")
    page.get_by_role("link", name="Power and heat · Saltmarsh").first.click()
    page.get_by_role("link", name="Assign").click()
    page.get_by_label("Name of someone else").fill("femi")
    page.get_by_role("button", name="Give it to this person").click()
    expect(page.locator(".messagelist")).to_contain_text("Femi has it now and was told.")

    page.get_by_role("button", name="Release").click()
    expect(page.locator(".messagelist")).to_contain_text("Released.")
    close(page, reason="")
    expect(page.locator(".need-steps [name=close_reason]:invalid")).to_have_count(1)
    close(page, reason="other_help")
    expect(page.locator(".messagelist")).to_contain_text("Closed.")
    stranger.go("/board/").does_not_see("Power and heat")


def test_what_is_unmet_stands_first_and_leads_to_its_list(visitor: NewVisitor) -> None:
    carla = visitor(viewport=DESK, java_script_enabled=True).sign_in("Carla").go("/admin/")
    reading = carla.page.locator(".attention a", has_text="to be read by a coordinator")
    many = int(reading.locator("strong").inner_text())
    reading.click()
    expect(carla.page.locator("#result_list tbody tr")).to_have_count(many)
    link = carla.page.get_by_role("link", name=re.compile("A place for tonight")).first
    link.click()
    carla.page.get_by_role("button", name="Publish").click()
    expect(carla.page.locator(".messagelist")).to_contain_text("Published.")


def test_on_a_small_phone_an_ask_is_found_by_the_number_of_whoever_calls(
    visitor: NewVisitor,
) -> None:
    ana = visitor()
    ask(ana, name="Canary", kind="Groceries", area="saltmarsh", phone="(608) 555-0142")
    carla = visitor().sign_in("Carla").go("/admin/")
    page = carla.page
    page.get_by_label("Find anybody").fill("the tall one")
    carla.press("Find")
    box = page.locator("main [name=q], #content [name=q]").first
    expect(box).to_have_value("the tall one")
    box.fill("6085550142")
    carla.press("Search").sees("Groceries · Saltmarsh")
    carla.does_not_see("Canary")
    assert page.url.endswith("/find/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    seen = box.bounding_box()
    assert seen
    assert seen["x"] + seen["width"] < PHONE["width"], "all of the box can be seen"
    carla.press("Groceries · Saltmarsh").sees("Contact details")


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_the_admin_breaks_the_policy(
    visitor: NewVisitor, screen: dict[str, int], language: str
) -> None:
    carla = visitor(viewport=screen, java_script_enabled=True, locale=language).sign_in("Carla")
    lists = ["notify/notification", "people/user", "offers_app/offer", "requests_app/need"]
    lists += ["requests_app/ask", "catalog/category", "catalog/locality", "catalog/language"]
    carla.go("/admin/")
    for name in lists:
        carla.go(f"/admin/{name}/")
        carla.page.locator("#result_list tbody a").first.click()
        carla.page.wait_for_load_state("load")
    carla.go("/admin/catalog/locality/add/")
    assert carla.page.locator("html").get_attribute("lang") == language
