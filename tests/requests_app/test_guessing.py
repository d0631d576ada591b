"""Whoever tries out links, codes and feeds sees one page, and after twenty tries no answer. Bar P13."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mutualaid.dashboard.address import forget_address, new_address
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.links.unsubscribe import unsubscribe_url
from mutualaid.people.models import RateLimitWindow
from mutualaid.people.ratelimit import WRONG_LINKS
from requests_app.access.links import make_link, renew_links
from requests_app.models import Need, PrivateLink
from tests.support import factories, walking
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BY_LINK = [route for route in walking.routes() if route.startswith("/need/<str:token>/")]
STEPS = {
    "<slug:thing>": "phone",
    "<uuid:public_id>": "00000000-0000-0000-0000-000000000000",
    "<uuid:claim>": "00000000-0000-0000-0000-000000000000",
    "<uuid:need>": "00000000-0000-0000-0000-000000000000",
    "<need_step:step>": "withdraw",
}


def path_of(route: str, token: str) -> str:
    path = route.replace("<str:token>", token)
    for pattern, value in STEPS.items():
        path = path.replace(pattern, value)
    assert "<" not in path, "say in STEPS what stands for this part"
    return path


def body(answer) -> bytes:
    return re.sub(rb'value="[A-Za-z0-9]{64}"', b"", answer.content)


def dead_links() -> list[str]:
    """Wrong, revoked, renewed, expired, and the name of a need or an ask instead of its link."""
    needs = [factories.need() for _ in range(3)]
    links = [make_link(need.ask) for need in needs]
    PrivateLink.objects.filter(ask=needs[0].ask).update(revoked_at=timezone.now())
    renew_links(needs[1].ask)
    old = timezone.now() - timedelta(days=1000)
    Need.objects.filter(pk=needs[2].pk).update(
        state="closed", close_reason="expired", closed_at=old
    )
    return ["wrong", *links, str(needs[0].public_id), str(needs[0].ask.public_id)]


def test_there_is_something_to_guess():
    assert len(BY_LINK) > 8


@pytest.mark.one_database
@pytest.mark.parametrize("route", BY_LINK)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_dead_link_gives_the_same_page_whatever_it_was_to_do(client, route, method):
    factories.set_policy(has_decisions=True, has_pot=True, has_partners=True, has_lending=True)
    paths = [path_of(route, token) for token in dead_links()]
    answers = [getattr(client, method)(path, follow=True) for path in paths]
    statuses = {answer.status_code for answer in answers}
    assert statuses in ({404}, {405})
    assert {body(answer) for answer in answers} == {body(answers[0])}
    if statuses == {404}:
        assert body(answers[0]) == body(client.get("/need/wrong/"))


def test_links_and_feeds_are_tries_of_one_kind_and_stop_together(client, sam):
    address = new_address(sam)
    forget_address(sam)
    for n in range(WRONG_LINKS.most // 2):
        assert client.get(f"/calendar/{address if n else 'wrong'}.ics").status_code == 404
        assert client.post(f"/need/wrong-{n}/new-link/").status_code == 404
    for path in ("/need/wrong/", f"/calendar/{address}.ics", "/need/wrong/data/"):
        assert client.get(path).status_code == 429


def test_codes_stop_as_well_and_then_even_the_right_one_is_not_told(client):
    for _ in range(WRONG_LINKS.most):
        answer = client.post("/need/find/", {"code": "ABCD-2345"})
        assert answer.status_code == 200
    assert client.post("/need/find/", {"code": "ABCD-2345"}).status_code == 429


def test_however_many_wrong_links_of_any_kind_each_costs_one_conditional_update(client):
    statuses, writes = [], []
    for n in range(50):
        for path in ("/need/{}/", "/calendar/{}.ics", "/m/{}/", "/m/off/{}/"):
            with CaptureQueriesContext(connection) as done:
                statuses.append(client.get(path.format(f"wrong-{n}")).status_code)
            writes += [query["sql"] for query in done if not query["sql"].startswith("SELECT")]
    assert statuses == [404] * WRONG_LINKS.most + [429] * (200 - WRONG_LINKS.most)
    counted = [sql for sql in writes if sql.startswith("UPDATE")]
    assert len(counted) == 200 + 1, "one each, and the one that found no window yet"
    assert len([sql for sql in writes if "INSERT" in sql]) == 1


@pytest.mark.parametrize("path", ["/m/{}/", "/m/off/{}/"])
def test_expired_forged_and_wrong_links_in_messages_get_one_page(client, sam, path):
    url = (
        one_tap_url("texts_on", 7, sam)
        if path == "/m/{}/"
        else unsubscribe_url("needs", "email", 7, "")
    )
    right = url.rstrip("/").rpartition("/")[2]
    tokens = ["wrong", "x" * 500, right[:-1] + "_", f"{right}x", "\u200f"]
    answers = [client.get(path.format(token)) for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert {body(answer) for answer in answers} == {body(answers[0])}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/need/wrong/", "/calendar/wrong.ics", "/m/wrong/"])
def test_fifty_guesses_at_once_get_twenty_answers(path):
    def guess() -> int:
        return Client().get(path).status_code

    statuses = at_once([partial(guess)] * 50)
    assert (statuses.count(404), statuses.count(429)) == (WRONG_LINKS.most, 30)
    assert RateLimitWindow.objects.get().count == WRONG_LINKS.most
