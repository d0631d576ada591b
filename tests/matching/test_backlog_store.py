"""What a run of the whole backlog writes, in batches, while others act; and what one that dies leaves."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from mutualaid.matching import tasks
from mutualaid.matching.backlog import run as runs
from mutualaid.matching.backlog import solve as solving
from mutualaid.matching.backlog import store as stores
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.models import OfferPrice
from mutualaid.matching.models.backlog import LEASE, BacklogLease, BacklogRun, Proposal
from offers_app.actions import pause_offer
from requests_app.actions import claim_need
from requests_app.models import Exclusion, Need
from tests.support import factories

pytestmark = pytest.mark.django_db


def proposals() -> dict[int, int]:
    return dict(Proposal.objects.values_list("need", "offer"))


def prices() -> dict[int, tuple[float, float]]:
    rows = OfferPrice.objects.values_list("offer", "points", "reserve")
    return {offer: (points, reserve) for offer, points, reserve in rows}


class Killed(BaseException):
    pass


def kill_after(batches: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill the worker when so many batches of one row each are written."""
    monkeypatch.setattr(stores, "BATCH", 1)
    short_transaction, begun = runs._short_transaction, []

    def short_transaction_or_death(*args):
        begun.append(args)
        if len(begun) > batches:
            raise Killed
        return short_transaction(*args)

    monkeypatch.setattr(runs, "_short_transaction", short_transaction_or_death)


@pytest.mark.parametrize("batches", range(7))
def test_killed_between_two_batches_what_is_written_is_right_and_the_next_run_writes_the_rest(
    batches, monkeypatch
):
    for _ in range(3):
        factories.offer(per_week=1)
        factories.need()
    tasks.sweep()
    whole = solving.solve(timezone.now(), solving.LastResult({}, {}), cold=True)
    with monkeypatch.context() as patch, suppress(Killed):
        kill_after(batches, patch)
        run_backlog(cold=True)
    half = (prices(), proposals())
    assert [len(rows) for rows in half] == [min(3, batches), max(0, batches - 3)]
    BacklogLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert run_backlog(cold=True).outcome == "done"
    assert half[0].items() <= whole.prices().items()
    assert half[1].items() <= whole.proposals().items() & proposals().items()
    assert (len(prices()), len(set(proposals().values()))) == (3, 3)


def test_a_worker_whose_lease_ends_between_two_batches_writes_no_more(monkeypatch):
    for _ in range(3):
        factories.offer(per_week=1)
        factories.need()
    monkeypatch.setattr(stores, "BATCH", 2)
    write_prices = stores._write_prices

    def write_and_lose_the_lease(now):
        write_prices(now)
        BacklogLease.objects.update(run=BacklogRun.objects.create(), until=timezone.now() + LEASE)

    monkeypatch.setattr(stores, "_write_prices", write_and_lose_the_lease)
    assert run_backlog(cold=True).error == "LeaseLost"
    assert (len(prices()), proposals()) == (2, {})


def test_what_changes_while_the_rest_is_stored_gets_no_proposal_before_the_next_look(
    monkeypatch, sam, vera
):
    offer = factories.offer(by=sam, per_week=3)
    several, other = factories.need(helpers_wanted=2), factories.need()
    rare = factories.category("rare")
    paused, unable = factories.offer(by=vera, categories=[rare]), factories.need(category=rare)
    excluding = factories.need(category=factories.category("third"))
    fits = factories.offer(categories=[factories.category("third")])
    write_prices = stores._write_prices

    def write_and_act(now):
        write_prices(now)
        claim_need(several, by=sam, weekly_limit=3)
        pause_offer(paused, until=None)
        Exclusion.objects.create(ask=excluding.ask, person=fits.volunteer)

    with monkeypatch.context() as patch:
        patch.setattr(stores, "_write_prices", write_and_act)
        assert run_backlog(cold=True).outcome == "done"
    assert proposals() == {}
    assert run_backlog(cold=False).outcome == "done"
    assert proposals() == {other.pk: offer.pk}
    assert Need.objects.open().filter(pk=unable.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_need_that_someone_has_locked_waits_for_the_next_run_and_the_run_for_no_one(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks no rows")
    locked, free = factories.need(), factories.need()
    for _ in range(2):
        factories.offer(per_week=1)

    def run() -> BacklogRun | None:
        try:
            return run_backlog(cold=True)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        Need.objects.select_for_update().get(pk=locked.pk)
        assert pool.submit(run).result(timeout=20).outcome == "done"
        assert proposals().keys() == {free.pk}
    run_backlog(cold=False)
    assert proposals().keys() == {locked.pk, free.pk}
