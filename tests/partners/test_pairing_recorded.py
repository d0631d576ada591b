"""What the record holds of neighbouring groups: which, with which key, since when; and no one's name."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.partners.actions import pairing
from mutualaid.partners.discovery import SiteDescription
from mutualaid.partners.models import Partner
from mutualaid.partners.states import PartnerState
from mutualaid.people.models import Role
from mutualaid.record.completeness import first_missing
from mutualaid.record.entries import in_words
from mutualaid.record.models import RecordEntry
from tests.support import factories, partners, recorded

pytestmark = pytest.mark.django_db
KEY = "ab" * 32
CROWN = SiteDescription("https://crown.example", "Crown Heights", "555 0199", KEY)


@pytest.fixture
def ended(carla):
    factories.set_policy(has_partners=True, has_record=True)
    partner = pairing.add_partner(CROWN, by=carla)
    pairing.compare_digits(partner, by=carla)
    pairing.agree(partner, by=factories.person("Dora", Role.COORDINATOR))
    pairing.pause(partner, by=carla)
    pairing.end(partner, by=carla)
    pairing.end(partner, by=carla)
    return partner


def entries() -> list[RecordEntry]:
    return list(RecordEntry.objects.filter(kind__startswith="partner.").order_by("pk"))


def test_agreeing_and_ending_are_recorded_once(ended):
    assert [(row.kind, row.facts) for row in entries()] == [
        ("partner.agreed", {"partner": ended.pk, "key": KEY, "decision": None}),
        ("partner.ended", {"partner": ended.pk}),
    ]
    everything = str([(row.facts, row.people) for row in entries()])
    for name in ("Carla", "Dora", "Crown"):
        assert name not in everything


def test_each_sentence_can_be_read(ended):
    assert [in_words(row) for row in entries()] == [
        f"We and Crown Heights help each other. Their key: {KEY}",
        "We and Crown Heights no longer help each other.",
    ]


def test_of_a_group_with_which_no_one_agreed_nothing_is_recorded(carla):
    factories.set_policy(has_partners=True, has_record=True)
    pairing.end(pairing.add_partner(CROWN, by=carla), by=carla)
    assert entries() == []


def test_what_the_record_leaves_out_is_found(ended):
    then = timezone.now() - timedelta(hours=5)
    with recorded.unheld():
        RecordEntry.objects.update(at=then - timedelta(hours=5))
    Partner.objects.update(live_at=then, ended_at=then)
    assert first_missing() is None
    unnoted = partners.other_site(state=PartnerState.PAUSED, live_at=then).partner
    missing = first_missing()
    assert missing
    assert (missing.kind, missing.facts) == ("partner.agreed", {"partner": unnoted.pk})
