"""The inbox: what of a partner is taken up, once, and what each other thing is answered with."""

import pytest
from django.test import Client

from mutualaid.partners import registry
from mutualaid.partners.messages import Ping
from mutualaid.partners.models import IncomingMessage
from tests.support.partners import OtherSite, answer_of


@pytest.fixture
def heard(monkeypatch):
    """What the receiver of pings was handed."""
    taken: list[Ping] = []
    monkeypatch.setitem(
        registry._receivers, Ping.kind, (Ping, lambda partner, message: taken.append(message))
    )
    return taken


def test_a_message_is_taken_up_once(crown: OtherSite, client: Client, heard: list[Ping]):
    answer = crown.post(client, Ping(name="Crown Heights"))
    assert (answer.status_code, answer_of(answer)) == (200, "taken up")
    assert heard == [Ping(name="Crown Heights")]
    (row,) = IncomingMessage.objects.all()
    assert (row.partner, row.kind, row.status) == (crown.partner, "ping", 200)
    crown.partner.refresh_from_db()
    assert crown.partner.heard_at
