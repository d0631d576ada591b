"""A database's clock that is wrong for a while must not end what is still open."""

from datetime import timedelta

import pytest

from mutualaid.decisions.effects import seal_of
from mutualaid.decisions.models import Decision
from mutualaid.health.models import Heartbeat
from tests.support import voting
from tests.support.voting import (
    CAN_LIVE,
    FOR,
    closed,
    last_moment_comes,
    member,
    proposed,
    say,
    sweep,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    voting.together()


def the_clock_jumps(decision: Decision, **by: float) -> None:
    """The database's clock shows so much later all at once; less than nothing sets it back."""
    for model, fields in {Decision: ("opened_at", "ends_at"), Heartbeat: ("at",)}.items():
        for row in model._default_manager.all():
            moved = {name: getattr(row, name) - timedelta(**by) for name in fields}
            model._default_manager.filter(pk=row.pk).update(**moved)
    decision.refresh_from_db()
    Decision.objects.filter(pk=decision.pk).update(seal=seal_of(decision))
    decision.refresh_from_db()


def test_a_database_clock_that_jumps_ahead_for_a_while_ends_nothing():
    ada = member()
    decision = proposed(ada)
    say(decision, FOR, ada)
    voting.sweeps_come_regularly()
    the_clock_jumps(decision, days=30)
    for _ in range(3):
        sweep()
        the_clock_jumps(decision, minutes=10)
    decision.refresh_from_db()
    assert decision.outcome == ""
    the_clock_jumps(decision, days=-30)
    sweep()
    assert decision.is_open
    say(decision, CAN_LIVE, ada)
    assert closed(decision).can_live == 1


def test_after_a_standstill_it_ends_once_sweeps_have_come_regularly_for_an_hour():
    decision = proposed(member())
    last_moment_comes(decision)
    Heartbeat.objects.all().delete()
    for _ in range(2):
        sweep()
        decision.refresh_from_db()
        assert decision.outcome == ""
        the_clock_jumps(decision, minutes=40)
    sweep()
    decision.refresh_from_db()
    assert decision.outcome
