"""What the benchmark of quality plays on arrays is what the site does through models."""

from datetime import datetime, time, timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.local_time import this_week
from mutualaid.matching.actions import accept
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.models import NeedSearch
from mutualaid.matching.outreach.match_need import match_need
from mutualaid.matching.search.offer_index import index_offers
from mutualaid.simulation.clock import moved_clock
from offers_app.models import Offer
from requests_app.models import Ask, AskContact, Claim, Need
from tests.benchmarks import region
from tests.benchmarks.arriving import NIGHTLY, OPEN_WEEKS, Product
from tests.benchmarks.bench_quality import hindsight, measure
from tests.benchmarks.week import Week, read_week
from tests.support import factories

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.one_database,
]

NEEDS, OFFERS, PACE = 40, 24, 0.1
WEEK = timedelta(days=7)


@pytest.fixture
def monday() -> datetime:
    """When the week begins that is played: the one after this, so that nothing of it is past."""
    return timezone.make_aware(datetime.combine(this_week() + WEEK, time(0, 1)))


@pytest.fixture
def week(monday) -> Week:
    """Few enough offers that many needs want the same, and needs of four weeks before."""
    factories.set_policy(wave_chances=[0.001] * 4)
    region.build(5 * NEEDS, OFFERS, seed=3, a_week=1)
    Ask.objects.update(account=None)
    AskContact.objects.bulk_create(AskContact(ask=ask, language="en") for ask in Ask.objects.all())
    Offer.objects.update(reach_km=25)
    index_offers(Offer.objects.values_list("pk", flat=True))
    with moved_clock(monday):
        return read_week(NEEDS, seed=3)


def test_on_arrays_the_same_people_are_chosen_as_through_models(week, monday):
    on_arrays = Product(week, pace=PACE)
    chosen = on_arrays.run()
    through_models, held = play_through_models(week, monday)
    assert {
        need: week.offers.pk[chosen[need]] for need in week.arriving.tolist() if chosen[need] >= 0
    } == through_models
    assert len(through_models) > OFFERS / 2
    assert held
    result = measure(week, chosen, hindsight(week))
    assert 0.5 < result.value <= 1


def play_through_models(week: Week, monday: datetime) -> tuple[dict[int, int], bool]:
    """The offer of each need that found someone, and whether any need was held; the same steps as `run`."""
    _write_past(week, monday)
    arriving = Need.objects.filter(pk__in=week.needs.pk[week.arriving].tolist())
    arriving.update(state="triage", created_at=monday - 9 * WEEK, match_due_at=None)
    by_pk = dict(zip(week.needs.pk.tolist(), range(len(week.needs.pk)), strict=True))
    was_held, next_night = False, monday
    with moved_clock(monday) as clock:
        step = max(1, round(PACE * NEEDS))
        for number, need in enumerate(week.arriving.tolist()):
            now = monday + float(week.at[need]) * WEEK
            clock.move_to(now)
            if number % step == 0:
                is_night = now >= next_night
                assert run_backlog(cold=is_night).outcome == "done"
                next_night = now + NIGHTLY * WEEK if is_night else next_night
                _look_again()
            arriving.filter(pk=week.needs.pk[need]).update(
                state="open", created_at=now, open_until=now + OPEN_WEEKS * WEEK
            )
            _look(int(week.needs.pk[need]))
            was_held = was_held or NeedSearch.objects.exclude(held_until=None).exists()
        end = monday + WEEK - timedelta(minutes=2)
        clock.move_to(end)
        run_backlog(cold=end >= next_night)
        _look_again()
        Need.objects.open().update(created_at=F("created_at") - 9 * WEEK)  # then no hold is left
        _look_again()
    claims = Claim.objects.filter(need__in=arriving).values_list("need", "volunteer__offer")
    return {by_pk[need]: offer for need, offer in claims}, was_held


def _write_past(week: Week, monday: datetime) -> None:
    """The needs of the four weeks before, those taken on that `met_before` says."""
    for ago, needs in enumerate(week.past, start=1):
        for need in needs.tolist():
            asked = monday + float(week.at[need]) * WEEK - ago * WEEK
            row = Need.objects.filter(pk=week.needs.pk[need])
            row.update(state="closed", close_reason="fulfilled", closed_at=asked, created_at=asked)
            if week.met_before[need]:
                Claim.objects.create(
                    need=row.get(),
                    volunteer=factories.person(),
                    state="confirmed",
                    week=this_week() - 9 * WEEK,
                    week_slot=1,
                )


def _look_again() -> None:
    for need in Need.objects.open().order_by("-urgency", "created_at"):
        _look(need.pk)


def _look(pk: int) -> None:
    """One look, as the site makes it when a need is due; the first who is invited says yes."""
    Need.objects.filter(pk=pk).update(match_due_at=Now())
    match_need(pk)
    invited = Need.objects.get(pk=pk).matches.filter(state="notified").first()
    if invited:
        accept(invited)
