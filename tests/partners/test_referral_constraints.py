"""What must never be of a need that a group is asked about, whoever writes."""

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from mutualaid.partners.models import OutgoingReferral, Partner
from requests_app.models import Need
from tests.support import handing_on

pytestmark = pytest.mark.django_db
NOW = timezone.now()
CHECKS: dict[str, dict[str, Any]] = {
    "outgoingreferral_state_check": {"state": "lost", "ended_at": NOW},
    "outgoingreferral_state_consented_at_check": {"state": "agreed"},
    "outgoingreferral_contact_sent_at_consented_at_check": {"contact_sent_at": NOW},
    "outgoingreferral_state_ended_at_check": {"ended_at": NOW},
    "outgoingreferral_state_next_due_erase_asked_at_check": {"next_due": True},
}


@pytest.fixture
def crown(db: None) -> Partner:
    return handing_on.group()


@pytest.fixture
def need(crown: Partner) -> Need:
    return handing_on.need()


@pytest.fixture
def referral(need: Need, crown: Partner) -> OutgoingReferral:
    return handing_on.asked(need, crown)


@pytest.mark.parametrize("name", CHECKS)
def test_the_database_refuses(referral, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        OutgoingReferral.objects.filter(pk=referral.pk).update(**CHECKS[name])


@pytest.mark.parametrize("state", ["taken", "done", "confirmed", "unmet", "not_needed"])
def test_no_help_is_there_without_the_neighbours_yes(referral, state):
    ended_at = None if state in ("taken", "done") else NOW
    with pytest.raises(IntegrityError, match="consented_at_check"), transaction.atomic():
        OutgoingReferral.objects.filter(pk=referral.pk).update(state=state, ended_at=ended_at)


def test_erasing_is_asked_for_only_where_it_ended(referral):
    with pytest.raises(IntegrityError, match="erase_asked_at_check"), transaction.atomic():
        OutgoingReferral.objects.filter(pk=referral.pk).update(erase_asked_at=NOW)


def test_a_group_is_asked_once_about_a_need(referral, need, crown):
    OutgoingReferral.objects.update(state="declined", ended_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingReferral.objects.create(need=need, partner=crown, answer_by=NOW)


def test_one_group_at_a_time_is_asked_about_a_need(referral, need):
    flatbush = handing_on.group("Flatbush")
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingReferral.objects.create(need=need, partner=flatbush, answer_by=NOW)
    OutgoingReferral.objects.update(state="declined", ended_at=NOW)
    OutgoingReferral.objects.create(need=need, partner=flatbush, answer_by=NOW)


def test_each_check_of_it_is_broken_here():
    constraints = apps.get_model("partners.OutgoingReferral")._meta.constraints
    checks = {one.name for one in constraints if isinstance(one, models.CheckConstraint)}
    assert set(CHECKS) == checks
