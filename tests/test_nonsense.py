"""Whatever is sent to any address of the site, by whomever: never a fault of ours, and never a traceback."""

import re
from copy import deepcopy
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import test_site_map, test_site_map_admin
from tests.support import asking, nonsense, scene, walking

MANY, FEW = 60, 4
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
ROUTES = sorted(test_site_map.ROWS | test_site_map_admin.ROWS)
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("route", ROUTES)
def test_a_few_inputs_for_each_address(route: str, here: scene.Scene):
    send_nonsense(route, here, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES)
def test_hundreds_of_inputs_for_each_address(route: str, here: scene.Scene):
    send_nonsense(route, here, MANY)


def send_nonsense(route: str, here: scene.Scene, examples: int) -> None:
    browsers = walking.clients(here)
    for browser in browsers.values():
        browser.raise_request_exception = True  # its traceback says more than a 500
    if route.startswith("/ask/"):
        asking.words_and_places()
        asking.answer_all(browsers["nobody"])
    path = path_of(route, here)
    fields = {who: fields_shown_to(browser, path) for who, browser in browsers.items()}

    @settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def send(data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(sorted(browsers)))
        where = data.draw(st.one_of(st.just(path), paths(route, path)))
        query = data.draw(nonsense.typed_over({}, nonsense.IN_A_LIST))
        query = data.draw(st.sampled_from([{}, query]))
        typed = data.draw(nonsense.typed_over(fields[who], nonsense.IN_A_FORM))
        address = f"{where}?{urlencode(query, doseq=True)}"
        if data.draw(st.booleans()):
            answer = answer_to(browsers[who], "POST", address, urlencode(typed, doseq=True))
        else:
            answer = answer_to(browsers[who], "GET", address)
        assert answer.status_code < 500
        assert "Traceback" not in answer.content.decode()

    send()


def answer_to(browser: Client, method: str, address: str, body: str = "") -> Any:
    """The answer to one request, whose effects on the database and the browser are rolled back."""
    cookies = deepcopy(browser.cookies)
    with transaction.atomic():
        answer = browser.generic(method, address, body, content_type=FORM)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return answer


def fields_shown_to(browser: Client, path: str) -> dict[str, list[str]]:
    shown, sent = (answer_to(browser, method, path).content.decode() for method in ("GET", "POST"))
    return nonsense.fields_of_page(sent) | nonsense.fields_of_page(shown)


def path_of(route: str, here: scene.Scene) -> str:
    table = test_site_map_admin if route.startswith("/admin/") else test_site_map
    return table.path_of(route, here)


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
