"""The clock of one machine is ten minutes wrong. The database's clock decides, so nobody notices."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from mutualaid.notify import delivery
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from requests_app.actions import Details
from tests import factories

pytestmark = pytest.mark.django_db
WRONG = [timedelta(minutes=10), timedelta(minutes=-10)]


@pytest.fixture
def row() -> Notification:
    factories.need(details=Details(name="Ana", email="ana@people.example"))
    return Notification.objects.get()


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_one_machine_is_at_the_other_leaves_alone(row, wrong):
    assert Notification.objects.take(row.pk)
    with time_machine.travel(timezone.now() + wrong):
        sweep()
    assert mail.outbox == []


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_the_wrong_machine_is_at_the_right_one_leaves_alone(row, wrong):
    with time_machine.travel(timezone.now() + wrong):
        assert Notification.objects.take(row.pk)
    sweep()
    assert mail.outbox == []


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_the_wrong_machine_sends_once_and_the_right_one_not_again(row, wrong):
    with time_machine.travel(timezone.now() + wrong):
        sweep()
    sweep()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_was_put_off_waits_its_time_whoever_looks(row, wrong, monkeypatch):
    monkeypatch.setattr(delivery, "compose", lambda *_: 1 / 0)
    with time_machine.travel(timezone.now() + wrong):
        sweep()
    sweep()
    row.refresh_from_db()
    assert row.attempts == 1
    with time_machine.travel(timezone.now() + wrong):
        sweep()
    row.refresh_from_db()
    assert row.attempts == 1
