"""Whatever is sent to any address of the site, by whomever: never a fault of ours, and never a traceback.

`NONSENSE` in the environment is how many inputs each address gets: `make nonsense` sends 300.
"""

import os
import re
from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import test_site_map, test_site_map_admin
from tests.support import asking, nonsense, scene, walking

MANY, FEW = int(os.environ.get("NONSENSE", "3")), 100
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
ROUTES = sorted(test_site_map.ROWS | test_site_map_admin.ROWS)
FORM = "application/x-www-form-urlencoded"
Fields = dict[str, list[str]]
POSTED_FROM_ELSEWHERE: Fields = {
    name: ["1"] for name in ("asks", "other", "into", "merged", "back", "app_label", "term")
}
"""What addresses without a page of their own are sent."""
NO_PAGE = {
    "/<path:object_id>/": "leads to the page of the row",
    "/delete/": "these rows end by an action",
    "/add/": "these rows come by an action",
    "/admin/(?P<url>.*)$": "is no address",
    "/admin/autocomplete/": "answers a picker; tests/admin/test_pickers.py",
    "/admin/duplicates/apart/": "takes a form of the list of duplicates",
    "/admin/duplicates/undo/": "takes a form of the list of duplicates",
    "/admin/group/groupprofile/": "leads to its one row",
    "/admin/lending/thing/": "the group of the scene passes on no things; tests/lending/test_admin.py",
    "/admin/lending/thing/<path:object_id>/change/": "as above",
    "/admin/lending/thing/<path:object_id>/history/": "as above",
    "/admin/lending/thing/<int:pk>/withdraw/": "as above",
    "/admin/lending/thing/<int:pk>/helped/": "as above",
    "/admin/logout/": "leads to the front page",
    "/admin/policy/policy/": "leads to its one row",
    "/admin/winding-down/<int:pk>/agree/": "takes a proposal, and none waits in the scene",
    "/admin/winding-down/<int:pk>/call-off/": "takes a proposal, and none waits in the scene",
    "/admin/partners/key/": "the scene has no neighbouring groups; tests/partners/test_partner_pages.py",
    "/admin/partners/<int:pk>/heads.txt": "as above",
    "/admin/partners/needs/": "as above; tests/partners/test_incoming_pages.py",
    "/admin/partners/needs/<int:pk>/": "as above",
    "/admin/many-hands/": "as above; tests/partners/test_calls.py",
    "/admin/many-hands/<int:pk>/hide/": "as above",
    "/admin/partners/partner/": "as above",
    "/admin/partners/partner/<int:pk>/agree/": "as above",
    "/admin/partners/partner/<int:pk>/compare/": "as above",
    "/admin/partners/partner/<int:pk>/end/": "as above",
    "/admin/partners/partner/<int:pk>/pause/": "as above",
    "/admin/partners/partner/<int:pk>/renamed/": "as above",
    "/admin/partners/partner/<int:pk>/resume/": "as above",
    "/admin/partners/partner/<int:pk>/talked/": "as above",
    "/admin/partners/partner/<path:object_id>/change/": "as above",
    "/admin/partners/partner/<path:object_id>/history/": "as above",
    "/admin/together/": "the group of the scene does not decide together; tests/decisions/test_admin.py",
    "/admin/together/admit/": "as above",
    "/admin/together/admissions/<int:pk>/take-back/": "as above",
    "/admin/together/propose/": "as above",
    "/admin/together/two/<int:pk>/agree/": "as above",
    "/admin/together/two/<int:pk>/end/": "as above",
    "/admin/requests_app/need/<int:pk>/groups/": "the scene has no neighbouring groups;"
    " tests/partners/test_need_admin.py",
    "/admin/r/<path:content_type_id>/<path:object_id>/": "leads to a page of the site, which has none",
    "/admin/requests_app/ask/<int:pk>/not-one-household/": "takes two asks of one household",
    "/admin/requests_app/need/undo/<slug:code>/": "takes what was closed just now",
}
ENDS_WITHOUT_PAGE = ("/<path:object_id>/", "/delete/", "/add/")
"""Of the admin: what is sent nonsense, and yet shows no page to anyone of the scene."""


@pytest.mark.slow
def test_a_few_inputs_for_addresses_of_every_kind(here: scene.Scene):
    send_nonsense(ROUTES, here, FEW)


@pytest.mark.slow
def test_every_page_of_the_admin_is_reached(here: scene.Scene):
    """Else nonsense stops at the sign-in, and says nothing of the page behind."""
    browser = walking.client(here, "carla")
    routes = set(test_site_map_admin.ROWS)
    browser.raise_request_exception = True
    shown = {route for route in routes if is_shown(browser, path_of(route, here))}
    without = {route for route in routes if route in NO_PAGE or route.endswith(ENDS_WITHOUT_PAGE)}
    assert routes - shown <= without
    assert NO_PAGE.keys() & routes <= routes - shown


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES)
def test_some_inputs_for_each_address(route: str, here: scene.Scene):
    send_nonsense([route], here, MANY)


def send_nonsense(routes: Sequence[str], here: scene.Scene, examples: int) -> None:
    browsers = walking.clients(here)
    for browser in browsers.values():
        browser.raise_request_exception = True  # its traceback says more than a 500
    asking.words_and_places()
    if any(route.startswith("/ask/") for route in routes):  # its later pages follow an answer
        asking.answer_all(browsers["nobody"])

    @cache
    def shown(path: str) -> dict[str, Fields]:
        """The fields of a page by who is let in, or, where no one is, for somebody."""
        fields = {who: fields_shown_to(browser, path) for who, browser in browsers.items()}
        let_in = {who: found for who, found in fields.items() if found}
        return let_in or dict.fromkeys(("carla", "sam", "nobody"), POSTED_FROM_ELSEWHERE)

    @settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def send(data: st.DataObject) -> None:
        route = data.draw(st.sampled_from(routes))
        path = path_of(route, here)
        fields = shown(path)
        who = data.draw(st.sampled_from(sorted(fields)))
        where = data.draw(st.one_of(st.just(path), paths(route, path)))
        query = data.draw(st.one_of(st.just({}), nonsense.typed_over({}, nonsense.IN_A_LIST)))
        address = f"{where}?{urlencode(query, doseq=True)}"
        if data.draw(st.booleans()):
            typed = data.draw(nonsense.typed_over(fields[who], nonsense.IN_A_FORM))
            answer = answer_to(browsers[who], "POST", address, urlencode(typed, doseq=True))
        else:
            answer = answer_to(browsers[who], "GET", address)
        assert answer.status_code < 500
        assert b"Traceback" not in answer.getvalue()

    send()


def answer_to(browser: Client, method: str, address: str, body: str = "") -> Any:
    """The answer to one request, whose effects on the database and the browser are rolled back."""
    cookies = deepcopy(browser.cookies)
    with transaction.atomic():
        answer = browser.generic(method, address, body, content_type=FORM)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return answer


def fields_shown_to(browser: Client, path: str) -> Fields:
    """What the page has on a GET and after an empty POST; nothing where both lead elsewhere."""
    answers = [answer_to(browser, method, path) for method in ("POST", "GET")]
    fields: Fields = {}
    for answer in answers:
        if answer.status_code == 200:
            fields |= nonsense.fields_of_page(answer.getvalue().decode(errors="replace"))
    return fields


def is_shown(browser: Client, path: str) -> bool:
    return any(answer_to(browser, method, path).status_code == 200 for method in ("GET", "POST"))


def path_of(route: str, here: scene.Scene) -> str:
    table = test_site_map_admin if route.startswith("/admin/") else test_site_map
    return str(table.path_of(route, here))


def paths(route: str, path: str) -> st.SearchStrategy[str]:
    """The address of a route with nonsense for one part of it."""
    parts = path.split("/")
    which = [n for n, part in enumerate(route.split("/")) if PARAMETER.search(part)]
    which = [n for n in which if n < len(parts)]
    if not which:
        return st.just(path)

    def replaced(drawn: tuple[int, str]) -> str:
        number, value = drawn
        return "/".join([*parts[:number], quote(value, safe=""), *parts[number + 1 :]])

    texts = st.one_of(nonsense.values, st.sampled_from(nonsense.SLUGS))
    return st.tuples(st.sampled_from(which), texts).map(replaced)
