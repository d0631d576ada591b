"""An ask comes in, gets another need, and is published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import get_language

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slots import ANY_TIME
from mutualaid.notify.outbox import notify_team_chat
from mutualaid.people.models import BlockedContactPoint, User
from mutualaid.policy.current import current_policy
from requests_app.access.exclusions import exclude_contact_points
from requests_app.lifecycle.actors import NEIGHBOUR, SITE, Actor
from requests_app.lifecycle.transitions import apply_need_transition, lock_ask, log_event
from requests_app.models import Ask, AskContact, Need, NeedNotes, Series
from requests_app.notifications.neighbour import notify_neighbour
from requests_app.signals import need_opened
from requests_app.states import CloseReason, NeedState, Urgency


@dataclass(frozen=True)
class ContactDetails:
    """Who asks and how to reach them; every part may be empty."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    channels: str = ""
    times: str = ""
    no_voicemail: bool = False
    keep_from: str = ""


@dataclass(frozen=True)
class NeedDetails:
    """One task of an ask, as its neighbour describes it."""

    category: Category
    locality: Locality
    urgency: int = Urgency.NORMAL
    needed_by: date | None = None
    week_parts: int = ANY_TIME
    people_count: int | None = None
    helpers_wanted: int = 1
    notes: str = ""

    def columns(self) -> dict[str, Any]:
        """What stands in the row of the need itself, with the time at which it ends."""
        own = {name: value for name, value in vars(self).items() if name != "notes"}
        return own | {"open_until": None if self.needed_by else open_until(self.category)}


@dataclass(frozen=True)
class Origin:
    """Where an ask came from; `reference` is its name there, once for a source."""

    source: str = ""
    reference: str = ""
    created_at: datetime = field(default_factory=timezone.now)


@transaction.atomic
def send_ask(
    *,
    needs: Sequence[NeedDetails],
    contact: ContactDetails,
    languages: Iterable[Language],
    account: User | None = None,
    for_whom: str = Ask.ForWhom.SELF,
    keep_from_contact_points: Sequence[str] = (),
    origin: Origin | None = None,
    by: Actor = NEIGHBOUR,
    language: str = "",
    receipt: bool = True,
) -> Ask:
    """Write down an ask with its needs, each open or to be read first; see `must_be_read_first`.

    Of `keep_from_contact_points`, phones or e-mails of people who must not find out, only
    fingerprints are kept. `language` is that of messages, by default the one read in now; without
    `receipt` no message confirms it.
    """
    came = origin or Origin()
    ask = Ask.objects.create(
        account=account,
        for_whom=for_whom,
        read_first=must_be_read_first(
            [need.category for need in needs],
            contact,
            is_blocked=BlockedContactPoint.objects.of(contact.phone, contact.email).exists(),
            is_kept_from_someone=bool(keep_from_contact_points),
        ),
        source=came.source,
        reference=came.reference,
        created_at=came.created_at,
    )
    speaks = Ask.languages.through
    listed = dict.fromkeys(languages)
    speaks.objects.bulk_create(speaks(ask=ask, language=spoken) for spoken in listed)
    AskContact.objects.create(ask=ask, language=language or get_language() or "", **vars(contact))
    if keep_from_contact_points:
        exclude_contact_points(ask, keep_from_contact_points)
    made = [_make_need(ask, need, by=by, created_at=came.created_at) for need in needs]
    if receipt:
        notify_neighbour("need_received", made[0], about_id=made[0].pk)
    return ask


@transaction.atomic
def add_needs(ask: Ask, needs: Sequence[NeedDetails], *, by: Actor = NEIGHBOUR) -> list[Need]:
    """The same neighbour needs something else as well: it is of the same ask and shares all of it.

    Raises `Erased` where the time of the ask is over.
    """
    lock_ask(ask)
    if any(need.category.sensitive for need in needs):
        read_ask_first(ask, by=by)
    return [_make_need(ask, need, by=by) for need in needs]


@transaction.atomic
def publish_need(need: Need, *, by: Actor) -> None:
    """Open a need that a coordinator has read; raises `StateChanged` when it is past that."""
    apply_need_transition(need, "publish", by=by)
    notify_neighbour("need_opened", need, about_id=need.pk)
    announce(need)


def add_occurrence(like: Need, series: Series, day: date) -> Need:
    """One more day of a series: a need like `like`, with its notes, of the same ask."""
    notes = NeedNotes.objects.filter(need=like).first()
    same = {
        name: getattr(like, name)
        for name in NeedDetails.__dataclass_fields__
        if name not in ("needed_by", "notes")
    }
    details = NeedDetails(**same, needed_by=day, notes=notes.text if notes else "")
    return _make_need(like.ask, details, by=SITE, series=series, recurrence_id=day)


def _make_need(ask: Ask, details: NeedDetails, *, by: Actor, **columns: Any) -> Need:
    state = NeedState.TRIAGE if ask.read_first else NeedState.OPEN
    is_open = state == NeedState.OPEN
    due = {"match_due_at": Now()} if is_open else {}
    need = Need.objects.create(ask=ask, state=state, **details.columns(), **columns, **due)
    NeedNotes.objects.create(need=need, text=details.notes)
    log_event(need, "post", by=by)
    if is_open:
        need_opened.send(sender=Need, need=need)
    else:
        notify_team_chat("team_chat_triage", need.pk)
    return need


def announce(need: Need) -> None:
    """Make an open need due for matching, by the database's clock, and tell the rooms above.

    One that is open again so late has at least a day to find someone: its own day, if that is over, is
    given up, and the neighbour is asked whether it is still needed. An occurrence ends with its day.
    """
    tomorrow = timezone.now() + timedelta(days=1)
    if need.is_past and need.series_id:
        end_with_its_day(need)
        return
    late = {"needed_by": None, "open_until": tomorrow, "warned_at": None}
    short = Need.objects.filter(pk=need.pk)
    if need.is_past:
        short.update(**late)
    else:
        short.filter(open_until__lt=tomorrow).update(**late)
    short.update(match_due_at=Now())
    need.refresh_from_db(fields=["match_due_at", "needed_by", "open_until", "warned_at"])
    need_opened.send(sender=Need, need=need)


def end_with_its_day(need: Need) -> None:
    """Nobody was found in time, and its day is over."""
    apply_need_transition(need, "expire", by=SITE, end=CloseReason.EXPIRED)
    notify_neighbour("need_expired", need, about_id=need.pk)


def open_until(category: Category) -> datetime:
    """How long a need without a day stays open: as many days as its kind says."""
    return timezone.now() + timedelta(days=category.days_to_live)


def must_be_read_first(
    categories: Iterable[Category],
    contact: ContactDetails,
    *,
    is_blocked: bool,
    is_kept_from_someone: bool,
) -> bool:
    """Whether a coordinator reads an ask before volunteers hear of it. One reason holds for all its needs.

    A sensitive kind, someone who must not find out, or the group's own choice. What comes from a
    blocked contact point is read first as well: it is never turned away.
    """
    return (
        any(category.sensitive for category in categories)
        or bool(contact.keep_from)
        or is_kept_from_someone
        or is_blocked
        or not current_policy().needs_open_at_once
    )


def read_ask_first(ask: Ask, *, by: Actor) -> None:
    """From now on a coordinator reads each need of it; while someone is on their way, they ring and ask."""
    Ask.objects.filter(pk=ask.pk).update(read_first=True)
    ask.read_first = True
    for need in ask.needs.exclude(state=NeedState.CLOSED).order_by("pk"):
        is_taken = need.claims.live().exists()
        if need.state == NeedState.OPEN and not is_taken:
            apply_need_transition(need, "reread", by=by)
            notify_team_chat("team_chat_triage", need.pk)
        elif is_taken:
            Ask.objects.filter(pk=ask.pk).update(call_back_at=Now())
