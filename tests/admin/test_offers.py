"""Offers in the admin: a coordinator changes what a volunteer told them, by the same actions."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from mutualaid.people.actions import block_contact_points
from mutualaid.people.models import Role, User
from offers_app import actions
from offers_app.models import Offer
from tests.support import factories
from tests.support.admin_form import as_it_stands
from tests.support.closing import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LIST = "/admin/offers_app/offer/"
MOST_QUERIES = 60


@pytest.fixture
def offer(sam) -> Offer:
    return factories.offer(by=sam)


def path_of(offer: Offer) -> str:
    return f"{LIST}{offer.pk}/change/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def do(admin: Any, action: str, offer: Offer) -> str:
    body = {"action": action, "_selected_action": offer.pk}
    return text(admin.post(LIST, body, follow=True))


def test_what_fits_is_looked_for_anew_and_that_it_holds_is_theirs_to_say(admin, offer):
    Offer.objects.update(match_due_at=None)
    before = Offer.objects.get().confirmed_at
    water = factories.category("water")
    admin.post(path_of(offer), as_it_stands(admin, path_of(offer)) | {"categories": [water.pk]})
    offer = Offer.objects.get()
    assert [kind.slug for kind in offer.categories.all()] == ["water"]
    assert offer.match_due_at
    assert offer.confirmed_at == before


def test_a_paused_offer_stays_paused(admin, offer):
    actions.pause_offer(offer, until=None)
    admin.post(path_of(offer), as_it_stands(admin, path_of(offer)) | {"per_week": 5})
    offer.refresh_from_db()
    assert (offer.state, offer.per_week) == ("paused", 5)


def test_pause_resume_and_end(admin, offer):
    for action, state in (("pause", "paused"), ("resume", "active"), ("end", "withdrawn")):
        assert "Done for 1 offer." in do(admin, action, offer)
        offer.refresh_from_db()
        assert offer.state == state
    assert "Done for 0 offers." in do(admin, "pause", offer)


@pytest.mark.parametrize("count", [1, 3, 500])
def test_many_at_once_cost_hardly_more_than_one(admin, count, offer, django_assert_max_num_queries):
    people = User.objects.bulk_create(User(email=f"{n}@people.example") for n in range(count - 1))
    Offer.objects.bulk_create(Offer(volunteer=person) for person in people)
    ids = list(Offer.objects.values_list("pk", flat=True))
    for action, state in (("pause", "paused"), ("resume", "active"), ("end", "withdrawn")):
        with django_assert_max_num_queries(MOST_QUERIES):
            answer = admin.post(LIST, {"action": action, "_selected_action": ids})
        if action == "resume" and count > 1:  # it is shown first
            assert f"{count} volunteers may be asked to help from now on." in text(answer)
            with django_assert_max_num_queries(MOST_QUERIES):
                confirm(admin, text(answer), to=LIST)
        assert set(Offer.objects.values_list("state", flat=True)) == {state}
        assert LogEntry.objects.count() == count
        LogEntry.objects.all().delete()


def test_of_many_whoever_is_blocked_stays_paused_and_who_said_stop_stays_away(admin, offer):
    blocked, gone = (factories.offer(by=factories.person(name)) for name in ("Bo", "Cleo"))
    actions.pause_offers([offer, blocked], until=None)
    actions.withdraw_offer(gone)
    dora = factories.person("Dora", Role.COORDINATOR)
    block_contact_points(str(blocked.volunteer.email), reason="threats", by=dora)
    ids = [offer.pk, blocked.pk, gone.pk]
    page = text(admin.post(LIST, {"action": "resume", "_selected_action": ids}))
    assert "1 volunteer may be asked to help from now on." in page
    assert "Done for 1 offer." in confirm(admin, page, to=LIST)
    states = [Offer.objects.get(pk=pk).state for pk in ids]
    assert states == ["active", "paused", "withdrawn"]


@pytest.mark.parametrize("later", ["volunteer", "coordinator"])
def test_what_the_volunteer_changed_meanwhile_stays(admin, offer, signed_in, later):
    """Or what another coordinator did; of the same field both values are shown."""
    shown = as_it_stands(admin, path_of(offer))
    if later == "volunteer":
        actions.change_own_offer(offer, {"reach_km": 9})
    else:
        doras = signed_in(factories.person("Dora", Role.COORDINATOR))
        doras.post(path_of(offer), as_it_stands(doras, path_of(offer)) | {"reach_km": 9})
    assert admin.post(path_of(offer), shown | {"per_week": 5}).status_code == 302
    offer.refresh_from_db()
    assert (offer.reach_km, offer.per_week) == (9, 5)
    page = text(admin.post(path_of(offer), shown | {"reach_km": 7}))
    assert "It now says: 9. You wrote: 7." in page
    offer.refresh_from_db()
    assert offer.reach_km == 9


@pytest.mark.parametrize("field", ["reach_km", "per_week"])
def test_more_than_one_person_can_do_is_told_beside_the_field(admin, offer, field):
    for typed in ("-1", "9999", "x"):
        page = text(
            admin.post(path_of(offer), as_it_stands(admin, path_of(offer)) | {field: typed})
        )
        assert "errorlist" in page
