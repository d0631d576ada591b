"""What the clock does of hours. Idempotent."""

from collections.abc import Iterator

from mutualaid.hours.actions import lapse
from mutualaid.hours.models import HourNote
from mutualaid.hours.states import NoteState


def sweep_hours() -> Iterator[bool]:
    """End what no one answered in time; let no account lead to an ask that has become sensitive since.

    One row after the other, so that no two statements wait for each other's rows. Also where hours are
    switched off by now.
    """
    for note in HourNote.objects.overdue().order_by("pk"):
        yield lapse(note)
    names_an_account = HourNote.objects.filter(
        claim__need__ask__veiled=True, receiver__isnull=False
    )
    for note in names_an_account.order_by("pk"):
        rows = HourNote.objects.filter(pk=note.pk)
        waits = rows.filter(state=NoteState.PROPOSED)
        yield bool(waits.delete()[0]) or rows.update(claim=None) == 1
