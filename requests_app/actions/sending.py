"""Write down an ask, add needs to it, and open a need for volunteers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import get_language

from mutualaid import clock
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slots import ANY_TIME
from mutualaid.encryption.fingerprints import veil_account
from mutualaid.notify.outbox import HeldBatch, enqueue_all
from mutualaid.people.models import BlockedContactPoint, User
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app.access.exclusions import exclude_contact_points
from requests_app.access.veiling import veil_if_sensitive
from requests_app.actions.newcomers import note_all_read, note_read
from requests_app.coordinators import notify_coordinators_of_area, notify_intake_coordinators
from requests_app.lifecycle.actors import NEIGHBOUR, SITE, Actor, Kind
from requests_app.lifecycle.transitions import (
    apply_need_transition,
    apply_need_transition_to_all,
    lock_ask,
    log_event,
    needs_in_parts,
    read_anew,
)
from requests_app.models import Ask, AskContact, Need, NeedNotes, Series
from requests_app.notifications.neighbour import notify_neighbour, told_to_neighbours
from requests_app.notifications.team_chat import notify_of_triage
from requests_app.signals import need_opened
from requests_app.states import CloseReason, NeedState, Urgency


@dataclass(frozen=True)
class ContactDetails:
    """Who needs help and how to reach them; any part may be empty. `channels` are comma-separated codes.

    `asked_by` and `whom_to_call`, a `WhomToCall`, are for an ask on behalf of someone else.
    """

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    channels: str = ""
    times: str = ""
    no_voicemail: bool = False
    keep_from: str = ""
    asked_by: str = ""
    whom_to_call: str = ""


@dataclass(frozen=True)
class NeedDetails:
    """One task of an ask. `week_parts` is a bit mask of time slots, `needed_by` the last day that helps."""

    category: Category
    locality: Locality
    urgency: int = Urgency.NORMAL
    needed_by: date | None = None
    week_parts: int = ANY_TIME
    people_count: int | None = None
    helpers_wanted: int = 1
    notes: str = ""

    def columns(self) -> dict[str, Any]:
        """The columns of `Need`: all fields but the notes, and `open_until` if there is no day."""
        columns = {name: value for name, value in vars(self).items() if name != "notes"}
        return columns | {"open_until": None if self.needed_by else open_until(self.category)}


@dataclass(frozen=True)
class Origin:
    """Where an ask came from; `reference` is its name there, unique within `source` unless empty."""

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
    may_ask_partners: bool = False,
    keep_from_contact_points: Sequence[str] = (),
    origin: Origin | None = None,
    by: Actor = NEIGHBOUR,
    taken_in_by: User | None = None,
    language: str = "",
    receipt: bool = True,
    read_first: bool = False,
    held_back: str = "",
) -> Ask:
    """Write down an ask with its needs; each is open, or in triage if it `must_be_read_first`.

    With `read_first` a coordinator reads them first in any case.

    With `held_back`, a `Need.HeldBack`, all are in triage, and no message goes to the neighbour until then.

    `keep_from_contact_points` are phones or e-mails of people who must not find out; only their
    fingerprints are kept. `may_ask_partners`: the neighbour wants other groups to be asked if no one here
    is found; for something sensitive it is not kept. `taken_in_by` is who of the team wrote it down on the
    phone. `language` is that of messages, by default the active one. With `receipt` the neighbour gets a
    message, about the first need.

    Raises `IntegrityError` if `origin` has a reference that its source has already.
    """
    origin = origin or Origin()
    is_sensitive = any(need.category.sensitive for need in needs)
    ask = Ask.objects.create(
        account=None if is_sensitive else account,
        veiled=is_sensitive,
        veiled_account=veil_account(account.pk) if account and is_sensitive else "",
        taken_in_by=taken_in_by,
        for_whom=for_whom,
        may_ask_partners=may_ask_partners and not is_sensitive,
        read_first=read_first
        or must_be_read_first(
            [need.category for need in needs],
            contact,
            is_blocked=_is_blocked(contact, account),
            is_kept_from_someone=bool(keep_from_contact_points),
        ),
        source=origin.source,
        reference=origin.reference,
        created_at=origin.created_at,
        read_at=timezone.now() if by.kind == Kind.COORDINATOR else None,
    )
    through = Ask.languages.through
    through.objects.bulk_create(
        through(ask=ask, language=language) for language in dict.fromkeys(languages)
    )
    AskContact.objects.create(ask=ask, language=language or get_language() or "", **vars(contact))
    if keep_from_contact_points:
        exclude_contact_points(ask, keep_from_contact_points)
    new_needs = [
        _make_need(ask, need, by=by, created_at=origin.created_at, held_back=held_back)
        for need in needs
    ]
    if receipt:
        notify_neighbour("need_received", new_needs[0], about_id=new_needs[0].pk)
    return ask


def receipt_can_be_sent(ask: Ask) -> bool:
    """Whether the neighbour called an e-mail or texts safe, and something of it may be written about."""
    contact = ask.readable_contact
    is_reachable = contact is not None and bool(
        contact.safe_email or (contact.texts_ok and contact.phone)
    )
    return is_reachable and _live_needs(ask).exists()


@transaction.atomic
def send_receipt_again(ask: Ask) -> bool:
    """Send what was received, with a new link, at most once an hour. False if there is no safe way."""
    if not receipt_can_be_sent(ask):
        return False
    need = _live_needs(ask).earliest("pk")
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    key = f"need_received:{ask.pk}:again:{hour}"
    notify_neighbour("need_received", need, about_id=need.pk, key=key)
    return True


def _live_needs(ask: Ask) -> QuerySet[Need]:
    return ask.needs.exclude(state=NeedState.CLOSED).filter(held_back="")


@transaction.atomic
def add_needs(
    ask: Ask,
    needs: Sequence[NeedDetails],
    *,
    by: Actor = NEIGHBOUR,
    once: UUID | None = None,
    held_back: str = "",
) -> list[Need]:
    """Add needs to an ask, with whatever it shares; returns them. A sensitive one makes all of it read first.

    With `held_back`, a `Need.HeldBack`, these are read first; what was asked before goes on. What the
    neighbour adds while a need of theirs waits so waits with it.

    `once` stands for one sending of a form and becomes the public id of the first need: sent twice, also
    at the same time, nothing is added again, and nothing is returned.

    Raises `Erased` if the ask has been erased.
    """
    veil_if_sensitive(ask, (need.category for need in needs))
    lock_ask(ask)
    note_read(ask, by=by)
    if once and Need.objects.filter(public_id=once).exists():
        return []
    if any(need.category.sensitive for need in needs):
        read_ask_first(ask, by=by)
    if by.kind == Kind.NEIGHBOUR:
        held_back = held_back or _why_it_waits(ask)
    public_ids = [once or uuid4(), *(uuid4() for _ in needs[1:])]
    return [
        _make_need(ask, need, by=by, public_id=public_id, held_back=held_back)
        for need, public_id in zip(needs, public_ids, strict=True)
    ]


@transaction.atomic
def publish_need(need: Need, *, by: Actor) -> None:
    """Open a need that a coordinator has read. Raises `StateChanged` if it is not in triage."""
    if not _publish([need], by=by):
        raise StateChanged("publish")


def publish_needs(
    needs: Iterable[Need], *, by: Actor, batch: HeldBatch | None = None
) -> list[Need]:
    """Open those of these needs that are in triage, in a few queries for many; returns them.

    In a `batch` the messages wait, and it can be undone: see `undo_step`.
    """
    return [need for part in needs_in_parts(needs) for need in _publish(part, by=by, batch=batch)]


@transaction.atomic
def _publish(needs: Sequence[Need], *, by: Actor, batch: HeldBatch | None = None) -> list[Need]:
    note_all_read({need.ask_id for need in needs}, by=by)
    published = apply_need_transition_to_all(needs, "publish", by=by, batch=batch)
    enqueue_all(told_to_neighbours("need_opened", published), batch)
    announce_all(published, batch)
    return published


def add_occurrence(like: Need, series: Series, day: date) -> Need:
    """Create the occurrence of a series for `day`: a copy of `like`, with its notes, of the same ask.

    Raises `WrongKey` if no configured key decrypts the notes.
    """
    notes = NeedNotes.objects.filter(need=like).first()
    copied = {
        field.name: getattr(like, field.name)
        for field in fields(NeedDetails)
        if field.name not in ("needed_by", "notes")
    }
    details = NeedDetails(**copied, needed_by=day, notes=notes.text if notes else "")
    return _make_need(
        like.ask,
        details,
        by=SITE,
        series=series,
        recurrence_id=day,
        held_back=like.held_back,
    )


def _make_need(
    ask: Ask,
    details: NeedDetails,
    *,
    by: Actor,
    created_at: datetime | None = None,
    series: Series | None = None,
    recurrence_id: date | None = None,
    public_id: UUID | None = None,
    held_back: str = "",
) -> Need:
    is_open = not ask.read_first and not held_back
    need = Need.objects.create(
        public_id=public_id or uuid4(),
        ask=ask,
        state=NeedState.OPEN if is_open else NeedState.TRIAGE,
        held_back=held_back,
        match_due_at=Now() if is_open else None,
        created_at=created_at or timezone.now(),
        series=series,
        recurrence_id=recurrence_id,
        **details.columns(),
    )
    NeedNotes.objects.create(need=need, text=details.notes)
    log_event(need, "post", by=by)
    if is_open:
        need_opened.send(sender=Need, need=need)
    else:
        notify_of_triage(need)
        notify_coordinators_of_area(need)
    return need


def announce(need: Need) -> None:
    """Make an open need due for matching now and send `need_opened`.

    It stays open for at least a day from now, so a day that has passed is dropped and the neighbour will
    be asked whether it is still needed. An occurrence of a series whose day has passed expires instead.
    Call it in a transaction, after the transition to open.
    """
    announce_all([need])


def announce_all(needs: Sequence[Need], batch: HeldBatch | None = None) -> None:
    """Do what `announce` does for several needs; those of a `batch` are matched once it has waited."""
    in_series = [need for need in needs if need.series_id and need.needed_by]
    today = clock.today() if in_series else None
    over = [need for need in in_series if today and need.needed_by and need.needed_by < today]
    if over:
        close_as_expired(over, batch)
    opened = [need for need in needs if need not in over]
    rows = Need.objects.filter(pk__in=[need.pk for need in opened])
    tomorrow = Now() + timedelta(days=1)
    is_short = Q(needed_by__lt=clock.today_in_query()) | Q(open_until__lt=tomorrow)
    rows.filter(is_short).update(needed_by=None, open_until=tomorrow, warned_at=None)
    rows.update(match_due_at=Now())
    read_anew(opened, ["match_due_at", "needed_by", "open_until", "warned_at"])
    for need in opened:
        need_opened.send(sender=Need, need=need)


def close_as_expired(needs: Sequence[Need], batch: HeldBatch | None = None) -> None:
    """Close needs for which no one was found in time, and tell their neighbours, each once.

    Raises `StateChanged` if one is neither open nor in triage.
    """
    for need in needs:
        apply_need_transition(need, "expire", by=SITE, end=CloseReason.EXPIRED, tells=False)
    Need.objects.filter(pk__in=[need.pk for need in needs]).update(closed_at=Now())
    notify_intake_coordinators(needs, None, batch)
    enqueue_all(told_to_neighbours("need_expired", needs), batch)


def open_until(category: Category) -> datetime:
    """Until when a need without a day stays open: `days_to_live` of its category from now."""
    return timezone.now() + timedelta(days=category.days_to_live)


def must_be_read_first(
    categories: Iterable[Category],
    contact: ContactDetails,
    *,
    is_blocked: bool,
    is_kept_from_someone: bool,
) -> bool:
    """Whether a coordinator reads all needs of an ask before volunteers hear of them.

    So it is for a sensitive category, if someone must not find out, if the group's policy says so, and
    for a blocked contact point, whose asks are never turned away.
    """
    return (
        any(category.sensitive for category in categories)
        or bool(contact.keep_from)
        or is_kept_from_someone
        or is_blocked
        or not current_policy().needs_open_at_once
    )


def _is_blocked(contact: ContactDetails, account: User | None) -> bool:
    """Whether it comes from a blocked contact point, or from an account that has one."""
    blocks = BlockedContactPoint.objects
    is_account = account is not None and blocks.of_account(account).exists()
    return is_account or blocks.of(contact.phone, contact.email).exists()


def read_ask_first(ask: Ask, *, by: Actor) -> None:
    """Let a coordinator read each need of an ask from now on: open ones go back to triage.

    If a need has a live claim, the neighbour waits for a call instead (`call_back_at`).
    """
    Ask.objects.filter(pk=ask.pk).update(read_first=True)
    ask.read_first = True
    for need in ask.needs.exclude(state=NeedState.CLOSED).order_by("pk"):
        has_live_claim = need.claims.live().exists()
        if need.state == NeedState.OPEN and not has_live_claim:
            apply_need_transition(need, "reread", by=by)
            notify_of_triage(need)
            notify_coordinators_of_area(need)
        elif has_live_claim:
            Ask.objects.filter(pk=ask.pk).update(call_back_at=Now())


def _why_it_waits(ask: Ask) -> str:
    """Why the newest need of this ask that is held back is; empty if none is."""
    waiting = ask.needs.filter(state=NeedState.TRIAGE).exclude(held_back="")
    newest = waiting.order_by("-pk").first()
    return newest.held_back if newest else ""


def hold_back(needs: Iterable[Need], reason: str, *, by: Actor) -> None:
    """Hold back those of these needs that are in triage, or open without a claim; `reason` says why."""
    for need in needs:
        if need.state == NeedState.TRIAGE:
            Need.objects.filter(pk=need.pk, state=NeedState.TRIAGE).update(held_back=reason)
        elif need.state == NeedState.OPEN and not need.claims.live().exists():
            apply_need_transition(need, "reread", by=by, held_back=reason)
            notify_of_triage(need)
