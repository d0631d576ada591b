"""Looking at contact details: a step, written down, seen by the neighbour, and limited."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from mutualaid.people.models import RateLimitWindow
from requests_app import actions
from requests_app.access.links import code_for, make_link
from requests_app.models import AccessLogEntry, Claim, NeedEvent
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.calling import codes_in
from tests.support.claims import WAYS_TO_END

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


def claims_of(user, count: int) -> list[Claim]:
    factories.set_policy(live_claims_per_person=count)
    return [actions.claim_need(factories.need(), by=user, weekly_limit=count) for _ in range(count)]


def test_on_one_day_there_is_an_end_to_how_many_asks_one_opens(sam, signed_in):
    factories.set_policy(contact_views_per_day=3)
    *first, last = claims_of(sam, 4)
    for claim in first:
        actions.contact_of_claim(claim, by=sam)
    with pytest.raises(actions.TooManyLooks):
        actions.contact_of_claim(last, by=sam)
    answer = signed_in(sam).post(f"/claims/{last.public_id}/contact/", follow=True)
    assert "looked many times today" in answer.content.decode()
    assert "7 Hill Road" not in answer.content.decode()


def test_who_opens_an_ask_again_on_the_same_day_is_not_slowed_and_is_written_down_once(sam):
    factories.set_policy(contact_views_per_day=2)
    first, second = claims_of(sam, 2)
    for claim in [first] * 5 + [second] + [first] * 5:
        actions.contact_of_claim(claim, by=sam)
    looks = AccessLogEntry.objects.values_list("ask", "slot")
    assert sorted(looks) == [(first.need.ask_id, 1), (second.need.ask_id, 2)]


def test_who_looked_as_a_coordinator_is_written_down_as_a_volunteer_too(sam):
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    sam.is_superuser = True
    sam.save()
    for _ in range(2):
        actions.contact_for_coordinator(claim.need.ask, by=sam)
        actions.contact_of_claim(claim, by=sam)
    kinds = Counter(AccessLogEntry.objects.values_list("by_kind", flat=True))
    assert kinds == {"coordinator": 2, "volunteer": 1}


def test_two_days_are_two_looks(claim, sam):
    factories.set_policy(contact_views_per_day=1)
    actions.contact_of_claim(claim, by=sam)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        actions.contact_of_claim(claim, by=sam)
    assert AccessLogEntry.objects.exclude(slot=None).count() == 2


def test_a_coordinator_opens_an_ask_of_the_morning_again_in_the_evening_for_free(carla):
    factories.set_policy(coordinator_contact_views_per_hour=1)
    first, second = factories.ask(), factories.ask()
    with time_machine.travel("2026-11-25T08:00Z"):
        actions.contact_for_coordinator(first, by=carla)
    with time_machine.travel("2026-11-25T20:00Z"):
        actions.contact_for_coordinator(second, by=carla)
        actions.contact_for_coordinator(first, by=carla)
    with time_machine.travel("2026-11-26T08:00Z"):
        actions.contact_for_coordinator(second, by=carla)
        with pytest.raises(actions.TooManyLooks):
            actions.contact_for_coordinator(first, by=carla)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("most", [4, 50])
def test_fifty_looks_at_one_ask_at_once_take_one_slot(sam, most):
    factories.set_policy(contact_views_per_day=most)
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    assert at_once([partial(can_look, claim.pk, sam)] * 50) == [True] * 50
    assert AccessLogEntry.objects.count() == 1
    assert AccessLogEntry.objects.exclude(slot=None).count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_asks_at_once_are_limited_exactly(sam):
    factories.set_policy(contact_views_per_day=4)
    looks = [partial(can_look, claim.pk, sam) for claim in claims_of(sam, 17)]
    seen = at_once(looks * 3)
    assert AccessLogEntry.objects.exclude(slot=None).count() == 4
    assert seen.count(True) == 4 * 3
    assert AccessLogEntry.objects.values("ask").distinct().count() == 4


def can_look(pk: int, user) -> bool:
    claim = Claim.objects.select_related("need").get(pk=pk)
    try:
        actions.contact_of_claim(claim, by=user)
    except actions.TooManyLooks:
        return False
    return True


@pytest.mark.slow
def test_what_a_coordinator_opens_by_a_code_is_seen_by_the_neighbour_each_time(
    client, carla, signed_in
):
    """A coordinator makes a code, enters it where they are not signed in, and downloads: 24 times."""
    ask = factories.ask()
    admin = signed_in(carla)
    for _ in range(24):
        (code,) = codes_in(admin.post(f"/admin/requests_app/ask/{ask.pk}/code/"))
        path = client.post("/need/find/", {"code": code}).headers["Location"]
        RateLimitWindow.objects.all().delete()
        assert b"7 Hill Road" in client.post(f"{path}data/download/").content
    kinds = Counter(ask.access_log.values_list("kind", flat=True))
    assert kinds == {"code": 24, "code_used": 24, "download": 24}
    assert ask.needs.get().events.filter(action="code", actor=carla).count() == 24
    shown = client.get(path).content.decode()
    assert shown.count("a coordinator made a code, to read out on the phone") == 24
    assert shown.count("someone opened this page with a code") == 24
    assert shown.count("someone with your link read or downloaded your details") == 24
    assert shown.count("A coordinator made a code for you") == 24
    assert "Carla" not in shown


def test_codes_count_as_looks(carla):
    factories.set_policy(coordinator_contact_views_per_hour=1)
    actions.make_code(factories.ask(), by=carla)
    with pytest.raises(actions.TooManyLooks):
        actions.make_code(factories.ask(), by=carla)
    assert not NeedEvent.objects.filter(action="code").exclude(need__ask__access_log__kind="code")


def test_a_code_or_a_link_is_not_for_a_coordinator_who_is_signed_in(client, carla, signed_in):
    need = factories.need()
    token = make_link(need.ask)
    admin = signed_in(carla)
    answers = [admin.post("/need/find/", {"code": code_for(token)}), admin.get("/need/find/")]
    paths = ["", "change/", "change/phone/", "add/", "new-link/", "data/"]
    answers += [admin.get(f"/need/{token}/{path}") for path in paths]
    steps = ["data/download/", "data/erase/", f"{need.public_id}/withdraw/", "new-link/"]
    answers += [admin.post(f"/need/{token}/{path}") for path in steps]
    assert {answer.status_code for answer in answers} == {403}
    for answer in answers:
        assert "look after this need in the admin" in answer.content.decode()
        assert "7 Hill Road" not in answer.content.decode()
    assert not AccessLogEntry.objects.exists()
    assert client.get(f"/need/{token}/").status_code == 200, "nothing was ended"


def test_a_coordinator_who_asks_for_themself_has_their_private_page(carla, signed_in):
    ask = factories.ask(account=carla)
    token = make_link(ask)
    assert signed_in(carla).get(f"/need/{token}/").status_code == 200
    factories.need(of=ask, category=factories.category("papers", sensitive=True))
    assert signed_in(carla).get(f"/need/{token}/").status_code == 200, "its account is veiled now"


def test_no_one_else_may_look_and_nothing_is_written(claim, vera, mallory):
    for stranger in (vera, mallory):
        with pytest.raises(actions.NotForYou):
            actions.contact_of_claim(claim, by=stranger)
        with pytest.raises(actions.NotForYou):
            actions.contact_for_coordinator(claim.need.ask, by=stranger)
    assert not AccessLogEntry.objects.exists()


@pytest.mark.parametrize("end", WAYS_TO_END)
def test_after_the_claim_it_is_over(claim, sam, end):
    WAYS_TO_END[end](claim)
    fresh = Claim.objects.select_related("need").get(pk=claim.pk)
    with pytest.raises(actions.NotForYou):
        actions.contact_of_claim(fresh, by=sam)


def test_a_coordinator_has_an_end_in_each_hour(carla, signed_in):
    factories.set_policy(coordinator_contact_views_per_hour=1)
    first, second = factories.ask(), factories.ask()
    admin = signed_in(carla)
    path = "/admin/requests_app/ask/{}/contact/"
    assert "7 Hill Road" in admin.post(path.format(first.pk)).content.decode()
    stopped = admin.post(path.format(second.pk)).content.decode()
    assert "You have looked very often in this hour." in stopped
    assert "7 Hill Road" not in stopped
    assert not second.access_log.exists()
