"""A made-up city written into the database in bulk: as dense everywhere, however many live in it.

Areas lie 3 km apart on a square, a thousand offers to each; 10 groups of 5 kinds of help with a Zipf
demand; how far people go is log-normal with a median of 4 km; 12 languages, the first most spoken;
half of all name times of the week.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import ceil, sqrt
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from mutualaid.catalog.models import Category, Language, Locality, measure_areas
from mutualaid.matching.models import OfferIndexEntry, Recheck
from mutualaid.matching.search.offer_index import family, related_categories
from mutualaid.matching.search.triggers import TRIGGERS
from mutualaid.people.models import AccountContactPoint, Introduction, User
from offers_app.models import Offer
from requests_app.models import Ask, AskContact, AskContactPoint, Need

OFFERS_AN_AREA, APART_DEGREES = 1_000, 0.027
GROUPS, KINDS, LANGUAGES = 10, 5, 12
BATCH = 20_000
Row = tuple[Any, ...]


class City:
    """Makes the offers and needs of one seed."""

    def __init__(self, offers: int, seed: int) -> None:
        self.random = Random(seed)
        self.count = offers
        _catalogue(max(4, offers // OFFERS_AN_AREA))
        self.areas = list(Locality.objects.order_by("pk").values_list("pk", flat=True))
        leaves = Category.objects.filter(parent__gt=0).order_by("pk")
        self.leaves = list(leaves.values_list("pk", "parent_id"))
        self.demand = [1 / (1 + place) for place in range(len(self.leaves))]
        self.languages = list(Language.objects.order_by("pk").values_list("pk", flat=True))
        self.spoken = [1 / (1 + place) for place in range(len(self.languages))]

    def fill(self) -> None:
        """Write all offers, with their people and their entries in the index."""
        relatives = related_categories()
        with _without_triggers():
            for start in range(0, self.count, BATCH):
                numbers = range(start + 1, min(start + BATCH, self.count) + 1)
                self._write_batch(numbers, relatives)
        farthest = OfferIndexEntry.objects.order_by().values("locality").annotate(Max("reach_km"))
        measure_areas(dict(farthest.values_list("locality", "reach_km__max")))
        Recheck.objects.all().delete()  # areas that are new make nobody look again here
        self.write_statistics()

    def write_statistics(self) -> None:
        """Do what PostgreSQL does by itself, a minute or two after many rows were written."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def needs(self, count: int, urgencies: Sequence[int] = (1, 2, 2, 3, 4)) -> list[int]:
        """Write open needs that are due, each as urgent as one of `urgencies`; return their ids."""
        asks = Ask.objects.bulk_create(Ask() for _ in range(count))
        AskContact.objects.bulk_create(AskContact(ask=ask, language="l0") for ask in asks)
        AskContactPoint.objects.bulk_create(
            AskContactPoint(ask=ask, fingerprint=f"{self.random.getrandbits(128):032x}")
            for ask in asks
        )
        links = Ask.languages.through
        links.objects.bulk_create(
            links(ask=ask, language_id=language) for ask in asks for language in self._speaks()
        )
        made = Need.objects.bulk_create(self._need(ask, urgencies) for ask in asks)
        return [need.pk for need in made]

    def _need(self, ask: Ask, urgencies: Sequence[int]) -> Need:
        leaf, _group = self._leaf()
        return Need(
            ask=ask,
            open_until=datetime.now(UTC) + timedelta(days=30),
            public_id=UUID(int=self.random.getrandbits(128)),
            category_id=leaf,
            locality_id=self.random.choice(self.areas),
            urgency=self.random.choice(urgencies),
            week_parts=self._times(),
            state="open",
            match_due_at=datetime(2020, 1, 1, tzinfo=UTC),
        )

    def _write_batch(self, numbers: Iterable[int], relatives: dict[int, list[int]]) -> None:
        tables: dict[type, list[Row]] = {
            model: []
            for model in (User, Introduction, AccountContactPoint, Offer, *_LINKED, OfferIndexEntry)
        }
        now = datetime.now(UTC)
        for n in numbers:
            kinds, areas, languages = self._kinds(), self._lives_in(), self._speaks()
            times = self._times()
            reach = min(500, max(1, round(self.random.lognormvariate(1.386, 0.5))))
            tables[User].append(
                (n, "!", None, False, f"v{n}@city.example", "V", "", False, True, False, now)
            )
            tables[Introduction].append((n, "coordinator", now))
            tables[AccountContactPoint].append((n, f"{self.random.getrandbits(128):032x}"))
            tables[Offer].append(
                (n, n, reach, self.random.randint(1, 5), self.random.random() < 0.4, "active", None,
                 None, now, times)
            )  # fmt: skip
            for model, ids in zip(_LINKED, (kinds, areas, languages), strict=True):
                tables[model].extend((n, pk) for pk in ids)
            speaks = "".join(f",{pk}" for pk in sorted(languages)) + ","
            tables[OfferIndexEntry].extend(
                (n, kind, area, reach, exact, speaks, times)
                for kind, exact in family(kinds, relatives).items()
                for area in areas
            )
        for model, rows in tables.items():
            _copy(model, _COLUMNS[model], rows)

    def _leaf(self) -> Any:
        return self.random.choices(self.leaves, self.demand)[0]

    def _kinds(self) -> list[int]:
        """One to three kinds; one person in ten offers a whole group as well."""
        kinds = {self._leaf()[0] for _ in range(self.random.choice([1, 2, 2, 3]))}
        if self.random.random() < 0.1:
            kinds.add(self._leaf()[1])
        return sorted(kinds)

    def _times(self) -> int:
        """Parts of the week as bits: any time (63) for one half, two or three of the six for the other."""
        if self.random.random() < 0.5:
            return 63
        return sum(2**bit for bit in self.random.sample(range(6), self.random.choice([2, 3])))

    def _lives_in(self) -> list[int]:
        return self.random.sample(self.areas, 1)

    def _speaks(self) -> list[int]:
        return sorted(set(self.random.choices(self.languages, self.spoken, k=2)))


_LINKED = (Offer.categories.through, Offer.localities.through, Offer.languages.through)
_COLUMNS: dict[type, Sequence[str]] = {
    User: ("id", "password", "last_login", "is_superuser", "email", "name", "language", "vetted",
           "is_active", "of_demo", "created_at"),
    Introduction: ("person_id", "how", "at"),
    AccountContactPoint: ("user_id", "fingerprint"),
    Offer: ("id", "volunteer_id", "reach_km", "per_week", "has_vehicle", "state",
            "paused_until", "match_due_at", "created_at", "week_parts"),
    _LINKED[0]: ("offer_id", "category_id"),
    _LINKED[1]: ("offer_id", "locality_id"),
    _LINKED[2]: ("offer_id", "language_id"),
    OfferIndexEntry: ("offer_id", "category_id", "locality_id", "reach_km", "exact", "speaks",
                 "week_parts"),
}  # fmt: skip


def _catalogue(areas: int) -> None:
    for group in range(GROUPS):
        head = Category.objects.create(slug=f"g{group}", name=f"Group {group}")
        for kind in range(KINDS):
            Category.objects.create(slug=f"k{group}-{kind}", name="Kind", parent=head)
    Language.objects.bulk_create(Language(code=f"l{n}", name=f"L{n}") for n in range(LANGUAGES))
    side = ceil(sqrt(areas))
    Locality.objects.bulk_create(
        [
            Locality(
                slug=f"a{n}", name=f"Area {n}",
                lat=n // side * APART_DEGREES, lng=n % side * APART_DEGREES,
            )
            for n in range(areas)
        ]
    )  # fmt: skip


@contextmanager
def _without_triggers() -> Iterator[None]:
    """Within the block keys are not checked: for twelve million of them it takes longer than writing."""
    TRIGGERS.remove(connection.alias)
    _trust_keys("replica")
    try:
        yield
    finally:
        _trust_keys("origin")
        TRIGGERS.install(connection.alias)


def _trust_keys(role: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('session_replication_role', %s, false)", [role])


def _copy(model: Any, columns: Sequence[str], rows: list[Row]) -> None:
    """Write rows into a table as fast as the database takes them."""
    table, names = model._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["?"] * len(columns))
            plain = [tuple(_for_sqlite(value) for value in row) for row in rows]
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"
            cursor.connection.executemany(statement, plain)
            return
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    return value.replace("-", "") if isinstance(value, str) and len(value) == 36 else value
