"""What a person does about their messages."""

import secrets
from typing import Any

from django.db import transaction

from mutualaid.notify.channels.push import is_known_maker
from mutualaid.notify.models import Device, Preferences
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import Recipient, address_fingerprint
from mutualaid.people.models import User

WAYS = ("invitations", "urgent", "tasks", "care", "digest")
MOST_DEVICES = 5
"""The newest ones; each is one more request for each message."""


@transaction.atomic
def choose(user: User, *, language: str, **preferences: Any) -> None:
    """Keep what they want to hear, where and when."""
    ways = {group: preferences.pop(group) for group in WAYS if group in preferences}
    Preferences.objects.update_or_create(user=user, defaults={**preferences, "ways": ways})
    User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def give_phone(user: User, phone: str) -> None:
    """Keep a phone number, and ask there whether it is theirs. Until then nothing else is sent to it."""
    ask = secrets.randbits(62)
    fields = {"phone": phone, "phone_request": ask, "phone_confirmed_at": None}
    Preferences.objects.update_or_create(user=user, defaults=fields)
    recipient = Recipient(phone=phone, texts=True)
    enqueue("text_confirm", about_id=ask, to=user, recipient=recipient)


@transaction.atomic
def add_device(user: User, told: dict[str, str]) -> bool:
    """Let this browser be woken; False where it did not say how, or is of no maker we know."""
    if not told or not is_known_maker(told["endpoint"]):
        return False
    Device.objects.update_or_create(
        fingerprint=address_fingerprint(told["endpoint"]), defaults={"user": user, **told}
    )
    too_many = Device.objects.filter(user=user).order_by("-pk")[MOST_DEVICES:]
    Device.objects.filter(pk__in=list(too_many.values_list("pk", flat=True))).delete()
    return True


def forget_devices(user: User) -> None:
    Device.objects.filter(user=user).delete()


@transaction.atomic
def forget_phone(user: User) -> None:
    """No text messages any more, and no number."""
    Preferences.objects.filter(user=user).update(
        phone="", phone_request=None, phone_confirmed_at=None
    )
