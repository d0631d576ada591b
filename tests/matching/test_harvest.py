"""Who signs up only to collect gets next to nothing. The long form, as a table: `make bench-harvest`."""

from datetime import timedelta

import pytest

from mutualaid.matching.models import Match
from requests_app.models import AccessLogEntry
from tests.benchmarks.harvest import Loot, harvest, neighbours
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.slow]
NEIGHBOURS, A_WEEK = 8, 6
"""Days of attack: one neighbour in seven days means that the second contact comes on the eighth day."""


def a_day_passes() -> None:
    for row in AccessLogEntry.objects.all():
        row.at -= timedelta(days=1)
        row.window = f"-{row.window}"
        row.save()
    for match in Match.objects.exclude(invited_at=None):
        Match.objects.filter(pk=match.pk).update(invited_at=match.invited_at - timedelta(days=1))


def loot_of_a_week(joining: str, *, accounts: int) -> Loot:
    factories.set_policy(joining=joining)
    neighbours(NEIGHBOURS)
    *_, loot = harvest(accounts, A_WEEK, a_day_passes, rounds_a_day=1)
    return loot


def test_the_attack_finds_what_there_is_to_find():
    """Else the others would say nothing: where everyone can do the same, it collects all there is."""
    loot = loot_of_a_week("open", accounts=1)
    assert len(loot.before_yes) > 0
    assert len(loot.names) == len(loot.addresses) == len(loot.phones) == NEIGHBOURS


@pytest.mark.parametrize("accounts", [1, 2])
def test_who_begins_small_gets_one_neighbour_in_seven_days(accounts):
    loot = loot_of_a_week("begin_small", accounts=accounts)
    assert loot.counts() == (0, accounts, accounts, accounts)


def test_whom_no_one_has_met_gets_nothing():
    assert loot_of_a_week("meet_first", accounts=2).counts() == (0, 0, 0, 0)
