"""Looking at contact details: a step, written down, seen by the neighbour, and limited."""

from functools import partial

import pytest

from requests_app import actions
from requests_app.access.links import make_link
from requests_app.lifecycle.actors import volunteer
from requests_app.models import AccessLogEntry, Claim, Need
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(sam) -> Claim:
    return actions.claim_need(factories.need(), by=sam, weekly_limit=2)


def test_a_look_gives_the_details_and_leaves_a_line(claim, sam):
    contact = actions.contact_of_claim(claim, by=sam)
    assert contact.address == "7 Hill Road"
    assert AccessLogEntry.objects.get().by == sam


def test_the_neighbour_sees_who_looked_and_of_a_coordinator_only_that(client, claim, sam, carla):
    token = make_link(claim.need.ask)
    actions.contact_of_claim(claim, by=sam)
    actions.contact_for_coordinator(claim.need.ask, by=carla)
    page = client.get(f"/need/{token}/").content.decode()
    shown = page.split("Who looked at your contact details")[1]
    assert "Sam" in shown
    assert "a coordinator" in shown
    assert "Carla" not in shown


def test_on_one_day_there_is_an_end_to_it(claim, sam, signed_in):
    factories.set_policy(contact_views_per_day=3)
    for _ in range(3):
        actions.contact_of_claim(claim, by=sam)
    with pytest.raises(actions.TooManyLooks):
        actions.contact_of_claim(claim, by=sam)
    answer = signed_in(sam).post(f"/claims/{claim.public_id}/contact/", follow=True)
    assert "You have looked very often today." in answer.content.decode()
    assert "7 Hill Road" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_many_looks_at_once_are_limited_exactly(sam):
    factories.set_policy(contact_views_per_day=4)
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=2)

    def look(pk: int) -> bool:
        mine = Claim.objects.select_related("need").get(pk=pk)
        try:
            actions.contact_of_claim(mine, by=sam)
        except actions.TooManyLooks:
            return False
        return True

    seen = at_once([partial(look, claim.pk)] * 12)
    assert seen.count(True) == AccessLogEntry.objects.count() == 4


def test_no_one_else_may_look_and_nothing_is_written(claim, vera, mallory):
    for stranger in (vera, mallory):
        with pytest.raises(actions.NotForYou):
            actions.contact_of_claim(claim, by=stranger)
        with pytest.raises(actions.NotForYou):
            actions.contact_for_coordinator(claim.need.ask, by=stranger)
    assert not AccessLogEntry.objects.exists()


@pytest.mark.parametrize("end", ["deliver", "release", "withdraw"])
def test_after_the_claim_it_is_over(claim, sam, end):
    if end == "deliver":
        actions.deliver_claim(claim, by=volunteer(sam))
    elif end == "release":
        actions.release_claim(claim, by=volunteer(sam))
    else:
        actions.withdraw_need(claim.need)
    fresh = Claim.objects.select_related("need").get(pk=claim.pk)
    with pytest.raises(actions.NotForYou):
        actions.contact_of_claim(fresh, by=sam)


def test_a_coordinator_has_an_end_in_each_hour(carla, signed_in):
    factories.set_policy(coordinator_contact_views_per_hour=1)
    need = factories.need()
    admin = signed_in(carla)
    path = f"/admin/requests_app/ask/{need.ask_id}/contact/"
    assert "7 Hill Road" in admin.post(path).content.decode()
    stopped = admin.post(path).content.decode()
    assert "You have looked very often in this hour." in stopped
    assert "7 Hill Road" not in stopped
    assert Need.objects.get().ask.access_log.count() == 1
