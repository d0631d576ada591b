"""What stands on the page of hours: notes and helps of the reader, and of no one's balance but theirs."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Now

from mutualaid.hours.actions import NOTED_DAYS
from mutualaid.hours.durations import in_words
from mutualaid.hours.models import HourNote, HourNoteQuerySet
from mutualaid.hours.names import name_of
from mutualaid.hours.rules import day_of
from mutualaid.hours.states import NoteState
from mutualaid.people.models import User
from requests_app.access.exclusions import pairs_kept_apart
from requests_app.models import Claim, Need
from requests_app.states import ClaimState

MOST_SHOWN = 20


class Line(NamedTuple):
    """One note as someone reads it; `gave` says whether they are the one who gave."""

    note: HourNote
    other: str
    how_long: str
    gave: bool


def line_of(note: HourNote, reader: User) -> Line:
    return Line(note, name_of(note, reader), in_words(note.minutes), reader.pk == note.giver_id)


def notes_of(user: User) -> HourNoteQuerySet:
    """Return all notes of someone, the newest first."""
    mine: HourNoteQuerySet = HourNote.objects.of(user).select_related("giver", "receiver")
    return mine.order_by("-proposed_at", "-pk")


def lines_of(user: User) -> list[Line]:
    """Return all notes of someone, the oldest first."""
    return [line_of(note, user) for note in notes_of(user).order_by("pk")]


def waiting_for(user: User) -> list[Line]:
    """Return the notes of someone that wait: first those for their own word, then those for the other's."""
    notes = [line_of(note, user) for note in notes_of(user).waiting()[: 5 * MOST_SHOWN]]
    return sorted(notes, key=lambda line: line.note.proposed_by_id == user.pk)


def settled_of(user: User) -> HourNoteQuerySet:
    """Return the notes of someone that no longer wait, the newest first."""
    return notes_of(user).exclude(state=NoteState.PROPOSED)


def helps_to_note(user: User) -> list[tuple[Claim, date]]:
    """Return the latest helps that arrived, of theirs and not noted yet, each with its day."""
    noted = HourNote.objects.filter(
        claim=OuterRef("pk"), state__in=(NoteState.PROPOSED, NoteState.AGREED)
    )
    received = Q(need__ask__account=user, need__ask__veiled=False) & ~Q(volunteer=user)
    arrived = Claim.objects.filter(
        Q(volunteer=user) & ~Q(need__ask__account=user) | received,
        ~Exists(noted),
        state=ClaimState.CONFIRMED,
        need__erased_at=None,
    )
    since = Now() - timedelta(days=NOTED_DAYS)
    lately = arrived.annotate(done_at=Coalesce("delivered_at", "ended_at")).filter(
        done_at__gt=since
    )
    latest = lately.select_related("need__category").order_by("-done_at", "-pk")[:MOST_SHOWN]
    return [(claim, day_of(claim)) for claim in latest]


def for_coordinator(user: User) -> list[HourNote]:
    """Return notes for the commons that this coordinator may answer, the oldest first."""
    if not user.is_coordinator:
        return []
    waiting = HourNote.objects.waiting().for_the_commons().exclude(claim=None)
    related = waiting.exclude(giver=user).select_related("giver", "claim__need__category")
    notes = list(related.order_by("proposed_at", "pk")[:MOST_SHOWN])
    need_of = {one.pk: one.claim.need_id for one in notes if one.claim}
    kept = pairs_kept_apart(Need.objects.filter(pk__in=need_of.values()))
    return [one for one in notes if (need_of[one.pk], user.pk) not in kept]
