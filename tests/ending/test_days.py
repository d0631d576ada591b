"""No day alone closes or erases anything, and no wrong clock."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.ending.actions import COPY_DAYS, NOTICE_DAYS
from mutualaid.ending.models import WindingDown
from mutualaid.ending.steps import erasing
from mutualaid.group.current import read_group
from mutualaid.health.models import Heartbeat
from mutualaid.people.models import User
from tests.support import factories, winding

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_is_erased_before_its_day_nor_before_all_is_closed(rosa, carla, dora):
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    assert read_group().ended_on is None
    assert User.objects.filter(erased_at=None).count() == 3
    WindingDown.objects.update(closed_at=None)
    assert not erasing.begin_erasing(proposal)
    winding.the_day_comes(proposal, erases=True)
    WindingDown.objects.update(closed_at=None)
    assert not erasing.begin_erasing(proposal)


def back_in_time(proposal: WindingDown) -> None:
    WindingDown.objects.filter(pk=proposal.pk).update(
        closes_on=proposal.closes_on, erases_on=proposal.erases_on
    )


def test_a_server_that_was_off_on_both_days_tells_waits_closes_waits_and_erases(rosa, carla, dora):
    need = factories.need()
    proposal = winding.agreed(carla, dora)
    long_ago = timezone.localdate() - timedelta(days=100)
    WindingDown.objects.update(closes_on=long_ago, erases_on=long_ago + timedelta(days=8))
    for _ in range(3):
        winding.sweep()
    assert len(winding.told("group_ends")) == 3
    need.refresh_from_db()
    assert need.state == "open", "told just now"
    told_at = Now() - timedelta(days=NOTICE_DAYS)
    WindingDown.objects.update(told_at=told_at + timedelta(minutes=1))
    winding.sweep()
    assert not WindingDown.objects.get().closed_at
    WindingDown.objects.update(told_at=told_at)
    for _ in range(3):
        winding.sweep()
    need.refresh_from_db()
    assert need.state == "closed"
    closed_at = Now() - timedelta(days=COPY_DAYS)
    WindingDown.objects.update(closed_at=closed_at + timedelta(minutes=1))
    assert not erasing.begin_erasing(proposal)
    winding.sweep()
    assert User.objects.filter(erased_at=None).count() == 3, "closed just now"
    WindingDown.objects.update(closed_at=closed_at)
    winding.sweep()
    assert not User.objects.exists()


@pytest.mark.parametrize("stage", ["agreed", "told", "closed"])
def test_a_clock_that_is_a_year_ahead_for_one_sweep_closes_and_erases_nothing(
    rosa, carla, dora, stage
):
    """The database's clock can't be moved: instead every moment it has written is a year further back."""
    need = factories.need()
    proposal = winding.agreed(carla, dora, closes_in=20, erases_in=40)
    if stage != "agreed":
        winding.sweep()
    if stage == "closed":
        winding.the_day_comes(proposal, closes=True)
        winding.sweep()
    proposal.refresh_from_db()
    year = timedelta(days=365)
    told_at, closed_at = WindingDown.objects.values_list("told_at", "closed_at").get()
    WindingDown.objects.update(
        closes_on=proposal.closes_on - year,
        erases_on=proposal.erases_on - year,
        told_at=F("told_at") - year,
        closed_at=F("closed_at") - year,
    )
    Heartbeat.objects.update(at=F("at") - year)
    winding.sweep()
    need.refresh_from_db()
    assert (need.state == "closed") is (stage == "closed")
    assert read_group().ended_on is None

    told_then, closed_then = WindingDown.objects.values_list("told_at", "closed_at").get()
    WindingDown.objects.update(
        told_at=told_at or (told_then and told_then + year),
        closed_at=closed_at or (closed_then and closed_then + year),
    )
    back_in_time(proposal)
    Heartbeat.objects.update(at=F("at") + year)
    for _ in range(3):
        winding.sweep()
    assert read_group().ended_on is None
    assert User.objects.filter(erased_at=None).count() == 3


def test_what_a_wrong_clock_wrote_holds_back_and_who_keeps_the_server_sees_it(rosa, carla, dora):
    need = factories.need()
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    winding.the_day_comes(proposal, closes=True)
    WindingDown.objects.update(told_at=Now() + timedelta(days=300))
    winding.sweep()
    need.refresh_from_db()
    assert need.state == "open"
    out = StringIO()
    call_command("wind_down", stdout=out)
    assert "A clock was wrong" in out.getvalue()
