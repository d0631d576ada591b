"""What must never be, whoever writes: each constraint of the database, and a row that breaks it."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from mutualaid.catalog.models import Category, Locality, LocalityDistance
from mutualaid.matching.models import (
    AcceptanceRate,
    BacklogLease,
    BacklogRun,
    Match,
    OfferIndexEntry,
    OfferPrice,
    Refusal,
    ScoringWeights,
)
from mutualaid.notify.models import Notification, Preferences, Suppression
from mutualaid.people.models import BlockedAddress, Membership, User
from mutualaid.retention.models import Erasure
from mutualaid.retention.terms import NEED
from offers_app.models import Offer
from requests_app.actions import contact_of_claim
from requests_app.models import AccessLogEntry, Claim, Exclusion, Need, NeedEvent, Series
from tests.support import scene

ROOMS = ("people", "catalog", "notify", "requests_app", "offers_app", "matching", "retention")


def again(row: models.Model | None, **fields: object) -> None:
    """Write the same row once more, with other values in these fields."""
    assert row
    row.pk = None
    for name, value in fields.items():
        setattr(row, name, value)
    if hasattr(row, "public_id"):
        row.public_id = row._meta.get_field("public_id").get_default()
    row.save(force_insert=True)


def change(model: type[models.Model], **fields: object) -> None:
    first = model._default_manager.order_by("pk").first()
    assert first
    model._default_manager.filter(pk=first.pk).update(**fields)


def first(model: type[models.Model]) -> Any:
    return model._default_manager.first()


def first_live() -> Claim | None:
    return Claim.objects.live().first()


def wishes(**fields: object) -> None:
    Preferences.objects.create(user=User.objects.earliest("pk"), **fields)


BREAKS = {
    "one_account_for_an_address": lambda: User.objects.create(email="ROSA@PEOPLE.EXAMPLE"),
    "a_role_once_for_a_person": lambda: again(Membership.objects.first()),
    "a_role_that_exists": lambda: change(Membership, role="boss"),
    "category_not_its_own_group": lambda: change(Category, parent=models.F("pk")),
    "locality_centre_on_earth": lambda: change(Locality, lat=91),
    "locality_not_part_of_itself": lambda: change(Locality, parent=models.F("pk")),
    "need_once_for_a_reference": lambda: Need.objects.update(source="sheet", reference="1"),
    "one_occurrence_for_a_day_of_a_series": lambda: Need.objects.update(
        series=Series.objects.create(
            rule="FREQ=DAILY", starts_on=timezone.localdate(), made_until=timezone.localdate()
        ),
        occurs_on=timezone.localdate(),
    ),
    "need_in_a_state_that_exists": lambda: change(Need, state="lost"),
    "need_urgency_that_exists": lambda: change(Need, urgency=9),
    "need_closed_with_a_reason": lambda: change(Need, state="closed"),
    "need_erased_only_when_closed": lambda: change(Need, erased_at=timezone.now()),
    "need_for_somebody": lambda: change(Need, people_count=0),
    "need_at_some_time": lambda: change(Need, week_parts=0),
    "need_wants_somebody": lambda: change(Need, helpers_wanted=0),
    "need_aside_until_a_day": lambda: change(Need, state="on_hold"),
    "need_merged_into_another": lambda: change(Need, state="merged"),
    "one_claim_for_a_place_of_a_need": lambda: again(
        first_live(), volunteer=User.objects.get(name="Mallory"), week_slot=7
    ),
    "one_live_claim_of_a_volunteer_for_a_need": lambda: again(first_live(), place=2, week_slot=7),
    "claim_places_count_from_one": lambda: change(Claim, place=0),
    "one_claim_for_a_place_in_the_week": lambda: again(
        first_live(), need=Need.objects.open().first()
    ),
    "excluded_once_from_a_need": lambda: again(Exclusion.objects.first()),
    "mark_once_for_a_need": lambda: again(Exclusion.objects.exclude(mark="").first()),
    "exclusion_of_one_somebody": lambda: change(Exclusion, mark="0" * 32),
    "blocked_for_a_reason_that_exists": lambda: change(BlockedAddress, reason="dislike"),
    "live_claim_has_its_clock": lambda: change(Claim, state="contacted"),
    "claim_in_a_state_that_exists": lambda: change(Claim, state="lost"),
    "one_look_for_a_place_in_the_window": lambda: again(AccessLogEntry.objects.first()),
    "event_by_somebody_who_exists": lambda: change(NeedEvent, actor_kind="robot"),
    "offer_in_a_state_that_exists": lambda: change(Offer, state="lost"),
    "offer_within_what_one_person_can_do": lambda: change(Offer, per_week=0),
    "offer_at_some_time": lambda: change(Offer, week_parts=64),
    "offer_pause_only_when_paused": lambda: change(
        Offer, paused_until=timezone.localdate() + timedelta(days=1)
    ),
    "a_need_meets_an_offer_once": lambda: again(Match.objects.first()),
    "match_in_a_state_that_exists": lambda: change(Match, state="lost"),
    "match_asked_has_its_time": lambda: change(Match, state="notified", asked_at=None),
    "an_erasure_once": lambda: again(Erasure.objects.create(model=NEED, key="1")),
    "one_message_for_an_event_a_person_and_a_channel": lambda: again(Notification.objects.first()),
    "a_door_is_closed_once": lambda: again(
        Suppression.objects.create(channel="sms", mark="x", why="stop")
    ),
    "door_closed_for_a_reason_that_exists": lambda: Suppression.objects.create(why="whim"),
    "no_more_asks_a_week_than_one_can_read": lambda: wishes(most_a_week=51),
    "a_pace_that_exists": lambda: wishes(pace="never"),
    "match_declined_for_a_reason_that_exists": lambda: change(Match, decline_reason="lazy"),
    "near_once_for_a_pair": lambda: again(LocalityDistance.objects.first()),
    "near_at_some_distance": lambda: change(LocalityDistance, km=-1),
    "entry_once_for_an_offer": lambda: again(OfferIndexEntry.objects.first()),
    "one_row_of_points": lambda: ScoringWeights.objects.create(pk=2),
    "no_more_yes_than_asks": lambda: AcceptanceRate.objects.create(
        category=first(Category), asks=1, yes=2, counted_at=timezone.now()
    ),
    "ruled_out_one_thing": lambda: Refusal.objects.create(
        offer=first(Offer),
        category=first(Category),
        locality=first(Locality),
    ),
    "ruled_out_everything_only_for_a_time": lambda: Refusal.objects.create(offer=first(Offer)),
    "price_not_below_nothing": lambda: OfferPrice.objects.create(
        offer=first(Offer), points=-1, solved_at=timezone.now()
    ),
    "backlog_run_with_an_outcome_that_exists": lambda: BacklogRun.objects.create(outcome="lost"),
    "one_lease_of_the_backlog": lambda: BacklogLease.objects.create(pk=2),
    "message_in_a_state_that_exists": lambda: change(Notification, state="lost"),
    "message_sent_has_its_time": lambda: change(Notification, state="sent", sent_at=None),
}


def names() -> set[str]:
    rooms = (apps.get_app_config(room).get_models() for room in ROOMS)
    return {c.name for ours in rooms for model in ours for c in model._meta.constraints}


def test_every_constraint_has_a_row_that_breaks_it():
    assert names() == set(BREAKS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", BREAKS)
def test_the_database_refuses(name):
    here = scene.build()
    here.open_need.exclusions.create(person=here.people["mallory"])
    here.open_need.exclusions.create(mark="f" * 32)
    contact_of_claim(here.claim, by=here.people["sam"])
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BREAKS[name]()
    told = str(refused.value)
    assert name in told or "UNIQUE constraint failed" in told


@pytest.mark.django_db
def test_a_person_has_one_offer():
    here = scene.build()
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.create(volunteer=here.people["sam"])
