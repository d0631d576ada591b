"""Who opens a one-tap link too late reads how it stands, not a question that no one needs answered."""

import pytest

from mutualaid.notify.links.one_tap import one_tap_url
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from tests.support import factories

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


def main_of(client, link):
    answer = client.get(link)
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2]


def heading(page):
    return page.partition("<h1>")[2].partition("</h1>")[0]
