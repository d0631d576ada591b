from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import get_language

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slots import ANY_TIME
from mutualaid.notify.outbox import tell_room
from mutualaid.people.models import BlockedAddress, User
from requests_app.access.exclusions import note_addresses
from requests_app.lifecycle.actors import NEIGHBOUR, Actor
from requests_app.lifecycle.transitions import move_need, record
from requests_app.models import Need, NeedContact, Series
from requests_app.notifications.neighbour import tell_neighbour
from requests_app.signals import need_opened
from requests_app.states import NeedState, Urgency


@dataclass(frozen=True)
class Details:
    """Who asks and how to reach her; every part may be empty."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    notes: str = ""
    channels: str = ""
    times: str = ""
    no_voicemail: bool = False
    keep_from: str = ""
    addresses_kept_away: tuple[str, ...] = ()
    """Phones or e-mails of people who must not hear of it; only marks of them are kept."""

    def to_keep(self) -> dict[str, Any]:
        """What rests among the contact details."""
        return {k: v for k, v in vars(self).items() if k != "addresses_kept_away"}


@transaction.atomic
def post_need(
    *,
    category: Category,
    locality: Locality,
    languages: Iterable[Language],
    details: Details,
    urgency: int = Urgency.NORMAL,
    needed_by: date | None = None,
    week_parts: int = ANY_TIME,
    people_count: int | None = None,
    helpers_wanted: int = 1,
    asked_by: User | None = None,
    bundle: UUID | None = None,
    series: Series | None = None,
    occurs_on: date | None = None,
    created_at: datetime | None = None,
    source: str = "",
    reference: str = "",
    by: Actor = NEIGHBOUR,
    language: str = "",
    receipt: bool = True,
) -> Need:
    """Write down a need, in its `first_state`.

    `language` is that of messages, by default the one she reads in now; without `receipt` she is
    told nothing.
    """
    is_blocked = BlockedAddress.objects.of(details.phone, details.email).exists()
    need = Need.objects.create(
        category=category,
        locality=locality,
        urgency=urgency,
        needed_by=needed_by,
        week_parts=week_parts,
        people_count=people_count,
        helpers_wanted=helpers_wanted,
        asked_by=asked_by,
        bundle=bundle,
        series=series,
        occurs_on=occurs_on,
        source=source,
        reference=reference,
        created_at=created_at or timezone.now(),
        state=first_state(category, details, is_blocked=is_blocked),
        expires_at=open_until(category, needed_by),
    )
    need.languages.set(languages)
    language = language or get_language() or ""
    NeedContact.objects.create(need=need, language=language, **details.to_keep())
    note_addresses(need, details.addresses_kept_away)
    record(need, "post", by=by)
    if receipt:
        tell_neighbour("need_received", need, about_id=need.pk)
    if need.state == NeedState.OPEN:
        announce(need)
    else:
        tell_room("room_triage", need.pk)
    return need


@transaction.atomic
def publish_need(need: Need, *, by: Actor) -> None:
    """Open a need that a coordinator has read; raises `StateChanged` when it is past that."""
    move_need(need, "publish", by=by)
    tell_neighbour("need_opened", need, about_id=need.pk)
    announce(need)


def announce(need: Need) -> None:
    """Make an open need due for matching, by the database's clock, and tell the rooms above."""
    Need.objects.filter(pk=need.pk).update(match_due_at=Now())
    tomorrow = timezone.now() + timedelta(days=1)
    late = Need.objects.filter(pk=need.pk, expires_at__lt=tomorrow)
    late.update(expires_at=tomorrow, warned_at=None)
    need.refresh_from_db(fields=["match_due_at", "expires_at", "warned_at"])
    need_opened.send(sender=Need, need=need)


def open_until(category: Category, needed_by: date | None) -> datetime:
    """How long a need stays open: as its kind says, or to the end of its last day if that is sooner."""
    end = timezone.now() + timedelta(days=category.days_to_live)
    if needed_by is None:
        return end
    day_after = datetime.combine(needed_by + timedelta(days=1), time.min)
    return min(end, timezone.make_aware(day_after))


def first_state(category: Category, details: Details, *, is_blocked: bool) -> NeedState:
    """Open, unless its kind is sensitive, somebody must not hear of it, or the group reads first.

    What comes from a blocked address is read first as well: it is never turned away.
    """
    is_read_first = (
        category.sensitive
        or details.keep_from
        or details.addresses_kept_away
        or not settings.NEEDS_OPEN_AT_ONCE
        or is_blocked
    )
    return NeedState.TRIAGE if is_read_first else NeedState.OPEN
