"""What a page costs somebody who pays for every kilobyte."""

import gzip

import pytest

from tests.journeys.conftest import NewVisitor
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser

PAGES = ("/", "/board/", "/about/", "/ask/what/", "/need/find/", "/account/login/")
"""Bar U2: at most 50 kB packed, 14 kB of HTML, five requests."""


def packed(body: bytes) -> int:
    return len(gzip.compress(body, 6))


def cost_of(visitor: Visitor, path: str) -> tuple[int, int, int]:
    """Bytes packed, bytes of HTML, requests of a first visit."""
    visitor.requests.clear()
    visitor.go(path).page.wait_for_load_state("networkidle")
    bodies = [r.response().body() for r in visitor.requests]
    return sum(map(packed, bodies)), len(bodies[0]), len(bodies)


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_is_cheap(visitor: NewVisitor, path: str) -> None:
    weight, html, requests = cost_of(visitor(), path)
    print(f"{path} {weight / 1000:.1f} kB packed, HTML {html / 1000:.1f} kB, {requests} requests")
    assert weight <= 50_000
    assert html <= 14_000
    assert requests <= 5


def test_what_the_server_sends_is_packed(visitor: NewVisitor) -> None:
    reader = visitor()
    answer = reader.page.goto("/static/site.css")
    assert answer
    assert answer.header_value("content-encoding") == "gzip"


def test_looking_around_leaves_no_cookie_but_the_one_of_the_forms(visitor: NewVisitor) -> None:
    reader = visitor()
    for path in ("/", "/board/", "/about/"):
        reader.go(path)
    assert {cookie["name"] for cookie in reader.context.cookies()} <= {"csrf"}
