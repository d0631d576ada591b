"""Run one simulation: `python -m mutualaid.simulation SETTINGS`, SETTINGS being JSON.

Started by `manage.py simulate` with a throw-away database in the environment, seeded, and holding
the group's own past needs if there are any. Prints its metrics as JSON.
"""

import json
import sys
from dataclasses import asdict

import django


def main(settings_json: str) -> None:
    django.setup()
    from mutualaid.celery import without_broker
    from mutualaid.simulation import city, metrics, needs
    from mutualaid.simulation.clock import moved_clock
    from mutualaid.simulation.engine import Simulation
    from mutualaid.simulation.settings import START, SimulationSettings
    from mutualaid.singleton.reading import read_once

    settings = SimulationSettings(**json.loads(settings_json))
    with moved_clock(START), without_broker(), read_once():
        arrivals = needs.take_past_needs()
        languages, areas = city.languages_of(arrivals), city.make_areas()
        categories = list({arrival.category for arrival in arrivals})
        categories = categories or city.sample_categories(settings)
        city.make_volunteers(settings, categories, areas, languages)
        arrivals = arrivals or needs.make_up(settings, categories, areas, languages)
    with read_once():  # no one changes the policy during a simulation
        Simulation(settings, arrivals).run()
    sys.stdout.write(json.dumps(asdict(metrics.count())) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
