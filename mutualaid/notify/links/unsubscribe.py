"""Links that end one group of messages on one channel. Signed; they never expire."""

from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from mutualaid.notify.models import Preferences, Suppression
from mutualaid.notify.registry import Group
from mutualaid.people.models import User

SALT = "notify.off"


class Unsubscription(NamedTuple):
    """Which messages end for whom: a person with an account, or else whoever has the contact point."""

    group: str
    channel: str
    user_id: int | None
    fingerprint: str


def unsubscribe_url(group: str, channel: str, user_id: int | None, fingerprint: str) -> str:
    """The link for a message of this group; `fingerprint` is that of the contact point it goes to."""
    token = signing.dumps(Unsubscription(str(group), channel, user_id, fingerprint), salt=SALT)
    return settings.SITE_URL + reverse("notify_unsubscribe", args=[token])


def read_unsubscribe_token(token: str) -> Unsubscription | None:
    """What a link stands for; None for a link that this site never made."""
    try:
        return Unsubscription(*signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError):
        return None


@transaction.atomic
def unsubscribe(link: Unsubscription) -> None:
    """Send no more messages of this group there. Idempotent; nothing happens for an account that is gone."""
    if link.user_id is None:
        Suppression.add(link.channel, link.fingerprint, Suppression.Reason.OFF, link.group)
        return
    if not User.objects.filter(pk=link.user_id).exists():
        return
    Preferences.objects.get_or_create(user_id=link.user_id)
    preferences = Preferences.objects.select_for_update().get(user_id=link.user_id)
    ways = preferences.ways_in_force
    for group in ("urgent", link.group) if link.group == Group.INVITATIONS else (link.group,):
        preferences.ways[group] = [name for name in ways.get(group, []) if name != link.channel]
    preferences.save(update_fields=["ways"])
