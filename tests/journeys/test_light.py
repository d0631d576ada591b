"""What a page costs somebody who pays for every kilobyte."""

from collections.abc import Iterator

import pytest

from tests.journeys.conftest import NewVisitor
from tests.support.pages import LOST, MEMBERS, MORE_PUBLIC, PUBLIC, every_page_of_a_neighbour
from tests.support.site import Site
from tests.support.visitor import Visitor
from tests.support.weights import (
    HTML,
    REQUESTS,
    TOTAL,
    asked_by_the_page,
    keep_nothing,
    weigh,
)  # fmt: skip

pytestmark = pytest.mark.browser

LISTS = ("/ask/what/", "/offer/what/", "/near/")
NEIGHBOURS = {*PUBLIC, *MORE_PUBLIC, *LOST, *LISTS} - {"/patterns/", "/demo/mail/"}


def too_heavy(visitor: Visitor, path: str) -> list[str]:
    """Return what of a page is over its budget (bar U2)."""
    weight = weigh(visitor, path)
    over = [
        weight.html > HTML and f"{weight.html} bytes of HTML",
        weight.total > TOTAL and f"{weight.total} bytes in all",
        weight.requests > REQUESTS and f"{weight.requests} requests",
    ]
    return [f"{path}: {what}" for what in over if what]


def test_a_first_visit_is_cheap(visitor: NewVisitor) -> None:
    assert [what for path in sorted(NEIGHBOURS) for what in too_heavy(visitor(), path)] == []


def test_a_page_of_a_member_is_cheap(visitor: NewVisitor) -> None:
    sam = visitor().sign_in("Sam")
    assert [what for path in MEMBERS for what in too_heavy(sam, path)] == []


FACE = """
from io import BytesIO
from mutualaid.group.actions import change_group, keep_logo
from mutualaid.group.look.logos import prepare_logo
from tests.support.logos import picture
content = picture()
logo = keep_logo(prepare_logo(BytesIO(content), len(content)))
change_group(by=None, changes={"leaf": "#a8321f", "logo": logo})
"""
NO_FACE = """
from mutualaid.group.actions import change_group
from mutualaid.group.look.colours import LEAF
change_group(by=None, changes={"leaf": LEAF, "logo": None})
"""


@pytest.fixture(params=["none", "its own look"])
def files(request: pytest.FixtureRequest, site: Site) -> Iterator[int]:
    """How many files the look of the group has: none of its own, or a sheet and a logo."""
    if request.param == "none":
        yield 0
        return
    made = site.manage("shell", "-c", FACE)
    assert made.returncode == 0, made.stdout
    yield 2
    site.manage("shell", "-c", NO_FACE)


def test_no_page_of_a_neighbour_asks_for_many_things(visitor: NewVisitor, files: int) -> None:
    """From the front to the receipt and the private page, with scripts, and nothing kept from before."""
    neighbour = visitor(java_script_enabled=True)
    keep_nothing(neighbour.page)
    over = []
    faces = set[str]()
    for one in every_page_of_a_neighbour(neighbour):
        one.page.wait_for_load_state()
        asked = asked_by_the_page(one)
        faces.update(path for path in asked if path.startswith("/group/"))
        if len(asked) > REQUESTS:
            over.append(f"{one.page.url}: {asked}")
        one.requests.clear()
    assert not over, "\n".join(over)
    assert len(faces) == files, sorted(faces)


def test_pages_and_style_leave_the_server_packed(visitor: NewVisitor) -> None:
    reader = visitor()
    for path in ("/", "/static/site.css"):
        answer = reader.page.goto(path)
        assert answer
        assert answer.header_value("content-encoding") in ("gzip", "br")


def test_looking_around_leaves_no_cookie_but_the_one_of_the_forms(visitor: NewVisitor) -> None:
    reader = visitor()
    for path in ("/", "/board/", "/about/"):
        reader.go(path)
    assert {cookie["name"] for cookie in reader.context.cookies()} <= {"csrf"}
