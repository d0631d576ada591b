"""Seals with their entries as files: one line of JSON for each seal, and the program that checks them."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mutualaid.record import seals
from mutualaid.record.models import RecordEntry, Seal
from mutualaid.record.sealing import hashed_entry, hashed_seal

SIGNED = ("head", "signature", "public_key")


def lines_of(sealed: Sequence[Seal]) -> Iterator[str]:
    """Yield the line of each of these seals, which follow one another: what its head covers, and entries."""
    if not sealed:
        return
    first = min(seal.first_number for seal in sealed)
    last = max(seal.last_number for seal in sealed)
    entries: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for entry in RecordEntry.objects.filter(number__range=(first, last)).order_by("number"):
        entries[entry.seal_id].append(hashed_entry(entry, entry.number or 0))
    for seal in sealed:
        row = hashed_seal(seal) | {name: getattr(seal, name) for name in SIGNED}
        yield json.dumps(row | {"entries": entries[seal.number]}, sort_keys=True) + "\n"


def program() -> bytes:
    """Return the program that checks such files without this site. The site seals by the same functions."""
    return Path(seals.__file__).read_bytes()
