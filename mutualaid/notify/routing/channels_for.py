"""On which channels one message may go: those that are safe, chosen, and not suppressed."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from typing import NamedTuple

from mutualaid.encryption.fingerprints import fingerprints, veil
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
    preferences.user = user
    return recipients_of({user.pk: preferences})[user.pk]


def recipients_of(preferences: Mapping[int, Preferences]) -> dict[int, Recipient]:
    """Do what `recipient_of` does for several people, by their ids."""
    if not preferences:
        return {}
    with_devices = Device.objects.filter(user__in=preferences).values_list("user", flat=True)
    notified = set(with_devices)
    return {
        pk: _recipient(own, f"devices of {pk}" if pk in notified else "")
        for pk, own in preferences.items()
    }


def _recipient(own: Preferences, devices: str) -> Recipient:
    user, phone = own.user, own.phone if own.phone_confirmed_at else ""
    return Recipient(
        user.email or "", phone, bool(phone), user.language, devices, phone_confirmed=bool(phone)
    )


class Closed(NamedTuple):
    """Where nothing may be sent: fingerprints that are blocked, and (channel, fingerprint, group) suppressed.

    An empty group stands for all of them.
    """

    blocked: Set[str]
    suppressed: Set[tuple[str, str, str]]


def closed_to(recipients: Iterable[Recipient]) -> Closed:
    """Look up, for all these recipients at once, where nothing may be sent."""
    points, addresses = set[str](), set[str]()
    for recipient in recipients:
        points |= fingerprints(recipient.email, recipient.phone)
        reached = (CHANNELS[name].address(recipient) for name in CHOSEN)
        addresses |= {address_fingerprint(address) for address in reached if address}
    blocked = BlockedContactPoint.objects.filter(fingerprint__in=points).fingerprints()
    stored = {form: point for point in addresses for form in (point, veil(point))}
    rows = Suppression.objects.filter(fingerprint__in=stored)
    found = rows.values_list("channel", "fingerprint", "group")
    return Closed(blocked, {(channel, stored[form], group) for channel, form, group in found})


def channels_for(
    kind: Kind,
    recipient: Recipient,
    preferences: Preferences | None = None,
    *,
    urgent: bool = False,
    closed: Closed | None = None,
) -> list[str]:
    """The names of the channels for a message of this kind now; empty where it may go on none.

    Where nothing else is left, it is the call list, for kinds that are worth a call. `closed` is what
    `closed_to` found for several recipients together.
    """
    if kind.group == Group.TEAM_CHAT:
        return [TeamChat.name] if CHANNELS[TeamChat.name].address(recipient) else []
    closed = closed or closed_to([recipient])
    recipient = _unblocked(recipient, closed.blocked)
    wanted = [name for name in CHOSEN if _is_wanted(name, kind, recipient, preferences, urgent)]
    channels = [name for name in wanted if not _is_suppressed(name, kind, recipient, closed)]
    if not channels and kind.by_phone and recipient.phone and recipient.calls:
        return [Call.name]
    return channels


def _unblocked(recipient: Recipient, blocked: Set[str]) -> Recipient:
    """Without what coordinators blocked: nothing is sent there, and nobody rings."""
    email = "" if blocked & fingerprints(recipient.email) else recipient.email
    phone = "" if blocked & fingerprints(recipient.phone) else recipient.phone
    return replace(recipient, email=email, phone=phone)


def _is_wanted(
    name: str, kind: Kind, recipient: Recipient, preferences: Preferences | None, urgent: bool
) -> bool:
    """Whether the person can be reached on this channel, and wants this kind there."""
    if not CHANNELS[name].address(recipient):
        return False
    return preferences is None or preferences.wants(kind.group, name, urgent=urgent)


def _is_suppressed(name: str, kind: Kind, recipient: Recipient, closed: Closed) -> bool:
    """Whether its owner unsubscribed there, or nothing arrives; never for what they have just asked for."""
    point = address_fingerprint(CHANNELS[name].address(recipient))
    groups = () if kind.asked_for else ("", kind.group)
    return any((name, point, group) in closed.suppressed for group in groups)
