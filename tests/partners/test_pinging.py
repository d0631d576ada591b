"""A partner that was silent for a day is asked whether it is there; by the way each says its name."""

import pytest

from mutualaid.group.actions import change_group
from mutualaid.partners.actions.pinging import ping_the_silent, take_ping
from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.messages import Ping
from mutualaid.partners.states import PartnerState
from tests.support import factories, partners
from tests.support.partner_inbox import Inbox, deliver, inbox_of, time_passes, written

pytestmark = pytest.mark.django_db


def pinged() -> list[Partner]:
    return list(ping_the_silent())


def kept() -> dict[str, object]:
    return dict(Partner.objects.values().get())


def test_a_partner_that_was_silent_for_a_day_is_pinged_once(crown):
    time_passes(hours=23)
    assert pinged() == []
    time_passes(hours=2)
    assert pinged() == [crown.partner]
    assert pinged() == [], "what waits already is the probe"


def test_a_ping_says_how_the_group_is_called_now_and_which_phone_helps(crown):
    change_group(by=None, changes={"name": "Riverside Mutual Aid", "phone": "555 0123"})
    time_passes(days=2)
    pinged()
    body = OutgoingMessage.objects.get().body.encode()
    assert wire.read(body)[1] == Ping(name="Riverside Mutual Aid", phone="555 0123")


def test_a_partner_that_answered_is_pinged_a_day_later(crown):
    time_passes(days=2)
    with inbox_of(crown.partner, Inbox()):
        pinged()
        deliver(crown.partner)
        assert pinged() == []
        time_passes(hours=25)
        assert pinged() == [crown.partner]


def test_a_partner_for_which_something_waits_gets_no_ping(crown):
    written(crown.partner)
    time_passes(days=3)
    assert pinged() == []


@pytest.mark.parametrize("state", [s for s in PartnerState if s != PartnerState.LIVE])
def test_only_a_partner_that_is_live_is_pinged(state):
    partners.other_site(state=state)
    time_passes(days=3)
    assert pinged() == []


def test_no_one_is_pinged_while_the_group_does_without_partners(crown):
    time_passes(days=3)
    factories.set_policy(has_partners=False)
    assert pinged() == []


def test_a_ping_says_a_new_name_and_phone_and_changes_neither(crown, client):
    before = kept()
    answer = crown.post(client, Ping(name="Crown  Heights\u202e Together", phone="555 0777"))
    assert answer.status_code == 200
    after = kept()
    assert (after["told_name"], after["told_phone"]) == ("Crown Heights Together", "555 0777")
    ours = {"told_name", "told_phone", "heard_at"}
    assert {key for key in before if before[key] != after[key]} == ours
    crown.post(client, Ping(name="Crown Heights", phone="555 0199"))
    assert (kept()["told_name"], kept()["told_phone"]) == ("", "")


@pytest.mark.parametrize(
    "name", ["Call 555 0199 at pay.example", "Riverside Mutual Aid", "Riverside  mutual aid!", "…"]
)
def test_no_ping_calls_a_group_what_misleads(crown, name):
    change_group(by=None, changes={"name": "Riverside Mutual Aid"})
    take_ping(crown.partner, Ping(name=name))
    assert kept()["told_name"] == ""


def test_what_a_ping_leaves_out_or_says_at_length_does_no_harm(crown):
    take_ping(crown.partner, Ping())
    assert (kept()["told_name"], kept()["told_phone"]) == ("", "")
    take_ping(crown.partner, Ping(name="a" * 300, phone="5" * 300))
    assert (kept()["told_name"], kept()["told_phone"]) == ("a" * 100, "5" * 60)
