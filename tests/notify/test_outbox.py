"""A message is a row, written once, in the transaction it reports on."""

import pytest
from django.conf import settings
from django.db import transaction

from mutualaid import celery
from mutualaid.faults.episodes import BROKER
from mutualaid.notify.models import Notification
from mutualaid.notify.outbox import OutsideTransaction, enqueue
from tests.support import factories
from tests.support.people import MAIL


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_can_be_announced():
    with pytest.raises(OutsideTransaction):
        enqueue("need_received", about_id=1)
    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_one_thing_is_said_once_to_one_person(sam, vera):
    with transaction.atomic():
        rows = {
            enqueue("need_fits", about_id=7, to=person).pk
            for person in (sam, sam, vera)
            for _ in range(2)
        }
    assert len(rows) == Notification.objects.count() == 2


@pytest.mark.django_db
def test_what_was_rolled_back_is_never_said(sam):
    class Fails(Exception):
        pass

    @transaction.atomic
    def post_and_fail() -> None:
        factories.need(contact=MAIL)
        raise Fails

    with pytest.raises(Fails):
        post_and_fail()
    assert not Notification.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_gone_costs_no_one_their_need(monkeypatch):
    monkeypatch.setattr(
        celery._circuit_breaker, "until", 0.0
    )  # an earlier test may have waited for it
    assert settings.BROKER_SOCKET is None or not settings.BROKER_SOCKET.exists()
    need = factories.need(contact=MAIL)
    assert BROKER.failures
    assert need.state == "open"
    assert Notification.objects.get().state == "waiting"


@pytest.mark.django_db
def test_a_neighbour_without_an_address_gets_no_row_that_can_never_be_sent():
    factories.need()
    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_a_row_holds_ids_only(sam):
    factories.need(contact=MAIL)
    assert "ana" not in str(Notification.objects.values()).lower()
