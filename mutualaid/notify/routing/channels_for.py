"""On which channels one message may go: those that are safe, chosen, and not suppressed."""

from dataclasses import replace

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.channels import CHANNELS, CHOSEN
from mutualaid.notify.channels.call import Call
from mutualaid.notify.channels.team_chat import TeamChat
from mutualaid.notify.models import Device, Preferences, Suppression
from mutualaid.notify.recipient import Recipient, address_fingerprint
from mutualaid.notify.registry import Group, Kind
from mutualaid.people.models import BlockedContactPoint, User


def recipient_of(user: User, preferences: Preferences | None = None) -> Recipient:
    """How a person with an account can be reached; a phone only once they have confirmed it."""
    preferences = preferences or Preferences.of(user)
    phone = preferences.phone if preferences.phone_confirmed_at else ""
    devices = f"devices of {user.pk}" if Device.objects.filter(user=user).exists() else ""
    return Recipient(
        user.email or "", phone, bool(phone), user.language, devices, phone_confirmed=bool(phone)
    )


def channels_for(
    kind: Kind,
    recipient: Recipient,
    preferences: Preferences | None = None,
    *,
    urgent: bool = False,
) -> list[str]:
    """The names of the channels for a message of this kind now; empty where it may go on none.

    Where nothing else is left, it is the call list, for kinds that are worth a call.
    """
    if kind.group == Group.TEAM_CHAT:
        return [TeamChat.name] if CHANNELS[TeamChat.name].address(recipient) else []
    recipient = _unblocked(recipient)
    channels = [name for name in CHOSEN if _is_open(name, kind, recipient, preferences, urgent)]
    if not channels and kind.by_phone and recipient.phone and recipient.calls:
        return [Call.name]
    return channels


def _unblocked(recipient: Recipient) -> Recipient:
    """Without what coordinators blocked: nothing is sent there, and nobody rings."""
    of_email, of_phone = fingerprints(recipient.email), fingerprints(recipient.phone)
    rows = BlockedContactPoint.objects.filter(fingerprint__in=of_email | of_phone)
    blocked = rows.fingerprints()
    email = "" if blocked & of_email else recipient.email
    phone = "" if blocked & of_phone else recipient.phone
    return replace(recipient, email=email, phone=phone)


def _is_open(
    name: str, kind: Kind, recipient: Recipient, preferences: Preferences | None, urgent: bool
) -> bool:
    """Whether the person can be reached on this channel, wants this kind there, and did not unsubscribe."""
    address = CHANNELS[name].address(recipient)
    if not address or (preferences and not preferences.wants(kind.group, name, urgent=urgent)):
        return False
    return kind.asked_for or not Suppression.applies_to(
        name, address_fingerprint(address), kind.group
    )
