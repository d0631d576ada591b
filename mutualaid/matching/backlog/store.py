"""Write the result as the difference to the rows that exist: most of it stays from run to run.

In batches, each in a short transaction of its own, for SQLite has one writer and people wait for it. What
a run that ends half-way has written is right by itself, and the next one writes the rest.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from mutualaid.matching.backlog.solve import LastResult, Outcome
from mutualaid.matching.models import OfferPrice
from offers_app.models import Offer
from requests_app.models import Need

BATCH = 2_000
"""Rows in one transaction: some hundredths of a second."""

REFRESH_AFTER = timedelta(hours=1)
"""A price that has not changed is stamped anew after this time, to show that it still holds."""

PRICE_COLUMNS = {"offer": "bigint", "points": "double precision", "reserve": "double precision"}
PROPOSAL_COLUMNS = {"need": "bigint", "offer": "bigint"}

WRITE_PRICES = """
    INSERT INTO matching_offerprice (offer_id, points, reserve, solved_at)
    SELECT offer.id, points, reserve, %s FROM backlog_staged
    JOIN offers_app_offer AS offer ON offer.id = backlog_staged.offer
    WHERE TRUE {skip_locked}
    ON CONFLICT (offer_id) DO UPDATE
    SET points = excluded.points, reserve = excluded.reserve, solved_at = excluded.solved_at
"""
TAKE_BACK = """
    DELETE FROM matching_proposal WHERE id IN (
        SELECT id FROM matching_proposal WHERE need_id IN (SELECT need FROM backlog_staged) {skip_locked}
    )
"""
PROPOSE = """
    INSERT INTO matching_proposal (need_id, offer_id)
    SELECT need.id, offer.id FROM backlog_staged
    JOIN requests_app_need AS need ON need.id = backlog_staged.need
    JOIN offers_app_offer AS offer ON offer.id = backlog_staged.offer
    WHERE need.id IN ({open}) AND offer.id IN ({active})
    AND need.id NOT IN (SELECT need_id FROM matching_backlogchange WHERE need_id IS NOT NULL)
    AND offer.id NOT IN (SELECT offer_id FROM matching_backlogchange WHERE offer_id IS NOT NULL)
    {skip_locked}
    ON CONFLICT (need_id) DO NOTHING
"""
MATCH_AGAIN = """
    UPDATE requests_app_need SET match_due_at = %s WHERE id IN (
        SELECT need FROM backlog_staged
        JOIN matching_proposal AS proposal ON proposal.need_id = need AND proposal.offer_id = offer
        WHERE NOT EXISTS (
            SELECT 1 FROM matching_match AS found
            WHERE found.need_id = need AND found.offer_id = offer
        ) OR NOT EXISTS (
            SELECT 1 FROM matching_match AS invited
            WHERE invited.need_id = need AND invited.state IN ('notified', 'seen')
        )
    )
"""
"""Their proposed offer is not among their matches, or they wait for no answer: perhaps for this proposal."""

T = TypeVar("T")
ShortTransaction = Callable[[], AbstractContextManager[None]]


def store(
    outcome: Outcome, last: LastResult, now: datetime, short_transaction: ShortTransaction
) -> int:
    """Write prices and proposals; return how many proposals of open needs moved or were taken back.

    `last` is what the run began from, and `now` when it began. Lets through what `short_transaction`
    raises; what was written until then stays.
    """
    for prices in _batches(_prices_to_write(outcome.prices(), last)):
        with short_transaction(), _staged(PRICE_COLUMNS, prices):
            _write_prices(now)
    before, after = last.proposals, outcome.proposals()
    gone = before.keys() - after.keys()
    changed = {need: offer for need, offer in after.items() if before.get(need) != offer}
    rows: list[tuple[int, int | None]] = [
        *((need, None) for need in sorted(gone)),
        *sorted(changed.items()),
    ]
    for proposals in _batches(rows):
        with short_transaction(), _staged(PROPOSAL_COLUMNS, proposals):
            _write_proposals(now)
    return len((gone | changed.keys()) & before.keys() & set(outcome.needs.pk.tolist()))


def _prices_to_write(
    prices: Mapping[int, tuple[float, float]], last: LastResult
) -> list[tuple[int, float, float]]:
    old = OfferPrice.objects.filter(solved_at__lt=Now() - REFRESH_AFTER)
    old_ids = set(old.values_list("offer", flat=True))
    return [
        (offer, *both)
        for offer, both in prices.items()
        if (last.prices.get(offer), last.reserves.get(offer)) != both or offer in old_ids
    ]


def _write_prices(now: datetime) -> None:
    statement = WRITE_PRICES.format(skip_locked=_skip_locked("KEY SHARE OF offer"))
    with connection.cursor() as cursor:
        cursor.execute(statement, [_for_database(now)])


def _write_proposals(now: datetime) -> None:
    """What has changed since the run read it is refused by the statements, see `BacklogChange`.

    A need that changed, or that someone has locked, gets no proposal now; the next run has it again.
    """
    is_open, open_params = _ids_of_staged(Need.objects.open(), "need")
    is_active, active_params = _ids_of_staged(Offer.objects.active(), "offer")
    propose = PROPOSE.format(
        open=is_open,
        active=is_active,
        skip_locked=_skip_locked("NO KEY UPDATE OF need", "KEY SHARE OF offer"),
    )
    with connection.cursor() as cursor:
        cursor.execute(TAKE_BACK.format(skip_locked=_skip_locked("UPDATE")))
        cursor.execute(propose, [*open_params, *active_params])
        cursor.execute(MATCH_AGAIN, [_for_database(now)])


def _for_database(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _ids_of_staged(rows: QuerySet[Any], column: str) -> tuple[str, tuple[Any, ...]]:
    """The query for the ids of these rows that are staged in a column, and its parameters."""
    staged = RawSQL(f"SELECT {column} FROM backlog_staged", [])  # noqa: S608, S611  our own
    ids = rows.filter(pk__in=staged).order_by().values("pk")
    sql, params = ids.query.get_compiler(connection.alias).as_sql()
    return sql, tuple(params)


@contextmanager
def _staged(columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> Iterator[None]:
    """Hold `rows` in the temporary table `backlog_staged` for the block, which is within a transaction.

    `columns` are the names of its columns, and their types.
    """
    definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE backlog_staged ({definition})")
        if connection.vendor == "postgresql":
            with cursor.copy("COPY backlog_staged FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO backlog_staged VALUES ({marks})", rows)  # noqa: S608  marks
        yield
        cursor.execute("DROP TABLE backlog_staged")


def _skip_locked(*rows: str) -> str:
    """The end of a query that locks these rows and passes over those that others have locked.

    Each of `rows` is a strength and a table, as "UPDATE OF need". SQLite has one writer, and locks no rows.
    """
    if connection.vendor != "postgresql":
        return ""
    return "".join(f" FOR {row} SKIP LOCKED" for row in rows)


def _batches(values: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(values)
    while batch := list(islice(remaining, BATCH)):
        yield batch
