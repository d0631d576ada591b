"""A run of the whole backlog: what it leaves behind, and that nothing is doubled or lost."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from mutualaid.local_time import this_week
from mutualaid.matching import tasks
from mutualaid.matching.backlog import run as runs
from mutualaid.matching.backlog import solve as solving
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.backlog.tasks import cold, warm
from mutualaid.matching.models import BacklogChange, OfferPrice
from mutualaid.matching.models.backlog import LEASE, BacklogLease, BacklogRun, Proposal
from offers_app.actions import pause_offer
from offers_app.models import Offer
from requests_app.actions import claim_need, withdraw_need
from requests_app.models import Need
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


def proposals() -> dict[int, int]:
    return dict(Proposal.objects.values_list("need", "offer"))


def prices() -> dict[int, float]:
    return dict(OfferPrice.objects.values_list("offer", "points"))


def in_the_middle(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Call `do` after everything was read and before anything is stored."""
    build = solving.build

    def build_and_do(*args, **kwargs):
        problem = build(*args, **kwargs)
        do()
        return problem

    monkeypatch.setattr(solving, "build", build_and_do)


def test_the_only_driver_is_kept_for_the_need_that_has_no_one_else(sam, vera):
    shopping, ride = factories.category("shopping"), factories.category("ride")
    both = factories.offer(by=sam, categories=[shopping, ride], per_week=1)
    shop = factories.offer(by=vera, categories=[shopping], reach_km=3, per_week=1)
    easy, hard = factories.need(category=shopping), factories.need(category=ride)
    run = run_backlog(cold=True)
    assert proposals() == {easy.pk: shop.pk, hard.pk: both.pk}
    assert (run.outcome, run.needs, run.offers, run.matches) == ("done", 2, 2, 2)
    assert (run.pairs, run.moved, run.error) == (3, 0, "")
    assert run.gap < 0.01


def test_who_is_wanted_more_costs_more_and_all_who_were_looked_at_have_a_price(sam, vera):
    wanted = factories.offer(by=sam, per_week=1)
    idle = factories.offer(by=vera, categories=[factories.category("rare")])
    for _ in range(3):
        factories.need()
    run_backlog(cold=True)
    assert set(prices()) == {wanted.pk, idle.pk}
    assert prices()[wanted.pk] >= 200
    assert prices()[idle.pk] == 0


def test_run_again_nothing_moves():
    for _ in range(4):
        factories.offer()
        factories.need()
    run_backlog(cold=True)
    before = (proposals(), prices())
    for cold_again in (False, False, True):
        run = run_backlog(cold=cold_again)
        assert (run.outcome, run.moved) == ("done", 0)
    assert proposals() == before[0]


def test_a_proposal_stands_where_another_would_be_just_a_little_better(sam, vera):
    factories.offer(by=sam, localities=[factories.locality("aside", lat=0.001)])
    need = factories.need()
    run_backlog(cold=True)
    before = proposals()
    factories.offer(by=vera)
    run_backlog(cold=False)
    assert proposals() == before
    assert need.pk in before


def test_a_need_taken_back_and_an_offer_paused_take_their_proposals_along(sam, vera):
    for by in (sam, vera):
        factories.offer(by=by, per_week=1)
    needs = [factories.need(), factories.need()]
    run_backlog(cold=True)
    withdraw_need(needs[0])
    gone = Offer.objects.get(pk=proposals()[needs[1].pk])
    pause_offer(gone, until=None)
    run = run_backlog(cold=False)
    (other,) = set(Offer.objects.all()) - {gone}
    assert proposals() == {needs[1].pk: other.pk}
    assert run.moved == 1


def test_a_full_week_counts_and_the_next_task_of_one_opens_higher(sam):
    offer = factories.offer(by=sam, per_week=2)
    claim_need(factories.need(), by=sam, weekly_limit=2)
    needs = [factories.need() for _ in range(3)]
    run_backlog(cold=True)
    assert len(proposals().keys() & {need.pk for need in needs}) == 1
    claim_need(Need.objects.get(pk=next(iter(proposals()))), by=sam, weekly_limit=2)
    assert run_backlog(cold=False).matches == 0
    assert set(prices()) == {offer.pk}


def test_a_need_for_several_counts_once_for_each_who_is_still_to_be_found(sam, vera):
    offer = factories.offer(by=vera, per_week=1)
    several = factories.need(helpers_wanted=3)
    claim_need(several, by=sam, weekly_limit=2)
    run = run_backlog(cold=True)
    assert (run.needs, run.matches, proposals()) == (1, 1, {several.pk: offer.pk})
    factories.offer(per_week=1)
    again = run_backlog(cold=False)
    assert (again.matches, again.moved, proposals()) == (2, 0, {several.pk: offer.pk})
    Need.objects.filter(pk=several.pk).update(helpers_wanted=2)
    assert run_backlog(cold=False).matches == 1


def test_an_idle_volunteer_comes_before_one_who_had_a_task_this_week(sam, vera):
    factories.offer(by=sam)
    claim_need(factories.need(), by=sam, weekly_limit=2)
    idle = factories.offer(by=vera, localities=[factories.locality("aside", lat=0.005)])
    need = factories.need()
    run_backlog(cold=True)
    assert proposals() == {need.pk: idle.pk}


def test_each_week_has_its_own_places_and_only_those_of_this_one_a_price(sam, vera):
    sams, veras = (factories.offer(by=who, per_week=1) for who in (sam, vera))
    claim_need(factories.need(), by=sam, weekly_limit=1)
    weeks = [this_week() + timedelta(weeks=n) for n in range(5)]
    now, *later, too_late = (
        factories.need(needed_by=week + timedelta(days=6))
        for week in (*weeks[:2], *weeks[1:2], weeks[4])
    )
    for _ in range(2):  # from nothing, and from the run before
        run = run_backlog(cold=False)
        assert proposals()[now.pk] == veras.pk
        assert {proposals()[need.pk] for need in later} == {sams.pk, veras.pk}
        assert too_late.pk not in proposals()
        assert (set(prices()), run.offers) == ({veras.pk}, 2)


@pytest.mark.parametrize(("may_hold", "is_known"), [(1, True), (2, True), (3, True), (5, False)])
def test_no_one_is_proposed_more_than_they_may_hold_at_once(may_hold, is_known, sam):
    factories.set_policy(live_claims_per_person=may_hold)
    factories.offer(by=sam, per_week=2)
    claim_need(factories.need(), by=sam, weekly_limit=2)
    factories.offer(by=factories.person(known=is_known), per_week=2)
    days = [this_week() + timedelta(weeks=n, days=6) for n in range(4)]
    for day in days * 3:
        factories.need(needed_by=day)
    run_backlog(cold=True)
    proposed = list(Proposal.objects.values_list("offer__volunteer", "need__needed_by"))
    by_person = Counter(person for person, _ in proposed)
    most = may_hold if is_known else 1
    sams = by_person.pop(sam.pk, 0)
    assert (sams, list(by_person.values())) == (may_hold - 1, [most])
    assert max(Counter(proposed).values()) <= 2
    assert {day for _, day in proposed} <= set(days[:3])


@pytest.mark.parametrize("this_week_too", [False, True])
def test_who_has_room_left_this_week_is_proposed_for_a_later_one(this_week_too, sam, vera):
    """Sam offers as much a week as they may hold at once; what Vera, who is nearer, does takes none of it."""
    factories.set_policy(live_claims_per_person=2)
    rare, later = factories.category("rare"), this_week() + timedelta(weeks=1)
    aside = factories.locality("aside", lat=0.02)
    sams = factories.offer(by=sam, categories=[rare], localities=[aside], per_week=2)
    veras = factories.offer(by=vera, categories=[rare], per_week=1)
    claim_need(factories.need(needed_by=later), by=vera, weekly_limit=1)
    if this_week_too:
        now = factories.need(category=rare)
    needs = [factories.need(category=rare, needed_by=later) for _ in range(3)]
    for cold_start in (True, False):
        run_backlog(cold=cold_start)
        by_need = proposals()
        assert [by_need.get(need.pk) for need in needs].count(sams.pk) == 2
        assert not this_week_too or by_need[now.pk] == veras.pk


def test_where_the_nearest_week_takes_all_that_someone_may_hold_another_does_the_later_need(
    sam, vera
):
    factories.set_policy(live_claims_per_person=1)
    aside = factories.locality("aside", lat=0.005)
    sams = factories.offer(by=sam, per_week=1)
    veras = factories.offer(by=vera, localities=[aside], per_week=1)
    now = factories.need()
    later = factories.need(needed_by=this_week() + timedelta(weeks=1))
    too_many = factories.need(needed_by=this_week() + timedelta(weeks=2))
    run_backlog(cold=True)
    assert proposals() == {now.pk: sams.pk, later.pk: veras.pk}
    assert too_many.pk not in proposals()


def test_a_new_proposal_that_is_not_among_the_matches_makes_its_need_due(sam):
    need = factories.need()
    tasks.sweep()
    assert not Need.objects.due_for_matching().exists()
    factories.offer(by=sam)
    run_backlog(cold=True)
    assert Need.objects.due_for_matching().get() == need


def test_without_needs_or_offers_it_is_done_at_once():
    assert run_backlog(cold=True).outcome == "done"
    factories.need()
    assert run_backlog(cold=False).matches == 0
    Need.objects.all().delete()
    factories.offer()
    run = run_backlog(cold=True)
    assert (run.outcome, run.offers, run.gap) == ("done", 1, 0.0)


@pytest.mark.parametrize("cold_start", [True, False])
def test_whatever_goes_wrong_the_last_prices_serve_on(cold_start, monkeypatch):
    factories.offer()
    factories.need()
    run_backlog(cold=True)
    before = (proposals(), prices())
    monkeypatch.setattr(runs, "store", lambda *_: 1 / 0)
    run = run_backlog(cold=cold_start)
    assert (run.outcome, run.error) == ("failed", "ZeroDivisionError")
    assert (proposals(), prices()) == before
    monkeypatch.undo()
    assert run_backlog(cold=False).outcome == "done"


def test_a_run_that_takes_too_long_gives_up(monkeypatch):
    monkeypatch.setattr(runs, "RUN_SECONDS", -1)
    factories.offer()
    run = run_backlog(cold=True)
    assert (run.outcome, run.error, prices()) == ("failed", "OutOfTime", {})


def test_prices_that_are_no_numbers_count_as_none(monkeypatch):
    offer = factories.offer()
    factories.need()
    nonsense = solving.LastResult({}, {offer.pk: float("nan")})
    monkeypatch.setattr(runs, "_last_result", lambda: nonsense)
    assert run_backlog(cold=False).outcome == "done"
    assert prices() == {offer.pk: pytest.approx(0, abs=10)}


def test_a_need_that_is_withdrawn_and_one_that_is_erased_meanwhile_get_no_proposal(monkeypatch):
    factories.offer(per_week=5)
    taken_back, erased, stays = (factories.need() for _ in range(3))

    def happen() -> None:
        withdraw_need(Need.objects.get(pk=taken_back.pk))
        Need.objects.filter(pk=erased.pk).delete()

    in_the_middle(monkeypatch, happen)
    assert run_backlog(cold=True).outcome == "done"
    assert proposals().keys() == {stays.pk}


def test_an_offer_that_is_erased_meanwhile_leaves_nothing(monkeypatch):
    offer, stays = factories.offer(), factories.offer()
    needs = [factories.need() for _ in range(3)]
    in_the_middle(monkeypatch, lambda: Offer.objects.filter(pk=offer.pk).delete())
    assert run_backlog(cold=True).outcome == "done"
    assert set(prices()) == set(proposals().values()) == {stays.pk}
    assert proposals().keys() < {need.pk for need in needs}


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_runs():
    for _ in range(3):
        factories.offer()
        factories.need()
    ran = [run for run in at_once([partial(run_backlog, cold=True)] * 6) if run]
    assert [run.outcome for run in ran] == ["done"] * len(ran)
    assert BacklogRun.objects.count() == len(ran)
    assert len(proposals()) == len(prices()) == 3


def test_while_one_is_at_it_no_one_else_begins_and_a_dead_one_is_waited_for_no_longer_than_its_lease():
    dead = BacklogRun.objects.create()
    assert BacklogLease.objects.take(dead)
    assert run_backlog(cold=True) is None
    assert BacklogRun.objects.get() == dead
    BacklogLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert run_backlog(cold=True).outcome == "done"


def test_a_worker_that_comes_back_after_its_lease_stores_nothing(monkeypatch):
    factories.offer()
    factories.need()

    def sleep_too_long() -> None:
        other = BacklogRun.objects.create()
        BacklogLease.objects.update(run=other, until=timezone.now() + LEASE)

    in_the_middle(monkeypatch, sleep_too_long)
    run = run_backlog(cold=True)
    assert (run.outcome, run.error, prices(), proposals()) == ("failed", "LeaseLost", {}, {})
    assert BacklogLease.objects.get().run != run


def test_a_run_whose_worker_died_is_said_to_be_lost():
    lost = BacklogRun.objects.create(began_at=timezone.now() - timedelta(hours=1))
    BacklogRun.objects.tidy_up()
    lost.refresh_from_db()
    assert (lost.outcome, lost.error) == ("failed", "Lost")


def test_old_runs_are_forgotten():
    BacklogRun.objects.create(outcome="done", began_at=timezone.now() - timedelta(days=91))
    recent = BacklogRun.objects.create(outcome="done")
    BacklogRun.objects.tidy_up()
    assert BacklogRun.objects.get() == recent


def test_the_clock_calls_both():
    factories.offer()
    factories.need()
    cold()
    warm()
    assert [run.cold for run in BacklogRun.objects.order_by("pk")] == [True, False]


def test_where_no_need_is_open_nothing_runs_and_nothing_gathers():
    offer, need = factories.offer(), factories.need()
    run_backlog(cold=True)
    assert proposals()
    withdraw_need(need)
    for km in range(1, 9):
        Offer.objects.filter(pk=offer.pk).update(reach_km=km)
    cold()
    warm()
    assert BacklogRun.objects.count() == 1
    assert not proposals()
    assert BacklogChange.objects.count() == 1


def test_what_changed_in_a_quiet_time_is_known_once_a_need_is_open_again():
    offer, need = factories.offer(), factories.need()
    warm()
    withdraw_need(need)
    pause_offer(offer, until=None)
    warm()
    factories.need()
    warm()
    assert BacklogRun.objects.latest("pk").offers == 0
