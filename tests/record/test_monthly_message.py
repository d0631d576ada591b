"""Once a month every coordinator gets the newest head, so that many inboxes keep it."""

import pytest
from django.core import mail

from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as send_what_waits
from mutualaid.numbers.tasks import sweep
from mutualaid.people.models import Role
from tests.support import factories, recorded
from tests.support.clock import travel

pytestmark = pytest.mark.django_db


def told():
    return Notification.objects.filter(kind="record_month")


def test_it_holds_the_head_and_its_number(kept, carla, mallory):
    (seal,) = recorded.sealed(3)
    sweep()
    send_what_waits()
    (message,) = mail.outbox
    assert message.to == [carla.email]
    assert seal.head in message.body
    assert "Up to number 3" in message.body
    assert seal.head not in message.subject


def test_each_coordinator_gets_one_a_month_however_often_the_clock_comes(kept, carla):
    factories.person("Dora", Role.COORDINATOR)
    recorded.sealed(1)
    with travel("2026-11-27 12:00"):
        sweep()
        sweep()
        assert told().count() == 2
    with travel("2026-12-01 12:00"):
        sweep()
        sweep()
        assert told().count() == 4


def test_without_a_record_or_a_seal_no_one_is_written_to(kept, carla):
    sweep()
    recorded.sealed(1)
    factories.set_policy(has_record=False)
    sweep()
    assert not told().exists()


def test_what_waits_when_the_record_is_switched_off_is_not_sent(kept, carla):
    recorded.sealed(1)
    sweep()
    factories.set_policy(has_record=False)
    send_what_waits()
    assert mail.outbox == []
