"""Whole processes bring the same message, or one too many: one effect, and the same answer for each."""

from collections import Counter
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from mutualaid.partners import wire
from mutualaid.partners.inbox import receiving
from mutualaid.partners.messages import Ping
from mutualaid.partners.models import IncomingMessage, Partner
from mutualaid.partners.states import PartnerState
from tests.support import pinged
from tests.support.at_once import at_once
from tests.support.partners import OtherSite
from tests.support.pinged import Request
from tests.support.processes import in_processes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PROCESSES = 16


@pytest.fixture(autouse=True)
def _as_here(settings, tmp_path, monkeypatch):
    """The other processes have the keys of this one."""
    for name, value in {
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY,
        "CONTACT_KEYS": ",".join(settings.CONTACT_KEYS),
        "SITE_URL": settings.SITE_URL,
        "ALLOWED_HOSTS": "testserver",
    }.items():
        monkeypatch.setenv(name, value)


def request(crown: OtherSite, message_id=None, name: str = "") -> Request:
    message_id = message_id or uuid4()
    body = wire.write(Ping(name=name), message_id=message_id)
    return Request(body, crown.sign(body, message_id))


def test_sixteen_processes_with_one_message_have_one_effect_and_one_answer(crown: OtherSite):
    connection.commit()
    answers = in_processes(PROCESSES, partial(pinged.send, [request(crown)]))
    assert Counter(answers) == {(200, b'{"answer": "taken up"}'): PROCESSES}
    assert IncomingMessage.objects.count() == 1
    assert Partner.objects.get().key_number == 2


def test_of_sixteen_with_other_bytes_each_under_one_id_one_is_taken_up(crown: OtherSite):
    message_id = uuid4()
    requests = [request(crown, message_id, name=str(number)) for number in range(PROCESSES)]
    connection.commit()
    statuses = Counter(
        status for status, _ in in_processes(PROCESSES, partial(pinged.send, requests))
    )
    assert statuses == {200: 1, 409: PROCESSES - 1}
    assert Partner.objects.get().key_number == 2


def test_the_limit_of_a_minute_is_exact_with_sixteen_at_once(crown: OtherSite, heard, monkeypatch):
    monkeypatch.setattr(receiving, "A_MINUTE", timedelta(days=1))  # a busy machine takes longer
    IncomingMessage.objects.bulk_create(
        IncomingMessage(
            partner=crown.partner, message_id=uuid4(), kind="ping", digest="", status=200
        )
        for _ in range(receiving.MOST_IN_A_MINUTE - 5)
    )
    statuses = Counter(at_once([lambda: crown.post(Client(), Ping()).status_code] * 16))
    assert statuses == {200: 5, 429: 11}
    assert len(heard) == 5
    assert IncomingMessage.objects.count() == receiving.MOST_IN_A_MINUTE


def test_once_a_partner_is_paused_nothing_more_of_it_is_taken_up(crown: OtherSite, heard):
    """Whatever was on its way: what is answered with 200 came before the pause."""

    def pause() -> int:
        Partner.objects.update(state=PartnerState.PAUSED)
        return IncomingMessage.objects.count()

    def post() -> int:
        status: int = crown.post(Client(), Ping()).status_code
        return status

    *statuses, by_then = at_once([*[post] * 7, pause])
    assert set(statuses) <= {200, 401}
    assert IncomingMessage.objects.count() == statuses.count(200)
    assert by_then <= statuses.count(200)
    assert crown.post(Client(), Ping()).status_code == 401
