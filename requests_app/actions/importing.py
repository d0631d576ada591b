"""Many needs at once, for a spreadsheet. It keeps every promise of `post_need` but two: no receipt
is sent, for the neighbour asked elsewhere, and no task is started, for the sweep takes what is due.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slots import ANY_TIME
from mutualaid.people.models import BlockedAddress, marks_of
from requests_app.actions.posting import Details, first_state, open_until
from requests_app.lifecycle.actors import IMPORT, Actor
from requests_app.models import Need, NeedContact, NeedEvent
from requests_app.states import NeedState


class NotWritten(Exception):
    """The database left a need out though its reference is new. Nothing of the batch is kept."""


@dataclass(frozen=True)
class Asked:
    """A need as it stands elsewhere. `reference` is its name there, once for a source."""

    reference: str
    category: Category
    locality: Locality
    languages: Sequence[Language]
    details: Details
    created_at: datetime
    people_count: int | None = None
    week_parts: int = ANY_TIME


@transaction.atomic
def post_needs(asked: Sequence[Asked], *, source: str, by: Actor = IMPORT) -> set[str]:
    """Write down needs from `source`; returns the references that are new.

    What is there already stays as it is, also when two imports run at once.
    """
    now = timezone.now()
    blocked = BlockedAddress.objects.all().marks()
    drafts = {one.reference: _need(one, source, now, blocked) for one in asked}
    Need.objects.bulk_create(drafts.values(), ignore_conflicts=True)
    ids = dict(_just_written(drafts).values_list("public_id", "pk"))
    written = [one for one in asked if drafts[one.reference].public_id in ids]
    for need in drafts.values():
        need.pk = ids.get(need.public_id)
    _write_rows_beside([(one, drafts[one.reference]) for one in written], now, by)
    _refuse_silent_loss(drafts, source)
    return {one.reference for one in written}


def _need(one: Asked, source: str, now: datetime, blocked: set[str]) -> Need:
    is_blocked = bool(blocked and marks_of(one.details.phone, one.details.email) & blocked)
    state = first_state(one.category, one.details, is_blocked=is_blocked)
    return Need(
        category=one.category,
        locality=one.locality,
        people_count=one.people_count,
        week_parts=one.week_parts,
        source=source,
        reference=one.reference,
        created_at=one.created_at,
        state=state,
        expires_at=open_until(one.category, None),
        match_due_at=now if state == NeedState.OPEN else None,
    )


def _just_written(drafts: dict[str, Need]) -> QuerySet[Need]:
    return Need.objects.filter(public_id__in=[need.public_id for need in drafts.values()])


def _write_rows_beside(pairs: list[tuple[Asked, Need]], now: datetime, by: Actor) -> None:
    reader = get_language() or ""
    NeedContact.objects.bulk_create(
        NeedContact(need=need, language=reader, **one.details.to_keep()) for one, need in pairs
    )
    NeedEvent.objects.bulk_create(
        NeedEvent(
            need=need, at=now, action="post", state=need.state, actor_kind=by.kind, actor=by.user
        )
        for _, need in pairs
    )
    speaks = Need.languages.through
    speaks.objects.bulk_create(
        speaks(need=need, language=language) for one, need in pairs for language in one.languages
    )


def _refuse_silent_loss(drafts: dict[str, Need], source: str) -> None:
    """SQLite skips a row for any constraint it breaks, not only for its reference."""
    here = Need.objects.filter(source=source, reference__in=list(drafts))
    if missing := drafts.keys() - set(here.values_list("reference", flat=True)):
        raise NotWritten(", ".join(sorted(missing)))
