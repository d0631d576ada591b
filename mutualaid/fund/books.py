"""The books of all pots as a table, for a group to keep: no words, and no one's name."""

from collections.abc import Iterator

from mutualaid.fund.models import Entry

HEAD = [
    "pot",
    "currency",
    "decimals",
    "entry",
    "day",
    "kind",
    "amount_in_minor_units",
    "sets_right",
]


def book_rows() -> Iterator[list[object]]:
    """Yield each entry in the order in which they were written, the amount in minor units of its currency."""
    for entry in Entry.objects.select_related("pot").order_by("pk"):
        yield [
            entry.pot.name,
            entry.pot.currency,
            entry.pot.decimals,
            entry.pk,
            entry.on_day.isoformat(),
            entry.kind,
            entry.amount,
            entry.sets_right_id or "",
        ]
