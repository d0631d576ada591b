"""Let people come to a site and write down what they saw: `python -m tests.load.drive PLAN`.

A process of its own, for Locust patches what it finds. Each request is a line of the plan's file.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from locust import User
from locust.env import Environment

from tests.load.journeys import JOURNEYS
from tests.load.plan import Plan
from tests.load.visitor import Visitor

PATIENCE = 60.0
"""Seconds beyond the planned ones until each journey was walked once, on a busy machine."""


def main(plan: Plan) -> None:
    """Raises `ValueError` for a site on another machine: no one else's is put under load."""
    if urlsplit(plan.host).hostname not in ("localhost", "127.0.0.1"):
        raise ValueError("only a site on this machine")
    kinds: list[type[User]] = [JOURNEYS[name] for name in plan.people]
    for kind in kinds:
        kind.fixed_count = plan.people[kind.__name__]
    many = sum(plan.people.values())
    if plan.per_second:
        Visitor.pause = many / plan.per_second
    Visitor.patience = plan.patience
    Visitor.prepare(json.loads(plan.cast.read_text()))
    environment = Environment(user_classes=kinds, host=plan.host)
    with plan.seen.open("w") as seen:
        began = time.monotonic()

        def note(*, request_type: str, name: str, response_time: float, **rest: Any) -> None:
            error = rest.get("exception")
            line = {"at": time.monotonic() - began, "name": name, "ms": response_time}
            print(json.dumps(line | {"error": str(error) if error else ""}), file=seen)

        environment.events.request.add_listener(note)
        runner = environment.create_local_runner()
        runner.start(many, spawn_rate=plan.per_second or many)
        runner.spawning_greenlet.join()
        while runner.user_count and _goes_on(plan, time.monotonic() - began):
            time.sleep(0.1)  # Locust has made it let others go on
        runner.quit()
    plan.ended.write_text(json.dumps(Visitor.ended))
    plan.receipts.write_text(json.dumps(Visitor.receipts))


def _goes_on(plan: Plan, seconds: float) -> bool:
    if seconds < plan.seconds:
        return True
    waits = any(not Visitor.ended[name] for name in plan.people)
    return waits and seconds < plan.seconds + PATIENCE


if __name__ == "__main__":
    main(Plan.read(Path(sys.argv[1])))
