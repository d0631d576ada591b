"""What a site is put through: a usual day, a surge of needs, everyone claiming at once, an hour."""

import time
from argparse import Namespace
from collections.abc import Callable, Sequence

from tests.benchmarks.goals import at_most
from tests.chaos.servers import World
from tests.load import processes, table
from tests.load.claims import claims
from tests.load.surge import surge
from tests.load.visits import goals, let_come, people_of, volunteers_for
from tests.load.world import fill

PART, MOST_GROWTH = 600.0, 1.2
"""Seconds of a long run that are compared with each other, and up to how many times counts as no growth."""
WARM_UP = 30.0
"""Seconds in which everyone comes and signs in, and the web server grows: told apart from the rest."""


def steady(world: World, options: Namespace) -> bool:
    """People come as on a usual day."""
    come = volunteers_for(options.seconds)
    cast = fill(needs=options.needs, volunteers=options.volunteers, come=come)
    visits = let_come(world, cast, people_of(options.people), seconds=options.seconds)
    is_right = visits.report()
    _show_over_time("ten seconds", table.over_time(visits.seen, 10.0))
    crowd = table.within(0.95, visits.seen)
    print(f"   p95 with the half minute in which everyone comes: {crowd:.0f} ms", flush=True)
    goals(f"steady, {options.database}", [one for one in visits.seen if one.at > WARM_UP])
    return is_right


def soak(world: World, options: Namespace) -> bool:
    """The same for an hour, in parts of ten minutes, and what has grown from the first to the last."""
    come = volunteers_for(options.seconds)
    cast = fill(needs=options.needs, volunteers=max(options.volunteers, come), come=come)
    memory = list[float]()

    def watch() -> None:
        began = time.monotonic()
        for part in range(1, int(options.seconds // PART) + 1):
            time.sleep(max(0.0, began + part * PART - time.monotonic()))
            memory.append(sum(usage.mb for usage in processes.look().values()))
            print(f"   after {part * PART / 60:.0f} min: {memory[-1]:.0f} MB", flush=True)

    visits = let_come(world, cast, people_of(options.people), seconds=options.seconds, beside=watch)
    is_right = visits.report()
    _show_over_time("ten minutes", table.over_time(visits.seen, PART))
    goals(f"soak, {options.database}", visits.seen)
    if len(memory) > 1:
        grown = memory[-1] / memory[0]
        at_most(
            f"soak, {options.database}: memory at the end, against ten minutes", grown, MOST_GROWTH
        )
    return is_right


def _show_over_time(part: str, each: Sequence[float]) -> None:
    print(f"   p95 by {part}: " + ", ".join(f"{p95:.0f} ms" for p95 in each), flush=True)


MODES: dict[str, Callable[[World, Namespace], bool]] = {
    "steady": steady,
    "surge": surge,
    "claims": claims,
    "soak": soak,
}
