"""A record with entries in it, and ways to change what no one may."""

from contextlib import AbstractContextManager

from django.db import connection, transaction

from mutualaid.record.entries import EntryKind, append, kind_named, register_kind
from mutualaid.record.models import RecordEntry, Seal
from mutualaid.record.sealing import seal_what_waits
from mutualaid.record.triggers import TRIGGERS
from mutualaid.statements.triggers import lifted

THING = kind_named("test.thing") or register_kind(
    EntryKind("test.thing", "Thing {n} happened.", facts=("n",), people=("who", "other"))
)


def happen(*numbers: int, **people: int) -> None:
    """Append an entry for each number, all in one transaction."""
    with transaction.atomic():
        for n in numbers:
            append(THING.name, {"n": n}, people=people)


def seal() -> list[Seal]:
    return list(seal_what_waits())


def sealed(*sizes: int) -> list[Seal]:
    """Seal so many entries in each seal; the facts of each are its number."""
    made = []
    for size in sizes:
        first = RecordEntry.objects.count() + 1
        happen(*range(first, first + size))
        made += seal()
    return made


def unheld() -> AbstractContextManager[None]:
    """Let the block change what the triggers hold, as whoever has the server could."""
    return lifted(connection.alias, TRIGGERS)
