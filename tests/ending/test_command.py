"""Who keeps the server sees how far it is, and is the second person of a group of one."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mutualaid.ending.actions import call_off
from mutualaid.group.current import read_group
from mutualaid.notify.tasks import sweep as deliver_all
from tests.support import winding


def wind_down(*words: str) -> str:
    out = StringIO()
    call_command("wind_down", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_they_agree_only_where_no_one_else_can(carla):
    assert wind_down().endswith("is not winding down.\n")
    with pytest.raises(CommandError, match="No one has proposed it"):
        wind_down("agree")
    proposal = winding.proposed(carla)
    assert "waits for a second person" in wind_down()
    assert f"Agreed. What is open closes on {proposal.closes_on}" in wind_down("agree")
    assert read_group().is_winding_down
    with pytest.raises(CommandError, match="Nothing waits"):
        wind_down("agree")


@pytest.mark.django_db
def test_they_do_not_agree_where_the_group_has_two_who_decide(carla, dora):
    proposal = winding.proposed(carla)
    with pytest.raises(CommandError, match="Two people of the group decide"):
        wind_down("agree")
    call_off(proposal, by=dora)
    with pytest.raises(CommandError, match="No one has proposed it"):
        wind_down("agree")


@pytest.mark.django_db(transaction=True)
def test_they_see_each_stage(rosa, carla, dora):
    proposal = winding.agreed(carla, dora)
    assert "everyone is being told" in wind_down()
    winding.sweep()
    assert "Told: 0 of 3; on its way or to ring: 3, not reached: 0." in wind_down()
    deliver_all()
    assert "Told: 3 of 3; on its way or to ring: 0, not reached: 0." in wind_down()
    winding.the_day_comes(proposal, closes=True)
    assert "being closed" in wind_down()
    winding.sweep()
    assert "what was open is closed" in wind_down()
    winding.the_day_comes(proposal, erases=True)
    winding.sweep()
    assert f"ended on {read_group().ended_on}" in wind_down()
