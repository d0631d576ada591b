"""A break that was set among the messages goes on where breaks are set now."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from offers_app.actions import withdraw_offer
from tests.support import factories
from tests.support.people import wishes

pytestmark = pytest.mark.django_db
MOVE, DROP = ("offers_app", "0003_pauses"), ("notify", "0006_no_pauses")
TODAY = timezone.localdate()


def upgrade(user, until: date) -> None:
    """Move the break of `user` on a database as it was, with the column that has gone since."""
    wishes(user)
    as_it_was = MigrationLoader(connection).project_state(MOVE).apps
    connection.check_constraints()  # or PostgreSQL would not alter a table just written
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notify_preferences ADD COLUMN paused_until date NULL")
    preferences = as_it_was.get_model("notify", "Preferences").objects
    preferences.update(paused_until=until)
    import_module("offers_app.migrations.0003_pauses").move_pauses(as_it_was, None)
    assert not preferences.exclude(paused_until=None).exists()


@pytest.mark.parametrize(
    ("days", "state", "until"),
    [(3, "paused", TODAY + timedelta(days=3)), (0, "active", None), (-1, "active", None)],
)
def test_one_that_runs_moves_and_one_that_is_over_does_not(sam, days, state, until):
    offer = factories.offer(by=sam)
    upgrade(sam, TODAY + timedelta(days=days))
    offer.refresh_from_db()
    assert (offer.state, offer.paused_until) == (state, until)


def test_what_was_withdrawn_stays_so(sam):
    offer = factories.offer(by=sam)
    withdraw_offer(offer)
    upgrade(sam, TODAY + timedelta(days=3))
    offer.refresh_from_db()
    assert (offer.state, offer.paused_until) == ("withdrawn", None)


def test_the_old_place_goes_only_after_each_break_has_moved():
    plan = MigrationLoader(None).graph.forwards_plan(DROP)
    assert MOVE in plan
