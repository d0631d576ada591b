"""Seals as files: one line of JSON for each, with its entries or their hashes, and what checks them."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mutualaid.record import seals
from mutualaid.record.models import RecordEntry, Seal
from mutualaid.record.sealing import hashed_entry, hashed_seal

SIGNED = ("head", "signature", "public_key")


def lines_of(sealed: Sequence[Seal], *, with_entries: bool) -> Iterator[str]:
    """Yield the line of each of these seals, which follow one another.

    It has what the head covers, and the entries or else only their hashes, which tell no one what they say.
    """
    if not sealed:
        return
    first = min(seal.first_number for seal in sealed)
    last = max(seal.last_number for seal in sealed)
    below: dict[int | None, list[dict[str, Any] | str]] = defaultdict(list)
    rows = RecordEntry.objects.filter(number__range=(first, last)).order_by("number")
    for entry in rows if with_entries else rows.only("seal", "leaf"):
        told = hashed_entry(entry, entry.number or 0) if with_entries else entry.leaf
        below[entry.seal_id].append(told)
    name = "entries" if with_entries else "leaves"
    for seal in sealed:
        row = hashed_seal(seal) | {column: getattr(seal, column) for column in SIGNED}
        yield json.dumps(row | {name: below[seal.number]}, sort_keys=True) + "\n"


def program() -> bytes:
    """Return the program that checks such files without this site. The site seals by the same functions."""
    return Path(seals.__file__).read_bytes()
