"""Let people come to a running site, and look at what they saw and what it took."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mutualaid.policy.models import Policy
from tests.benchmarks.goals import at_most
from tests.chaos.servers import World
from tests.load import processes, table
from tests.load.plan import Plan
from tests.load.table import Seen
from tests.load.world import Cast

PER_SECOND, MOST_MS, REQUESTS_OF_A_VOLUNTEER = 20.0, 300, 9
MIX = {"Reader": 8, "Asker": 4, "Returner": 2, "Volunteer": 3, "Coordinator": 3}
"""How many of each come, of 20. Assumed, not measured."""
NO_LIMIT = 30_000
"""Asks in an hour: everyone comes from one network here."""


@dataclass(frozen=True)
class Visits:
    """What was seen; `missing`: journeys with no one at their end; `receipts`: what pages confirmed."""

    seen: list[Seen]
    missing: list[str]
    receipts: list[dict[str, str]]

    def report(self) -> bool:
        """Print all of it; returns whether nothing went wrong."""
        table.show(self.seen)
        for kind in self.missing:
            print(f"   no {kind} came to the end", flush=True)
        return not table.errors(self.seen) and not self.missing


def people_of(many: int) -> dict[str, int]:
    """So many people in the usual mix, of each kind at least one."""
    whole = sum(MIX.values())
    return {kind: max(1, round(part * many / whole)) for kind, part in MIX.items()}


def volunteers_for(seconds: float) -> int:
    """How many volunteers come within so many seconds at most: each helps once."""
    share = MIX["Volunteer"] / sum(MIX.values())
    return 10 + round(2 * seconds * PER_SECOND * share / REQUESTS_OF_A_VOLUNTEER)


def let_come(
    world: World,
    cast: Cast,
    people: Mapping[str, int],
    *,
    seconds: float,
    per_second: float = PER_SECOND,
    patience: float = 0.0,
    beside: Callable[[], None] = lambda: None,
) -> Visits:
    """Let `people` walk for `seconds`, and until each journey was walked once; do something `beside`.

    For `patience` seconds each sends again what the site was away for. Prints what the processes of the site
    took. Raises `CalledProcessError` where no one could come.
    """
    plan = Plan(_address(world), dict(people), per_second, seconds, world.folder, patience)
    cast.write(plan.cast)
    Policy.objects.update(asks_per_hour_network=NO_LIMIT, asks_per_hour_site=NO_LIMIT)
    command = [sys.executable, "-m", "tests.load.drive", str(plan.write())]
    before, began = processes.look(), time.monotonic()
    with subprocess.Popen(command) as driver:
        beside()
        code = driver.wait()
    if code:
        raise subprocess.CalledProcessError(code, command)
    processes.show(before, processes.look(), time.monotonic() - began)
    ended = plan.read_ended()
    missing = [kind for kind in people if not ended.get(kind)]
    return Visits(table.read(plan.seen), missing, plan.read_receipts())


def goals(name: str, seen: list[Seen]) -> None:
    """Print whether people waited too long, or saw what they should not."""
    at_most(f"{name}: p95 of all requests", table.within(0.95, seen), MOST_MS, "ms")
    at_most(f"{name}: errors", table.errors(seen), 0)


def _address(world: World) -> str:
    return f"http://localhost:{world.site.port}"
