"""Somebody new offers help: no password, a code by mail."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisitor
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
ADDRESS = "nadia@people.example"


def test_somebody_new_offers_help_takes_a_break_and_comes_back(visitor: NewVisitor) -> None:
    nadia = visitor()
    nadia.go("/offer/").press("I am new here")
    nadia.page.fill("[name=email]", ADDRESS)
    nadia.page.fill("[name=name]", "Nadia")
    nadia.page.locator("main form button.primary").click()
    nadia.enter_code(ADDRESS)
    make_offer(nadia)
    nadia.sees("looking for needs that fit you.")

    nadia.go("/offer/").press("Pause")
    nadia.sees("You're taking a break.")
    nadia.press("I am back")
    nadia.sees("Welcome back!")

    nadia.press("Sign out")
    nadia.page.locator("main form button").first.click()
    nadia.go("/help/")
    expect(nadia.page).to_have_url(f"{nadia.home}/account/login/?next=/help/")
    nadia.page.fill("[name=login]", ADDRESS)
    nadia.page.locator("main form button.primary").click()
    nadia.enter_code(ADDRESS)
    expect(nadia.page).to_have_url(f"{nadia.home}/help/")


def make_offer(helper: Visitor) -> None:
    page = helper.go("/offer/").page
    helper.page.locator("main form button.primary").click()
    helper.sees("Choose at least one thing you can do.")
    helper.sees("Choose at least one area.")
    food = page.locator("details", has_text="Food").first
    food.locator("summary").click()
    food.get_by_label("Groceries").check()
    harbour = page.locator("details", has_text="Old Harbour").first
    if not harbour.get_by_label("Old Harbour").is_visible():
        harbour.locator("summary").click()
    harbour.get_by_label("Old Harbour").check()
    page.locator("main form button.primary").first.click()
