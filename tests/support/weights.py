"""What a page costs: bytes and requests of a first visit, and when it is there on a slow phone line."""

from typing import Any, NamedTuple

from playwright.sync_api import Page

from tests.support.visitor import Visitor

HTML, TOTAL, REQUESTS = 14_000, 50_000, 5
"""Budgets of one page (bar U2): bytes on the wire, bytes with all it asks for, requests."""
FIRST_PAINT, COMPLETE = 2_500, 5_000
"""Milliseconds over `SLOW` (bar U3)."""
SLOW = {"latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
"""A poor mobile connection: 400 kbit/s, 400 ms; CDP wants bytes a second."""
PAINTED = """() => new Promise(done => {
    const read = () => {
        const [paint] = performance.getEntriesByName("first-contentful-paint")
        const loaded = performance.getEntriesByType("navigation")[0].loadEventEnd
        paint && loaded ? done([paint.startTime, loaded]) : setTimeout(read, 50)
    }
    read()
})"""


class Weight(NamedTuple):
    html: int
    total: int
    requests: int


def weigh(visitor: Visitor, path: str) -> Weight:
    """Visit a page for the first time, and return the bytes that came over the wire."""
    visitor.page.wait_for_load_state("networkidle")  # what the page before still asks for
    visitor.requests.clear()
    visitor.go(path).page.wait_for_load_state("networkidle")
    sizes = [request.sizes()["responseBodySize"] for request in visitor.requests]
    return Weight(sizes[0], sum(sizes), len(sizes))


def asked_by_the_page(visitor: Visitor) -> list[str]:
    """Return the paths of what the page asked for that the visitor is on, itself the first.

    Without the mark of the tab, which a browser keeps beside its cache and asks for when it likes.
    """
    paths: list[str] = []
    for request in visitor.requests:
        if request.resource_type == "document":
            paths.clear()  # a form or a page before it
        if not request.url.endswith(("/icon_192.png", "/favicon.svg")):
            paths.append(request.url.removeprefix(visitor.home))
    return paths


def keep_nothing(page: Page) -> Any:
    """Let the page have no cache; return the session in which that is so."""
    browser: Any = page.context.new_cdp_session(page)
    browser.send("Network.enable")
    browser.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return browser


def make_slow(page: Page) -> None:
    """Give the page a poor connection, and no cache."""
    browser = keep_nothing(page)
    browser.send("Network.emulateNetworkConditions", {"offline": False, **SLOW})


def when_painted(page: Page) -> tuple[float, float]:
    """Return the milliseconds to the first content and to the complete page. It needs JavaScript."""
    first, complete = page.evaluate(PAINTED)
    return float(first), float(complete)


def words_in(page: Page) -> int:
    return len(page.locator("main").inner_text().split())
