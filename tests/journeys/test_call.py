"""A call goes the whole way: written down on one page, matched, claimed, and confirmed by the slip."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisitor
from tests.support.visitor import DESK, Visitor

pytestmark = pytest.mark.browser


def take_call(carla: Visitor, *, name: str, phone: str, area: str) -> str:
    """Write down the least that a call needs, and send it; return the path of the ask."""
    page = carla.go("/admin/call/").page
    page.fill("[name=name]", name)
    page.fill("[name=phone]", phone)
    choose(page, "category", "groceries")
    choose(page, "locality", area)
    page.get_by_label("Today").check()
    page.fill("[name=notes]", "Milk and bread")
    page.fill("[name=address]", "12 Hill Road")
    carla.press("Write it down")
    return page.url.removeprefix(carla.home).removesuffix("code/")


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"select[name={name}]").first.select_option(value)


@pytest.mark.parametrize("script", [False, True], ids=["plain", "script"])
def test_from_a_call_to_a_confirmed_help(visitor: NewVisitor, script: bool) -> None:
    area = "lantern-quay" if script else "saltmarsh"
    name, phone = ("Ada", "608 555 0161") if script else ("Bea", "608 555 0162")
    carla = visitor(viewport=DESK, java_script_enabled=script).sign_in("Carla")
    take_call(carla, name=name, phone=phone, area=area)
    expect(carla.page.locator(".messagelist")).to_contain_text("It is written down.")
    carla.press("Make a code")
    code = carla.page.locator(".slip .code").inner_text()
    expect(carla.page.locator(".slip")).not_to_contain_text(name)

    ana = visitor()
    ana.go("/need/find/").page.fill("[name=code]", code)
    ana.page.locator("main form button.primary").click()
    link = ana.page.url.removeprefix(ana.home)
    ana.sees("No one has said yes yet.")

    sam = says_yes(visitor, area.replace("-", " ").title())
    sam.sees("12 Hill Road")
    sam.press("It is done")
    ana.go(link).press("Yes, it arrived")
    ana.sees("The help arrived.")


def test_what_may_be_the_same_is_shown_while_typing_and_stops_no_one(visitor: NewVisitor) -> None:
    carla = visitor(viewport=DESK, java_script_enabled=True).sign_in("Carla")
    first = take_call(carla, name="Cleo", phone="608 555 0171", area="old-harbour")
    page = carla.go("/admin/call/").page
    page.fill("[name=name]", "Someone")
    page.fill("[name=phone]", "(608) 555-0171")
    page.keyboard.press("Tab")
    expect(page.locator("#alike")).to_contain_text("the same phone or e-mail")
    expect(page.locator("#alike a").first).to_have_attribute("href", f"{first}change/")
    assert page.url.endswith("/admin/call/"), "nothing that is typed stands in an address"
    choose(page, "category", "groceries")
    choose(page, "locality", "old-harbour")
    carla.press("Write it down")
    expect(page.locator(".messagelist")).to_contain_text("It is written down.")


def test_without_a_script_it_is_shown_once_when_it_is_sent(visitor: NewVisitor) -> None:
    carla = visitor().sign_in("Carla")
    take_call(carla, name="Dele", phone="608 555 0181", area="old-harbour")
    take_call(carla, name="Dele", phone="608 555 0181", area="old-harbour")
    page = carla.page
    expect(page.locator("[role=alert]")).to_contain_text("There may be one already")
    expect(page.locator("[name=notes]")).to_have_value("Milk and bread")
    carla.press("Take it all the same")
    expect(page.locator(".messagelist")).to_contain_text("It is written down.")


def test_i_cant_come_is_two_clicks_from_the_page_of_who_calls(visitor: NewVisitor) -> None:
    carla = visitor(viewport=DESK).sign_in("Carla")
    take_call(carla, name="Emre", phone="608 555 0191", area="saltmarsh")
    sam = says_yes(visitor, "Saltmarsh")
    carla.go("/admin/people/user/?q=Sam").press("Sam")
    claimed = carla.page.locator(".live-claims li", has_text="Groceries · Saltmarsh")
    claimed.get_by_role("link", name="Can't come").click()
    carla.press("Look for someone else")
    expect(carla.page.locator(".messagelist")).to_contain_text("Sam need not come any more.")
    sam.page.reload()
    sam.does_not_see("12 Hill Road")


def says_yes(visitor: NewVisitor, area: str) -> Visitor:
    """Let Sam say yes to groceries in this area, whatever else other stories have asked for there."""
    sam = visitor().sign_in("Sam").go("/offer/change/limits/")
    sam.page.fill("[name=per_week]", "9")  # each story here takes one of them
    sam.press("Change it").waits_for("/help/", area)
    groceries = sam.page.locator(".note", has_text=area).filter(has_text="Groceries")
    groceries.first.get_by_role("link").first.click()
    return sam.press("Yes, I will do it")
