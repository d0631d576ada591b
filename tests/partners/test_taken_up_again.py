"""A message that comes again after we forgot that it came, as after a restored backup: of each kind."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from django.db.models import Model
from django.utils import timezone

from mutualaid import clock
from mutualaid.notify.models import Notification
from mutualaid.partners.actions import calling
from mutualaid.partners.models import (
    CallCount,
    IncomingCall,
    IncomingMessage,
    IncomingReferral,
    OutgoingMessage,
    OutgoingReferral,
    Partner,
    WitnessedSeal,
)
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.messages import (
    Call,
    CallAnswer,
    KeyRotate,
    Message,
    Ping,
    ReferralAnswer,
    ReferralErase,
    ReferralErased,
    ReferralStatus,
    ReferralWithdraw,
    Seal,
)
from mutualaid.partners.sweep import sweep
from mutualaid.people.models import User
from requests_app.actions import NeedDetails
from requests_app.models import Ask, AskContact, Need
from tests.support import factories, handing_on, partners, referrals
from tests.support.partners import OtherSite

pytestmark = pytest.mark.django_db
ROWS: tuple[type[Model], ...] = (
    Ask, AskContact, CallCount, IncomingCall, IncomingReferral, Need, OutgoingReferral, WitnessedSeal,
)  # fmt: skip
TOLD_ANEW = {"version", "their_version", "told_state", "contact", "wait_until", "on_hold_until"}
"""What may be another: how it stands is told anew, and the bytes of what is encrypted."""


class Again(NamedTuple):
    """A message, and the kinds of what we write to the partner when it comes again."""

    message: Message
    answers: list[str] = []  # noqa: RUF012


def ask(crown: Partner, carla: User) -> Again:
    referrals.asked(crown)
    IncomingReferral.objects.all().delete()
    return Again(partners.an_ask())


def contact(crown: Partner, carla: User) -> Again:
    referral = referrals.accepted(crown, by=carla)
    return Again(referrals.contact_of(referral.public_id), ["referral.status"])


def withdraw(crown: Partner, carla: User) -> Again:
    return Again(ReferralWithdraw(referrals.received(crown, by=carla).public_id))


def erase(crown: Partner, carla: User) -> Again:
    here = referrals.received(crown, by=carla)
    return Again(ReferralErase(here.public_id), ["referral.erased"])


def asked_of(crown: Partner) -> UUID:
    return handing_on.asked(handing_on.need(), crown).public_id


def yes(crown: Partner, carla: User) -> Again:
    return Again(ReferralAnswer(asked_of(crown), accepted=True))


def no(crown: Partner, carla: User) -> Again:
    return Again(ReferralAnswer(asked_of(crown), accepted=False, reason="too_far"))


def agreed(crown: Partner) -> UUID:
    return handing_on.agreed(handing_on.need(), crown).public_id


def taken(crown: Partner, carla: User) -> Again:
    return Again(ReferralStatus(agreed(crown), state="taken", version=5))


def confirmed(crown: Partner, carla: User) -> Again:
    return Again(ReferralStatus(agreed(crown), state="confirmed", version=5))


def unmet(crown: Partner, carla: User) -> Again:
    return Again(ReferralStatus(agreed(crown), state="unmet", version=5))


def erased(crown: Partner, carla: User) -> Again:
    return Again(ReferralErased(agreed(crown), at=timezone.now()))


def seal(crown: Partner, carla: User) -> Again:
    return Again(Seal(number=7, last_number=421, head="ab" * 32))


def call(crown: Partner, carla: User) -> Again:
    return Again(Call(uuid4(), "Clean-up", "cleaning", "Saltmarsh", clock.today(), 40, 1))


def count(crown: Partner, carla: User) -> Again:
    details = NeedDetails(
        category=factories.category(),
        locality=factories.locality(),
        needed_by=clock.today(),
        helpers_wanted=40,
    )
    ours = calling.call_for_hands(details, title="Clean-up", by=carla)
    return Again(CallAnswer(ours.public_id, coming=12, version=3))


def ping(crown: Partner, carla: User) -> Again:
    return Again(Ping(name="Crown Heights", phone="555 0199"))


KINDS: tuple[Callable[[Partner, User], Again], ...] = (
    ask, contact, withdraw, erase, yes, no, taken, confirmed, unmet, erased, seal, call, count, ping,
)  # fmt: skip


def kept() -> dict[str, Any]:
    rows = {model.__name__: list(model._default_manager.order_by("pk").values()) for model in ROWS}
    for found in rows.values():
        for row in found:
            for name in TOLD_ANEW & row.keys():
                del row[name]
    return rows | {"notifications": Notification.objects.count()}


@pytest.mark.parametrize("scene", KINDS, ids=lambda scene: scene.__name__)
def test_what_came_before_and_was_forgotten_changes_nothing(crown: OtherSite, client, carla, scene):
    """The one exception is what is answered by a message: that is written once more."""
    message, answers = scene(crown.partner, carla)
    message_id = uuid4()
    body = wire.write(message, message_id=message_id)
    headers = crown.sign(body, message_id)
    assert partners.post(client, body, headers).status_code == 200
    sweep()
    before, written = kept(), OutgoingMessage.objects.count()
    assert IncomingMessage.objects.all().delete()[0] == 1
    assert partners.post(client, body, headers).status_code == 200
    sweep()
    assert kept() == before
    newer = OutgoingMessage.objects.order_by("pk")[written:]
    assert [one.kind for one in newer] == answers


def test_a_new_key_that_came_before_and_was_forgotten_stays(crown: OtherSite, client):
    message_id = uuid4()
    rotated = KeyRotate(public_key=partners.key_pair().public_key, key_number=2)
    body = wire.write(rotated, message_id=message_id)
    headers = crown.sign(body, message_id)
    assert partners.post(client, body, headers).status_code == 200
    IncomingMessage.objects.all().delete()
    assert partners.post(client, body, headers).status_code == 401, "it was signed with the old one"
    assert Partner.objects.get().public_key == rotated.public_key


def test_every_kind_of_message_is_here(crown: OtherSite, carla):
    made = {scene(crown.partner, carla)[0].kind for scene in KINDS}
    assert made | {KeyRotate.kind} == set(wire.BY_KIND)
