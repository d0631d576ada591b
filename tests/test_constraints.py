"""What must never be, whoever writes: each constraint of the database, and a row that breaks it."""

import re
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from mutualaid.backups.models import SiteIdentity
from mutualaid.catalog.models import Category, Locality, LocalityDistance
from mutualaid.fair_work.models import BreakQuestion
from mutualaid.group.models import GroupProfile
from mutualaid.health.models import Alarm
from mutualaid.importing.models import ImportPart, ImportRow, ImportRun
from mutualaid.matching.models import (
    AcceptanceRate,
    BacklogLease,
    BacklogRun,
    CalendarMark,
    Match,
    OfferIndexEntry,
    OfferPrice,
    Refusal,
    ScoringWeights,
)
from mutualaid.notify.models import Attempt, Notification, Preferences, Suppression
from mutualaid.numbers.models import Month, MonthMoney, MonthPart
from mutualaid.people.access import email_of
from mutualaid.people.decisions import propose
from mutualaid.people.models import (
    AccountAccessLogEntry,
    AccountContactPoint,
    BlockedContactPoint,
    Introduction,
    Membership,
    TwoPersonDecision,
    User,
)
from mutualaid.principles.models import Principle
from mutualaid.resources.models import Resource, ResourceReport
from mutualaid.retention.models import Erasure
from mutualaid.retention.terms import NEED
from mutualaid.trials.models import Trial
from offers_app.models import Offer
from requests_app.actions import contact_of_claim, exclude
from requests_app.lifecycle.actors import coordinator
from requests_app.models import (
    AccessLogEntry,
    Ask,
    AskContact,
    AskContactPoint,
    Claim,
    ContactLogEntry,
    Exclusion,
    Need,
    NeedEvent,
    Series,
)
from tests.support import factories

ROOMS = (
    "people",
    "catalog",
    "notify",
    "requests_app",
    "offers_app",
    "matching",
    "retention",
    "resources",
    "group",
    "numbers",
    "importing",
    "health",
    "trials",
    "backups",
    "fair_work",
    "principles",
)
LONGEST_NAME = 63
"""Letters. PostgreSQL cuts off what is longer."""


def again(row: models.Model | None, **fields: object) -> None:
    """Write the same row once more, with other values in these fields."""
    assert row
    row.pk = None
    for name, value in fields.items():
        setattr(row, name, value)
    if hasattr(row, "public_id"):
        row.public_id = row._meta.get_field("public_id").get_default()
    row.save(force_insert=True)


def tried(**fields: object) -> Attempt:
    """A message that is being tried by e-mail."""
    row = Notification.objects.earliest("pk")
    return Attempt.objects.create(notification=row, channel="email", reached="x", **fields)


def change(model: type[models.Model], **fields: object) -> None:
    first = model._default_manager.order_by("pk").first()
    assert first
    model._default_manager.filter(pk=first.pk).update(**fields)


def first(model: type[models.Model]) -> Any:
    return model._default_manager.first()


def month_part(**fields: Any) -> None:
    month, _ = Month.objects.get_or_create(first_day="2026-10-01")
    MonthPart.objects.create(month=month, **fields)


def month_money(**sums: int) -> None:
    month, _ = Month.objects.get_or_create(first_day="2026-10-01")
    MonthMoney.objects.create(month=month, currency="EUR", **sums)


def two_parts(**fields: Any) -> None:
    for _ in range(2):
        month_part(**fields)


def first_live() -> Claim | None:
    return Claim.objects.live().first()


def wishes(**fields: object) -> None:
    Preferences.objects.create(user=User.objects.earliest("pk"), **fields)


def today() -> date:
    return timezone.localdate()


def read_words_twice() -> None:
    words = {"kind": "words", "slot": None, "window": "2026-11-25"}
    for _ in range(2):
        again(AccessLogEntry.objects.exclude(by=None).first(), **words)


def series() -> Series:
    return Series.objects.create(rule="FREQ=DAILY", starts_on=today(), made_until=today())


def called(**fields: object) -> None:
    """Log a call about the first ask that reached someone, with other values in these fields."""
    reached = {"ask": Ask.objects.earliest("pk"), "outcome": "reached"}
    ContactLogEntry.objects.create(**reached | fields)


BREAKS = {
    "user_email_uniq": lambda: User.objects.create(email="ROSA@PEOPLE.EXAMPLE"),
    "membership_user_role_uniq": lambda: again(Membership.objects.first()),
    "introduction_how_check": lambda: change(Introduction, how="rumour"),
    "introduction_by_check": lambda: change(Introduction, by=models.F("person")),
    "membership_role_check": lambda: change(Membership, role="boss"),
    "twopersondecision_about_kind_uniq": lambda: again(first(TwoPersonDecision)),
    "twopersondecision_about_proposed_by_agreed_by_check": lambda: change(
        TwoPersonDecision, about=models.F("proposed_by")
    ),
    "twopersondecision_state_check": lambda: change(TwoPersonDecision, state="lost"),
    "twopersondecision_agreed_by_check": lambda: change(
        TwoPersonDecision, agreed_by=User.objects.get(name="Mallory")
    ),
    "accountaccesslogentry_by_window_slot_uniq": lambda: again(first(AccountAccessLogEntry)),
    "category_parent_check": lambda: change(Category, parent=models.F("pk")),
    "locality_lat_lng_check": lambda: change(Locality, lat=91),
    "locality_parent_check": lambda: change(Locality, parent=models.F("pk")),
    "locality_names_check": lambda: change(Locality, names=["Riverside"]),
    "accountcontactpoint_user_fingerprint_uniq": lambda: again(first(AccountContactPoint)),
    "ask_source_reference_uniq": lambda: Ask.objects.update(source="sheet", reference="1"),
    "ask_for_whom_check": lambda: change(Ask, for_whom=""),
    "ask_veiled_account_check": lambda: change(Ask, veiled_account="0" * 32),
    "askcontactpoint_ask_fingerprint_uniq": lambda: again(first(AskContactPoint)),
    "askcontact_whom_to_call_check": lambda: change(AskContact, whom_to_call="cat"),
    "need_series_recurrence_id_uniq": lambda: Need.objects.update(
        series=series(), recurrence_id=today(), needed_by=today(), open_until=None
    ),
    "need_needed_by_or_open_until_check": lambda: change(Need, open_until=None),
    "need_series_needed_by_check": lambda: change(Need, series=series()),
    "need_state_check": lambda: change(Need, state="lost"),
    "need_urgency_check": lambda: change(Need, urgency=9),
    "need_state_close_reason_closed_at_check": lambda: change(Need, state="closed"),
    "need_erased_at_state_check": lambda: change(Need, erased_at=timezone.now()),
    "need_people_count_check": lambda: change(Need, people_count=0),
    "need_week_parts_check": lambda: change(Need, week_parts=0),
    "need_helpers_wanted_check": lambda: change(Need, helpers_wanted=0),
    "need_held_back_state_check": lambda: change(Need, state="open", held_back="network"),
    "need_state_aside_until_check": lambda: change(Need, state="on_hold"),
    "need_state_merged_into_check": lambda: change(Need, state="merged"),
    "claim_need_place_uniq": lambda: again(
        first_live(), volunteer=User.objects.get(name="Mallory"), week_slot=7
    ),
    "claim_need_volunteer_uniq": lambda: again(first_live(), place=2, week_slot=7, live_slot=7),
    "claim_volunteer_live_slot_uniq": lambda: again(
        first_live(), need=Need.objects.filter(claims=None).first(), week_slot=7
    ),
    "claim_live_slot_check": lambda: change(Claim, live_slot=0),
    "claim_place_week_slot_check": lambda: change(Claim, place=0),
    "claim_scheduled_time_check": lambda: change(
        Claim, scheduled_for=None, scheduled_time=time(17)
    ),
    "claim_volunteer_week_week_slot_uniq": lambda: again(
        first_live(), need=Need.objects.filter(claims=None).first(), live_slot=7
    ),
    "exclusion_ask_person_uniq": lambda: again(Exclusion.objects.exclude(person=None).first()),
    "exclusion_ask_fingerprint_uniq": lambda: again(
        Exclusion.objects.exclude(fingerprint="").first()
    ),
    "contactlogentry_ask_or_person_check": lambda: called(person=User.objects.earliest("pk")),
    "contactlogentry_outcome_check": lambda: called(outcome="sold"),
    "contactlogentry_outcome_next_try_check": lambda: called(outcome="no_answer"),
    "exclusion_person_or_fingerprint_check": lambda: change(Exclusion, fingerprint="0" * 32),
    "blockedcontactpoint_reason_check": lambda: change(BlockedContactPoint, reason="dislike"),
    "claim_state_silent_since_delivered_at_check": lambda: change(Claim, state="contacted"),
    "claim_state_check": lambda: change(Claim, state="lost"),
    "accesslogentry_by_window_slot_uniq": lambda: again(
        AccessLogEntry.objects.first(), ask=factories.ask()
    ),
    "accesslogentry_by_ask_window_uniq": lambda: again(AccessLogEntry.objects.first(), slot=2),
    "accesslogentry_by_ask_kind_window_uniq": read_words_twice,
    "accesslogentry_kind_by_check": lambda: change(AccessLogEntry, kind="download"),
    "needevent_actor_kind_check": lambda: change(NeedEvent, actor_kind="robot"),
    "offer_state_check": lambda: change(Offer, state="lost"),
    "offer_reach_km_per_week_check": lambda: change(Offer, per_week=0),
    "offer_week_parts_check": lambda: change(Offer, week_parts=64),
    "offer_state_paused_until_check": lambda: change(
        Offer, paused_until=today() + timedelta(days=1)
    ),
    "match_need_offer_uniq": lambda: again(Match.objects.first()),
    "match_state_check": lambda: change(Match, state="lost"),
    "match_state_invited_at_check": lambda: change(Match, state="notified", invited_at=None),
    "erasure_model_key_uniq": lambda: again(Erasure.objects.create(model=NEED, key="1")),
    "notification_key_uniq": lambda: again(Notification.objects.first()),
    "attempt_notification_channel_reached_uniq": lambda: again(
        tried(), message_id="<other@mail.example>"
    ),
    "attempt_state_sent_at_check": lambda: tried(state="sent"),
    "attempt_state_failed_at_check": lambda: tried(state="failed"),
    "attempt_state_check": lambda: tried(state="lost"),
    "suppression_channel_fingerprint_group_uniq": lambda: again(
        Suppression.objects.create(channel="sms", fingerprint="x", reason="stop")
    ),
    "suppression_reason_check": lambda: Suppression.objects.create(reason="whim"),
    "preferences_max_invitations_per_week_check": lambda: wishes(max_invitations_per_week=51),
    "preferences_first_way_check": lambda: wishes(first_way="pigeon"),
    "preferences_pace_check": lambda: wishes(pace="never"),
    "preferences_phone_identity_check": lambda: wishes(phone_identity="f" * 32),
    "match_decline_reason_check": lambda: change(Match, decline_reason="lazy"),
    "localitydistance_locality_other_uniq": lambda: again(LocalityDistance.objects.first()),
    "localitydistance_km_check": lambda: change(LocalityDistance, km=-1),
    "calendarmark_id_check": lambda: CalendarMark.objects.create(pk=2, looked_at=timezone.now()),
    "offerindexentry_offer_category_locality_uniq": lambda: again(OfferIndexEntry.objects.first()),
    "scoringweights_id_check": lambda: ScoringWeights.objects.create(pk=2),
    "acceptancerate_yes_invitations_check": lambda: AcceptanceRate.objects.create(
        category=first(Category), invitations=1, yes=2, counted_at=timezone.now()
    ),
    "refusal_category_or_locality_check": lambda: Refusal.objects.create(
        offer=first(Offer),
        category=first(Category),
        locality=first(Locality),
    ),
    "refusal_category_or_locality_or_until_check": lambda: Refusal.objects.create(
        offer=first(Offer)
    ),
    "refusal_since_until_check": lambda: Refusal.objects.create(
        offer=first(Offer),
        since=timezone.localdate(),
        until=timezone.localdate() - timedelta(days=1),
    ),
    "offerprice_points_check": lambda: OfferPrice.objects.create(
        offer=first(Offer), points=-1, solved_at=timezone.now()
    ),
    "offerprice_reserve_check": lambda: OfferPrice.objects.create(
        offer=first(Offer), points=1, reserve=-1, solved_at=timezone.now()
    ),
    "backlogrun_outcome_check": lambda: BacklogRun.objects.create(outcome="lost"),
    "trial_now_then_ended_at_check": lambda: Trial.objects.create(key="half", changes={}, now={}),
    "breakquestion_asked_at_expires_at_check": lambda: BreakQuestion.objects.create(
        user=User.objects.earliest("pk"), expires_at=timezone.now() - timedelta(days=1)
    ),
    "principle_key_check": lambda: Principle.objects.create(key="growth"),
    "backloglease_id_check": lambda: BacklogLease.objects.create(pk=2),
    "siteidentity_id_check": lambda: SiteIdentity.objects.create(pk=2, site_id="another"),
    "groupprofile_id_check": lambda: GroupProfile.objects.create(pk=2, name="Another"),
    "groupprofile_name_check": lambda: GroupProfile.objects.create(name=""),
    "groupprofile_began_on_ends_on_ended_on_check": lambda: GroupProfile.objects.create(
        name="Harbour", ended_on=date(2026, 11, 25)
    ),
    "resource_name_check": lambda: change(Resource, name=""),
    "resource_kind_check": lambda: change(Resource, kind="castle"),
    "resource_website_check": lambda: change(Resource, website="javascript:alert(1)"),
    "resource_checked_by_checked_on_check": lambda: change(
        Resource, checked_on=None, checked_by=User.objects.earliest("pk")
    ),
    "resourcereport_what_check": lambda: change(ResourceReport, what="rude"),
    "resourcereport_settled_by_settled_at_check": lambda: change(
        ResourceReport, settled_by=User.objects.earliest("pk")
    ),
    "alarm_is_open_uniq": lambda: [Alarm.objects.create(checks=one) for one in ("beat", "disk")],
    "alarm_is_open_ended_at_check": lambda: Alarm.objects.create(checks="beat", is_open=False),
    "month_asked_met_unmet_check": lambda: Month.objects.create(
        first_day="2026-10-01", asked=11, met=10, unmet=0
    ),
    "monthpart_asked_met_unmet_check": lambda: month_part(area=first(Locality), met=4),
    "monthpart_area_or_kind_check": lambda: month_part(area=first(Locality), kind=first(Category)),
    "monthpart_month_area_uniq": lambda: two_parts(area=first(Locality)),
    "monthpart_month_kind_uniq": lambda: two_parts(kind=first(Category)),
    "monthmoney_month_currency_uniq": lambda: [month_money(), month_money()],  # type: ignore[func-returns-value]
    "monthmoney_given_paid_out_check": lambda: month_money(given=1_234),
    "monthmoney_money_back_money_ahead_direct_help_check": lambda: month_money(
        paid_out=120, money_back=84, money_ahead=0, direct_help=0
    ),
    "monthmoney_paid_out_money_back_money_ahead_direct_help_check": lambda: month_money(
        paid_out=120, money_back=100
    ),
    "notification_state_check": lambda: change(Notification, state="lost"),
    "importrun_state_check": lambda: change(ImportRun, state="lost"),
    "importrun_kind_check": lambda: change(ImportRun, kind="recipes"),
    "importrow_outcome_check": lambda: change(ImportRow, outcome="lost"),
    "importrow_run_number_uniq": lambda: again(ImportRow.objects.first(), id=uuid4()),
    "importpart_run_of_number_uniq": lambda: again(ImportPart.objects.first(), id=uuid4()),
    "notification_state_sent_at_check": lambda: change(Notification, state="sent", sent_at=None),
}


def ours(*apps_: str) -> list[tuple[type[models.Model], models.BaseConstraint]]:
    models_of = (apps.get_app_config(label).get_models() for label in apps_)
    return [(model, c) for found in models_of for model in found for c in model._meta.constraints]


def test_every_constraint_has_a_row_that_breaks_it():
    """Those of the policy are broken in `tests/policy/test_limits.py`."""
    assert {constraint.name for _, constraint in ours(*ROOMS)} == set(BREAKS)


def test_every_constraint_is_named_by_its_table_and_columns():
    """`<table>_<columns>_<uniq or check>`, so that an error of the database says where to look.

    One of the policy may be about a whole group of its columns, and names the group.
    """
    for model, constraint in ours(*ROOMS, "policy", "decisions", "hours", "lending"):
        is_policy = model._meta.app_label == "policy"
        column = r"\w+" if is_policy else "|".join(f.name for f in model._meta.concrete_fields)
        kind = "uniq" if isinstance(constraint, models.UniqueConstraint) else "check"
        form = f"{model._meta.model_name}_({column})((_or)?_({column}))*_{kind}"
        assert re.fullmatch(form, constraint.name)
        assert len(constraint.name) <= LONGEST_NAME


def test_every_constraint_says_in_plain_words_what_is_wrong():
    for _, constraint in ours(*ROOMS, "policy", "decisions", "hours", "lending"):
        message = str(constraint.violation_error_message)
        default = str(models.BaseConstraint.default_violation_error_message)
        assert message != default, constraint.name
        assert message[0].isupper()
        assert message.endswith(".")
        assert not re.search("constraint|violat|null|_", message), message


@pytest.mark.parametrize("name", BREAKS)
def test_the_database_refuses(name, here):
    exclude(
        here.open_need.ask,
        by=coordinator(here.people["carla"]),
        people=[here.people["mallory"]],
        contact_points=["555 0199"],
    )
    contact_of_claim(here.claim, by=here.people["sam"])
    propose("give_coordinator", here.people["sam"], by=here.people["carla"])
    email_of(here.people["sam"], by=here.people["carla"])
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BREAKS[name]()
    message = str(refused.value)
    assert name in message or "UNIQUE constraint failed" in message


def test_a_person_has_one_offer(here):
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.create(volunteer=here.people["sam"])
