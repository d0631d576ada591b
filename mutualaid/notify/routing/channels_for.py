"""On which channels one message may go, in order: those that are safe, chosen, and not suppressed."""

from collections.abc import Iterable, Set
from dataclasses import replace
from typing import Any, NamedTuple

from django.db.models import CharField, QuerySet

from mutualaid.encryption.fingerprints import fingerprints, veil
from mutualaid.notify.channels import CHANNELS, CHOSEN
from mutualaid.notify.channels.call import Call
from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.channels.team_chat import TeamChat
from mutualaid.notify.models import Device, Preferences, Suppression
from mutualaid.notify.recipient import Recipient, address_fingerprint
from mutualaid.notify.registry import Group, Kind
from mutualaid.people.models import BlockedContactPoint, User
from mutualaid.statements import compiled, constant, slots

CALLED_AT_LAST = (Group.NEEDS, Group.TASKS)
"""Groups of messages which someone waits for, so that a coordinator rings where no other way takes them."""


def recipient_of(user: User, preferences: Preferences | None = None) -> Recipient:
    """How a person with an account can be reached; a phone only once they have confirmed it."""
    preferences = preferences or Preferences.of(user)
    preferences.user = user
    return Reach(preferences, Device.objects.filter(user=user).exists()).recipient


class Reach(NamedTuple):
    """What someone with an account chose, and whether a browser of theirs may be notified."""

    preferences: Preferences
    has_device: bool

    @property
    def recipient(self) -> Recipient:
        """How they can be reached; a phone only once they have confirmed it."""
        return _recipient(self.preferences, has_device=self.has_device)


def reach_of_all(users: Iterable[User]) -> dict[int, Reach]:
    """How each of these people can be reached, by their ids."""
    preferences = Preferences.of_all(users)
    if not preferences:
        return {}
    with_devices = Device.objects.filter(user__in=preferences).values_list("user", flat=True)
    notified = set(with_devices)
    return {pk: Reach(own, pk in notified) for pk, own in preferences.items()}


def _recipient(own: Preferences, *, has_device: bool) -> Recipient:
    user, phone = own.user, own.phone if own.phone_confirmed_at else ""
    devices = f"devices of {user.pk}" if has_device else ""
    return Recipient(
        user.email or "",
        phone,
        bool(phone),
        user.language,
        devices,
        phone_confirmed=bool(phone),
        first=own.first_way,
    )


class Closed(NamedTuple):
    """Where nothing may be sent: fingerprints that are blocked, and (channel, fingerprint, group) suppressed.

    An empty group stands for all of them. `dead` are those (channel, fingerprint) at which nothing arrives.
    """

    blocked: Set[str]
    suppressed: Set[tuple[str, str, str]]
    dead: Set[tuple[str, str]]


def closed_to(recipients: Iterable[Recipient]) -> Closed:
    """Look up, for all these recipients at once, where nothing may be sent."""
    points, reached = set[str](), set[str]()
    for recipient in recipients:
        points |= fingerprints(recipient.email, recipient.phone)
        reached |= {CHANNELS[name].address(recipient) for name in CHOSEN}
    addresses = {address_fingerprint(address) for address in reached if address}
    stored = {form: point for point in addresses for form in (point, veil(point))}
    rows = _closed().rows(points=points, stored=stored)
    found = [row for row in rows if row[0]]
    return Closed(
        {fingerprint for channel, fingerprint, *_ in rows if not channel},
        {(channel, stored[form], group) for channel, form, group, _reason in found},
        {
            (channel, stored[form])
            for channel, form, _group, reason in found
            if reason == Suppression.Reason.BOUNCED
        },
    )


@compiled
def _closed() -> "QuerySet[Any, tuple[str, str, str, str]]":
    """(channel, fingerprint, group, reason) of suppressions; without a channel, what is blocked."""
    nothing = constant("", CharField())
    blocked = BlockedContactPoint.objects.filter(fingerprint__in=slots("points", of="text"))
    suppressed = Suppression.objects.filter(fingerprint__in=slots("stored", of="text"))
    of_blocked = blocked.annotate(none=nothing).values_list("none", "fingerprint", "none", "none")
    columns = ("channel", "fingerprint", "group", "reason")
    return suppressed.values_list(*columns).union(of_blocked, all=True)


def channels_for(
    kind: Kind,
    recipient: Recipient,
    preferences: Preferences | None = None,
    *,
    urgent: bool = False,
    closed: Closed | None = None,
) -> list[str]:
    """The names of the channels for a message of this kind now, first the one to try first; empty for none.

    What no way takes that they chose ends on the call list, where it is about their need or their task; so
    does what is worth a call, where they chose none. `closed` is what `closed_to` found for several
    recipients together.
    """
    if kind.group == Group.TEAM_CHAT:
        return [TeamChat.name] if CHANNELS[TeamChat.name].address(recipient) else []
    closed = closed or closed_to([recipient])
    recipient = _unblocked(recipient, closed.blocked)
    wanted = [
        name
        for name in _in_order(recipient)
        if _is_wanted(name, kind, recipient, preferences, urgent)
    ]
    channels = [name for name in wanted if not _is_suppressed(name, kind, recipient, closed)]
    relied_on = [*channels, *(name for name in wanted if _is_dead(name, recipient, closed))]
    is_worth_it = kind.by_phone or (relied_on and kind.group in CALLED_AT_LAST)
    can_ring = recipient.phone and recipient.calls
    return [*channels, Call.name] if can_ring and is_worth_it else channels


def _in_order(recipient: Recipient) -> list[str]:
    """The channels that can be chosen, the one that they want first in front.

    A text to a number that no one has confirmed may wake a stranger: there it is the last way, always.
    """
    in_order = sorted(CHOSEN, key=lambda name: name != recipient.first)
    return (
        in_order
        if recipient.phone_confirmed
        else sorted(in_order, key=lambda name: name == Sms.name)
    )


def _is_dead(name: str, recipient: Recipient, closed: Closed) -> bool:
    if not closed.dead:
        return False
    return (name, address_fingerprint(CHANNELS[name].address(recipient))) in closed.dead


def _unblocked(recipient: Recipient, blocked: Set[str]) -> Recipient:
    """Without what coordinators blocked: nothing is sent there, and nobody rings."""
    if not blocked:
        return recipient
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
    if not closed.suppressed:
        return False
    point = address_fingerprint(CHANNELS[name].address(recipient))
    groups = () if kind.asked_for else ("", kind.group)
    return any((name, point, group) in closed.suppressed for group in groups)
