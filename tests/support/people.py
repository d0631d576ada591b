"""Neighbours who can be reached in this way or that, and volunteers with a phone."""

from typing import Any

from django.utils import timezone

from mutualaid.notify.follow_up.handling import send_again
from mutualaid.notify.models import Attempt, CallTask, Notification, Preferences
from mutualaid.notify.models.call import CALL
from mutualaid.notify.routing.send_policy import first_way
from mutualaid.people.models import Role, User
from requests_app.actions import ContactDetails, contact_for_coordinator
from requests_app.models import Need
from tests.support import factories

PHONE = "+1 212 555 0143"
E164 = "+12125550143"
MAIL = ContactDetails(name="Ana", email="ana@people.example")
PHONE_ONLY = ContactDetails(name="Ana", phone=PHONE)
TEXTS = ContactDetails(name="Ana", phone=PHONE, channels="call,sms")


def ask_by(contact: ContactDetails, **fields: Any) -> Need:
    return factories.need(contact=contact, **fields)


def spoken_with(need: Need) -> Need:
    """A coordinator opened the contact details and rang."""
    by = factories.person("", Role.COORDINATOR)
    contact_for_coordinator(need.ask, by=by)
    return need


def wishes(user: User, **fields: Any) -> Preferences:
    """Set preferences that differ from the defaults."""
    return Preferences.objects.update_or_create(user=user, defaults=fields)[0]


def has_phone(user: User, **ways: list[str]) -> Preferences:
    """Confirm their phone, and set on which channels each group of messages comes."""
    channels = {"invitations": ["email"], "urgent": [], "tasks": ["email"]} | ways
    return wishes(user, phone=E164, phone_confirmed_at=timezone.now(), ways=channels)


def send_all_again() -> int:
    """A coordinator lets every stuck message be tried once more; returns how many were stuck."""
    by = factories.person("", Role.COORDINATOR)
    return send_again(Notification.objects.all(), by=by)


def comes_onto_the_call_list(row: Notification) -> CallTask:
    """A message that no other way takes."""
    Attempt.objects.create(notification=row, channel=CALL, reached="", tries=1)
    Notification.objects.filter(pk=row.pk).update(state=Notification.State.TO_CALL, sent_at=None)
    return CallTask.calls.to_make().get(pk=row.pk)


def rows(kind: str) -> dict[str, str]:
    """Return the state of each message of a kind, by the channel it took, or would take first."""
    return {way_of(row): row.state for row in Notification.objects.filter(kind=kind).order_by("pk")}


def way_of(row: Notification) -> str:
    """The channel on which a message was tried last, else the one on which it would go now; "" for none."""
    tried = row.attempts.order_by("pk").last()
    return str(tried.channel) if tried else first_way(row)
