"""What one wave of invitations costs: modules that one has to read, and questions to the database."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from mutualaid.matching.outreach.match_need import match_need
from mutualaid.notify.models import Notification
from mutualaid.policy.actions import make_policy
from mutualaid.singleton.reading import read_once
from offers_app.models import Offer
from requests_app.models import Need
from tests.support import factories
from tests.support.modules import modules_entered
from tests.support.people import wishes

pytestmark = pytest.mark.django_db
OF_MATCHING = "mutualaid.matching."


@pytest.fixture(autouse=True)
def policy() -> None:
    """The group has its row, as every group has."""
    make_policy()


def matched(volunteers: int) -> Need:
    """A need that so many volunteers fit, each with preferences of their own; no one is invited yet."""
    for _ in range(volunteers):
        volunteer = factories.person()
        wishes(volunteer, time_zone="Europe/Berlin")
        factories.offer(by=volunteer)
    return factories.need()


def statements(need: Need) -> list[str]:
    """What the database is asked while the need is matched; the transaction itself aside."""
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note), read_once():
        match_need(need.pk)
    return [sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE"))]


def test_a_wave_leads_through_no_more_than_41_modules():
    match_need(matched(volunteers=3).pk)  # what is imported late is there by now
    need = matched(volunteers=3)

    def wave() -> None:
        with read_once():
            match_need(need.pk)

    entered = modules_entered(wave)
    assert need.matches.filter(state="notified").exists()
    ours = [name for name in entered if name.startswith(OF_MATCHING)]
    assert len(ours) <= 12, "\n".join(sorted(ours))
    assert len(entered) <= 41, "\n".join(sorted(entered))


def test_one_look_takes_so_many_statements_however_many_fit():
    """The policy is read once in a task; PostgreSQL locks those who may be invited.

    Where fewer than the list holds live near, those farther away are looked at as well.
    """
    factories.set_policy(wave_chances=[0.9] * 4)
    few, many = statements(matched(volunteers=3)), statements(matched(volunteers=40))
    assert Notification.objects.filter(kind="need_fits").count() > 3
    locks = int(connection.features.has_select_for_update)
    assert (len(few), len(many)) == (18 + locks, 17 + locks), "\n".join(many)


def test_the_next_look_takes_no_more_than_20_also_where_somebody_is_new_and_somebody_left():
    need = matched(volunteers=30)
    match_need(need.pk)
    Offer.objects.filter(matches__need=need, matches__state="suggested").first().delete()
    newest = factories.offer()
    Need.objects.filter(pk=need.pk).update(match_due_at=need.created_at)
    need.matches.update(invited_at=need.created_at - timedelta(days=1))
    asked = statements(need)
    assert need.matches.filter(offer=newest).exists()
    assert len(asked) <= 20 + connection.features.has_select_for_update, "\n".join(asked)
