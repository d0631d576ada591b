"""Seal what waits: number the entries, make their tree, and put the head of it upon the one before."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from mutualaid import clock
from mutualaid.record import seals, signing
from mutualaid.record.entries import write
from mutualaid.record.models import RecordEntry, Seal

AT_ONCE = 1_000
"""Entries in one seal: so many stand in one file. Assumed, not measured."""
GIVE_NUMBERS = """
    UPDATE record_recordentry SET number = given.column2, leaf = given.column3, seal_id = %s
    FROM ({given}) AS given WHERE id = given.column1 AND seal_id IS NULL
"""
"""In one statement: one for each entry took three times as long on PostgreSQL."""
ARRAYS = (
    "SELECT * FROM UNNEST(%s::bigint[], %s::bigint[], %s::text[]) AS _(column1, column2, column3)"
)
"""For PostgreSQL, which takes longer to read thousands of parameters."""


def seal_what_waits() -> Iterator[Seal]:
    """Yield seals until nothing waits. Of several that seal at once, each number is given by one."""
    while seal := _seal_next():
        yield seal


def hashed_entry(entry: RecordEntry, number: int) -> dict[str, Any]:
    """Return what of an entry is hashed, as it stands in files."""
    return as_hashed(number, entry.at, entry.kind, entry.facts, entry.people, entry.salt)


def as_hashed(
    number: int, at: datetime, kind: str, facts: object, people: object, salt: str
) -> dict[str, Any]:
    return {
        "number": number,
        "at": as_text(at),
        "kind": kind,
        "facts": facts,
        "people": people,
        "salt": salt,
    }


def hashed_seal(seal: Seal) -> dict[str, Any]:
    """Return what of a seal its head covers, as it stands in files."""
    return {name: getattr(seal, name) for name in seals.HASHED} | {"at": as_text(seal.at)}


def as_text(at: datetime) -> str:
    """Return a moment as it is hashed: in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _seal_next() -> Seal | None:
    """Seal the first that wait; None where none do, and where another sealer was sooner.

    Entries get their numbers here and not when they are written: whoever writes waits for no one, and a
    transaction that ends late is in the next seal.
    """
    last = Seal.objects.first()
    try:
        with transaction.atomic():
            if last and last.public_key != signing.public_key() and _waiting().exists():
                write("record.key", {"key": signing.fingerprint(signing.public_key())}, {})
            waiting = list(_waiting().order_by("id")[:AT_ONCE])
            return _seal(waiting, last) if waiting else None
    except IntegrityError:
        if Seal.objects.filter(number=last.number + 1 if last else 1).exists():
            return None
        raise


def _waiting() -> Any:
    return RecordEntry.objects.filter(seal=None)


def _seal(waiting: Sequence[RecordEntry], last: Seal | None) -> Seal:
    first_number = last.last_number + 1 if last else 1
    numbered = list(enumerate(waiting, first_number))
    leaves = [seals.leaf(hashed_entry(entry, number)) for number, entry in numbered]
    seal = Seal(
        number=last.number + 1 if last else 1,
        at=clock.now(),
        first_number=first_number,
        last_number=numbered[-1][0],
        previous=last.head if last else seals.BEGINNING,
        root=seals.root(leaves),
        public_key=signing.public_key(),
    )
    seal.head = seals.head(hashed_seal(seal))
    seal.signature = signing.sign(seal.head)
    seal.save(force_insert=True)  # of two sealers the second waits here, and then finds it taken
    ids, numbers = [entry.pk for entry in waiting], [number for number, _entry in numbered]
    if _give_numbers(seal, ids, numbers, leaves) != len(numbered):
        raise IntegrityError("an entry was sealed meanwhile")
    return seal


def _give_numbers(
    seal: Seal, ids: Sequence[int], numbers: Sequence[int], leaves: Sequence[str]
) -> int:
    """Return how many entries got theirs: those that no one has sealed yet."""
    given: list[Any]
    if connection.vendor == "postgresql":
        rows, given = ARRAYS, [ids, numbers, leaves]
    else:
        rows = "VALUES " + ", ".join(["(%s, %s, %s)"] * len(ids))
        given = [value for row in zip(ids, numbers, leaves, strict=True) for value in row]
    with connection.cursor() as cursor:
        cursor.execute(GIVE_NUMBERS.format(given=rows), [seal.number, *given])
        return int(cursor.rowcount)
