"""One-tap links that end one kind of message on one channel. Signed; they never expire."""

from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from mutualaid.notify.models import Preferences, Suppression
from mutualaid.notify.models.preferences import usual_ways
from mutualaid.notify.registry import Group
from mutualaid.people.models import User

SALT = "notify.off"


class Unsubscription(NamedTuple):
    """Whose messages end: a person with an account, or else whoever reads at an address."""

    group: str
    channel: str
    user_id: int | None
    fingerprint: str


def unsubscribe_url(group: str, channel: str, user_id: int | None, fingerprint: str) -> str:
    token = signing.dumps(Unsubscription(str(group), channel, user_id, fingerprint), salt=SALT)
    return settings.SITE_URL + reverse("notify_unsubscribe", args=[token])


def read_unsubscribe_token(token: str) -> Unsubscription | None:
    """What a link says, or None for a link that we never made."""
    try:
        return Unsubscription(*signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError):
        return None


@transaction.atomic
def unsubscribe(off: Unsubscription) -> None:
    """Send no more messages of this group there; harmless when asked twice."""
    if off.user_id is None:
        Suppression.add(off.channel, off.fingerprint, Suppression.Reason.OFF, off.group)
        return
    if not User.objects.filter(pk=off.user_id).exists():
        return
    Preferences.objects.get_or_create(user_id=off.user_id)
    preferences = Preferences.objects.select_for_update().get(user_id=off.user_id)
    ways = usual_ways() | preferences.ways
    for group in ("urgent", off.group) if off.group == Group.INVITATIONS else (off.group,):
        preferences.ways[group] = [way for way in ways.get(group, []) if way != off.channel]
    preferences.save(update_fields=["ways"])
