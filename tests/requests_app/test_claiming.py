"""Of two at once, one wins; and a week holds as many as the volunteer said."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mutualaid.local_time import this_week
from requests_app import actions
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.at_once import at_once


def test_a_claim_takes_the_need_and_writes_it_down(sam):
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    assert (need.state, claim.state, claim.volunteer) == ("claimed", "claimed", sam)
    assert [(e.action, e.state, e.actor) for e in need.events.all()] == [
        ("post", "open", None),
        ("claim", "claimed", sam),
    ]


def test_the_second_one_is_told_that_someone_was_faster(sam, vera):
    need = factories.need()
    actions.claim_need(need, by=sam, weekly_limit=2)
    with pytest.raises(actions.StateChanged):
        actions.claim_need(Need.objects.get(pk=need.pk), by=vera, weekly_limit=2)
    assert [claim.volunteer for claim in need.claims.all()] == [sam]


def claim_or_tell(need, user, weekly_limit):
    """What came of it, as a word."""
    try:
        actions.claim_need(Need.objects.get(pk=need.pk), by=user, weekly_limit=weekly_limit)
    except actions.StateChanged:
        return "late"
    except actions.WeekIsFull:
        return "full"
    return "won"


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_claim_at_once_one_wins():
    need = factories.need()
    people = [factories.person(f"Helper {n}") for n in range(8)]
    outcomes = at_once([partial(claim_or_tell, need, user, 1) for user in people])
    assert sorted(outcomes) == ["late"] * 7 + ["won"]
    assert Claim.objects.live().count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_who_claims_six_at_once_gets_as_many_as_they_wished_for(sam):
    needs = [factories.need() for _ in range(6)]
    outcomes = at_once([partial(claim_or_tell, need, sam, 2) for need in needs])
    assert sorted(outcomes) == ["full"] * 4 + ["won"] * 2
    assert Claim.objects.live().of(sam).count() == 2
    assert Need.objects.open().count() == 4


def test_the_database_refuses_a_second_live_claim(sam, vera):
    need = factories.need()
    actions.claim_need(need, by=sam, weekly_limit=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(need=need, volunteer=vera, week_slot=1)


def test_it_refuses_a_second_live_claim_to_raw_sql_as_well(sam, vera):
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    names = [str(field.column) for field in Claim._meta.fields if not field.primary_key]
    values = ["%s" if name in ("public_id", "volunteer_id") else name for name in names]
    copy = (
        f"INSERT INTO requests_app_claim ({', '.join(names)}) "
        f"SELECT {', '.join(values)} FROM requests_app_claim WHERE id = %s"
    )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy, [uuid4().hex, vera.pk, claim.pk])
    with connection.cursor() as cursor:  # it was the place that was refused, and nothing else
        cursor.execute("UPDATE requests_app_claim SET state = 'lapsed' WHERE id = %s", [claim.pk])
        cursor.execute(copy, [uuid4().hex, vera.pk, claim.pk])
    assert Claim.objects.count() == 2


def test_the_database_refuses_a_place_in_the_week_twice(sam):
    actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(need=factories.need(), volunteer=sam, week_slot=1)


def test_a_full_week_leaves_the_need_open(sam):
    actions.claim_need(factories.need(), by=sam, weekly_limit=1)
    second = factories.need()
    with pytest.raises(actions.WeekIsFull):
        actions.claim_need(second, by=sam, weekly_limit=1)
    second.refresh_from_db()
    assert second.state == "open"
    assert [event.action for event in second.events.all()] == ["post"]


def test_a_new_week_has_room_again(sam):
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=1)
    Claim.objects.filter(pk=claim.pk).update(week=this_week() - timedelta(weeks=1))
    assert actions.claim_need(factories.need(), by=sam, weekly_limit=1).week_slot == 1


def test_who_lets_go_has_room_for_another(sam):
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=1)
    actions.release_claim(claim, by=volunteer(sam), reason="no_time")
    assert actions.claim_need(factories.need(), by=sam, weekly_limit=1).week_slot == 1


def test_no_one_claims_their_own_need(rosa):
    need = factories.need(account=rosa)
    with pytest.raises(actions.NotForYou):
        actions.claim_need(need, by=rosa, weekly_limit=2)


def test_some_kinds_are_for_people_the_group_knows(sam):
    need = factories.need(category=factories.category("child-care", vetted_only=True))
    with pytest.raises(actions.NotForYou):
        actions.claim_need(need, by=sam, weekly_limit=2)
    sam.vetted = True
    sam.save()
    assert actions.claim_need(need, by=sam, weekly_limit=2).volunteer == sam


def test_a_sensitive_need_is_given_by_a_coordinator_and_never_claimed(sam, carla):
    need = factories.need(category=factories.category("legal", sensitive=True))
    assert need.state == "triage"
    actions.publish_need(need, by=coordinator(carla))
    with pytest.raises(actions.NotForYou):
        actions.claim_need(need, by=sam, weekly_limit=2)
    assert actions.assign_need(need, to=sam, by=coordinator(carla)).volunteer == sam


def test_a_coordinator_may_give_more_than_the_weekly_limit(sam, carla):
    actions.claim_need(factories.need(), by=sam, weekly_limit=1)
    assert actions.assign_need(factories.need(), to=sam, by=coordinator(carla)).week_slot == 2


def test_letting_go_opens_the_need_again_and_makes_it_due(sam):
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    Need.objects.filter(pk=need.pk).update(match_due_at=None)
    actions.release_claim(claim, by=volunteer(sam), reason="too_far")
    need.refresh_from_db()
    assert (need.state, claim.state) == ("open", "released")
    assert need.match_due_at <= timezone.now()
    assert need.events.last().reason == "too_far"
