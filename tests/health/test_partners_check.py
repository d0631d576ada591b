"""Whoever looks at the site learns which neighbouring group to ring."""

import json
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from mutualaid.health import checks
from mutualaid.health.findings import Finding, State
from mutualaid.partners.models import Partner
from mutualaid.partners.states import PartnerState
from tests.support import factories, partners
from tests.support.partner_inbox import Inbox, deliver, inbox_of, time_passes, written

pytestmark = pytest.mark.django_db


def look() -> Finding:
    (found,) = checks.partners()
    return found


@pytest.mark.parametrize(("hours", "state"), [(23, State.OK), (25, State.LATE)])
def test_a_site_that_has_not_answered_for_a_day_is_late_and_no_alarm(hours, state):
    crown = partners.other_site("Crown Heights")
    Partner.objects.update(away_since=Now() - timedelta(hours=hours))
    found = look()
    assert found.state is state
    says = "The site of Crown Heights hasn't answered since" in found.sentence
    assert says == (state is State.LATE)
    assert crown.partner.site not in found.sentence


def test_a_group_that_lets_in_nothing_is_told_from_one_that_is_away():
    crown = partners.other_site("Crown Heights")
    with inbox_of(crown.partner, Inbox()) as inbox:
        inbox.status = 401
        written(crown.partner)
        deliver(crown.partner)
    time_passes(hours=25)
    assert "Crown Heights has let in nothing of ours since" in look().sentence


def test_what_was_refused_is_said_with_what_to_do_and_all_partners_have_their_turn():
    crown, saltmarsh = partners.other_site("Crown Heights"), partners.other_site("Saltmarsh {0}")
    with inbox_of(crown.partner, Inbox()) as inbox:
        inbox.status, inbox.answer = 422, json.dumps({"answer": "unreadable: area"})
        written(crown.partner)
        written(crown.partner)
        deliver(crown.partner)
    Partner.objects.filter(pk=saltmarsh.partner.pk).update(away_since=Now() - timedelta(days=2))
    found = look()
    assert "Messages that Crown Heights didn't take in the last two weeks: 2." in found.sentence
    assert "The site of Saltmarsh {0} hasn't answered since" in found.sentence
    assert found.sentence.endswith("Their number stands on our page of neighbouring groups.")
    time_passes(days=15)
    assert "Crown Heights" not in look().sentence


def test_of_a_group_that_paused_nothing_is_said():
    partners.other_site(state=PartnerState.PAUSED)
    Partner.objects.update(away_since=Now() - timedelta(days=9))
    assert look().is_ok


def test_however_many_partners_there_are_it_costs_the_same(django_assert_num_queries):
    for name in ("Crown Heights", "Saltmarsh", "Old Town"):
        written(partners.other_site(name).partner)
    with django_assert_num_queries(3):
        look()


def test_a_group_without_partners_reads_nothing_of_them():
    partners.other_site()
    factories.set_policy(has_partners=False)
    assert list(checks.partners()) == []
