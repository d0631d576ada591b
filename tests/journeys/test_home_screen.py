"""The site on a phone's home screen: who to call without a network, and nothing kept of anyone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisitor
from tests.support.site import Site

pytestmark = pytest.mark.browser
LINE = "555 0199"
KEPT = """caches.keys().then(names => Promise.all(names.map(name =>
    caches.open(name).then(cache => cache.keys()).then(all => all.map(one => new URL(one.url).pathname))
))).then(all => all.flat())"""
WORKERS = "navigator.serviceWorker.getRegistrations().then(all => all.length)"


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("home-screen") / "data", HELP_CONTACT=LINE)
    try:
        yield site.start("--demo")
    finally:
        site.clear_up()


def put_on_home_screen(page: Page) -> None:
    page.goto("/home-screen/")
    page.get_by_role("button", name="Keep it on this phone").click()
    expect(page.locator("#kept")).to_be_visible()


def test_without_a_network_the_phone_line_is_there(visitor: NewVisitor, own_site: Site) -> None:
    phone = visitor(site=own_site, java_script_enabled=True)
    put_on_home_screen(phone.page)
    phone.go("/board/")
    phone.context.set_offline(True)
    for path in ("/", "/board/", "/me/"):
        phone.go(path)
        expect(phone.page.get_by_role("heading", level=1)).to_have_text(
            "There is no network just now"
        )
        expect(phone.page.get_by_role("link", name=LINE)).to_have_attribute("href", "tel:5550199")
    colour = "getComputedStyle(document.querySelector('.button')).borderTopLeftRadius"
    assert phone.page.evaluate(colour) == "10px", "the style is kept too"
    phone.console_errors.clear()  # the browser says that the network is gone
    phone.context.set_offline(False)
    phone.press("Try again").sees("Neighbors help neighbors")


def test_no_page_of_anyone_is_kept(visitor: NewVisitor, own_site: Site) -> None:
    sam = visitor(site=own_site, java_script_enabled=True).sign_in("Sam")
    put_on_home_screen(sam.page)
    for path in ("/me/", "/help/", "/messages/", "/board/"):
        sam.go(path)
    kept = sam.page.evaluate(KEPT)
    assert "/offline/" in kept
    assert all(path == "/offline/" or path.startswith("/static/") for path in kept)
    assert "Sam" not in sam.page.evaluate("caches.match('/offline/').then(page => page.text())")


def test_who_only_looks_around_gets_no_worker(visitor: NewVisitor) -> None:
    reader = visitor(java_script_enabled=True)
    for path in ("/", "/board/", "/home-screen/"):
        reader.go(path).page.wait_for_load_state("networkidle")
    assert reader.page.evaluate(WORKERS) == 0
    assert reader.page.evaluate(KEPT) == []
