"""Make a city or play a simulation: `python -m mutualaid.simulation city|play SETTINGS`, SETTINGS as JSON.

Started by `sandbox` with a throw-away database in the environment. `city` finds it seeded, and holding the
group's own past needs if there are any; `play` finds a copy of what `city` left, and prints its metrics.
"""

import gc
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django

GARBAGE = 100_000
"""New objects until the garbage collector looks at them; a play ends before memory matters."""


def main(what: str, settings_json: str) -> None:
    django.setup()
    from django.conf import settings
    from django.db.backends.signals import connection_created

    gc.freeze()
    gc.set_threshold(GARBAGE)
    connection_created.connect(_need_not_survive)
    arrivals_file = Path(settings.DATA_DIR) / "arrivals.json"
    {"city": _make_city, "play": _play}[what](json.loads(settings_json), arrivals_file)


def _make_city(values: dict[str, Any], arrivals_file: Path) -> None:
    from mutualaid.celery import without_broker
    from mutualaid.matching import tasks
    from mutualaid.matching.search import offer_index
    from mutualaid.simulation import city, needs
    from mutualaid.simulation.assumptions import assume
    from mutualaid.simulation.clock import moved_clock
    from mutualaid.simulation.settings import START, CitySettings
    from mutualaid.singleton.reading import read_once
    from offers_app.models import Offer

    settings = CitySettings.from_json(values)
    assume(dict(settings.assumed))
    with moved_clock(START), without_broker(), read_once():
        arrivals = needs.take_past_needs()
        languages, areas = city.languages_of(arrivals), city.make_areas()
        categories = list({arrival.category for arrival in arrivals})
        categories = categories or city.sample_categories(settings)
        city.make_volunteers(settings, categories, areas, languages)
        arrivals = arrivals or needs.make_up(settings, categories, areas, languages)
        tasks.sweep()  # what is due once and not in each play; the sweep of offers may run out of time
        for pk in list(Offer.objects.due_for_matching().values_list("pk", flat=True)):
            offer_index.match_offer(pk)
    needs.write(arrivals, arrivals_file)


def _play(values: dict[str, Any], arrivals_file: Path) -> None:
    from mutualaid.simulation import metrics, needs
    from mutualaid.simulation.assumptions import assume
    from mutualaid.simulation.engine import Simulation
    from mutualaid.simulation.group_settings import apply_changes
    from mutualaid.simulation.settings import SimulationSettings
    from mutualaid.singleton.reading import read_once

    settings = SimulationSettings.from_json(values)
    assume(dict(settings.city.assumed))
    apply_changes(settings.changes)
    with read_once():  # no one changes the policy during a simulation
        Simulation(settings, needs.read(arrivals_file)).run()
    sys.stdout.write(json.dumps(asdict(metrics.count())) + "\n")


def _need_not_survive(connection: Any, **_: Any) -> None:
    """The database lasts as long as its process: no disk has to be waited for, nothing is overwritten."""
    with connection.cursor() as cursor:
        for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "secure_delete=OFF"):
            cursor.execute(f"PRAGMA {pragma}")


if __name__ == "__main__":
    main(*sys.argv[1:])
