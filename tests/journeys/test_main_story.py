"""A need goes the whole way, on a small phone and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisitor
from tests.support.journey import ask

pytestmark = pytest.mark.browser


def test_a_need_is_asked_matched_claimed_and_met(visitor: NewVisitor) -> None:
    ana, sam, stranger = visitor(), visitor(), visitor()
    link = ask(ana, name="Ana", area="lantern-quay")
    ana.sees("No one has said yes yet.")

    stranger.go("/board/").sees("Lantern Quay")
    stranger.does_not_see("Ana")
    stranger.does_not_see("Hill Road")

    sam.sign_in("Sam").waits_for("/help/", "Lantern Quay")
    sam.page.locator(".note", has_text="Lantern Quay").get_by_role("link").click()
    sam.sees("both speak English")
    sam.does_not_see("Hill Road")
    sam.does_not_see("555 0199")

    sam.press("Yes, I will do it")
    sam.sees("Hill Road")
    sam.sees("555 0199")
    ana.go(link).sees("Sam said yes and will get in touch.")
    ana.page.locator(".more > summary").click()
    looks = ana.page.get_by_role("heading", name="Who looked at your contact details")
    expect(looks.locator("+ ul")).to_contain_text("Sam")

    sam.press("I got in touch")
    sam.sees("Hill Road")
    ana.go(link).sees("That person got in touch.")

    sam.press("It is done")
    sam.does_not_see("Hill Road")
    ana.go(link).press("Yes, it arrived")
    ana.sees("The help arrived.")
    expect(stranger.go("/board/").page.locator("main")).not_to_contain_text("Lantern Quay Today")


def test_the_short_code_leads_back_and_the_need_can_be_taken_back(visitor: NewVisitor) -> None:
    ana, elsewhere = visitor(), visitor()
    ask(ana, name="Code")
    code = ana.page.locator(".code").inner_text()

    elsewhere.go("/need/find/").page.fill("[name=code]", code.lower().replace("-", " "))
    elsewhere.page.locator("main form button.primary").click()
    elsewhere.press("I don't need it any more").press("Yes, take it back")

    elsewhere.sees("You took it back.")


def test_a_neighbour_who_makes_mistakes_is_told_where_and_loses_nothing(
    visitor: NewVisitor,
) -> None:
    ana = visitor()
    page = ana.go("/ask/").press("Continue").press("Continue").page
    expect(page).to_have_title("Error: What do you need? – Mutual Aid")
    page.get_by_role("link", name="Choose what you need.").click()
    page.get_by_label("Food", exact=True).check()
    ana.press("Continue").page.get_by_label("Groceries", exact=True).check()
    ana.press("Continue").page.select_option("[name=locality]", "old-harbour")
    ana.press("Continue").unfold("A certain day, or good times").page.fill(
        "[name=needed_by]", "2020-01-01"
    )
    page.get_by_label("Today").check()
    ana.press("Continue")
    ana.sees("This day has passed. Choose today or a later day.")
    expect(page.get_by_label("Today")).to_be_checked()
    expect(page.locator("[name=needed_by]")).to_have_value("2020-01-01")


def test_what_was_typed_can_be_forgotten_at_once(visitor: NewVisitor) -> None:
    ana = visitor()
    page = ana.go("/ask/").press("Continue").page
    page.get_by_label("Food", exact=True).check()
    ana.press("Continue").press("Cancel and delete my answers")
    ana.go("/ask/what/")
    expect(page.locator("input:checked")).to_have_count(0)
