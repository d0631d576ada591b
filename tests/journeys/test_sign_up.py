"""Somebody new offers help: no password, a code by mail."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisitor
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
ADDRESS = "nadia@people.example"


def test_somebody_new_offers_help_takes_a_break_and_comes_back(visitor: NewVisitor) -> None:
    nadia = visitor()
    make_offer(nadia)
    nadia.press("I am new here")
    nadia.page.fill("[name=email]", ADDRESS)
    nadia.page.fill("[name=name]", "Nadia")
    nadia.page.locator("main form button.primary").click()
    nadia.enter_code(ADDRESS)
    nadia.press("Offer this")
    nadia.sees("looking for needs that fit you.")

    nadia.go("/offer/").unfold("Take a break").press("Pause")
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
    """Answer all questions, first with a mistake, up to the check."""
    page = helper.go("/offer/").page
    main = page.locator("main form button.primary")
    main.click()
    helper.sees("Choose at least one thing you can do.")
    # Groceries stand in their group, or above it while they are needed most.
    groceries = page.get_by_label("Groceries")
    if not groceries.is_visible():
        helper.unfold("Food")
    groceries.check()
    main.click()
    harbour = page.get_by_label("Old Harbour")
    if not harbour.is_visible():
        page.locator("details", has=harbour).locator("summary").click()
    harbour.check()
    for _where_when_limits_languages in range(4):
        main.click()
    helper.sees("Check your answers")
