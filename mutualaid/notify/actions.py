"""What a person does about their messages."""

import secrets
from typing import Any

from django.db import transaction

from mutualaid.notify.channels.push import is_known_maker
from mutualaid.notify.models import Device, Preferences
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import Reach, mark_of
from mutualaid.people.models import User

WAYS = ("asks", "urgent", "tasks", "care", "desk")
MOST_DEVICES = 5
"""The newest ones; each is one more request for each message."""


@transaction.atomic
def choose(user: User, *, language: str, **wishes: Any) -> None:
    """Keep what they want to hear, where and when."""
    ways = {group: wishes.pop(group) for group in WAYS if group in wishes}
    Preferences.objects.update_or_create(user=user, defaults={**wishes, "ways": ways})
    User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def give_phone(user: User, phone: str) -> None:
    """Keep a phone number, and ask there whether it is theirs. Until then nothing else is sent to it."""
    ask = secrets.randbits(62)
    fields = {"phone": phone, "phone_ask": ask, "phone_confirmed_at": None}
    Preferences.objects.update_or_create(user=user, defaults=fields)
    reach = Reach(phone=phone, texts=True)
    enqueue("text_confirm", about_id=ask, to=user, reach=reach)


@transaction.atomic
def add_device(user: User, told: dict[str, str]) -> bool:
    """Let this browser be woken; False where it did not say how, or is of no maker we know."""
    if not told or not is_known_maker(told["endpoint"]):
        return False
    Device.objects.update_or_create(mark=mark_of(told["endpoint"]), defaults={"user": user, **told})
    too_many = Device.objects.filter(user=user).order_by("-pk")[MOST_DEVICES:]
    Device.objects.filter(pk__in=list(too_many.values_list("pk", flat=True))).delete()
    return True


def forget_devices(user: User) -> None:
    Device.objects.filter(user=user).delete()


@transaction.atomic
def forget_phone(user: User) -> None:
    """No text messages any more, and no number."""
    Preferences.objects.filter(user=user).update(phone="", phone_ask=None, phone_confirmed_at=None)
