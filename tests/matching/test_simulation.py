"""The simulator: a clock of its own, three ways to invite, and metrics that can be checked by hand."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.matching.models import Match
from mutualaid.matching.outreach.waves import invite
from mutualaid.simulation import metrics
from mutualaid.simulation.chart import svg
from mutualaid.simulation.clock import moved_clock
from mutualaid.simulation.engine import Simulation
from mutualaid.simulation.metrics import Metrics
from mutualaid.simulation.needs import Arrival, take_past_needs
from mutualaid.simulation.sandbox import RunCommand, simulate_all
from mutualaid.simulation.settings import START, SimulationSettings
from mutualaid.simulation.strategies import STRATEGIES
from requests_app.actions import claim_need
from requests_app.models import Claim, Need
from tests.support import factories

pytestmark = pytest.mark.one_database

SOME = Metrics(
    needs=10,
    claimed=0.5,
    critical_unmet=0.1,
    invitations_per_claim=3.25,
    invitations_a_week_p99=4,
    gini_of_invitations=0.3,
    worst_locality=0.2,
    km=1.5,
    critical=10,
)


@pytest.mark.django_db(transaction=True)
def test_the_clock_is_moved_by_hand_in_python_and_in_the_database():
    with moved_clock(START) as clock:
        need = factories.need()
        assert need.created_at == START
        assert Need.objects.due_for_matching().exists()
        Need.objects.update(match_due_at=START + timedelta(minutes=30))
        assert not Need.objects.due_for_matching().exists()
        clock.move_to(START + timedelta(minutes=30))
        assert Need.objects.values_list(Now(), flat=True).get() == timezone.now()
        assert Need.objects.due_for_matching().exists()
    assert Need.objects.values_list(Now(), flat=True).get() > datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_game_is_played_through_the_real_code(strategy):
    for _ in range(8):
        factories.offer(per_week=5, reach_km=9)
    need = factories.need()
    arrivals = [
        Arrival(
            START + timedelta(hours=hour), need.category, need.locality, [factories.language()], 4
        )
        for hour in (4, 5, 6)
    ]
    Need.objects.all().delete()
    with moved_clock(START):
        from offers_app.models import Offer

        Offer.objects.update(match_due_at=Now())
    play = Simulation(SimulationSettings(strategy), arrivals)
    assert play.end - START > timedelta(weeks=play.settings.city.weeks)
    play.end = START + timedelta(hours=30)
    play.run()
    assert Need.objects.count() == 3
    assert Match.objects.exclude(invited_at=None).count() >= 3
    for claim in Claim.objects.all():
        assert claim.need.events.filter(action="claim").exists()
    assert metrics.count().needs == 3


@pytest.mark.django_db
def test_metrics_are_counted_from_the_rows(sam, vera):
    offers = [factories.offer(by=by) for by in (sam, vera)]
    needs = [factories.need(urgency=4), factories.need(urgency=4), factories.need()]
    for need in needs:
        two_km = [{"code": "in_reach", "points": 1, "value": "2"}]
        invite(need, [need.matches.create(offer=offers[0], score=1, lines=two_km)], timezone.now())
    again = needs[2].matches
    again.apply("invite_again")
    invite(needs[2], [again.get()], timezone.now())
    claim_need(needs[0], by=sam, weekly_limit=2)
    needs[0].matches.update(state="accepted")
    counted = metrics.count()
    assert replace(counted, claimed=round(counted.claimed, 3)) == Metrics(
        needs=3,
        claimed=0.333,
        critical_unmet=0.5,
        invitations_per_claim=4.0,
        invitations_a_week_p99=4.0,
        gini_of_invitations=0.5,
        worst_locality=None,
        km=2.0,
        left=0.0,
        critical=2,
    )


@pytest.mark.django_db
def test_one_area_with_enough_needs_is_not_the_worst_served_of_two(sam):
    factories.offer(by=sam)
    first, second = factories.locality("First"), factories.locality("Second")
    needs = [factories.need(locality=first) for _ in range(metrics.LEAST_NEEDS)]
    for _ in range(metrics.LEAST_NEEDS - 1):
        factories.need(locality=second)
    assert metrics.count().worst_locality is None
    factories.need(locality=second)
    claim_need(needs[0], by=sam, weekly_limit=2)
    assert metrics.count().worst_locality == 0.0


@pytest.mark.django_db
def test_without_anything_the_metrics_are_nothing():
    assert set(vars(metrics.count()).values()) == {0, None}


@pytest.mark.django_db
def test_the_past_of_a_group_is_played_from_its_first_day_on():
    early = factories.need(created_at=datetime(2020, 5, 1, 9, tzinfo=UTC))
    factories.need(created_at=datetime(2020, 5, 3, 9, tzinfo=UTC))
    first, second = take_past_needs()
    assert (first.at, second.at) == (START.replace(hour=15), START.replace(hour=15, day=3))
    assert (first.category, first.languages) == (early.category, [factories.language()])
    assert not Need.objects.exists()
    assert take_past_needs() == []


def test_the_drawing_stands_by_itself_with_title_text_and_values():
    drawn = svg("A <city>", ["ours", "nearest five"], [SOME, SOME])
    root = ElementTree.fromstring(drawn)
    text = " ".join(root.itertext())
    for shown in ("A <city>", "needs taken on: ours 50.0%, nearest five 50.0%", "3.2"):
        assert shown in text
    assert not any(word in drawn for word in ("<style", "style=", "<script", "href"))


def test_a_sheet_that_is_not_there_is_said_so():
    with pytest.raises(CommandError, match="is not there"):
        call_command("simulate", "--past", "nowhere.csv")


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("tables_are_there")
def test_simulations_go_by_the_policy_of_this_site():
    factories.set_policy(erase_days=30, quiet_from="22:15", needs_open_at_once=False)
    outputs = []
    show = (
        "from mutualaid.policy.models import Policy as p; print(p.objects.values_list('erase_days',"
    )
    show += " 'quiet_from', 'needs_open_at_once').get())"

    def prepare(run: RunCommand, folder: Path) -> None:
        for command in (["migrate", "--verbosity", "0"], ["seed"], ["shell", "--command", show]):
            outputs.append(run(*command))

    simulate_all([], prepare)
    assert str(outputs[-1]).strip().endswith("(30, datetime.time(22, 15), False)")
