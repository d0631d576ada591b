"""When an ask is over: with its last need, with the last day of its series, with its household."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from time import sleep

import pytest
from django.db import connection
from django.db.models import Func, Q, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.utils import timezone

from mutualaid.retention import sweep as module
from mutualaid.retention.tasks import sweep
from requests_app import actions
from requests_app import tasks as clock
from requests_app.actions import Erased
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, AskContact, Need, Series
from tests.retention.test_erasing import closed, days_ago, end, is_erased
from tests.support import canary, factories, stored
from tests.support.at_once import at_once
from tests.support.canary import CANARY, NOTES, SECRETS
from tests.support.clock import later

ROUNDS = 12


def weekly(*, weeks: int, **fields: object) -> tuple[Ask, Series]:
    """An ask that comes back on this day of each week, so many times."""
    ask = canary.ask(**fields)
    today = timezone.localdate()
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[today.weekday()]
    until = today + timedelta(days=7 * (weeks - 1))
    series = actions.repeat_need(ask.needs.get(), weekdays=[weekday], until=until)
    assert series
    return ask, series


def days_of(ask: Ask) -> list[Need]:
    return list(ask.needs.order_by("pk"))


@pytest.mark.django_db
def test_a_weekly_ask_is_erased_week_by_week():
    ask, _series = weekly(weeks=52)
    first, second, *_ = days_of(ask)
    end(first, 30)
    end(second, 10)
    sweep()
    assert (is_erased(first), is_erased(second), is_erased(ask)) == (True, False, False)
    assert (first.series, first.recurrence_id, first.needed_by) == (None, None, None)
    assert (first.notes.text, second.notes.text) == ("", NOTES)
    assert ask.contact.name == CANARY.name


@pytest.mark.django_db
def test_the_latest_day_is_kept_as_long_as_the_next_is_made_from_it():
    """The clock stood still for so long that every day that was made is closed and old."""
    ask, _series = weekly(weeks=52)
    *_, latest = days_of(ask)
    for need in days_of(ask):
        end(need, 60)
    later(days=70)
    sweep()
    assert not is_erased(latest)
    assert not is_erased(ask)
    clock.sweep()
    again = days_of(ask)[-1]
    assert (again.state, again.notes.text) == ("open", NOTES)
    sweep()
    assert is_erased(latest)
    assert not is_erased(ask)


@pytest.mark.django_db
def test_a_series_is_over_once_its_last_day_has_passed_and_then_all_of_it_goes():
    ask, series = weekly(weeks=1)
    clock.sweep()
    series.refresh_from_db()
    assert not series.ended_at, "its last day is today: the neighbour can still stop it"
    series.rule = series.rule.replace(f"{timezone.localdate():%Y%m%d}", f"{yesterday():%Y%m%d}")
    series.save()
    later(days=1)
    clock.sweep()
    series.refresh_from_db()
    assert series.ended_at
    need = ask.needs.get()
    assert need.state == "closed"
    sweep()
    assert not is_erased(ask)
    Need.objects.filter(pk=need.pk).update(closed_at=days_ago(29))
    sweep()
    assert is_erased(ask)
    assert stored.leaks(SECRETS, stored.every_row()) == []


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


@pytest.mark.django_db
def test_a_series_that_was_stopped_ends_with_its_days():
    ask, _series = weekly(weeks=52)
    actions.stop_repeating(days_of(ask)[0])
    Need.objects.update(closed_at=days_ago(29))
    sweep()
    assert is_erased(ask)
    assert stored.leaks(SECRETS, stored.every_row()) == []


@pytest.mark.django_db
def test_no_further_day_is_made_for_an_ask_that_was_erased():
    ask, series = weekly(weeks=52)
    actions.erase_ask(ask)
    Series.objects.filter(pk=series.pk).update(made_until=timezone.localdate(), ended_at=None)
    before = Need.objects.count()
    clock.sweep()
    assert Need.objects.count() == before


@pytest.fixture
def household(carla) -> tuple[Ask, Ask]:
    """The canary's ask was merged into another of the same household, with its need."""
    other, into = canary.ask(), factories.ask()
    actions.merge_asks(other, into=into, by=coordinator(carla))
    return other, into


@pytest.mark.django_db
def test_an_ask_that_was_merged_ends_together_with_the_other(household, carla):
    merged, into = household
    for need in into.needs.filter(came_with=merged):
        end(need, 400)
    sweep()
    assert not is_erased(merged), "the household still waits for something else"
    assert merged.contact.name == CANARY.name
    for need in into.needs.filter(erased_at=None):
        end(need, 29)
    sweep()
    assert (is_erased(merged), is_erased(into)) == (True, True)
    assert merged.merged_into is None
    assert not Need.objects.exclude(came_with=None).exists()
    assert stored.leaks(SECRETS, stored.every_row()) == []
    with pytest.raises(actions.StateChanged):
        actions.unmerge_asks(merged, by=coordinator(carla))


@pytest.mark.django_db
def test_who_erases_the_one_erases_the_other_at_once(household):
    merged, into = household
    actions.erase_ask(into)
    assert (is_erased(merged), is_erased(into)) == (True, True)
    assert stored.leaks(SECRETS, stored.every_row()) == []


@pytest.mark.django_db
def test_asks_that_only_look_alike_end_each_by_itself(carla):
    old, other = closed(40).ask, factories.ask()
    actions.mark_alike(old, other=other, by=coordinator(carla))
    sweep()
    assert (is_erased(old), is_erased(other)) == (True, False)
    assert not other.alike.exists()


def add_a_need(ask: Ask) -> bool:
    """Whether it was still possible."""
    try:
        actions.add_needs(Ask.objects.get(pk=ask.pk), [factories.details()])
    except Erased:
        return False
    return True


def sweep_now() -> bool:
    sweep()
    return True


def goes_on(ask: Ask) -> bool:
    """Whether it has a need and a contact; neither is there without the other."""
    is_live = ask.needs.filter(state="open").exists()
    assert (is_erased(ask), AskContact.objects.get(ask=ask).name) == (
        (False, "Ana") if is_live else (True, "")
    )
    return is_live


@pytest.mark.django_db(transaction=True)
def test_of_a_need_and_a_sweep_at_once_either_is_first_and_no_need_is_left_without_its_ask():
    asks = [closed(40).ask for _ in range(ROUNDS)]
    Need.objects.update(erased_at=timezone.now())
    for ask in asks:
        jobs: list[Callable[[], bool]] = [partial(add_a_need, ask), sweep_now]
        added, _ = at_once(jobs)
        assert goes_on(ask) == added


@pytest.mark.django_db(transaction=True)
def test_a_need_that_comes_while_the_sweep_still_looks_keeps_its_ask(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("elsewhere nobody writes while somebody looks")
    ask = closed(40).ask
    Need.objects.update(erased_at=timezone.now())
    slowly = Exact(Cast(Func(0.5, function="pg_sleep"), TextField()), Value(""))
    due = module.asks_due()
    monkeypatch.setattr(module, "asks_due", lambda: Q(due, slowly))

    def add_meanwhile() -> bool:
        sleep(0.25)
        return add_a_need(ask)

    added, _ = at_once([add_meanwhile, sweep_now])
    assert added
    assert goes_on(ask)
