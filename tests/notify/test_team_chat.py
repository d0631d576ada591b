"""The coordinators' room hears what happened, and never to whom. Apprise is real, the room is ours."""

from collections.abc import Iterator

import pytest

from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from requests_app import actions
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Need
from tests.support import factories
from tests.support.gateway import Gateway, gateway

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(settings) -> Iterator[Gateway]:
    with gateway() as told:
        told.status = 200
        settings.TEAM_CHAT_URLS = [f"json://127.0.0.1:{told.port}/room"]
        yield told


def sensitive() -> Need:
    return factories.need(category=factories.category("one-night", sensitive=True))


def test_a_need_that_is_to_be_read_is_said_there_with_its_place_on_the_desk(room):
    need = sensitive()
    sweep()
    (asked,) = room.asked
    assert f"/admin/requests_app/need/{need.pk}/change/" in asked.body
    assert "A need is to be read" in asked.body
    for kept in ("Ana", "555", "Hill Road", "Riverside", "night"):
        assert kept not in asked.body


def test_what_did_not_arrive_is_said_there(room, sam):
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    actions.report_not_arrived(claim.need)
    sweep()
    assert ["It did not arrive" in asked.body for asked in room.asked] == [True]


def test_what_was_read_in_the_meantime_is_not_said(room, carla):
    actions.publish_need(sensitive(), by=coordinator(carla))
    sweep()
    assert room.asked == []


def test_a_group_without_a_room_has_no_such_rows():
    sensitive()
    assert not Notification.objects.exists()


def test_a_room_that_does_not_answer_is_told_later(room):
    room.status = 500
    sensitive()
    sweep()
    row = Notification.objects.get()
    assert (row.state, row.error) == ("waiting", "ChatRefused")
