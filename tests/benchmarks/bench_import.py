"""A city's sheet, from the file to all matches: `python -m tests.benchmarks.bench_import [FILE]`.

Runs in a database of its own, made and thrown away. Each speed stands beside that of the plainest
way to do the same, measured on a part of the same rows in the same run.
"""

import csv
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "data" / "requests-haiti-2010.csv"
OFFERS = 2_000
NAIVE_ROWS, NAIVE_NEEDS = 200, 20
SAME_SHAPE = 1_164
KINDS = {
    "shelter": "housing",
    "medical": "health",
    "medicine": "prescription",
    "household goods": "goods",
    "fuel": "power",
    "mental health": "company",
}


def main(given: str) -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as name:
        folder = Path(name)
        os.environ |= {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        sheet = _sheet(Path(given) if given else DEFAULT, folder)
        import django

        django.setup()
        with _throwaway_database():
            _measure(sheet, folder)


def _measure(sheet: Path, folder: Path) -> None:
    from django.core.management import call_command
    from django.db.models import Count

    from mutualaid.importing.matching import match_all_due
    from mutualaid.matching.models import Match
    from requests_app.models import Need

    areas = folder / "areas.csv"
    call_command("seed", verbosity=0)
    _say("Propose areas", _seconds(lambda: call_command("propose_localities", sheet, out=areas)))
    _say("Import areas", _seconds(lambda: call_command("import_localities", areas)))
    naive_rows = _naive_rows_per_second(sheet)
    seconds = _seconds(lambda: call_command("import_needs", sheet, **_options()))
    needs = Need.objects.count()
    _say("Import needs", seconds)
    print(f"  {needs / seconds:,.0f} needs/s; one at a time {naive_rows:,.0f} needs/s;", end=" ")
    print(f"{needs / seconds / naive_rows:.1f} times as fast")
    call_command("generate_offers", OFFERS, really=True)
    naive_needs = _naive_needs_per_second()
    done = match_all_due(lambda ids, _title: ids)
    alone = Need.objects.annotate(n=Count("matches")).filter(n=0).count()
    _say("Match all", done.seconds)
    print(f"  {Match.objects.count():,} matches with {OFFERS:,} offers; needs without any: {alone}")
    print(f"  {done.needs_per_second:.1f} needs/s, stored and asked; a loop over all offers that")
    print(f"  only looks: {naive_needs:.1f} needs/s; {done.needs_per_second / naive_needs:.1f} times as fast")


def _options() -> dict[str, object]:
    kinds = [f"{name}={slug}" for name, slug in KINDS.items()]
    return {
        "date_order": "dmy",
        "time_zone": "America/Port-au-Prince",
        "language": ["ht", "fr"],
        "category": kinds,
        "source": "bench",
    }


def _naive_rows_per_second(sheet: Path) -> float:
    """Saving one need after the other by `post_need`, then taken back."""
    from django.db import transaction

    from mutualaid.celery import left_to_sweep
    from mutualaid.catalog.models import Category, Language, Locality
    from requests_app.actions import Details, post_need

    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[:NAIVE_ROWS]
    food, ht = Category.objects.get(slug="food"), Language.objects.get(code="ht")
    places = list(Locality.objects.all())

    def save_each() -> None:
        for number, row in enumerate(rows):
            notes = f"{row['What is needed']}\n{row['Details']}"
            post_need(
                category=food,
                locality=places[number % len(places)],
                languages=[ht],
                details=Details(address=row["Place"], notes=notes),
                source="naive",
                reference=row["Reference"],
            )

    with left_to_sweep():
        seconds = _seconds(save_each)
    from requests_app.models import Need

    with transaction.atomic():
        Need.objects.filter(source="naive").delete()
    return len(rows) / seconds


def _naive_needs_per_second() -> float:
    """Looking at every offer for every need, with all in memory and nothing stored."""
    from mutualaid.catalog.geo import km_between
    from offers_app.models import Offer
    from requests_app.models import Need

    def look() -> None:
        fitting = 0
        for need in Need.objects.order_by("pk")[:NAIVE_NEEDS]:
            here, speaks = need.locality, set(need.languages.all())
            for offer in Offer.objects.active().prefetch_related(
                "categories", "localities", "languages"
            ):
                near = any(
                    km_between(here.lat, here.lng, area.lat, area.lng) <= offer.reach_km
                    for area in offer.localities.all()
                )
                kinds = {category.pk for category in offer.categories.all()}
                speaks_with = speaks & set(offer.languages.all())
                fitting += bool(near and kinds & set(need.category.family) and speaks_with)

    return NAIVE_NEEDS / _seconds(look)


def _sheet(path: Path, folder: Path) -> Path:
    """A copy of the real requests, or as many made-up ones of their shape."""
    copy = folder / "needs.csv"
    if path.exists():
        shutil.copyfile(path, copy)
        print(f"Sheet: {path.name}")
        return copy
    print(f"Sheet: {path} is not here; {SAME_SHAPE:,} made-up rows instead")
    chance = Random(1)  # noqa: S311  the same rows each time
    towns = [(chance.gauss(18.55, 0.3), chance.gauss(-72.4, 0.5)) for _ in range(60)]
    with copy.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow("Reference,Submitted at,What is needed,Details,Categories,Place,"
                        "Latitude,Longitude".split(","))  # fmt: skip
        for number in range(SAME_SHAPE):
            town = chance.randrange(len(towns))
            lat, lng = (chance.gauss(middle, 0.02) for middle in towns[town])
            kinds = chance.sample(["food", "water", *KINDS], chance.choice([1, 1, 2, 2, 3]))
            when = f"{chance.randint(1, 28):02}/02/2010 10:00"
            words = ["Needed", "We are many here. " * 8, "; ".join(kinds), f"Town {town}"]
            writer.writerow([number, when, *words, f"{lat:.3f}", f"{lng:.3f}"])
    return copy


@contextmanager
def _throwaway_database() -> Iterator[None]:
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def _seconds(do: Callable[[], object]) -> float:
    began = perf_counter()
    do()
    return perf_counter() - began


def _say(what: str, seconds: float) -> None:
    print(f"{what}: {seconds:.2f} s")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("NEEDS_CSV", ""))
