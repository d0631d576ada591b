"""What must never be of a need that another group asks us about, whoever writes."""

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from mutualaid.partners.models import IncomingReferral, Partner
from tests.support import factories, partners, referrals

pytestmark = pytest.mark.django_db
NOW = timezone.now()
CHECKS: dict[str, dict[str, Any]] = {
    "incomingreferral_state_check": {"state": "lost", "ended_at": NOW},
    "incomingreferral_state_contact_at_ask_check": {"contact_at": NOW},
    "incomingreferral_state_ended_at_check": {"ended_at": NOW},
    "incomingreferral_erased_at_check": {
        "state": "withdrawn",
        "ended_at": NOW,
        "erased_at": NOW,
        "contact_at": NOW,
    },
}


@pytest.fixture
def crown(db: None) -> Partner:
    return referrals.partner()


@pytest.fixture
def referral(crown: Partner) -> IncomingReferral:
    return referrals.asked(crown)


def refused(referral: IncomingReferral, **values: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IncomingReferral.objects.filter(pk=referral.pk).update(**values)


@pytest.mark.parametrize("name", CHECKS)
def test_the_database_refuses(referral, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        IncomingReferral.objects.filter(pk=referral.pk).update(**CHECKS[name])


@pytest.mark.parametrize("state", ["asked", "accepted", "declined", "silent"])
def test_no_ask_is_there_without_our_yes_and_theirs(referral, state):
    ended_at = NOW if state in ("declined", "silent") else None
    refused(referral, state=state, ended_at=ended_at, ask=factories.ask())


@pytest.mark.parametrize("left", ["ask", "need"])
def test_what_was_erased_leads_to_no_one(referral, left):
    need = factories.need()
    kept = {"ask": need.ask} if left == "ask" else {"need": need}
    refused(referral, state="withdrawn", ended_at=NOW, erased_at=NOW, **kept)


def test_a_partner_asks_once_about_a_need_and_another_may_use_the_same_id(referral, crown):
    again = {"public_id": referral.public_id, "answer_by": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        IncomingReferral.objects.create(partner=crown, **again)
    IncomingReferral.objects.create(partner=partners.other_site("Flatbush").partner, **again)


def test_a_need_is_of_one_group(referral, crown):
    need = factories.need()
    other = referrals.asked(crown)
    rows = IncomingReferral.objects
    rows.filter(pk=referral.pk).update(state="received", ask=need.ask, need=need)
    refused(other, state="received", ask=need.ask)
    refused(other, state="received", need=need)


def test_each_check_of_it_is_broken_here():
    constraints = apps.get_model("partners.IncomingReferral")._meta.constraints
    checks = {one.name for one in constraints if isinstance(one, models.CheckConstraint)}
    assert set(CHECKS) == checks
