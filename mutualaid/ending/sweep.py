"""What the clock does of a winding down, in its order: tell, close, erase. Idempotent."""

from collections.abc import Iterator
from datetime import timedelta

from mutualaid.ending.models import WindingDown
from mutualaid.ending.steps.closing import close_what_is_open
from mutualaid.ending.steps.days import is_anyone_left
from mutualaid.ending.steps.erasing import begin_erasing, erase_everything
from mutualaid.ending.steps.telling import tell_all, tell_that_it_goes_on
from mutualaid.group.current import read_group
from mutualaid.health.heartbeats import beat, was_here

PART = "ending"
STEADY_WITHIN = timedelta(hours=1)
"""Four sweeps. Where the last one is longer ago, or to come, the clock may have jumped."""


def sweep_winding_down() -> Iterator[int]:
    """Do what is due, batch after batch; yields how many rows each had. It may stop after any of them."""
    yield from tell_that_it_goes_on()
    if winding := WindingDown.objects.agreed().filter(erasing_at=None).first():
        # What can't be undone waits for a second sweep: a clock is wrong for a minute, and no one is lost.
        is_steady = was_here(PART, within=STEADY_WITHIN) or not is_anyone_left()
        beat(PART)
        yield from tell_all(winding)
        if is_steady:
            yield from close_what_is_open(winding)
            begin_erasing(winding)
    if read_group().ended_on:
        yield from erase_everything()
