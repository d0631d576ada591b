"""Several things in one ask, on one page: each with its own steps, and what they share only once."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisitor
from tests.support.journey import ask

pytestmark = pytest.mark.browser


def test_a_second_thing_is_added_changed_and_taken_back_while_the_first_goes_on(
    visitor: NewVisitor,
) -> None:
    ana = visitor()
    link = ask(ana, name="Several", area="old-harbour")
    page = ana.press("Add another thing you need").page
    ana.press("Continue")
    ana.sees("Choose the nearest one.")
    page.select_option("[name=category]", "laundry")
    ana.press("Continue")
    page.get_by_label("This week").check()
    page.fill("[name=notes]", "Two bags")
    ana.press("Ask for this as well")
    ana.sees("We have added it to what you asked for.")
    expect(page.get_by_role("heading", level=1)).to_have_text("What you asked for")
    headings = page.get_by_role("heading", level=2)
    expect(headings.filter(has_text="Groceries")).to_have_count(1)
    expect(headings.filter(has_text="Laundry")).to_have_count(1)
    expect(page.get_by_role("heading", name="Your code")).to_have_count(1)

    ana.press("Change what you told us")
    page.locator("a[href$='/change/phone/']").click()
    page.fill("[name=phone]", "555 0111")
    ana.press("Change it").sees("We have changed it.")
    laundry = ana.go(link).page.locator("section.need", has_text="Laundry")
    laundry.get_by_role("link", name="Change").click()
    page.locator("a[href$='/change/when/']").click()
    page.get_by_label("Today").check()
    ana.press("Change it").sees("Today")

    laundry = ana.go(link).page.locator("section.need", has_text="Laundry")
    expect(laundry).to_contain_text("Today")
    laundry.get_by_role("link", name="I don't need it any more").click()
    ana.sees("You asked for: Laundry.")
    ana.press("Yes, take it back").sees("You took it back.")
    expect(page.get_by_role("heading", name="What is over")).to_be_visible()
    groceries = page.locator("section.need", has_text="Groceries")
    expect(groceries).to_contain_text("No one has said yes yet.")


def test_what_comes_back_every_week_is_stopped_and_this_week_is_asked_about(
    visitor: NewVisitor,
) -> None:
    ana = visitor()
    page = ana.go("/ask/").press("Continue").page
    page.get_by_label("Food", exact=True).check()
    ana.press("Continue").page.get_by_label("Cooked meals", exact=True).check()
    ana.press("Continue").page.select_option("[name=locality]", "old-harbour")
    ana.press("Continue").page.get_by_label("This week").check()
    ana.unfold("I need it every week")
    page.get_by_label("Monday").check()
    page.get_by_label("Thursday").check()
    page.locator("[name=repeat_until]").fill(page.evaluate(IN_A_MONTH))
    ana.press("Continue")
    ana.press("Continue").page.fill("[name=name]", "Weekly")
    page.fill("[name=phone]", "555 0112")
    ana.press("Continue").press("Ask for this")
    ana.sees("comes back every week")
    page.get_by_text("later day").click()
    expect(
        page.get_by_role("heading", level=2).filter(has_text="Cooked meals").first
    ).to_be_visible()

    ana.press("I don't need it every week any more").sees("Do you still need it this once?")
    ana.press("Yes, just this one")
    ana.sees("It won't come back any more.")
    ana.does_not_see("comes back every week")
    ana.sees("No one has said yes yet.")


IN_A_MONTH = "() => new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10)"
