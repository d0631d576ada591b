"""On which channels one message may go: those its owner called safe, and that are open."""

from dataclasses import replace

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.channels import CHANNELS, CHOSEN
from mutualaid.notify.channels.call import Call
from mutualaid.notify.channels.room import Room
from mutualaid.notify.models import Device, Preferences, Suppression
from mutualaid.notify.recipient import Reach, mark_of
from mutualaid.notify.registry import Group, Kind
from mutualaid.people.models import BlockedAddress, User


def reach_of(user: User, preferences: Preferences | None = None) -> Reach:
    """How a person with an account can be reached; a phone only once they have confirmed it."""
    wishes = preferences or Preferences.of(user)
    phone = wishes.phone if wishes.phone_confirmed_at else ""
    devices = f"devices of {user.pk}" if Device.objects.filter(user=user).exists() else ""
    return Reach(user.email, phone, bool(phone), user.language, devices)


def ways_for(
    kind: Kind, reach: Reach, wishes: Preferences | None = None, *, urgent: bool = False
) -> list[str]:
    """The channels for a message of this kind now. Without any, a call where the kind is worth one."""
    if kind.group == Group.ROOM:
        return [Room.name] if CHANNELS[Room.name].address(reach) else []
    reach = _unblocked(reach)
    ways = [name for name in CHOSEN if _is_safe(name, kind, reach, wishes, urgent)]
    if not ways and kind.by_phone and reach.phone and reach.calls:
        return [Call.name]
    return ways


def _unblocked(reach: Reach) -> Reach:
    """Without what coordinators blocked: nothing is sent there, and nobody rings."""
    blocked = BlockedAddress.objects.of(reach.phone, reach.email).marks()
    email = "" if blocked & fingerprints(reach.email) else reach.email
    phone = "" if blocked & fingerprints(reach.phone) else reach.phone
    return replace(reach, email=email, phone=phone)


def _is_safe(name: str, kind: Kind, reach: Reach, wishes: Preferences | None, urgent: bool) -> bool:
    address = CHANNELS[name].address(reach)
    if not address or (wishes and not wishes.wants(kind.group, name, urgent=urgent)):
        return False
    return kind.asked_for or not Suppression.is_closed(name, mark_of(address), kind.group)
