"""Let many processes try at once, each with a connection of its own, and count what came of it."""

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from time import perf_counter
from typing import Any

PLACES, CHECK_THEN_INSERT, POT = "places", "check-then-insert", "pot"
Try = tuple[int, int]
"""The ids of a need and of a volunteer, or of an expense and of an approver."""


@dataclass(frozen=True)
class Outcome:
    results: "Counter[str]"
    """How many tries were "won", "late", "full" or "not theirs"."""
    milliseconds: Sequence[float]
    """Of each try."""
    seconds: float
    """Of all together."""

    def within(self, share: float) -> float:
        """Return the ms that were enough for this share (0 to 1) of the tries."""
        return sorted(self.milliseconds)[int(share * (len(self.milliseconds) - 1))]


def race(way: str, tries: Sequence[Try], *, processes: int, limit: int) -> Outcome:
    """Share the tries among processes that begin together. `way` is one of `WAYS`."""
    from django.db import connection

    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager:
        start = manager.Barrier(processes + 1, timeout=120)  # a process that died holds up no one
        with ProcessPoolExecutor(
            processes, context, _begin, (connection.settings_dict["NAME"], start)
        ) as pool:
            parts = [tries[n::processes] for n in range(processes)]
            running = [pool.submit(_try_all, way, part, limit) for part in parts]
            start.wait()
            began = perf_counter()
            tried = [result for part in running for result in part.result()]
            seconds = perf_counter() - began
    return Outcome(Counter(result for result, _ in tried), [ms for _, ms in tried], seconds)


def over(way: str, limit: int) -> tuple[int, int]:
    """Count the needs with more helpers than they want, and the people above their limit."""
    from django.db import connection

    from requests_app.models import Claim, Need

    with connection.cursor() as cursor:
        cursor.execute("SELECT need, person FROM plain_claim")
        plain = cursor.fetchall()
    ours = list(Claim.objects.filling().values_list("need", "volunteer"))
    claims = ours if way == PLACES else plain
    wanted = dict(Need.objects.values_list("pk", "helpers_wanted"))
    helpers = Counter(need for need, _ in claims)
    tasks = Counter(person for _, person in claims)
    return (
        sum(count > wanted[need] for need, count in helpers.items()),
        sum(count > limit for count in tasks.values()),
    )


@contextmanager
def plain_table() -> Iterator[None]:
    """Make a table for claims without constraints, for the block."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain_claim (need integer, person integer)")
        try:
            yield
        finally:
            cursor.execute("DROP TABLE plain_claim")


def tries_for(needs: Sequence[int], people: Sequence[int], each: int) -> list[Try]:
    """Return `each` tries for each need by people at random, the same on every run."""
    generator = random.Random(4)
    tries = [(need, generator.choice(people)) for need in needs for _ in range(each)]
    generator.shuffle(tries)
    return tries


_start: Barrier


def _begin(database: str, start: Barrier) -> None:
    import django

    django.setup()
    from django.db import connection

    global _start
    _start = start
    connection.settings_dict["NAME"] = database
    connection.ensure_connection()


def _try_all(way: str, tries: Sequence[Try], limit: int) -> list[tuple[str, float]]:
    from mutualaid.celery import without_broker

    tried = []
    _start.wait()
    with without_broker():
        for need, person in tries:
            began = perf_counter()
            result = WAYS[way](need, person, limit)
            tried.append((result, (perf_counter() - began) * 1000))
    return tried


def _by_places(need: int, person: int, limit: int) -> str:
    """The product's own way."""
    from mutualaid.people.models import User
    from requests_app import actions
    from requests_app.models import Need

    try:
        actions.claim_need(
            Need.objects.select_related("category", "ask").get(pk=need),
            by=User.objects.get(pk=person),
            weekly_limit=limit,
        )
    except actions.StateChanged:
        return "late"
    except actions.WeekIsFull:
        return "full"
    return "won"


def _check_then_insert(need: int, person: int, limit: int) -> str:
    """The plainest way: count, and if there is room, insert. Into a table without constraints."""
    from django.db import connection

    def number(query: str, *values: Any) -> int:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])

    with connection.cursor() as cursor:
        wanted = number("SELECT helpers_wanted FROM requests_app_need WHERE id = %s", need)
        if number("SELECT count(*) FROM plain_claim WHERE need = %s", need) >= wanted:
            return "late"
        if number("SELECT count(*) FROM plain_claim WHERE person = %s", person) >= limit:
            return "full"
        cursor.execute("INSERT INTO plain_claim (need, person) VALUES (%s, %s)", [need, person])
    return "won"


def _on_pot(expense: int, person: int, _limit: int) -> str:
    from tests.benchmarks.pot_tries import try_on_pot

    return try_on_pot(expense, person)


WAYS: dict[str, Callable[[int, int, int], str]] = {
    PLACES: _by_places,
    CHECK_THEN_INSERT: _check_then_insert,
    POT: _on_pot,
}
