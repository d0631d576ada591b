"""A break that was set among the messages goes on where breaks are set now."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from mutualaid.notify.models import Preferences
from offers_app.actions import withdraw_offer
from tests.support import factories
from tests.support.people import wishes

pytestmark = pytest.mark.django_db
MIGRATION = import_module("offers_app.migrations.0003_pauses")
TODAY = timezone.localdate()


@pytest.mark.parametrize(
    ("days", "state", "until"),
    [(3, "paused", TODAY + timedelta(days=3)), (0, "active", None), (-1, "active", None)],
)
def test_one_that_runs_moves_and_one_that_is_over_does_not(sam, days, state, until):
    offer = factories.offer(by=sam)
    wishes(sam, paused_until=TODAY + timedelta(days=days))
    MIGRATION.move_pauses(apps, None)
    offer.refresh_from_db()
    assert (offer.state, offer.paused_until) == (state, until)
    assert Preferences.of(sam).paused_until is None


def test_what_was_withdrawn_stays_so(sam):
    offer = factories.offer(by=sam)
    withdraw_offer(offer)
    wishes(sam, paused_until=TODAY + timedelta(days=3))
    MIGRATION.move_pauses(apps, None)
    offer.refresh_from_db()
    assert (offer.state, offer.paused_until) == ("withdrawn", None)
