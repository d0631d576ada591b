"""A neighbour loses their link, finds back, changes what they told us, and shuts out who knows the old."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisitor
from tests.support.journey import ask
from tests.support.visitor import SOON, Visitor

pytestmark = pytest.mark.browser


def test_a_lost_link_comes_by_mail_and_the_old_ones_can_be_shut(visitor: NewVisitor) -> None:
    ana, stranger = visitor(), visitor()
    old = ask(ana, name="Lost", area="orchard-hill", phone="555 0181")
    page = ana.go(old).press("Change what you told us").page
    page.locator("a[href$='/change/email/']").click()
    page.fill("[name=email]", "lost@people.example")
    ana.press("Change it")
    ana.sees("We have changed it.")
    ana.does_not_see("lost@people.example")

    found = visitor()
    found.go("/need/find/").press("I lost my link")
    found.page.fill("[name=address]", "555-0181")
    found.press("Send me a new link")
    found.sees("If we know this number or address")
    link = mailed_link(found, "lost@people.example")
    found.go(link).sees("No one has said yes yet.")

    found.page.locator(".more > summary").click()
    found.press("Someone else knows this link: make a new one").press("Make a new link")
    found.sees("The old links and codes no longer work.")
    stranger.go(old).sees("This link no longer works")


def mailed_link(reader: Visitor, address: str) -> str:
    """The private link in the newest mail to this address."""
    page = reader.page
    for _ in range(SOON // 500):
        page.goto("/demo/mail/")
        mail = page.locator(".mail", has_text=f"To {address}").filter(has_text="Your link")
        if mail.count():
            link = re.search(r"/need/[\w-]+/", mail.first.inner_text())
            assert link
            return link.group(0)
        page.wait_for_timeout(500)
    raise AssertionError(f"no link was sent to {address}")


def test_a_volunteer_sees_only_the_ways_that_are_safe(visitor: NewVisitor) -> None:
    ana, sam = visitor(), visitor()
    receipt = ask(ana, name="Safe", group="Errands and delivery", kind="Laundry", phone="555 0155")
    page = ana.go(f"{receipt}change/channels/").page
    page.get_by_label("A note in the mailbox").check()
    ana.press("Change it")
    sam.sign_in("Sam").waits_for("/help/", "Laundry")
    sam.page.locator(".note a[href*='/help/']", has_text="Laundry").first.click()
    sam.press("Yes, I will do it")
    sam.sees("A note in the mailbox")
    sam.sees("Hill Road")
    sam.does_not_see("555 0155")
    expect(ana.go(receipt).page.locator("main")).to_contain_text(
        "only use the ways you called safe"
    )
