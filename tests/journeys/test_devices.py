"""A notice wakes a browser under the site's own strict policy, and says one neutral line."""

import json

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisitor

pytestmark = pytest.mark.browser
NOTICES = """navigator.serviceWorker.ready.then(worker => worker.getNotifications())
    .then(notices => notices.map(notice => [notice.title, notice.tag, notice.data]))"""


def test_the_worker_of_the_site_shows_what_comes(visitor: NewVisitor) -> None:
    sam = visitor(java_script_enabled=True).sign_in("Sam")
    sam.context.grant_permissions(["notifications"], origin=sam.home)
    page = sam.go("/messages/").page
    button = page.get_by_role("button", name="Add this device")
    expect(button).to_be_visible()

    browser = sam.context.new_cdp_session(page)
    known: list[dict[str, str]] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"])
    )
    browser.send("ServiceWorker.enable")
    worker = button.get_attribute("data-worker")
    page.evaluate("path => navigator.serviceWorker.register(path)", worker)
    page.wait_for_function("navigator.serviceWorker.ready.then(worker => !!worker.active)")
    page.wait_for_timeout(500)
    url = f"{sam.home}/help/"
    said = {"title": "Someone is coming", "tag": "7", "url": url}
    where = {"origin": sam.home, "registrationId": known[0]["registrationId"]}
    browser.send("ServiceWorker.deliverPushMessage", {**where, "data": json.dumps(said)})
    page.wait_for_timeout(1000)
    assert page.evaluate(NOTICES) == [["Someone is coming", "7", url]]


def test_without_javascript_no_button_is_shown_that_does_nothing(visitor: NewVisitor) -> None:
    page = visitor().sign_in("Sam").go("/messages/").page
    expect(page.get_by_role("button", name="Keep these changes")).to_be_visible()
    expect(page.locator("#devices")).to_be_hidden()
