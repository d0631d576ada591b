"""Who opens a one-tap link too late reads how it stands, not a question that no one needs answered."""

from datetime import date, time

import pytest

from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.people.models import Role
from requests_app import actions
from requests_app.actions.claiming import assign_need
from requests_app.lifecycle.actors import coordinator, volunteer
from tests.support import factories
from tests.support.people import MAIL

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.mark.parametrize("name", ["in_touch", "done", "let_go", "arrived", "not_arrived"])
def test_a_link_asks_while_it_can_be_answered_and_says_how_it_stands_afterwards(client, sam, name):
    factories.offer(by=sam)
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=9)
    person = None if name.endswith("arrived") else sam
    link = one_tap_url(name, claim.pk, person)
    assert '<form method="post">' in main_of(client, link)

    actions.deliver_claim(claim, by=volunteer(sam))
    actions.confirm_arrival(claim.need)
    page = main_of(client, link)
    assert "<form" not in page
    assert "<h1>" in page
    answer = client.post(link).content.decode().partition("<main")[2]
    assert heading(answer) == heading(page), "the same as who presses a button that was there"


@pytest.mark.parametrize("name", ["in_touch", "done", "let_go", "arrived", "not_arrived"])
@pytest.mark.parametrize("is_sensitive", [False, True])
def test_the_page_of_a_link_says_which_need_and_which_day_before_and_after_the_tap(
    client, sam, name, is_sensitive
):
    kind = factories.category("papers", sensitive=is_sensitive)
    need = factories.need(category=kind, contact=MAIL)
    by = coordinator(factories.person("Carla", Role.COORDINATOR))
    claim = assign_need(need, to=sam, by=by)
    actions.agree_on_day(claim, day=date(2030, 3, 14), at=time(10), by=volunteer(sam))
    link = one_tap_url(name, claim.pk, None if name.endswith("arrived") else sam)
    for page in (main_of(client, link), client.post(link).content.decode().partition("<main")[2]):
        assert "Thursday, March 14 at 10 a.m." in page
        assert ("Papers" in page) is not is_sensitive
        assert (need.code in page) is is_sensitive


def main_of(client, link):
    answer = client.get(link)
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2]


def heading(page):
    return page.partition("<h1>")[2].partition("</h1>")[0]
