"""One game in a process of its own: `python -m mutualaid.simulation GAME`, GAME being JSON.

Started by `manage.py simulate` with a throw-away database in the environment, seeded, and holding
the group's own past needs if there are any. Prints its figures as JSON.
"""

import json
import sys
from dataclasses import asdict

import django


def main(given: str) -> None:
    django.setup()
    from mutualaid.celery import without_broker
    from mutualaid.policy.reading import read_once
    from mutualaid.simulation import city, metrics, needs
    from mutualaid.simulation.clock import moved_clock
    from mutualaid.simulation.engine import Simulation
    from mutualaid.simulation.settings import START, SimulationSettings

    game = SimulationSettings(**json.loads(given))
    with moved_clock(START), without_broker(), read_once():
        arrivals = needs.of_the_past()
        languages, places = city.tongues(arrivals), city.areas()
        kinds = list({arrival.category for arrival in arrivals}) or city.kinds(game)
        city.settle(game, kinds, places, languages)
        arrivals = arrivals or needs.made_up(game, kinds, places, languages)
    with read_once():  # nobody changes it during a game
        Simulation(game, arrivals).run()
    sys.stdout.write(json.dumps(asdict(metrics.count())) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
