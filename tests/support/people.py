"""Neighbours who can be reached in this way or that, and volunteers with a phone."""

from typing import Any

from django.utils import timezone

from mutualaid.notify.models import Notification, Preferences
from mutualaid.people.models import User
from requests_app.actions import ContactDetails
from requests_app.models import Need
from tests.support import factories

PHONE = "+1 212 555 0143"
E164 = "+12125550143"
MAIL = ContactDetails(name="Ana", email="ana@people.example")
PHONE_ONLY = ContactDetails(name="Ana", phone=PHONE)
TEXTS = ContactDetails(name="Ana", phone=PHONE, channels="call,sms")


def ask_by(contact: ContactDetails, **fields: Any) -> Need:
    return factories.need(contact=contact, **fields)


def wishes(user: User, **fields: Any) -> Preferences:
    """What she wants, where it is not the usual."""
    return Preferences.objects.update_or_create(user=user, defaults=fields)[0]


def has_phone(user: User, **ways: list[str]) -> Preferences:
    """She has confirmed her phone, and wants these kinds on these channels."""
    kept = {"invitations": ["email"], "urgent": [], "tasks": ["email"]} | ways
    return wishes(user, phone=E164, phone_confirmed_at=timezone.now(), ways=kept)


def rows(kind: str) -> dict[str, str]:
    """The state of each message of a kind, by channel."""
    found = Notification.objects.filter(kind=kind)
    return dict(found.values_list("channel", "state"))
